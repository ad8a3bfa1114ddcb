/* place.h: what a slice adds to pages that are not its own: a link in the rail, and cards on the page of a ticket, of a customer and above lists.
 *
 * A slice lists them in its `struct feature`; desk/, which draws those pages, knows no slice below it. */
#ifndef TEND_WEB_PLACE_H
#define TEND_WEB_PLACE_H

#include "web/html.h"

struct web;
struct layout;

/* A link of the rail; {0}-ended. */
struct place {
	const char *label, *url;
	const char *under;      /* beginnings of paths that are inside it, with spaces between; NULL = its url */
	uint32_t need;          /* CAN_…, any of them; 0 = every teammate */
	bool rail;              /* stands in the rail; else under “More”. The palette finds both */
	bool work;              /* stands in the rail with the lists of tickets, on top of them, not with the places */
	const char *key;        /* a single key that goes there; NULL = none */
	const char *post;       /* "/do/queue.next": a button that stands on every page and does this, not a link; url is where a refusal is shown … */
	const char *done;       /* … and this is where it leads when it went well, "/tickets/{ticket}" */
};

/* Where a card can stand. */
enum card_at {
	CARD_TICKET_TOP,      /* one quiet line above the conversation; id: the ticket's */
	CARD_TICKET_SIDE,     /* a <section> with an <h2> in the column beside it; id: the ticket's */
	CARD_CUSTOMER,        /* a <section> on the page of an organisation; id: its */
	CARD_LIST_TOP,        /* one quiet line above a list of tickets; id: 0 */
	CARD_RAIL,            /* one quiet line at the foot of the rail, so on every page; id: 0 */
};

/* {0}-ended. `show` reads rows, calls its template with h, and writes nothing when it has nothing to say: cards are drawn on every such page, so it costs
 * one read by an index at most. It takes no w->html: that is the page's. */
struct card {
	enum err (*show)(struct web *w, int64_t id, struct html *h);
	enum card_at at;
};

/* All cards of that place in the order of slices, as finished markup of our own templates; "" = none. For a page's view, printed with {{safe}}. */
enum err web_cards(struct web *w, enum card_at at, int64_t id, struct str *ret);
/* Fills the layout's `places`, `more` and `acts` with the links that this person may follow; the one whose beginning covers most of the path is here. */
void web_places(struct web *w, struct layout *l);

#endif
