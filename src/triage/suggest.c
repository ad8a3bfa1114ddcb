/* suggest.c: the same issue elsewhere, who asked in truth, whose customer it is, what words say, who takes it; see suggest.h. */
#include "triage/suggest.h"

#include "account/account.h"
#include "desk/desk.h"
#include "people/people.h"

#include "suggest.sql.h"

#include <string.h>

#include "base/banned.h"

enum { WORDS = 14, SUBJECT_WORDS = 8, LOOK_BACK = 20000, READ = 60, ORG_OPEN = 20, BODY_READ_BYTES = 3000, OWN_WORDS_LEAST = 5, FULL_MOST = 500, SAME_THREAD_SCORE = 100 };
_Static_assert(sizeof(struct suggest_requester_open_row) == sizeof(struct suggest_org_open_row), "suggest.sql");

/* ---- the same issue ---- */

struct words {
	struct str v[WORDS];
	size_t n, n_subject;
};

static enum err words_of(struct ctx *c, const struct ticket_get_row *t, struct str body, struct words *w)
{
	*w = (struct words){ 0 };
	desk_telling_words(desk_words(c->arena, t->subject, 400), w->v, &w->n, SUBJECT_WORDS);
	w->n_subject = w->n;
	desk_telling_words(desk_words(c->arena, body, BODY_READ_BYTES), w->v, &w->n, WORDS);
	return OK;
}

static struct suggest_same *place(struct suggest *s, int64_t ticket, int score)
{
	for (size_t i = 0; i < s->n_same; i++)
		if (s->same[i].ticket == ticket) {
			if (s->same[i].score >= score)
				return NULL;
			memmove(&s->same[i], &s->same[i + 1], (s->n_same - i - 1) * sizeof(s->same[0]));
			s->n_same--;
			break;
		}
	size_t at = s->n_same;
	while (at > 0 && s->same[at - 1].score < score)
		at--;
	if (at == SUGGEST_SAME)
		return NULL;
	if (s->n_same < SUGGEST_SAME)
		s->n_same++;
	memmove(&s->same[at + 1], &s->same[at], (s->n_same - at - 1) * sizeof(s->same[0]));
	return &s->same[at];
}

/* A word of the subject in the other's subject weighs double: it is what somebody said it is about. */
static void weigh(struct ctx *c, const struct ticket_get_row *t, const struct words *w, const struct suggest_alike_row *r, struct suggest *s)
{
	struct str subject = desk_words(c->arena, r->subject, 400), body = desk_words(c->arena, r->body, BODY_READ_BYTES);
	bool same_org = t->organisation_id.set && r->organisation_id.set && t->organisation_id.v == r->organisation_id.v;
	bool same_person = t->requester_id.set && r->requester_id.set && t->requester_id.v == r->requester_id.v;
	struct buf b;
	int shares = 0, score = 0;
	buf_init(&b, c->arena, 1000);
	for (size_t i = 0; i < w->n; i++) {
		bool in_subject = desk_has_word(subject, w->v[i]);
		if (!in_subject && !desk_has_word(body, w->v[i]))
			continue;
		if (shares++ < 5)
			buf_fmt(&b, "%s%.*s", shares > 1 ? ", " : "", STR_ARG(w->v[i]));
		score += in_subject && i < w->n_subject ? 2 : 1;
	}
	if (shares < (same_org || same_person ? 2 : 3))
		return;
	enum ticket_status st = TICKET_CLOSED;
	ticket_status_parse(r->status, &st);
	score += (same_person ? 4 : 0) + (same_org ? 3 : 0) + (ticket_status_unsolved(st) ? 2 : 0);
	struct suggest_same *at = place(s, r->ticket_id, score);
	if (!at)
		return;
	*at = (struct suggest_same){
		.ticket = r->ticket_id, .subject = r->subject, .status = r->status, .assignee = r->assignee.p ? r->assignee : S(""),
		.organisation = r->organisation.p ? r->organisation : S(""), .score = score,
		.link = st == TICKET_CLOSED || (t->organisation_id.set && r->organisation_id.set && !same_org),
		.why = arena_fmt(c->arena, "shares “%.*s”%s", STR_ARG(buf_str(&b)), same_person ? "; by the same person" : same_org ? "; of the same customer" : ""),
	};
}

