/* demo.c: the tickets of the demo desk: each one lives through its days as real ones do, by the ticket slice's own functions and its table of
 * transitions, each step at its own instant and by the one who does it. What would lie in the future does not happen: so the newest tickets are new, the
 * older ones wait, and most are closed. */
#include "transfer/demo.h"

#include "base/civil.h"
#include "core/command.h"
#include "core/feature.h"
#include "people/people.h"
#include "sla/sla.h"
#include "ticket/ticket.h"

#include "transfer.sql.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

/* BATCH tickets know of those of earlier batches; COMMIT batches are written at once, which spares pages and pieces of the full-text index that the next
 * commit would write again. */
enum { BATCH = 200, COMMIT = 10, DEMO_YEARS = 2, FRESH_MOST = 90, FRESH_DAYS = 5 };
#define HOUR UTIME_US_PER_HOUR
#define MINUTE UTIME_US_PER_MINUTE
#define DAY UTIME_US_PER_DAY

struct life {
	struct ctx *c;
	struct demo_desk *d;
	struct demo_rng rng;
	struct demo_slots slots;
	struct demo_contact *contact;
	struct demo_teammate *engineer;
	struct ticket_get_row t;
	utime at, end;               /* the instant of the next step; the real now */
	int64_t number;              /* of the ticket, from 0 */
	uint64_t seed;
	int messages;
};

enum err demo_desk_in_use(struct ctx *c, bool *ret)
{
	struct transfer_any_ticket_row ticket;
	struct transfer_any_org_row org;
	TRY(transfer_any_ticket(c->db, c->arena, &ticket, ret));
	return *ret ? OK : transfer_any_org(c->db, c->arena, &org, ret);
}

/* ---- who acts ---- */

static void as_customer(struct life *l)
{
	l->c->actor = (struct actor){ .kind = ACTOR_CONTACT, .id = l->contact->id, .name = l->contact->name };
	l->c->door = DOOR_MAIL;
}

static void as_teammate(struct life *l, const struct demo_teammate *t)
{
	l->c->actor = (struct actor){ .kind = ACTOR_TEAMMATE, .id = t->id, .name = t->name, .caps = ~0u };
	l->c->door = DOOR_FORM;
}

static void as_rule(struct life *l)
{
	l->c->actor = (struct actor){ .kind = ACTOR_SYSTEM, .name = S("status timer"), .caps = ~0u };
	l->c->door = DOOR_JOB;
}

/* Moves on by a span; false when that lies ahead of us. */
static bool later(struct life *l, int64_t from_us, int64_t to_us)
{
	int64_t span = from_us + (int64_t)(rng_next(&l->rng) % (uint64_t)(to_us - from_us + 1));
	if (l->at + span >= l->end)
		return false;
	l->at += span;
	l->c->now_us = l->at;
	return true;
}

/* ---- steps ---- */

static enum err add_marked(struct life *l, const char *kind, struct str body, const char *via, const char *mark)
{
	struct ctx *c = l->c;
	bool theirs = strcmp(kind, "customer") == 0, public = strcmp(kind, "public") == 0;
	struct message_get_row m = {
		.ticket_id = l->t.id, .kind = str_c(kind), .author_kind = str_c(actor_kind_name(c->actor.kind)), .author_id = SOME(c->actor.id),
		.author_name = c->actor.name, .via = str_c(via), .body = body, .state = theirs ? S("received") : S("sent"), .created_us = l->at,
		.at_us = l->at,
	};
	if (theirs || public)
		m.mail_id = arena_fmt(c->arena, "demo.%llu.%lld.%d@%s", (unsigned long long)l->seed, (long long)l->number, l->messages,
				      theirs ? "customer.example" : "tend.example");
	if (mark) {
		m.mark = str_c(mark);
		m.mark_from = S("said");
	}
	if (public)
		m.to_list = arena_fmt(c->arena, "[{\"name\":\"%.*s\",\"email\":\"%.*s\"}]", STR_ARG(l->contact->name), STR_ARG(l->contact->email));
	TRY(message_insert(c, &m, NULL));
	l->messages++;
	l->t.messages++;
	if (theirs && rng_chance(&l->rng, 60)) {
		int64_t i = rng_below(&l->rng, ARRAY_LEN(l->d->logs));
		const struct ticket_file f = { .filename = arena_fmt(c->arena, "%s.log", l->slots.service), .blob = l->d->logs[i],
					       .bytes = l->d->log_bytes[i], .content_id = STR_NULL };
		TRY(attachment_insert(c, l->t.id, m.id, &f, l->at, NULL));
		l->t.attachments++;
	}
	return OK;
}

