/* resolve_gate.c: the kinds of gates, how each is looked up in a case's log, and what to do when it is shut. Which rule has which gates is rows
 * (resolve.h); this file knows kinds only. */
#include "ticket/resolve_int.h"

#include "base/utf8.h"
#include "core/desk.h"

#include "base/banned.h"

static const char *const GATES[GATE_COUNT] = {
	[GATE_CONFIRMED] = "confirmed", [GATE_TASKS] = "tasks",   [GATE_LINK] = "link",         [GATE_FILED] = "filed",     [GATE_PRIVATE] = "private",
	[GATE_ATTEMPTS] = "attempts",   [GATE_ADVISED] = "advised", [GATE_WORKAROUND] = "workaround", [GATE_TOLD] = "told",   [GATE_NOBODY] = "nobody",
	[GATE_KEPT] = "kept",           [GATE_DOC_TASK] = "doc_task", [GATE_REASON] = "reason",
};

const char *gate_name(enum gate_kind k)
{
	return GATES[k];
}

static bool gate_named(struct str name, enum gate_kind *ret)
{
	for (size_t i = 0; i < GATE_COUNT; i++)
		if (str_eq(name, str_c(GATES[i]))) {
			*ret = (enum gate_kind)i;
			return true;
		}
	return false;
}

/* ---- reading a gate text ---- */

static enum err bad_gate(struct ctx *c, struct str field, struct str word)
{
	struct buf b;
	buf_init(&b, c->arena, 1000);
	for (size_t i = 0; i < GATE_COUNT; i++)
		buf_fmt(&b, "%s%s", i ? ", " : "", GATES[i]);
	return fail_field(c, field, "There is no gate “%.*s”. There are: %.*s.", STR_ARG(utf8_clip(word, 40)), STR_ARG(buf_str(&b)));
}

static bool wants_number(enum gate_kind k)
{
	return k == GATE_ATTEMPTS || k == GATE_KEPT;
}

static bool wants_part(enum gate_kind k)
{
	return k == GATE_TOLD || k == GATE_NOBODY;
}

static bool param_fits(const struct resolve_gate *g)
{
	int64_t n = 0;
	if (wants_number(g->kind))
		return str_i64(g->param, &n) && n > 0 && n <= 100;
	if (wants_part(g->kind))
		return str_eq(g->param, S("ce")) || str_eq(g->param, S("ta"));
	return !g->param.n || (g->kind == GATE_TASKS && str_eq(g->param, S("held")));
}

enum err resolve_gates_parse(struct ctx *c, struct str field, struct str gates, struct resolve_look_rule *ret)
{
	struct str rest = str_trim(gates), word;
	bool more = rest.n > 0;
	ret->n_gates = 0;
	for (int group = 0; more; group++) {
		struct str one, alternatives;
		more = str_cut(rest, ' ', &word, &rest);
		if (!word.n) {
			group--;
			continue;
		}
		bool soft = word.p[word.n - 1] == '?', another = true;
		alternatives = soft ? str_slice(word, 0, word.n - 1) : word;
		while (another) {
			struct str name, param;
			another = str_cut(alternatives, '|', &one, &alternatives);
			str_cut(one, ':', &name, &param);
			if (ret->n_gates == RESOLVE_GATES)
				return fail_field(c, field, "A rule has at most %d gates.", RESOLVE_GATES);
			struct resolve_gate g = { .param = param.p ? param : S(""), .soft = soft, .group = group, .words = S("") };
			if (!gate_named(name, &g.kind) || !param_fits(&g))
				return bad_gate(c, field, one);
			ret->gate[ret->n_gates++] = g;
		}
	}
	return OK;
}

/* ---- links ---- */

/* The first link in a text that is not to ourselves; STR_NULL = none. */
static struct str first_link(struct ctx *c, struct str text)
{
	struct str own = c->desk->cfg.public_url ? str_c(c->desk->cfg.public_url) : S("");
	for (size_t at = 0; at < text.n;) {
		struct str rest = str_slice(text, at, text.n);
		ptrdiff_t s = str_find(rest, S("https://")), p = str_find(rest, S("http://"));
		ptrdiff_t i = s < 0 ? p : p < 0 ? s : s < p ? s : p;
		if (i < 0)
			return STR_NULL;
		struct str link = str_slice(rest, (size_t)i, rest.n);
		size_t n = 0;
		while (n < link.n && (unsigned char)link.p[n] > ' ' && link.p[n] != ')' && link.p[n] != '>' && link.p[n] != ']' && link.p[n] != '"')
			n++;
		link = str_slice(link, 0, n);
		bool ours = own.n && str_starts(link, own), here = str_find(link, S("://localhost")) > 0 || str_find(link, S("://127.")) > 0;
		if (!ours && !here && n > 10)
			return link;
		at += (size_t)i + n;
	}
	return STR_NULL;
}

