/* feature.h: what a slice brings to the house, in one const struct; src/features.c lists them. */
#ifndef TEND_CORE_FEATURE_H
#define TEND_CORE_FEATURE_H

#include "core/carry.h"
#include "core/command.h"
#include "core/desk.h"
#include "core/event.h"
#include "core/fold.h"
#include "core/job.h"
#include "core/setting.h"

struct route;   /* web/route.h */
struct place;   /* web/place.h */
struct card;

/* One kind of event as a sentence's end, after the name of who did it. */
struct event_words {
	const char *kind;      /* "sla.breached" */
	const char *did;       /* "noted that a promise was not kept" */
	bool in_thread;        /* stands between the messages too, not only on the page of the whole history */
};

struct feature {
	const char *name;                              /* the folder's */
	const struct command *const *commands;         /* all NULL-ended or {0}-ended */
	const struct route *routes, *more_routes;
	const struct place *places;                    /* links in the rail, and cards on pages that are not its own: web/place.h */
	const struct card *cards;
	const struct event_words *words;               /* its events that stand in a ticket's history, in words */
	const struct reaction *reactions;
	const struct job_kind *jobs;
	const struct outbox_kind *outboxes;
	const struct fold *folds;
	const struct setting *settings;
	const struct carry *carries;                   /* what of it leaves with the desk, {0}-ended */
	/* Called once after migration, in a write transaction: rows the slice needs (presets). Must be idempotent. */
	enum err (*prepare)(struct ctx *c);
	/* For `tend verify`: what the slice keeps besides rows with events (counts, words) against the rows. Tells each complaint, counts them. */
	enum err (*verify)(struct ctx *c, void (*say)(void *arg, struct str complaint), void *arg, int64_t *complaints);
};

const struct command *feature_command(const struct feature *const *all, struct str name);
const struct job_kind *feature_job(const struct feature *const *all, struct str name);
const struct outbox_kind *feature_outbox(const struct feature *const *all, struct str name);
const struct setting *feature_setting(const struct feature *const *all, struct str key);

#endif