static enum err add_message(struct life *l, const char *kind, struct str body, const char *via)
{
	return add_marked(l, kind, body, via, NULL);
}

static enum err save(struct life *l, const char *kind, const struct ticket_get_row *before, struct str more)
{
	return ticket_save(l->c, kind, before, &l->t, &(struct ticket_note_to_log){ .more = more, .at_us = l->at });
}

static enum err open_ticket(struct life *l)
{
	struct ctx *c = l->c;
	struct demo_org *o = &l->d->orgs[l->contact->org];
	static const char *const kinds[] = { "question", "defect", "help", "help", "improvement", "question" };
	l->t = (struct ticket_get_row){
		.subject = demo_subject(c->arena, &l->slots), .status = S("new"), .status_since_us = l->at, .kind = str_c(kinds[rng_below(&l->rng, 6)]),
		.requester_id = SOME(l->contact->id), .organisation_id = SOME(o->id), .origin = S("mail"), .inbound = S("support@tend.example"),
		.next_action = S("us"), .customer_wrote_us = SOME(l->at), .version_no = 1, .created_us = l->at, .updated_us = l->at, .messages = 0,
	};
	/* The row counts its first message from the start. */
	l->t.messages = 1;
	TRY(ticket_insert(c, &l->t, NULL));
	l->t.messages = 0;
	int64_t files = 0;
	TRY(add_message(l, "customer", demo_first_mail(c->arena, &l->slots), "mail"));
	files = l->t.attachments;
	l->t.attachments = 0;
	if (files) {
		struct ticket_get_row before = l->t;
		l->t.attachments = files;
		TRY(save(l, "ticket.updated", &before, STR_NULL));
	}
	return OK;
}

static enum err classify(struct life *l, struct ticket_get_row *t)
{
	static const char *const priorities[] = { "p1", "p2", "p2", "p2", "p3" };
	static const char *const efforts[] = { "small", "medium", "large" };
	int64_t x = rng_below(&l->rng, 100);
	t->severity = SOME(x < 2 ? 0 : x < 14 ? 1 : x < 55 ? 2 : 3);
	t->priority = x < 2 ? S("p0") : str_c(priorities[rng_below(&l->rng, 5)]);
	t->effort = str_c(efforts[rng_skewed(&l->rng, 3)]);
	t->deployment = str_c(l->d->orgs[l->contact->org].deployment);
	t->version = str_c(l->slots.version);
	TRY(ticket_tag_put(l->c, t->id, S("area"), str_c(l->slots.area->tag), true, l->at));
	if (rng_chance(&l->rng, 300))
		TRY(ticket_tag_put(l->c, t->id, S("theme"), str_c(rng_pick(&l->rng, l->slots.area->themes)), true, l->at));
	return OK;
}

static enum err take(struct life *l)
{
	struct ticket_get_row before = l->t;
	as_teammate(l, l->engineer);
	TRY(classify(l, &l->t));
	TRY(ticket_move(l->c, &l->t, TICKET_OPEN, BY_TAKE, l->at));
	l->t.assignee_id = SOME(l->engineer->id);
	l->t.team_id = SOME(l->d->team_id);
	return save(l, "ticket.taken", &before, STR_NULL);
}

