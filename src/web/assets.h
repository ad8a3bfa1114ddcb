/* assets.h: the files of assets/, embedded in the program under names that carry their content's hash.
 *
 * A hashed name never changes its bytes, so it is served with "Cache-Control: public, max-age=31536000, immutable". */
#ifndef TEND_WEB_ASSETS_H
#define TEND_WEB_ASSETS_H

#include "base/str.h"

struct asset {
	struct str name;       /* "desk.css" */
	struct str hashed;     /* "desk.4f3a2b1c.css" */
	struct str url;        /* "/static/desk.4f3a2b1c.css" */
	struct str type;       /* Content-Type */
	struct str bytes;
	struct str gzip;       /* the same as gzip; p == NULL when that is not smaller */
};

/* The asset of that hashed name; NULL when there is none. Nothing is to be freed. */
const struct asset *asset_find(struct str hashed_name);
/* "/static/…" of a file of assets/. A name that is not there is a bug and ends the program. */
struct str asset_url(const char *name);

/* Made by tools/embed. */
extern const struct asset asset_table[];
extern const size_t asset_count;

#endif
