/* pair_look.c: looking at pairings: the partner, the count of meetings, the card "who can I ask?", the lists. */
#include "growth/pair_parts.h"

#include "account/account_parts.h"
#include "growth/cert_parts.h"
#include "growth/programme.h"
#include "people/people.h"

#include "base/banned.h"

enum err pair_partner(struct ctx *c, int64_t newcomer, struct str kind, int64_t *ret_id)
{
	struct pair_current_row *v;
	size_t n;
	*ret_id = 0;
	TRY(pair_current(c->db, c->arena, &v, &n, .newcomer_id = newcomer));
	for (size_t i = 0; i < n && !*ret_id; i++)
		if (str_eq(v[i].kind, kind) && str_eq(v[i].state, S("active")) && v[i].partner_id.set)
			*ret_id = v[i].partner_id.v;
	return OK;
}

enum err pair_meetings_held(struct ctx *c, int64_t newcomer, struct str kind, utime since_us, int64_t *ret)
{
	struct pair_met_count_row row;
	TRY(pair_met_count(c->db, c->arena, &row, .newcomer_id = newcomer, .kind = kind, .since_us = since_us));
	*ret = row.n;
	return OK;
}

/* ---- the card ---- */

static enum err next_meeting(struct ctx *c, int64_t pairing, struct str *ret)
{
	struct pair_meetings_of_row *v;
	size_t n;
	struct str now = today(c);
	*ret = STR_NULL;
	TRY(pair_meetings_of(c->db, c->arena, &v, &n, .pairing_id = pairing));
	for (size_t i = 0; i < n && !ret->p; i++)
		if (str_eq(v[i].state, S("due")) && str_cmp(v[i].due_on, now) >= 0)
			*ret = v[i].due_on;
	return OK;
}

static enum err manager_line(struct ctx *c, int64_t manager, struct pair_card *card)
{
	struct teammate t;
	if (!manager)
		return OK;
	TRY(people_get(c, manager, &t));
	card->lines[card->n_lines++] = (struct pair_card_line){ .what = S("Manager"), .name = t.name, .mail = t.email, .words = S("") };
	return OK;
}

enum err pair_card_of(struct ctx *c, int64_t newcomer, int64_t manager, struct pair_card *ret)
{
	struct pair_current_row *v;
	struct pair_fallbacks_row *f;
	size_t n, n_f;
	*ret = (struct pair_card){ .newcomer = newcomer, .is_me = c->actor.kind == ACTOR_TEAMMATE && c->actor.id == newcomer };
	TRY(pair_current(c->db, c->arena, &v, &n, .newcomer_id = newcomer));
	TRY(pair_fallbacks(c->db, c->arena, &f, &n_f, .max = 30));
	ret->lines = arena_array(c->arena, struct pair_card_line, n + 1);
	ret->fallback = arena_array(c->arena, struct pair_card_line, n_f + 1);
	for (size_t i = 0; i < n; i++) {
		struct str next;
		manager = manager ? manager : v[i].manager_id.v;
		TRY(next_meeting(c, v[i].id, &next));
		bool open = !v[i].partner_id.set;
		ret->mentored |= !open && str_eq(v[i].kind, S("mentor"));
		struct str until = v[i].ends_on.p ? arena_fmt(c->arena, "until %.*s", STR_ARG(growth_day_words(c->arena, v[i].ends_on))) : S("");
		struct str meet = next.p ? arena_fmt(c->arena, "%snext meeting %.*s", until.n ? ", " : "", STR_ARG(growth_day_words(c->arena, next))) : S("");
		ret->lines[ret->n_lines++] = (struct pair_card_line){
			.what = str_c(pair_words(v[i].kind)), .name = open ? S("") : v[i].name, .mail = open ? S("") : v[i].email, .open = open,
			.words = open ? S("nobody at the moment; your manager is looking for somebody") : arena_fmt(c->arena, "%.*s%.*s", STR_ARG(until), STR_ARG(meet)),
		};
	}
	TRY(manager_line(c, manager, ret));
	for (size_t i = 0; i < n_f; i++)
		if (f[i].teammate_id != newcomer)
			ret->fallback[ret->n_fallback++] = (struct pair_card_line){ .what = f[i].topic, .name = f[i].name, .mail = f[i].email, .words = f[i].note };
	return OK;
}

/* ---- pairing.list, pairing.show ---- */

static const char *const states[] = { "open", "active", "ended", NULL };

struct list_in {
	struct str state;
	struct opt_i64 before, max;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, state, FIELD_ENUM, .choices = states, .help = "only these"),
	FIELD(struct list_in, before, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err pair_list(struct ctx *c, const struct list_in *in)
{
	struct pair_page_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(pair_page(c->db, c->arena, &v, &n, .before_id = in->before.set ? in->before.v : INT64_MAX, .state = in->state, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", v[i].id);
		json_kstr(c->out, "kind", v[i].kind);
		json_kstr(c->out, "state", v[i].state);
		json_ki64(c->out, "newcomer", v[i].newcomer_id);
		json_kstr(c->out, "newcomer_name", v[i].newcomer);
		json_kopt(c->out, "partner", v[i].partner_id);
		json_kstr(c->out, "partner_name", v[i].partner);
		json_kstr(c->out, "starts_on", v[i].starts_on);
		json_kstr(c->out, "ends_on", v[i].ends_on);
		json_kstr(c->out, "end_reason", v[i].end_reason);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[n - 2].id) : NONE);
	return OK;
}
COMMAND_RUN(pair_list)

const struct command pair_list_cmd = {
	.name = "pairing.list", .help = "Pairings, newest first", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true, .run = RUN(pair_list),
};

struct show_in {
	int64_t pairing;
};
static const struct field show_fields[] = {
	FIELD(struct show_in, pairing, FIELD_ID, .required = true, .positional = true, .help = "number of the pairing", .example = "5"),
};

static enum err pair_show(struct ctx *c, const struct show_in *in)
{
	struct pairing_rows_row p;
	struct pair_meetings_of_row *v;
	size_t n;
	TRY(pairing_read(c, in->pairing, &p));
	TRY(pair_meetings_of(c->db, c->arena, &v, &n, .pairing_id = p.id));
	bool notes = c->actor.kind != ACTOR_TEAMMATE || (c->actor.caps & CAN_LEAD) || c->actor.id == p.newcomer_id ||
		     (p.partner_id.set && c->actor.id == p.partner_id.v) || (p.manager_id.set && c->actor.id == p.manager_id.v);
	json_obj(c->out);
	json_ki64(c->out, "id", p.id);
	json_kstr(c->out, "kind", p.kind);
	json_kstr(c->out, "state", p.state);
	json_ki64(c->out, "newcomer", p.newcomer_id);
	json_kopt(c->out, "partner", p.partner_id);
	json_kopt(c->out, "manager", p.manager_id);
	json_kstr(c->out, "starts_on", p.starts_on);
	json_kstr(c->out, "ends_on", p.ends_on);
	json_kstr(c->out, "why", p.why);
	json_kstr(c->out, "exception", p.exception);
	json_kstr(c->out, "end_reason", p.end_reason);
	json_key(c->out, "meetings");
	json_arr(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "id", v[i].id);
		json_kstr(c->out, "on", v[i].due_on);
		json_kstr(c->out, "state", v[i].state);
		json_kstr(c->out, "notes", notes ? v[i].notes : STR_NULL);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(pair_show)

const struct command pair_show_cmd = {
	.name = "pairing.show", .help = "One pairing with its meetings; notes are for the two and their manager", FIELDS(show_fields, struct show_in),
	.need = CAN_READ, .reads = true, .run = RUN(pair_show),
};