/* Whoever is on duty says how severe it is, before anybody takes it. */
static enum err triage(struct life *l)
{
	struct ticket_get_row before = l->t;
	as_teammate(l, l->engineer);
	TRY(classify(l, &l->t));
	return save(l, "ticket.updated", &before, STR_NULL);
}

/* How long until we write: the first answer is promised, and mostly comes in time. */
static bool until_reply(struct life *l, int64_t from_us, int64_t to_us)
{
	bool trial = l->d->orgs[l->contact->org].trial;
	return l->t.first_reply_us.set ? later(l, from_us, to_us) : trial ? later(l, 5 * MINUTE, 35 * MINUTE) : later(l, 10 * MINUTE, 5 * HOUR);
}

static enum err note(struct life *l)
{
	struct ticket_get_row before = l->t;
	as_teammate(l, l->engineer);
	TRY(add_message(l, "note", demo_note_text(l->c->arena, &l->slots), "web"));
	return save(l, "ticket.noted", &before, STR_NULL);
}

static enum err reply(struct life *l, enum demo_reply kind, enum ticket_status to)
{
	struct ticket_get_row before = l->t;
	as_teammate(l, l->engineer);
	if (!l->t.assignee_id.set) {     /* who answers takes it */
		l->t.assignee_id = SOME(l->engineer->id);
		l->t.team_id = SOME(l->d->team_id);
	}
	static const char *const marks[] = { [REPLY_ASKS] = "substantive", [REPLY_EXPLAINS] = "progress", [REPLY_SOLVES] = "awaiting_confirmation" };
	TRY(add_marked(l, "public", demo_reply_text(l->c->arena, &l->slots, kind), "web", marks[kind]));
	TRY(ticket_move(l->c, &l->t, to, BY_REPLY, l->at));
	l->t.we_wrote_us = SOME(l->at);
	if (!l->t.first_reply_us.set)
		l->t.first_reply_us = SOME(l->at);
	l->t.promised_us = to == TICKET_OPEN ? SOME(l->at + DAY) : NONE;
	return save(l, "ticket.replied", &before, STR_NULL);
}

static enum err customer_writes(struct life *l, struct str text)
{
	struct ticket_get_row before = l->t;
	as_customer(l);
	TRY(add_message(l, "customer", text, "mail"));
	if (!str_eq(l->t.status, S("new")))
		TRY(ticket_move(l->c, &l->t, TICKET_OPEN, BY_CUSTOMER, l->at));
	l->t.customer_wrote_us = SOME(l->at);
	return save(l, "ticket.customer_wrote", &before, STR_NULL);
}

static enum err set_status(struct life *l, enum ticket_status to, enum ticket_by by)
{
	struct ticket_get_row before = l->t;
	if (by == BY_TIMER)
		as_rule(l);
	else
		as_teammate(l, l->engineer);
	/* What the last days left to be filled in stands in the list; older cases were filled in. */
	bool timer = by == BY_TIMER, fresh = l->end - l->at < 4 * DAY;
	struct resolve_cite cite = { .rule = timer ? S("auto") : S("R1"), .how = timer ? RESOLVE_TIMER : RESOLVE_PERSON, .counted = true,
				     .gates = timer ? S("the customer was silent") : S("confirmed: said: they wrote that it works"),
				     .to_fill = timer && fresh ? S("engineering docs summary") : S("") };
	TRY(ticket_move(l->c, &l->t, to, by, l->at));
	return ticket_save(l->c, "ticket.status_changed", &before, &l->t,
			   &(struct ticket_note_to_log){ .at_us = l->at, .cite = to == TICKET_SOLVED ? &cite : NULL });
}

/* ---- lives ---- */