static enum err links(struct ctx *c, struct resolve_case *k)
{
	struct resolve_ours_row *rows;
	size_t n;
	if (k->links_read)
		return OK;
	TRY(resolve_ours(c->db, c->arena, &rows, &n, .ticket_id = k->t->id));
	for (size_t i = 0; i < n; i++) {
		struct str link = first_link(c, rows[i].body);
		if (link.p && !k->any_link.p)
			k->any_link = link;
		if (link.p && !k->public_link.p && str_eq(rows[i].kind, S("public")))
			k->public_link = link;
	}
	k->links_read = true;
	return OK;
}

/* ---- each kind ---- */

static void say(struct ctx *c, struct resolve_gate *g, bool holds, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static void say(struct ctx *c, struct resolve_gate *g, bool holds, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	g->state = holds ? GATE_HOLDS : GATE_MISSING;
	g->words = arena_vfmt(c->arena, fmt, ap);
	va_end(ap);
}

static void tasks(struct ctx *c, const struct resolve_case *k, struct resolve_gate *g)
{
	long long n = g->param.n ? k->f.loose_tasks : k->f.open_tasks, all = k->f.open_tasks;
	if (!all)
		say(c, g, true, "No task of ours is open beside it.");
	else if (!n)
		say(c, g, true, "%lld %s open beside it, and held by somebody.", all, all == 1 ? "task is" : "tasks are");
	else
		say(c, g, false, "%lld %s still open beside it, first #%lld: %s.", n, n == 1 ? "task of ours is" : "tasks of ours are", (long long)k->f.open_task.v,
		    g->param.n ? "finish it, or give it to somebody" : "finish it first");
}

static void attempts(struct ctx *c, const struct resolve_case *k, struct resolve_gate *g)
{
	int64_t want = 0, have = k->f.replies + k->f.asks;
	str_i64(g->param, &want);
	if (have >= want)
		say(c, g, true, "We wrote %lld times, and the customer has not answered.", (long long)have);
	else
		say(c, g, false, "%lld of %lld attempts since the customer last wrote: write again and wait.", (long long)have, (long long)want);
}

static void told(struct ctx *c, const struct resolve_case *k, struct resolve_gate *g)
{
	bool ce = str_eq(g->param, S("ce"));
	long long there = ce ? k->f.ces : k->f.tas, follow = ce ? k->f.ces_told : k->f.tas_told;
	const char *who = ce ? "customer engineer" : "technical advisor";
	if (g->kind == GATE_NOBODY && there)
		say(c, g, false, "The customer has a %s.", who);
	else if (g->kind == GATE_NOBODY)
		say(c, g, true, "The customer has no %s.", who);
	else if (follow)
		say(c, g, true, "The %s follows the case.", who);
	else if (there)
		say(c, g, false, "The %s does not follow the case: add them, or say how they were told.", who);
	else
		say(c, g, false, "No %s stands beside this customer: say who was told instead.", who);
}

static void kept(struct ctx *c, const struct resolve_case *k, struct resolve_gate *g)
{
	int64_t days = 0, last = k->t->we_wrote_us.set ? k->t->we_wrote_us.v : k->t->created_us;
	if (k->t->customer_wrote_us.set && k->t->customer_wrote_us.v > last)
		last = k->t->customer_wrote_us.v;
	str_i64(g->param, &days);
	if (c->now_us - last >= days * UTIME_US_PER_DAY)
		say(c, g, true, "Nothing was written for %lld days.", (long long)((c->now_us - last) / UTIME_US_PER_DAY));
	else
		say(c, g, false, "Keep it open until %lld days after somebody last wrote.", (long long)days);
}

static void confirmed(struct ctx *c, const struct resolve_case *k, struct resolve_gate *g)
{
	bool yes = k->f.confirmed_us.set && (!k->t->customer_wrote_us.set || k->f.confirmed_us.v >= k->t->customer_wrote_us.v);
	if (yes)
		say(c, g, true, "The customer said yes to our question.");
	else if (k->f.confirmed_us.set)
		say(c, g, false, "The customer confirmed, and wrote again since: ask again, or say how they confirmed.");
	else
		say(c, g, false, "The customer has not confirmed: ask, or say how they did.");
}

static enum err look_up(struct ctx *c, struct resolve_case *k, struct resolve_gate *g)
{
	switch (g->kind) {
	case GATE_CONFIRMED:
		confirmed(c, k, g);
		return OK;
	case GATE_TASKS:
		tasks(c, k, g);
		return OK;
	case GATE_LINK:
	case GATE_FILED: {
		TRY(links(c, k));
		struct str link = utf8_clip(g->kind == GATE_LINK ? k->public_link : k->any_link, 120);
		if (link.n)
			say(c, g, true, "%s: %.*s", g->kind == GATE_LINK ? "The customer has the link" : "Filed", STR_ARG(link));
		else
			say(c, g, false, "%s", g->kind == GATE_LINK ? "No link stands in a reply: send the customer the public one." : "No link says where it is filed: put it into a note.");
		return OK;
	}
	case GATE_PRIVATE:
		say(c, g, false, "If it shows a weakness: say where it is filed privately.");
		return OK;
	case GATE_ATTEMPTS:
		attempts(c, k, g);
		return OK;
	case GATE_ADVISED:
		say(c, g, k->f.advised > 0, "%s", k->f.advised ? "A reply of ours says what to do." : "No reply of ours says what to do yet.");
		return OK;
	case GATE_WORKAROUND:
		say(c, g, k->f.workarounds > 0, "%s", k->f.workarounds ? "A reply of ours is marked as a workaround." : "No reply is marked as a workaround: mark it.");
		return OK;
	case GATE_TOLD:
	case GATE_NOBODY:
		told(c, k, g);
		return OK;
	case GATE_KEPT:
		kept(c, k, g);
		return OK;
	case GATE_DOC_TASK:
		say(c, g, k->docs, "%s", k->docs ? "The question about the docs is answered." : "Say whether the docs are sufficient, or make a task for them.");
		return OK;
	case GATE_REASON:
		say(c, g, k->ask->reason.n > 0, "%s%.*s", k->ask->reason.n ? "" : "Say why there is nothing to do for us.", STR_ARG(utf8_clip(k->ask->reason, 300)));
		return OK;
	case GATE_COUNT:
		break;
	}
	return fail(c, ERR_BUG, "a gate of no kind");
}

/* "confirmed: she said so" → the words after it, for this gate; STR_NULL = nothing was said about it. */
static struct str said_about(const struct resolve_ask *ask, enum gate_kind kind)
{
	for (size_t i = 0; i < ask->because.n; i++) {
		struct str name, why;
		if ((str_cut(ask->because.v[i], ':', &name, &why) || str_cut(ask->because.v[i], '=', &name, &why)) && str_eq(str_trim(name), str_c(GATES[kind])) &&
		    str_trim(why).n)
			return str_trim(why);
	}
	return STR_NULL;
}

enum err resolve_ask_check(struct ctx *c, const struct resolve_ask *ask)
{
	for (size_t i = 0; i < ask->because.n; i++) {
		struct str name, why;
		enum gate_kind kind;
		bool cut = str_cut(ask->because.v[i], ':', &name, &why) || str_cut(ask->because.v[i], '=', &name, &why);
		if (!cut || !gate_named(str_trim(name), &kind))
			return bad_gate(c, S("because"), cut ? name : ask->because.v[i]);
		if (!str_trim(why).n)
			return fail_field(c, S("because"), "Say why “%s” holds, after the colon.", GATES[kind]);
	}
	return OK;
}

enum err resolve_rule_look(struct ctx *c, struct resolve_case *k, struct resolve_look_rule *r)
{
	r->missing = 0;
	for (size_t i = 0; i < r->n_gates; i++) {
		struct resolve_gate *g = &r->gate[i];
		TRY(look_up(c, k, g));
		struct str why = said_about(k->ask, g->kind);
		if (g->state == GATE_MISSING && why.n) {
			g->state = GATE_SAID;
			g->words = why;
		}
	}
	for (size_t i = 0; i < r->n_gates;) {
		bool open = false, soft = r->gate[i].soft;
		int group = r->gate[i].group;
		for (; i < r->n_gates && r->gate[i].group == group; i++)
			open |= r->gate[i].state != GATE_MISSING;
		r->missing += !open && !soft;
	}
	return OK;
}
