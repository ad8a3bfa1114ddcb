/* assets.c: finds embedded files; see assets.h. The table has a handful of rows, so a walk is the quickest way. */
#include "web/assets.h"

#include "base/err.h"

#include "base/banned.h"

const struct asset *asset_find(struct str hashed_name)
{
	for (size_t i = 0; i < asset_count; i++)
		if (str_eq(asset_table[i].hashed, hashed_name))
			return &asset_table[i];
	return NULL;
}

struct str asset_url(const char *name)
{
	for (size_t i = 0; i < asset_count; i++)
		if (str_eq(asset_table[i].name, str_c(name)))
			return asset_table[i].url;
	ASSERT(!"asset_url: a name that is not in assets/");
	return STR_NULL;
}