static enum err live_spam(struct life *l)
{
	struct ctx *c = l->c;
	static const char body[] = "Dear decision maker,\n\nwe noticed that your website could reach many more people. Our experts are ready. Reply with "
				   "your budget and best time for a call.\n\nGrowth Offers";
	c->actor = (struct actor){ .kind = ACTOR_SYSTEM, .name = S("mail"), .caps = ~0u };
	c->door = DOOR_MAIL;
	l->t = (struct ticket_get_row){
		.subject = str_c(rng_pick(&l->rng, demo_spam)), .status = S("suspended"), .status_since_us = l->at, .kind = S("unset"),
		.requester_id = SOME(l->d->spammer), .origin = S("mail"), .inbound = S("support@tend.example"), .next_action = S("nobody"),
		.before_status = S("new"), .before_since_us = SOME(l->at), .suspend_reason = S("The sender's server says it is advertising"),
		.customer_wrote_us = SOME(l->at), .version_no = 1, .created_us = l->at, .updated_us = l->at, .messages = 1,
	};
	TRY(ticket_insert(c, &l->t, NULL));
	struct message_get_row m = {
		.ticket_id = l->t.id, .kind = S("customer"), .author_kind = S("contact"), .author_id = SOME(l->d->spammer), .author_name = S("Growth Offers"),
		.via = S("mail"), .body = str_c(body), .state = S("received"), .created_us = l->at, .at_us = l->at,
	};
	TRY(message_insert(c, &m, NULL));
	l->messages = 1;
	if (rng_chance(&l->rng, 400) && later(l, HOUR, DAY)) {
		struct ticket_get_row before = l->t;
		as_teammate(l, l->engineer);
		TRY(ticket_move(c, &l->t, TICKET_DELETED, BY_DELETE, l->at));
		return save(l, "ticket.deleted", &before, STR_NULL);
	}
	return OK;
}

/* Asked again under another subject: merged into the one before. */
static enum err merge(struct life *l)
{
	struct ticket_get_row before = l->t;
	as_teammate(l, l->engineer);
	TRY(ticket_move(l->c, &l->t, TICKET_MERGED, BY_MERGE, l->at));
	l->t.merged_into_id = SOME(l->contact->last_ticket);
	return save(l, "ticket.merged", &before, arena_fmt(l->c->arena, "\"into\":%lld", (long long)l->contact->last_ticket));
}

static enum err close_by_time(struct life *l)
{
	l->at += 72 * HOUR;
	l->c->now_us = l->at;
	return l->at < l->end ? set_status(l, TICKET_CLOSED, BY_TIMER) : OK;
}

static enum err solve(struct life *l)
{
	if (!until_reply(l, 20 * MINUTE, 20 * HOUR))
		return OK;
	TRY(reply(l, REPLY_SOLVES, TICKET_PENDING));
	if (rng_chance(&l->rng, 280)) {
		if (!later(l, 30 * MINUTE, 40 * HOUR))
			return OK;
		TRY(customer_writes(l, demo_confirm_text(l->c->arena, &l->slots)));
		if (!later(l, 5 * MINUTE, 5 * HOUR))
			return OK;
		TRY(set_status(l, TICKET_SOLVED, BY_TEAMMATE));
	} else {
		/* 48 business hours are two to four days. */
		if (!later(l, 2 * DAY, 4 * DAY))
			return OK;
		TRY(set_status(l, TICKET_SOLVED, BY_TIMER));
	}
	return close_by_time(l);
}

