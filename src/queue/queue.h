/* queue.h: the line and who takes what from it: number one, "what next?", overload, ranking sessions, capacity, who is away. The door of this folder.
 *
 * Laws of this slice
 *   - There is one number one at any time: the order is total (rank.h), and everybody who asks at the same instant is told the same.
 *   - By which keys, tiers and figures it goes are rows with dates (presets/handbook/queue.def); a page that shows an order says by which row.
 *   - Overload, a session, a level and a person's "at capacity" are declared by somebody, with a reason, for everybody to see; they end at their "until" by
 *     themselves, and a job writes that into the log.
 *   - Who is away keeps their cases while somebody fills in. A fill-in's replies do not change who holds a case.
 *
 * Events (entity = the table): queue.overloaded .overload_prolonged .overload_ended · queue_session.begun .heard .ordered .unordered .set .prolonged .ended ·
 * queue.picked (ticket_id is set) · skill.named .dropped · capacity.declared .prolonged .recovered · level.invoked .ended · absence.planned .changed .ended .told
 * .covered .uncovered .looked · rank.row_set, capacity.row_set for dated rows. */
#ifndef TEND_QUEUE_QUEUE_H
#define TEND_QUEUE_QUEUE_H

#include "core/feature.h"
#include "queue/line.h"
#include "queue/pick.h"

extern const struct feature queue_feature;

/* Everybody who works here, as far as giving them cases goes: hours, absences, capacity, first weeks, areas, counts. Fills all of w but the line. */
enum err queue_people(struct ctx *c, struct pick_world *w);
/* line_hold() and queue_people() together; line_put(w->line) afterwards. */
enum err queue_world(struct ctx *c, struct pick_world *w);
/* Whether somebody has said that they are at capacity. */
enum err queue_at_capacity(struct ctx *c, int64_t teammate, bool *ret, struct str *ret_why);

/* Tells somebody: stands on their pages until read. Inside a write. */
enum err queue_tell(struct ctx *c, int64_t teammate, struct str words, struct str url);
/* Tells the people around somebody: their manager, their teams; whoever leads when there are none. */
enum err queue_tell_around(struct ctx *c, int64_t teammate, struct str words, struct str url);

#endif