static enum err same_issue(struct ctx *c, const struct ticket_get_row *t, struct str body, struct suggest *s)
{
	struct words w;
	struct suggest_newest_message_row newest;
	struct suggest_alike_row *rows;
	struct buf match;
	size_t n;
	bool any;
	TRY(words_of(c, t, body, &w));
	if (!w.n)
		return OK;
	TRY(suggest_newest_message(c->db, c->arena, &newest, &any));
	buf_init(&match, c->arena, 8000);
	size_t asked = w.n_subject >= 3 ? w.n_subject : w.n;
	for (size_t i = 0; i < asked; i++)
		buf_fmt(&match, c->db->engine == DB_SQLITE ? "%s\"%.*s\"" : "%s'%.*s'", i ? (c->db->engine == DB_SQLITE ? " OR " : " | ") : "", STR_ARG(w.v[i]));
	TRY(suggest_alike(c->db, c->arena, &rows, &n, .words = buf_str(&match), .floor = any ? newest.id - LOOK_BACK : 0, .not_ticket = t->id, .max = READ));
	for (size_t i = 0; i < n; i++)
		weigh(c, t, &w, &rows[i], s);
	return OK;
}

/* Open ones of the same customer: by their subjects, or because they came from the same thread elsewhere. */
static enum err same_customer(struct ctx *c, const struct ticket_get_row *t, struct str body, const struct suggest_org_open_row *open, size_t n_open, struct suggest *s)
{
	struct words w;
	TRY(words_of(c, t, body, &w));
	for (size_t i = 0; i < n_open; i++) {
		struct suggest_same *at = NULL;
		struct suggest_alike_row r = { .ticket_id = open[i].ticket_id, .subject = open[i].subject, .status = open[i].status, .organisation_id = open[i].organisation_id,
					       .organisation = open[i].organisation, .requester_id = open[i].requester_id, .assignee = open[i].assignee, .body = S("") };
		if (t->origin_url.n && open[i].origin_url.n && str_eq(t->origin_url, open[i].origin_url))
			at = place(s, r.ticket_id, SAME_THREAD_SCORE);
		if (at)
			*at = (struct suggest_same){ .ticket = r.ticket_id, .subject = r.subject, .status = r.status, .assignee = r.assignee.p ? r.assignee : S(""),
						     .organisation = r.organisation.p ? r.organisation : S(""), .score = SAME_THREAD_SCORE, .why = S("from the same thread elsewhere") };
		else
			weigh(c, t, &w, &r, s);
	}
	return OK;
}

/* ---- who asked ---- */

bool suggest_blind(struct str text)
{
	struct str rest = text, line, w, more;
	int own = 0;
	bool passed_on = false;
	while (str_line(&rest, &line)) {
		struct str s = str_trim(line);
		if (str_ifind(s, S("forwarded message")) >= 0 || str_ifind(s, S("original message")) >= 0) {
			passed_on = true;
			break;
		}
		if (str_starts(s, S(">")) || str_ifind(s, S("from:")) == 0) {
			passed_on = true;
			continue;
		}
		for (more = s; more.n;) {
			str_cut(more, ' ', &w, &more);
			own += w.n > 0;
		}
	}
	return passed_on && own < OWN_WORDS_LEAST;
}

enum err suggest_is_teammate(struct ctx *c, struct str email, bool *ret)
{
	struct teammate t;
	*ret = false;
	return email.n ? people_find(c, email, &t, ret) : OK;
}

static void add_person(struct suggest *s, int64_t contact, struct str name, struct str email, const char *why, bool here)
{
	for (size_t i = 0; i < s->n_people; i++)
		if (s->people[i].contact == contact)
			return;
	if (s->n_people < SUGGEST_PEOPLE)
		s->people[s->n_people++] = (struct suggest_person){ .contact = contact, .name = name, .email = email.p ? email : S(""), .why = str_c(why), .here = here };
}