static enum err live(struct life *l)
{
	as_customer(l);
	TRY(open_ticket(l));
	if (l->contact->last_ticket && rng_chance(&l->rng, 8) && later(l, 20 * MINUTE, 3 * HOUR))
		return merge(l);
	if (l->contact->closed_ticket && rng_chance(&l->rng, 40)) {
		struct ticket_get_row before = l->t;
		l->t.parent_id = SOME(l->contact->closed_ticket);
		TRY(ticket_link_put(l->c, l->t.id, l->contact->closed_ticket, "follows", true, l->at));
		TRY(save(l, "ticket.updated", &before, STR_NULL));
	}
	/* Most are looked at soon; some lie for a night. */
	if (rng_chance(&l->rng, 50) ? !later(l, 2 * HOUR, 20 * HOUR) : !later(l, 2 * MINUTE, 30 * MINUTE))
		return OK;
	if (rng_chance(&l->rng, 8)) {
		struct ticket_get_row before = l->t;
		as_teammate(l, l->engineer);
		TRY(ticket_move(l->c, &l->t, TICKET_DELETED, BY_DELETE, l->at));
		return save(l, "ticket.deleted", &before, STR_NULL);
	}
	TRY(rng_chance(&l->rng, 450) ? take(l) : triage(l));
	if (l->t.assignee_id.set && rng_chance(&l->rng, 220) && later(l, 5 * MINUTE, HOUR))
		TRY(note(l));
	int64_t x = rng_below(&l->rng, 100), rounds = x < 72 ? 0 : x < 95 ? 1 : 2;
	for (int64_t i = 0; i < rounds; i++) {
		if (!until_reply(l, 10 * MINUTE, 9 * HOUR))
			return OK;
		TRY(reply(l, i ? REPLY_EXPLAINS : REPLY_ASKS, rng_chance(&l->rng, 850) ? TICKET_PENDING : TICKET_OPEN));
		if (!later(l, 20 * MINUTE, 30 * HOUR))
			return OK;
		TRY(customer_writes(l, demo_answer_text(l->c->arena, &l->slots, i > 0)));
	}
	/* A defect waits for its fix: for weeks, and some of them still do. */
	if (rng_chance(&l->rng, 45)) {
		if (!until_reply(l, 10 * MINUTE, 9 * HOUR))
			return OK;
		TRY(reply(l, REPLY_EXPLAINS, TICKET_ON_HOLD));
		if (!later(l, 8 * DAY, 70 * DAY))
			return OK;
		TRY(note(l));
	}
	/* Some simply take long. */
	if (rng_chance(&l->rng, 40) && !later(l, 3 * DAY, 25 * DAY))
		return OK;
	return solve(l);
}

/* When it comes in: spread over two years, growing, mostly in the writer's working hours. */
static utime arrival(struct life *l, int64_t number, int64_t n, int64_t region)
{
	/* A small desk would have an empty queue by now: its last fifth came within these days. */
	int64_t fresh = n / 5 < FRESH_MOST ? n / 5 : FRESH_MOST, old = n - fresh;
	utime begin = l->d->begin_us + 2 * DAY, turn = l->end - FRESH_DAYS * DAY;
	bool is_fresh = number >= old;
	double part = ((double)(is_fresh ? number - old : number) + (double)rng_below(&l->rng, 1000) / 1000.0) / (double)(is_fresh ? fresh : old);
	double grown = part * (1.35 - 0.35 * part);    /* earlier years had fewer */
	utime t = is_fresh ? turn + (utime)(part * (double)(l->end - turn)) : begin + (utime)(grown * (double)(turn + 4 * DAY - begin));
	const struct zone *z = zone_find(str_c(demo_regions[region].zone));
	bool dst;
	struct str abbrev;
	int64_t local = t + (z ? zone_offset_s(z, t, &dst, &abbrev) : 0) * UTIME_US_PER_SECOND, in_day = local % DAY;
	int64_t day = local / DAY, weekday = civil_weekday(day);
	if (weekday >= 5 && rng_chance(&l->rng, 800))
		t -= (weekday - 4) * DAY;
	if ((in_day < 8 * HOUR || in_day > 19 * HOUR) && rng_chance(&l->rng, 850))
		t += 8 * HOUR + (int64_t)(rng_next(&l->rng) % (uint64_t)(11 * HOUR)) - in_day;
	if (is_fresh && t >= l->end)
		return l->end - MINUTE - (int64_t)(rng_next(&l->rng) % (uint64_t)(5 * HOUR));
	while (t >= l->end)
		t -= DAY + (int64_t)(rng_next(&l->rng) % (uint64_t)HOUR);
	return t;
}

