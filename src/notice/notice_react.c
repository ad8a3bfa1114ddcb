/* notice_react.c: what slices above do that a person should know: a case offered, a case that comes to somebody, a p0, a word wanted. Rows are read by statements;
 * a sentence names the case by its subject and who acted, and says nothing out of a message or a note. */
#include "notice/notice.h"

#include "base/json_look.h"
#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

enum { TEAM_MOST = 100, LEADS_MOST = 20, SUBJECT_BYTES = 120 };

static struct str case_words(struct ctx *c, int64_t ticket, struct str subject)
{
	return arena_fmt(c->arena, "#%lld “%.*s”", (long long)ticket, STR_ARG(utf8_clip(subject, SUBJECT_BYTES)));
}

static struct str case_url(struct ctx *c, int64_t ticket)
{
	return arena_fmt(c->arena, "/tickets/%lld", (long long)ticket);
}

static struct str actor(const struct ctx *c)
{
	return c->actor.kind == ACTOR_TEAMMATE && c->actor.name.n ? c->actor.name : S("the desk");
}

/* ---- offers ---- */

static enum err offered(struct ctx *c, int64_t id, struct str key)
{
	struct notice_handover_row h;
	struct notice_team_row *team;
	size_t n = 0;
	bool found;
	TRY(notice_handover(c->db, c->arena, &h, &found, .id = id));
	if (!found)
		return OK;
	struct notice_new one = { .to = h.to_id.v, .kind = NOTICE_HANDOVER, .key = key, .url = case_url(c, h.ticket_id),
				  .words = arena_fmt(c->arena, "%.*s offers %s %.*s", STR_ARG(h.by_name), h.to_id.set ? "you" : "your team",
						     STR_ARG(case_words(c, h.ticket_id, h.subject))) };
	if (h.to_id.set)
		return notice_tell(c, &one);
	if (h.to_team_id.set)
		TRY(notice_team(c->db, c->arena, &team, &n, .team_id = h.to_team_id.v, .max = TEAM_MOST));
	for (size_t i = 0; i < n; i++) {
		one.to = team[i].id;
		TRY(notice_tell(c, &one));
	}
	return OK;
}

enum err notice_on_handover(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	struct str key = arena_fmt(c->arena, "handover:%lld", (long long)e->entity_id);
	if (c->bulk || strcmp(e->entity, "handover") != 0)
		return OK;
	if (strcmp(e->kind, "handover.offered") == 0)
		return offered(c, e->entity_id, key);
	return strcmp(e->kind, "handover.greeted") == 0 ? OK : notice_over(c, key);
}

/* ---- cases ---- */

static enum err came_to(struct ctx *c, int64_t ticket, int64_t to, const struct notice_ticket_row *t)
{
	return notice_tell(c, &(struct notice_new){ .to = to, .kind = NOTICE_ASSIGNED, .key = arena_fmt(c->arena, "held:%lld", (long long)ticket), .url = case_url(c, ticket),
						    .words = arena_fmt(c->arena, "%.*s came to you, by %.*s", STR_ARG(case_words(c, ticket, t->subject)), STR_ARG(actor(c))) });
}

/* Whoever holds it; else the customer's engineer and the backup; else those who lead. */
static enum err is_p0(struct ctx *c, int64_t ticket, const struct notice_ticket_row *t)
{
	struct notice_leads_row *leads;
	size_t n = 0;
	struct notice_new one = { .kind = NOTICE_P0, .key = arena_fmt(c->arena, "p0:%lld", (long long)ticket), .url = case_url(c, ticket),
				  .words = arena_fmt(c->arena, "p0: %.*s%s", STR_ARG(case_words(c, ticket, t->subject)), t->assignee_id.set ? "" : ", and nobody holds it") };
	const struct opt_i64 who[] = { t->assignee_id, t->assignee_id.set ? NONE : t->engineer_id, t->assignee_id.set ? NONE : t->backup_id };
	bool any = false;
	for (size_t i = 0; i < ARRAY_LEN(who); i++) {
		one.to = who[i].v;
		any |= who[i].set;
		if (who[i].set)
			TRY(notice_tell(c, &one));
	}
	if (!any)
		TRY(notice_leads(c->db, c->arena, &leads, &n, .max = LEADS_MOST));
	for (size_t i = 0; i < n; i++) {
		one.to = leads[i].id;
		TRY(notice_tell(c, &one));
	}
	return OK;
}

enum err notice_on_ticket(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	struct notice_ticket_row t;
	struct str priority, holder;
	bool found;
	if (c->bulk || strcmp(e->entity, "ticket") != 0)
		return OK;
	struct str set = json_look(e->data, "set");
	bool held = json_has(set, "assignee_id", &holder), ranked = json_has(set, "priority", &priority), created = strcmp(e->kind, "ticket.created") == 0;
	int64_t to = json_look_i64(set, "assignee_id").v;
	bool p0 = ranked && str_eq(priority, S("p0"));
	if (held && !created)
		TRY(notice_over(c, arena_fmt(c->arena, "held:%lld", (long long)e->entity_id)));
	if (ranked && !created && !p0)
		TRY(notice_over(c, arena_fmt(c->arena, "p0:%lld", (long long)e->entity_id)));
	bool own = c->actor.kind == ACTOR_TEAMMATE && c->actor.id == to;
	if ((!to || own) && !p0)
		return OK;
	TRY(notice_ticket(c->db, c->arena, &t, &found, .id = e->entity_id));
	if (!found)
		return OK;
	if (p0)
		TRY(is_p0(c, e->entity_id, &t));
	else if (to && str_eq(t.priority, S("p0")))
		return is_p0(c, e->entity_id, &t);
	return to && !own && !p0 ? came_to(c, e->entity_id, to, &t) : OK;
}

/* ---- a word wanted ---- */

enum err notice_on_escalation(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	struct notice_escalation_row r;
	struct str key = arena_fmt(c->arena, "escalation:%lld", (long long)e->entity_id);
	bool found;
	if (c->bulk || strcmp(e->entity, "case_escalation") != 0)
		return OK;
	if (strcmp(e->kind, "escalation.raised") != 0)
		return notice_over(c, key);
	TRY(notice_escalation(c->db, c->arena, &r, &found, .id = e->entity_id));
	if (!found || !r.to_id.set)
		return OK;
	return notice_tell(c, &(struct notice_new){ .to = r.to_id.v, .kind = NOTICE_ESCALATION, .key = key, .url = arena_fmt(c->arena, "/escalations/%lld", (long long)r.ticket_id),
						    .words = arena_fmt(c->arena, "%.*s asks for your word on %.*s", STR_ARG(r.by_name),
								       STR_ARG(case_words(c, r.ticket_id, r.subject))) });
}
