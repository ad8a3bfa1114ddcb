/* demo_triage.c: the newest tickets of the demo desk that nobody answered wait for triage, one of them with a note of the account team, and the first customer has
 * documents and figures. A dozen commands whatever the desk's size. */
#include "transfer/demo.h"

#include "core/command.h"
#include "core/feature.h"

#include "transfer.sql.h"

#include "base/banned.h"

enum { NEWEST = 12 };

/* A command by its name with JSON in which ' stands for "; a desk without the slice does nothing. */
static enum err act(struct ctx *c, const char *command, struct str json)
{
	const struct command *cmd = feature_command(c->desk->features, str_c(command));
	struct raw_value *values;
	struct json_out out, *outer = c->out;
	size_t n;
	if (!cmd)
		return OK;
	char *text = arena_alloc(c->arena, json.n + 1);
	for (size_t i = 0; i < json.n; i++)
		text[i] = json.p[i] == '\'' ? '"' : json.p[i];
	TRY(fields_from_json(c, (struct str){ text, json.n }, &values, &n));
	void *in = arena_alloc(c->arena, cmd->in_size);
	TRY(fields_decode(c, cmd, values, n, in));
	json_init(&out, c->arena, 1 << 20);
	json_obj(&out);
	c->out = &out;
	enum err e = cmd->run(c, in);
	c->out = outer;
	return e;
}

enum err demo_triage(struct ctx *c, void *arg)
{
	const struct demo_desk *d = arg;
	struct demo_newest_new_row *v;
	size_t n;
	if (!d->n_orgs)
		return OK;
	long long org = d->orgs[0].id;
	TRY(act(c, "account_fact.add", arena_fmt(c->arena, "{'organisation':%lld,'kind':'document','title':'Technical design','url':'https://docs.example/design'}", org)));
	TRY(act(c, "account_fact.add", arena_fmt(c->arena, "{'organisation':%lld,'kind':'health','title':'Utilisation','value':'64 %% of seats'}", org)));
	TRY(act(c, "account_fact.add", arena_fmt(c->arena, "{'organisation':%lld,'kind':'licence','title':'Licence','value':'400 seats, ends in five months'}", org)));
	TRY(demo_newest_new(c->db, c->arena, &v, &n, .max = NEWEST));
	for (size_t i = n; i-- > 0;)
		TRY(act(c, "triage.judge", arena_fmt(c->arena, "{'ticket':%lld}", (long long)v[i].id)));
	if (!n)
		return OK;
	return act(c, "context.note", arena_fmt(c->arena, "{'ticket':%lld,'summary':'Their review is on Friday; until then two teams wait for this.'}", (long long)v[n - 1].id));
}