struct batch {
	struct ctx *c;
	const struct demo_options *o;
	struct demo_desk *d;
	int64_t from, to, messages;
	struct arena row_arena;
	struct demo_contact *contacts;   /* as they were when the commit began */
	/* what later batches may refer to, by ticket of this batch */
	struct { int contact; int64_t ticket; bool closed; } v[BATCH];
	size_t n;
};

static enum err one_life(struct ctx *c, struct batch *b, int64_t number, utime end)
{
	struct life l = { .c = c, .d = b->d, .end = end, .number = number, .seed = b->o->seed };
	rng_seed(&l.rng, b->o->seed, (uint64_t)number);
	int64_t who = rng_skewed(&l.rng, b->d->n_contacts);
	/* Neighbours in the list are of one organisation: stride through it, so that the busy ones are not all of the first. */
	who = (who * 7919) % b->d->n_contacts;
	l.contact = &b->d->contacts[who];
	struct demo_org *o = &b->d->orgs[l.contact->org];
	l.engineer = &b->d->teammates[o->engineer >= 0 && rng_chance(&l.rng, 850) ? o->engineer : rng_below(&l.rng, 10)];
	demo_slots_pick(&l.slots, &l.rng, &demo_areas[rng_skewed(&l.rng, (int64_t)demo_n_areas)]);
	l.slots.deployment = o->deployment;
	l.slots.customer_first = l.contact->first;
	l.slots.customer_name = l.contact->name;
	l.slots.engineer_name = l.engineer->name;
	l.slots.engineer_signature = arena_fmt(c->arena, "%.*s, Support", STR_ARG(l.engineer->name));
	l.slots.other_engineer = b->d->teammates[rng_below(&l.rng, 10)].name;
	l.slots.zone = str_c(demo_regions[l.contact->region].zone);
	l.at = arrival(&l, number, b->o->tickets, l.contact->region);
	c->now_us = l.at;
	bool spam = rng_chance(&l.rng, 9);
	TRY(spam ? live_spam(&l) : live(&l));
	TRY(sla_settle_after(c, l.t.id, end));
	if (l.t.merged_into_id.set)
		TRY(sla_settle_after(c, l.t.merged_into_id.v, end));
	b->messages += l.messages;
	if (!spam && !l.t.merged_into_id.set) {
		b->v[b->n].contact = (int)who;
		b->v[b->n].ticket = l.t.id;
		b->v[b->n++].closed = str_eq(l.t.status, S("closed"));
	}
	return OK;
}

static enum err write_batch(struct ctx *c, struct batch *b, int64_t from, int64_t to, utime end)
{
	b->n = 0;
	for (int64_t i = from; i < to; i++) {
		enum err e = one_life(c, b, i, end);
		arena_reset(&b->row_arena);
		if (e != OK)
			return e;
	}
	for (size_t i = 0; i < b->n; i++) {
		struct demo_contact *k = &b->d->contacts[b->v[i].contact];
		k->last_ticket = b->v[i].ticket;
		if (b->v[i].closed)
			k->closed_ticket = b->v[i].ticket;
	}
	return OK;
}

static enum err write_batches(struct ctx *c, void *arg)
{
	struct batch *b = arg;
	struct arena *outer = c->arena;
	struct actor actor = c->actor;
	utime now = c->now_us;
	b->messages = 0;
	if (b->d->n_contacts)   /* a job may be run again: from where it began */
		memcpy(b->d->contacts, b->contacts, (size_t)b->d->n_contacts * sizeof(b->contacts[0]));
	c->arena = &b->row_arena;
	c->bulk = true;
	enum err e = OK;
	for (int64_t from = b->from; e == OK && from < b->to; from += BATCH)
		e = write_batch(c, b, from, from + BATCH < b->to ? from + BATCH : b->to, now);
	c->arena = outer;
	c->actor = actor;
	c->bulk = false;
	c->door = DOOR_CLI;
	c->now_us = now;
	return e;
}

