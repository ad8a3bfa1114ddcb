/* stream.h: live updates: events of the log as server-sent events, resumable by Last-Event-ID (event.seq).
 *
 *     id: 9812
 *     event: ticket
 *     data: {"ticket":42,"kind":"ticket.replied","actor":"Mara Lind","actor_id":3}
 *
 * One thread reads each new event once and sends it to every stream whose actor may see it. Sessions that end close their streams within 5 s. Presence (who
 * is looking at or writing on which ticket) lives in memory only and goes out as "event: presence". */
#ifndef TEND_WEB_STREAM_H
#define TEND_WEB_STREAM_H

#include "web/route.h"

struct stream_hub;

enum err stream_hub_open(struct web_app *app, struct desk *d, struct fault *f, struct stream_hub **ret);
void stream_hub_close(struct stream_hub *h);
/* GET /live?topic=tickets or /live?ticket=42, and POST /live/presence (ticket, state = looking|writing|gone). */
extern const struct route stream_routes[];

struct presence {
	int64_t teammate_id;
	struct str name;
	bool writing;
};
/* Who else is on the ticket now. */
enum err stream_presence(struct web *w, int64_t ticket_id, struct presence **ret, size_t *ret_n);

#endif
