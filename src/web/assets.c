/* assets.c: finds embedded files; see assets.h. The table has a handful of rows, so a walk is the quickest way. */
#include "web/assets.h"
#include "web/layout.h"

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

const struct str layout_icon = S("<link rel=\"icon\" type=\"image/svg+xml\" href=\"data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2032%2032'%3E"
				 "%3Crect%20width='32'%20height='32'%20rx='8'%20fill='%230b6b5d'/%3E%3Cpath%20d='M10%2010h12M16%2010v9a4%204%200%200%200%204%204h1.5'%20"
				 "fill='none'%20stroke='%23fff'%20stroke-width='3.5'%20stroke-linecap='round'%20stroke-linejoin='round'/%3E%3C/svg%3E\">");