enum err demo_do(struct ctx *c, int64_t who, const char *command, struct str json, struct str *ret_answer)
{
	const struct command *cmd = feature_command(c->desk->features, str_c(command));
	struct raw_value *values;
	struct json_out out, *outer = c->out;
	struct actor actor = c->actor;
	struct teammate t;
	size_t n;
	if (ret_answer)
		*ret_answer = STR_NULL;
	if (!cmd)
		return OK;
	char *text = arena_alloc(c->arena, json.n + 1);
	for (size_t i = 0; i < json.n; i++)
		text[i] = json.p[i] == '\'' ? '"' : json.p[i];
	TRY(fields_from_json(c, (struct str){ text, json.n }, &values, &n));
	if (who)
		TRY(people_get(c, who, &t));
	c->actor = who ? (struct actor){ .kind = ACTOR_TEAMMATE, .id = t.id, .name = t.name, .caps = access_caps(t.access), .access = t.access, .zone = t.zone } :
			 (struct actor){ .kind = ACTOR_OPERATOR, .name = S("demo"), .caps = access_caps(S("admin")), .access = S("admin"), .zone = S("UTC") };
	void *in = arena_alloc(c->arena, cmd->in_size ? cmd->in_size : 1);
	enum err e = fields_decode(c, cmd, values, n, in);
	json_init(&out, c->arena, 1 << 20);
	json_obj(&out);
	c->out = &out;
	e = e == OK ? cmd->run(c, in) : e;
	c->out = outer;
	c->actor = actor;
	if (e != OK || !ret_answer)
		return e;
	json_obj_end(&out);
	*ret_answer = json_done(&out);
	return OK;
}

struct people_arg {
	const struct demo_options *o;
	struct demo_desk *d;
};

static enum err write_people(struct ctx *c, void *arg)
{
	struct people_arg *p = arg;
	utime begin = p->d->begin_us;
	*p->d = (struct demo_desk){ .begin_us = begin };
	TRY(demo_people(c, p->o, p->d));
	return demo_growth(c, p->d);
}

static void show_progress(const struct demo_options *o, int64_t done)
{
	if (!o->progress)
		return;
	int wide = (int)(done * 40 / o->tickets);
	fprintf(stderr, "\r[%.*s%*s] %lld of %lld tickets", wide, "########################################", 40 - wide, "", (long long)done,
		(long long)o->tickets);
	if (done == o->tickets)
		fputc('\n', stderr);
}

enum err demo_build(struct ctx *c, const struct demo_options *o, struct demo_made *ret)
{
	struct demo_desk d = { .begin_us = c->now_us - DEMO_YEARS * 365 * DAY };
	TRY(ctx_write(c, false, write_people, &(struct people_arg){ o, &d }));
	struct batch *b = arena_new(c->arena, struct batch);
	b->o = o;
	b->d = &d;
	arena_init(&b->row_arena);
	*ret = (struct demo_made){ .teammates = d.n_teammates, .organisations = d.n_orgs, .contacts = d.n_contacts };
	enum err e = OK;
	b->contacts = arena_array(c->arena, struct demo_contact, (size_t)d.n_contacts);
	for (b->from = 0; e == OK && b->from < o->tickets; b->from = b->to) {
		b->to = b->from + BATCH * COMMIT < o->tickets ? b->from + BATCH * COMMIT : o->tickets;
		if (d.n_contacts)
			memcpy(b->contacts, d.contacts, (size_t)d.n_contacts * sizeof(d.contacts[0]));
		e = ctx_write(c, false, write_batches, b);
		if (e != OK)
			break;
		ret->tickets += b->to - b->from;
		ret->messages += b->messages;
		show_progress(o, b->to);
	}
	arena_done(&b->row_arena);
	if (e == OK)
		e = ctx_write(c, true, demo_triage, &d);
	return e == OK ? ctx_write(c, true, demo_cases, &d) : e;
}