static enum err who_asked(struct ctx *c, const struct ticket_get_row *t, const struct triage_first_text_row *first, struct suggest *s)
{
	struct ticket_ccs_of_row *ccs;
	struct contact k = { 0 };
	size_t n;
	if (t->requester_id.set) {
		TRY(contact_get(c, t->requester_id.v, &k));
		TRY(suggest_is_teammate(c, k.email, &s->insider));
		s->insider |= str_eq(k.kind, S("internal"));
	}
	s->blind = s->insider && first && suggest_blind(first->body);
	TRY(ticket_ccs_of(c->db, c->arena, &ccs, &n, .ticket_id = t->id));
	if (t->requester_id.set && !s->insider)
		add_person(s, k.id, k.name, k.email, "wrote it", true);
	/* whom a forwarded mail names is proposed as a copy by the mail slice: it comes first when a teammate sent it */
	for (int proposed = 1; proposed >= 0; proposed--)
		for (size_t i = 0; i < n; i++) {
			bool ours;
			TRY(suggest_is_teammate(c, ccs[i].email, &ours));
			if (!ours && str_eq(ccs[i].state, S("proposed")) == (proposed == 1))
				add_person(s, ccs[i].contact_id, ccs[i].name, ccs[i].email, proposed ? "named in the mail" : "in copy", false);
		}
	if (t->requester_id.set && s->insider)
		add_person(s, k.id, k.name, k.email, "a teammate: whose request is it?", true);
	return OK;
}

/* ---- whose customer ---- */

static enum err add_org(struct ctx *c, struct suggest *s, int64_t id, struct str why, bool here)
{
	struct organisation_card card;
	for (size_t i = 0; i < s->n_orgs; i++)
		if (s->orgs[i].organisation == id)
			return OK;
	if (s->n_orgs == SUGGEST_ORGS)
		return OK;
	TRY(organisation_card(c, id, &card));
	if (!card.deleted)
		s->orgs[s->n_orgs++] = (struct suggest_org){ .organisation = id, .name = card.name, .why = why, .here = here };
	return OK;
}

static enum err whose_customer(struct ctx *c, const struct ticket_get_row *t, struct suggest *s)
{
	if (t->organisation_id.set && !s->insider)
		TRY(add_org(c, s, t->organisation_id.v, S("as it stands"), true));
	for (size_t i = 0; i < s->n_people; i++) {
		struct contact k;
		struct str local, domain;
		int64_t org;
		bool found = false;
		TRY(contact_get(c, s->people[i].contact, &k));
		if (k.organisation_id.set)
			TRY(add_org(c, s, k.organisation_id.v, arena_fmt(c->arena, "where %.*s is", STR_ARG(k.name)), false));
		str_cut(k.email.p ? k.email : S(""), '@', &local, &domain);
		if (domain.n)
			TRY(organisation_by_domain(c, domain, &org, &found));
		if (found)
			TRY(add_org(c, s, org, arena_fmt(c->arena, "has the domain %.*s", STR_ARG(domain)), false));
	}
	if (t->organisation_id.set && s->insider)
		TRY(add_org(c, s, t->organisation_id.v, S("as it stands"), true));
	return OK;
}

enum err suggest_org_by_name(struct ctx *c, struct str name, struct opt_i64 *ret)
{
	struct suggest_org_named_row *v;
	size_t n;
	TRY(suggest_org_named(c->db, c->arena, &v, &n, .name = name, .max = 2));
	*ret = n == 1 ? SOME(v[0].id) : NONE;
	return OK;
}

/* ---- who takes it ---- */

/* Active, and takes work; *ret_name is theirs. */
static enum err has_room(struct ctx *c, int64_t id, struct str *ret_name, bool *ret)
{
	struct suggest_at_capacity_row full;
	struct teammate t;
	bool at_capacity;
	TRY(people_get(c, id, &t));
	*ret_name = t.name;
	TRY(suggest_at_capacity(c->db, c->arena, &full, &at_capacity, .teammate_id = id, .now_us = c->now_us));
	*ret = str_eq(t.state, S("active")) && !at_capacity;
	return OK;
}

enum err suggest_at_capacity_check(struct ctx *c, int64_t id, bool *ret)
{
	struct suggest_at_capacity_row full;
	return suggest_at_capacity(c->db, c->arena, &full, ret, .teammate_id = id, .now_us = c->now_us);
}

enum err suggest_full_ones(struct ctx *c, struct id_list *ret)
{
	struct suggest_full_row *v;
	size_t n;
	TRY(suggest_full(c->db, c->arena, &v, &n, .now_us = c->now_us, .max = FULL_MOST));
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++)
		ids[i] = v[i].teammate_id;
	*ret = (struct id_list){ ids, n };
	return OK;
}

