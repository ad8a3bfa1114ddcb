/* demo_triage.c: the newest tickets of the demo desk that nobody answered wait for triage, one of them with a note of the account team, and the first customer has
 * documents and figures. A dozen commands whatever the desk's size. */
#include "transfer/demo.h"

#include "transfer.sql.h"

#include "base/banned.h"

enum { NEWEST = 12 };

enum err demo_triage(struct ctx *c, void *arg)
{
	const struct demo_desk *d = arg;
	struct demo_newest_new_row *v;
	size_t n;
	if (!d->n_orgs)
		return OK;
	long long org = d->orgs[0].id;
	TRY(demo_do(c, 0, "account_fact.add", arena_fmt(c->arena, "{'organisation':%lld,'kind':'document','title':'Technical design','url':'https://docs.example/design'}", org), NULL));
	TRY(demo_do(c, 0, "account_fact.add", arena_fmt(c->arena, "{'organisation':%lld,'kind':'health','title':'Utilisation','value':'64 %% of seats'}", org), NULL));
	TRY(demo_do(c, 0, "account_fact.add", arena_fmt(c->arena, "{'organisation':%lld,'kind':'licence','title':'Licence','value':'400 seats, ends in five months'}", org), NULL));
	TRY(demo_newest_new(c->db, c->arena, &v, &n, .max = NEWEST));
	for (size_t i = n; i-- > 0;)
		TRY(demo_do(c, 0, "triage.judge", arena_fmt(c->arena, "{'ticket':%lld}", (long long)v[i].id), NULL));
	if (!n)
		return OK;
	return demo_do(c, 0, "context.note", arena_fmt(c->arena, "{'ticket':%lld,'summary':'Their review is on Friday; until then two teams wait for this.'}", (long long)v[n - 1].id), NULL);
}
