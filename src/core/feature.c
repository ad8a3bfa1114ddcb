/* feature.c: finding things in the list of slices; see feature.h. */
#include "core/feature.h"

#include <string.h>

#include "base/banned.h"

const struct command *feature_command(const struct feature *const *all, struct str name)
{
	for (; *all; all++)
		for (const struct command *const *cmd = (*all)->commands; cmd && *cmd; cmd++)
			if (str_eq(name, str_c((*cmd)->name)))
				return *cmd;
	return NULL;
}

const struct job_kind *feature_job(const struct feature *const *all, struct str name)
{
	for (; *all; all++)
		for (const struct job_kind *k = (*all)->jobs; k && k->name; k++)
			if (str_eq(name, str_c(k->name)))
				return k;
	return NULL;
}

const struct outbox_kind *feature_outbox(const struct feature *const *all, struct str name)
{
	for (; *all; all++)
		for (const struct outbox_kind *k = (*all)->outboxes; k && k->name; k++)
			if (str_eq(name, str_c(k->name)))
				return k;
	return NULL;
}

const struct setting *feature_setting(const struct feature *const *all, struct str key)
{
	for (; *all; all++)
		for (const struct setting *s = (*all)->settings; s && s->key; s++)
			if (str_eq(key, str_c(s->key)))
				return s;
	return NULL;
}
