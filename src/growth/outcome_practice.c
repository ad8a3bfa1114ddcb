/* outcome_practice.c: what the practice side of this folder proves: certification, calls, pairings, account work. Counted from the plan's first day (or the month an
 * outcome names): what somebody did in an earlier role is not asked again, and does not help here. */
#include "growth/plan_parts.h"

#include "growth/call.h"
#include "growth/cert.h"
#include "growth/pair.h"
#include "growth/work.h"

#include "base/banned.h"

enum err growth_is_certified(struct ctx *c, int64_t teammate, bool *ret)
{
	struct cert_standing s;
	TRY(cert_standing_of(c, teammate, STR_NULL, &s));
	*ret = s.certification && s.state == CERT_CERTIFIED;
	return OK;
}

enum err growth_is_mentor(struct ctx *c, int64_t newcomer, int64_t mentor, bool *ret)
{
	int64_t a, b;
	TRY(pair_partner(c, newcomer, S("mentor"), &a));
	TRY(pair_partner(c, newcomer, S("buddy"), &b));
	*ret = a == mentor || b == mentor;
	return OK;
}

enum err evidence_led_calls(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct call_counts n;
	TRY(call_counts_of(c, q->teammate, STR_NULL, q->since_us, &n));
	*ret = n.led;
	return OK;
}

enum err evidence_shadowed(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct call_counts n;
	TRY(call_counts_of(c, q->teammate, STR_NULL, q->since_us, &n));
	*ret = n.shadowed + n.observed;
	return OK;
}

enum err evidence_discovery(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct call_counts n;
	TRY(call_counts_of(c, q->teammate, S("discovery"), q->since_us, &n));
	*ret = n.led + n.shadowed;
	return OK;
}

enum err evidence_demos(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	struct call_counts n;
	TRY(call_counts_of(c, q->teammate, S("demo"), q->since_us, &n));
	*ret = n.led;
	return OK;
}

enum err evidence_meetings(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	return pair_meetings_held(c, q->teammate, STR_NULL, q->since_us, ret);
}

enum err evidence_paired_account(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	int64_t partner;
	TRY(pair_partner(c, q->teammate, S("account"), &partner));
	*ret = partner != 0;
	return OK;
}

static enum err worked(struct ctx *c, const struct growth_asked *q, struct str kind, bool lead, bool delivered, int64_t *ret)
{
	struct work_counts n;
	TRY(work_counts_of(c, q->teammate, kind, q->since_us, &n));
	*ret += delivered ? n.delivered : lead ? n.lead : n.part;
	return OK;
}

enum err evidence_trials(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	*ret = 0;
	return worked(c, q, S("trial"), false, false, ret);
}

enum err evidence_plans(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	*ret = 0;
	TRY(worked(c, q, S("red_account"), false, false, ret));
	TRY(worked(c, q, S("renewal"), false, false, ret));
	return worked(c, q, S("post_sales"), false, false, ret);
}

enum err evidence_projects(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	*ret = 0;
	return worked(c, q, S("project"), false, false, ret);
}

enum err evidence_projects_led(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	*ret = 0;
	return worked(c, q, S("project"), true, false, ret);
}

enum err evidence_feedback(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	*ret = 0;
	return worked(c, q, S("feedback"), false, false, ret);
}

enum err evidence_improvements(struct ctx *c, const struct growth_asked *q, int64_t *ret)
{
	*ret = 0;
	return worked(c, q, S("improvement"), false, true, ret);
}
