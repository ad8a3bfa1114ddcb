/* cert.h: certifications: what somebody must show before they lead calls with customers alone.
 *
 * A *programme* (demonstrations, for customer engineers) has dated *editions*: competencies, which of them are core, the scale's words, who scores, who
 * clears, how many sessions, the pass rule. A published edition is never changed; a new one is published instead. Somebody's *certification* follows one
 * edition; its *entries* are what happened. State, date and focus are worked out from the entries by cert_eval() (cert_rule.h) at every change, so the rule
 * lives in one place; a command asks the rule before it writes, and is refused with the rule's own reason.
 *
 * Laws
 *   - Two scorers are two people, and neither is the person scored.
 *   - Who scores from the recording needs one: link, length and the customer's consent stand on the call.
 *   - A certificate stands when an edition changes, unless the new edition says that everybody is certified again.
 *   - Nothing is deleted: a score is corrected by another one.
 *
 * Events: cert_programme.created, .changed; cert_edition.created, .changed, .published; certification.started, .changed;
 * certification.practised, .approved, .cleared, .led, .scored, .revoked, .recognised (entity cert_entry). */
#ifndef TEND_GROWTH_CERT_H
#define TEND_GROWTH_CERT_H

#include "core/feature.h"
#include "growth/cert_rule.h"

extern const struct feature growth_practice_feature;   /* certification, calls, pairings, account work */

/* ---- for other slices and files ---- */

struct cert_standing {
	int64_t certification;             /* 0 = not on the way to any */
	struct str programme;              /* its name */
	enum cert_state state;
	struct opt_i64 certified_us;
	struct str focus;                  /* "Story, Discovery questions"; "" = none */
	int64_t practices, led, scored;    /* led: sessions that count */
};
/* How somebody stands in the programme of that slug (STR_NULL: the one they began last). */
enum err cert_standing_of(struct ctx *c, int64_t teammate, struct str programme_slug, struct cert_standing *ret);

/* Whether somebody may lead a call of that kind on that day. `shadows` are who comes along. *ret_why is a sentence when not: who is missing what, and what
 * to do about it; *ret_session is the certification it counts for (0 = none). Programmes that do not name the kind or the person's role ask nothing. */
enum err cert_may_lead(struct ctx *c, int64_t lead, struct str kind, utime at_us, const int64_t *shadows, size_t n_shadows, bool *ret_may, struct str *ret_why,
		       int64_t *ret_session);
/* Inside a write: a call that was held is a session. *ret_entry 0, and why, when it does not count. */
enum err cert_record_call(struct ctx *c, int64_t certification, int64_t call_id, struct str title, utime at_us, bool shadow, int64_t *ret_entry,
			  struct str *ret_why);

/* Whom an event of practice concerns (any entity of migrations/0010): the person certified, lead and places of a call, both of a pairing, owner, partner and
 * members of a piece of work. None for other entities. For reactions that count again what is proved about somebody. */
enum err practice_concerns(struct ctx *c, const struct event_new *e, int64_t **ret, size_t *ret_n);

#endif
