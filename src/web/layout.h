/* layout.h: what stands around every page: skip link, rail (search, New, views, places, who is on duty), flash bar.
 *
 * A page gets a filled one from web_layout() (web.h), may change fields of it, and writes between the two calls:
 *
 *     {{include "web/layout.h"}}
 *     {{template queue_html(const struct queue_view *v)}}
 *     {{call layout_top(h, v->layout)}}
 *     <header class="top"><h1>Next up</h1> … the page's actions …</header>
 *     <div class="wrap"> … </div>
 *     {{call layout_bottom(h, v->layout)}}
 *     {{end}}
 *
 * and includes "layout.html.h" in its .c file when it calls the templates from C. Everything is borrowed. */
#ifndef TEND_WEB_LAYOUT_H
#define TEND_WEB_LAYOUT_H

#include "base/clock.h"
#include "base/str.h"

struct layout_link {
	struct str label;
	struct str url;
	struct str count;      /* "31", "999+"; empty = none */
	struct str key;        /* a single key that goes there; empty = none */
	bool here;             /* the page is this one, or inside it */
};

/* What can be done from every page: a button in the rail. */
struct layout_act {
	struct str label, key;
	struct str post, back, done;   /* the command's path; where a refusal is shown; where it leads */
};

struct layout {
	struct str title;
	struct str csrf;
	struct str me_name, me_initials;
	int64_t me_id;
	const struct layout_link *work;     /* what stands above them: the line, triage */
	size_t n_work;
	const struct layout_link *views;    /* lists of tickets */
	size_t n_views;
	const struct layout_link *places;   /* customers, on call, admin, … */
	size_t n_places;
	const struct layout_link *more;     /* places that are needed less often: folded */
	size_t n_more;
	const struct layout_act *acts;
	size_t n_acts;
	bool more_here;                     /* this page is one of them */
	struct str rail_cards;              /* markup of CARD_RAIL; "" = none */
	struct str on_duty;                 /* "Mara, Theo until 19:00 UTC"; empty = not shown */
	struct str flash;                   /* what just happened, one sentence; empty = none */
	struct str flash_undo_url;          /* a POST undoes it; empty = cannot be undone */
	int64_t flash_left_s;               /* seconds the undo still works; 0 = as long as the page stands */
	struct str path;                    /* of this page: where undoing comes back to */
	bool flash_bad;                     /* something went wrong: said at once to screen readers, in red */
	bool signed_in;                     /* false: no rail, one column in the middle (sign-in, reset, error pages) */
	struct str live_url;                /* "/live?topic=tickets"; empty = the page does not change by itself */
	struct str search;                  /* what stands in the search field */
	struct str theme;                   /* "light", "dark"; empty = as the system says */
};

/* The icon's link with the picture inside the address (the policy allows images so): one request less on a first visit. The same as assets/tend.svg. */
extern const struct str layout_icon;

struct html;
void layout_top(struct html *h, const struct layout *l);
void layout_bottom(struct html *h, const struct layout *l);

#endif