static enum err other_questions(struct ctx *c, const struct ticket_get_row *t, struct suggest_org_open_row **ret, size_t *ret_n)
{
	*ret_n = 0;
	if (t->organisation_id.set)
		return suggest_org_open(c->db, c->arena, ret, ret_n, .organisation_id = t->organisation_id.v, .not_ticket = t->id, .max = ORG_OPEN);
	if (t->requester_id.set)
		return suggest_requester_open(c->db, c->arena, (struct suggest_requester_open_row **)(void *)ret, ret_n, .requester_id = t->requester_id.v, .not_ticket = t->id,
					      .max = ORG_OPEN);
	return OK;
}

enum err suggest_holder(struct ctx *c, const struct ticket_get_row *t, struct suggest *s)
{
	struct organisation_card card;
	struct suggest_org_open_row *open = NULL;
	size_t n;
	bool room = false;
	s->assignee = s->backup = NONE;
	s->assignee_name = s->assignee_why = s->backup_name = S("");
	if (t->assignee_id.set) {
		TRY(has_room(c, t->assignee_id.v, &s->assignee_name, &room));
		s->assignee = t->assignee_id;
		s->assignee_why = S("holds it");
	}
	if (t->organisation_id.set) {
		TRY(organisation_card(c, t->organisation_id.v, &card));
		if (card.backup_id.set) {
			TRY(has_room(c, card.backup_id.v, &s->backup_name, &room));
			s->backup = room ? card.backup_id : NONE;
		}
		if (!s->assignee.set && card.assigned_id.set) {
			TRY(has_room(c, card.assigned_id.v, &s->assignee_name, &room));
			s->assignee = room ? card.assigned_id : NONE;
			s->assignee_why = S("is assigned to this customer");
		}
	}
	TRY(other_questions(c, t, &open, &n));
	for (size_t i = 0; i < n && !s->assignee.set; i++) {
		if (!open[i].assignee_id.set || open[i].created_us < t->created_us - UTIME_US_PER_DAY)
			continue;
		TRY(has_room(c, open[i].assignee_id.v, &s->assignee_name, &room));
		s->assignee = room ? open[i].assignee_id : NONE;
		s->assignee_why = arena_fmt(c->arena, "holds #%lld, asked by the same customer today", (long long)open[i].ticket_id);
	}
	if (!s->assignee.set)
		s->assignee_name = s->assignee_why = S("");
	return OK;
}

/* ---- all of it ---- */

static void how_bad(struct ctx *c, const struct ticket_get_row *t, struct suggest *s)
{
	int64_t v;
	int low, high;
	s->severity_why = S("");
	ticket_severity_range(c->arena, c->now_us, &low, &high);
	if (t->severity.set) {
		s->severity = t->severity;
		s->severity_why = S("as it stands");
	} else if (s->cues.n_severity && str_i64(s->cues.severity[0].value, &v) && v >= low && v <= high) {
		s->severity = SOME(v);
		s->severity_why = arena_fmt(c->arena, "it says “%.*s”", STR_ARG(s->cues.severity[0].words));
	} else if (s->cues.n_ask && strcmp(triage_kind_of(s->cues.ask[0].value), "help") != 0 && strcmp(triage_kind_of(s->cues.ask[0].value), "defect") != 0) {
		s->severity = SOME(high);
		s->severity_why = S("it is a question");
	}
}

enum err suggest_for(struct ctx *c, const struct ticket_get_row *t, struct suggest *s)
{
	struct triage_first_text_row first;
	struct suggest_org_open_row *open = NULL;
	size_t n_open;
	bool found;
	*s = (struct suggest){ 0 };
	TRY(triage_first_text(c->db, c->arena, &first, &found, .ticket_id = t->id));
	TRY(cue_read(c, t->subject, found ? first.body : S(""), people_date(c->arena, c->now_us), &s->cues));
	TRY(other_questions(c, t, &open, &n_open));
	TRY(same_issue(c, t, found ? first.body : S(""), s));
	TRY(same_customer(c, t, found ? first.body : S(""), open, n_open, s));
	TRY(who_asked(c, t, found ? &first : NULL, s));
	TRY(whose_customer(c, t, s));
	TRY(suggest_holder(c, t, s));
	how_bad(c, t, s);
	return summary_seen_before(c, t->id, SUGGEST_SEEN, &s->seen, &s->n_seen);
}
