/* cert_edition.c: programmes and their dated editions: drafted, read through, published, never changed again. The handbook's editions come from
 * presets/handbook/certification.def. */
#include "growth/cert_parts.h"

#include "account/account_parts.h"
#include "growth/call.h"

#include "base/map.h"

#include <string.h>

static const struct preset {
	const char *from, *name, *scorers, *recording, *clearance, *lead_rule, *sessions, *pass;
	int64_t min_led, max_score;
	const char *labels, *competencies, *notes, *source;
} PRESETS[] = {
#define CERT_EDITION(from, name, scorers, recording, clearance, lead, sessions, pass, least, top, labels, competencies, notes, source)                 \
	{ from, name, scorers, recording, clearance, lead, sessions, pass, least, top, labels, competencies, notes, source },
#include "handbook/certification.def"
#undef CERT_EDITION
};

#include "base/banned.h"

static const char *const clearances[] = { "none", "mentor", "mentor_manager", NULL };
static const char *const lead_rules[] = { "shadow", "certified", NULL };
static const char *const session_kinds[] = { "call", "mock", NULL };
static const char *const passes[] = { "one_session", "latest", "any", NULL };
static const char *const scorer_kinds[] = { "mentor", "manager", NULL };

static bool is_key(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_' || s.p[i] == '-'))
			return false;
	return s.n > 0;
}

static struct str joined(struct arena *a, const struct str_list *l)
{
	struct buf b;
	buf_init(&b, a, 64 << 10);
	for (size_t i = 0; i < l->n; i++) {
		buf_add(&b, i ? S(",") : S(""));
		buf_add(&b, l->v[i]);
	}
	return buf_str(&b);
}

/* ---- programmes ---- */

struct programme_in {
	struct str slug, name;
	struct str_list roles, call_kinds;
};
static const struct field programme_fields[] = {
	FIELD(struct programme_in, slug, FIELD_STR, .required = true, .max = 60, .positional = true, .help = "its short name, small letters", .example = "demo"),
	FIELD(struct programme_in, name, FIELD_STR, .required = true, .max = 120, .help = "what people call it"),
	FIELD(struct programme_in, roles, FIELD_STRS, .required = true, .max = 20, .help = "keys of the roles it is for", .example = "customer_engineer"),
	FIELD(struct programme_in, call_kinds, FIELD_STRS, .max = 10, .choices = call_kinds, .help = "calls that these roles lead alone only when certified"),
};

static enum err cert_programme_put_cmd(struct ctx *c, const struct programme_in *in)
{
	struct cert_programme_by_slug_row old;
	bool found;
	if (!is_key(in->slug))
		return fail_field(c, S("slug"), "Small letters, digits and “_”, like demo.");
	struct cert_programme_rows_row row = { .slug = in->slug, .name = in->name, .roles = joined(c->arena, &in->roles),
					       .call_kinds = joined(c->arena, &in->call_kinds), .created_us = c->now_us };
	TRY(cert_programme_by_slug(c->db, c->arena, &old, &found, .slug = in->slug));
	if (found) {
		struct cert_programme_rows_row before;
		TRY(cert_programme_read(c, old.id, &before));
		row.id = before.id;
		row.created_us = before.created_us;
		TRY(cert_programme_save(c, &before, &row, "cert_programme.changed", STR_NULL));
	} else {
		TRY(cert_programme_new(c, &row, "cert_programme.created"));
	}
	json_ki64(c->out, "programme", row.id);
	json_kstr(c->out, "said", S("Saved."));
	return OK;
}
COMMAND_RUN(cert_programme_put_cmd)

const struct command cert_programme_cmd = {
	.name = "certification.programme", .help = "Make a certification programme, or change whom and which calls it is for",
	FIELDS(programme_fields, struct programme_in), .need = CAN_LEAD, .run = RUN(cert_programme_put_cmd),
};

/* ---- drafts ---- */

struct draft_in {
	struct str programme, valid_from, name, labels, competencies, clearance, lead_rule, sessions, pass, notes, source;
	struct str_list scorers, from_recording;
	int64_t min_led;
	bool recertify;
};
#define IN struct draft_in
static const struct field draft_fields[] = {
	FIELD(IN, programme, FIELD_STR, .required = true, .max = 60, .help = "the programme's short name", .example = "demo"),
	FIELD(IN, valid_from, FIELD_DATE, .required = true, .help = "the first day on which somebody begins with it"),
	FIELD(IN, name, FIELD_STR, .required = true, .max = 120, .help = "what sets it apart from the others"),
	FIELD(IN, labels, FIELD_TEXT, .required = true, .max = 2000, .help = "the word of each score, lowest first, a line each", .example = "insufficient"),
	FIELD(IN, competencies, FIELD_TEXT, .required = true, .max = 20000,
	      .help = "a line each: key | name | what the top score looks like. A star before the key makes it core", .example = "*shows | Shows what matters | …"),
	FIELD(IN, scorers, FIELD_STRS, .required = true, .max = 2, .choices = scorer_kinds, .help = "who scores"),
	FIELD(IN, from_recording, FIELD_STRS, .max = 2, .choices = scorer_kinds, .help = "who of them scores from the recording"),
	FIELD(IN, clearance, FIELD_ENUM, .required = true, .choices = clearances, .help = "who lets somebody lead with a shadow"),
	FIELD(IN, lead_rule, FIELD_ENUM, .required = true, .choices = lead_rules, .help = "when calls may be led: with a shadow, or only once certified"),
	FIELD(IN, sessions, FIELD_ENUM, .required = true, .choices = session_kinds, .help = "what is scored: calls with customers, or rehearsals"),
	FIELD(IN, pass, FIELD_ENUM, .required = true, .choices = passes,
	      .help = "top scores by everybody: in one session, in everybody's latest, or each in any session"),
	FIELD(IN, min_led, FIELD_INT, .min = 0, .max = 100, .required = true, .help = "so many led sessions at least"),
	FIELD(IN, recertify, FIELD_BOOL, .help = "who is certified already must be certified again"),
	FIELD(IN, notes, FIELD_TEXT, .max = 8000, .help = "what to know about it"),
	FIELD(IN, source, FIELD_STR, .max = 300, .help = "who decided, or where it is written"),
};
#undef IN

static enum err labels_json(struct ctx *c, struct str text, struct str *ret, int64_t *ret_n)
{
	struct json_out j;
	struct str rest = text, line;
	json_init(&j, c->arena, 64 << 10);
	json_arr(&j);
	*ret_n = 0;
	while (str_line(&rest, &line))
		if (str_trim(line).n) {
			json_str(&j, str_trim(line));
			++*ret_n;
		}
	json_arr_end(&j);
	*ret = json_done(&j);
	return *ret_n >= 1 && *ret_n <= 10 ? OK : fail_field(c, S("labels"), "One to ten words, a line each, lowest first.");
}

static enum err competencies_json(struct ctx *c, struct str text, struct str *ret)
{
	struct json_out j;
	struct str rest = text, line;
	struct map seen;
	map_init(&seen, c->arena);
	json_init(&j, c->arena, 256 << 10);
	json_arr(&j);
	while (str_line(&rest, &line)) {
		struct str key, name, full, tail;
		if (!str_trim(line).n)
			continue;
		str_cut(line, '|', &key, &tail);
		str_cut(tail, '|', &name, &full);
		key = str_trim(key);
		bool core = str_starts(key, S("*"));
		key = str_trim(str_slice(key, core, key.n));
		if (!is_key(key) || !str_trim(name).n)
			return fail_field(c, S("competencies"), "“%.*s”: write key | name | what the top score looks like; the key in small letters.",
					  STR_ARG(str_slice(line, 0, 50)));
		if (!map_put(&seen, key, NULL))
			return fail_field(c, S("competencies"), "%.*s stands there twice.", STR_ARG(key));
		json_obj(&j);
		json_kstr(&j, "id", key);
		json_kstr(&j, "name", str_trim(name));
		json_kbool(&j, "core", core);
		json_kstr(&j, "full", str_trim(full));
		json_obj_end(&j);
	}
	json_arr_end(&j);
	*ret = json_done(&j);
	return seen.n && seen.n <= 40 ? OK : fail_field(c, S("competencies"), "One to forty competencies, a line each.");
}

static enum err draft_row(struct ctx *c, const struct draft_in *in, int64_t programme, struct cert_edition_rows_row *row)
{
	*row = (struct cert_edition_rows_row){
		.programme_id = programme, .valid_from = in->valid_from, .name = in->name, .scorers = joined(c->arena, &in->scorers),
		.from_recording = joined(c->arena, &in->from_recording), .clearance = in->clearance, .lead_rule = in->lead_rule, .sessions = in->sessions,
		.pass = in->pass, .min_led = in->min_led, .recertify = in->recertify, .notes = str_or_empty(in->notes),
		.source = in->source.n ? in->source : S("set at this desk"), .created_us = c->now_us,
		.created_by = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE,
	};
	TRY(labels_json(c, in->labels, &row->labels, &row->max_score));
	TRY(competencies_json(c, in->competencies, &row->competencies));
	for (size_t i = 0; i < in->scorers.n; i++)
		for (size_t k = 0; k < i; k++)
			if (str_eq(in->scorers.v[i], in->scorers.v[k]))
				return fail_field(c, S("scorers"), "Two scorers must be two people: name each once.");
	for (size_t i = 0; i < in->from_recording.n; i++)
		if (!cert_lists(row->scorers, in->from_recording.v[i]))
			return fail_field(c, S("from_recording"), "%.*s does not score in this edition.", STR_ARG(in->from_recording.v[i]));
	return OK;
}

static enum err cert_draft(struct ctx *c, const struct draft_in *in)
{
	struct cert_programme_by_slug_row p;
	struct cert_edition_of_date_row there;
	struct cert_edition_rows_row row;
	bool found;
	TRY(cert_programme_by_slug(c->db, c->arena, &p, &found, .slug = in->programme));
	if (!found)
		return fail_field(c, S("programme"), "There is no programme “%.*s”.", STR_ARG(in->programme));
	TRY(draft_row(c, in, p.id, &row));
	TRY(cert_edition_of_date(c->db, c->arena, &there, &found, .programme_id = p.id, .valid_from = in->valid_from));
	if (found) {
		struct cert_edition_rows_row before;
		TRY(cert_edition_read(c, there.id, &before));
		if (before.published_us.set)
			return fail_field(c, S("valid_from"), "An edition of that day is published already and is not changed again. Choose another day.");
		row.id = before.id;
		row.created_us = before.created_us;
		row.created_by = before.created_by;
		TRY(cert_edition_save(c, &before, &row, "cert_edition.changed", STR_NULL));
	} else {
		TRY(cert_edition_new(c, &row, "cert_edition.created"));
	}
	json_ki64(c->out, "edition", row.id);
	json_kstr(c->out, "said", S("The draft is kept. It is in force for nobody until it is published."));
	return OK;
}
COMMAND_RUN(cert_draft)

const struct command cert_draft_cmd = {
	.name = "certification.draft", .help = "Write an edition, or change one that is not published yet", FIELDS(draft_fields, struct draft_in),
	.need = CAN_LEAD, .run = RUN(cert_draft),
};

/* ---- publishing ---- */

struct edition_in {
	int64_t edition;
};
static const struct field edition_fields[] = {
	FIELD(struct edition_in, edition, FIELD_ID, .required = true, .positional = true, .help = "number of the edition"),
};

/* Who holds a certificate of an earlier edition begins again with this one. */
static enum err take_back_all(struct ctx *c, const struct cert_edition_rows_row *edition, int64_t *ret_n)
{
	struct certifications_in_row *v;
	size_t n;
	TRY(certifications_in(c->db, c->arena, &v, &n, .programme_id = edition->programme_id));
	for (size_t i = 0; i < n; i++) {
		struct certification_rows_row row, after;
		struct cert_account account;
		if (!str_eq(v[i].state, S("certified")))
			continue;
		TRY(certification_read(c, v[i].id, &row));
		struct cert_entry_rows_row e = { .certification_id = row.id, .edition_id = edition->id, .at_us = c->now_us, .kind = S("revoked"), .title = S(""),
						 .scorer = S(""), .scores = S("{}"), .recording = S(""), .created_us = c->now_us,
						 .note = arena_fmt(c->arena, "“%.*s” asks everybody to be certified again", STR_ARG(edition->name)) };
		TRY(cert_entry_take(c, &row, &e, "certification.revoked"));
		TRY(certification_read(c, v[i].id, &row));
		after = row;
		after.edition_id = edition->id;
		TRY(certification_save(c, &row, &after, "certification.changed", STR_NULL));
		TRY(cert_account_read(c, &after, NULL, &account));
		TRY(cert_bring_up(c, &after, &account));
		++*ret_n;
	}
	return OK;
}

static enum err cert_publish(struct ctx *c, const struct edition_in *in)
{
	struct cert_edition_rows_row before, after;
	struct cert_rubric rubric;
	int64_t n = 0;
	TRY(cert_edition_read(c, in->edition, &before));
	if (before.published_us.set)
		return fail(c, ERR_CONFLICT, "It is published already.");
	TRY(cert_rubric_read(c, &before, &rubric));
	after = before;
	after.published_us = SOME(c->now_us);
	TRY(cert_edition_save(c, &before, &after, "cert_edition.published", STR_NULL));
	if (after.recertify)
		TRY(take_back_all(c, &after, &n));
	json_ki64(c->out, "edition", after.id);
	json_ki64(c->out, "to_certify_again", n);
	json_kstr(c->out, "said", n ? arena_fmt(c->arena, "Published. %lld certificate%s must be earned again.", (long long)n, n == 1 ? "" : "s") :
				      S("Published. Who is on the way goes on with the edition they began with, until somebody moves them."));
	return OK;
}
COMMAND_RUN(cert_publish)

const struct command cert_publish_cmd = {
	.name = "certification.publish", .help = "Publish an edition; it is never changed again", FIELDS(edition_fields, struct edition_in), .need = CAN_LEAD,
	.run = RUN(cert_publish),
};

/* ---- looking ---- */

struct editions_in {
	struct str programme;
};
static const struct field editions_fields[] = {
	FIELD(struct editions_in, programme, FIELD_STR, .required = true, .max = 60, .positional = true, .help = "the programme's short name", .example = "demo"),
};

static enum err cert_editions(struct ctx *c, const struct editions_in *in)
{
	struct cert_programme_by_slug_row p;
	struct cert_editions_of_row *v;
	size_t n;
	bool found;
	TRY(cert_programme_by_slug(c->db, c->arena, &p, &found, .slug = in->programme));
	if (!found)
		return fail_field(c, S("programme"), "There is no programme “%.*s”.", STR_ARG(in->programme));
	TRY(cert_editions_of(c->db, c->arena, &v, &n, .programme_id = p.id));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		struct cert_edition_rows_row e;
		TRY(cert_edition_read(c, v[i].id, &e));
		json_obj(c->out);
		json_ki64(c->out, "id", e.id);
		json_kstr(c->out, "valid_from", e.valid_from);
		json_kstr(c->out, "name", e.name);
		json_kbool(c->out, "published", e.published_us.set);
		json_kbool(c->out, "starting_set", e.neutral);
		json_key(c->out, "labels");
		json_raw(c->out, e.labels);
		json_key(c->out, "competencies");
		json_raw(c->out, e.competencies);
		json_kstr(c->out, "scorers", e.scorers);
		json_kstr(c->out, "from_recording", e.from_recording);
		json_kstr(c->out, "clearance", e.clearance);
		json_kstr(c->out, "lead_rule", e.lead_rule);
		json_kstr(c->out, "sessions", e.sessions);
		json_kstr(c->out, "pass", e.pass);
		json_ki64(c->out, "min_led_sessions", e.min_led);
		json_kbool(c->out, "recertify", e.recertify);
		json_kstr(c->out, "source", e.source);
		json_ki64(c->out, "people", v[i].people);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}
COMMAND_RUN(cert_editions)

const struct command cert_editions_cmd = {
	.name = "certification.editions", .help = "Editions of a programme, newest first", FIELDS(editions_fields, struct editions_in), .need = CAN_READ,
	.reads = true, .run = RUN(cert_editions),
};

/* ---- presets ---- */

enum err cert_presets(struct ctx *c)
{
	struct cert_programme_by_slug_row p;
	struct cert_edition_of_date_row there;
	bool found;
	TRY(cert_programme_by_slug(c->db, c->arena, &p, &found, .slug = S("demo")));
	if (!found) {
		struct cert_programme_rows_row row = { .slug = S("demo"), .name = S("Leading calls with customers"), .roles = S("customer_engineer"),
						       .call_kinds = S("discovery,demo,trial"), .created_us = c->now_us };
		TRY(cert_programme_new(c, &row, "cert_programme.created"));
		p.id = row.id;
	}
	for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++) {
		const struct preset *e = &PRESETS[i];
		TRY(cert_edition_of_date(c->db, c->arena, &there, &found, .programme_id = p.id, .valid_from = str_c(e->from)));
		if (found)
			continue;
		struct cert_edition_rows_row row = {
			.programme_id = p.id, .valid_from = str_c(e->from), .name = str_c(e->name), .max_score = e->max_score, .labels = str_c(e->labels),
			.competencies = str_c(e->competencies), .scorers = str_c(e->scorers), .from_recording = str_c(e->recording),
			.clearance = str_c(e->clearance), .lead_rule = str_c(e->lead_rule), .sessions = str_c(e->sessions), .pass = str_c(e->pass),
			.min_led = e->min_led, .neutral = 1, .notes = str_c(e->notes), .source = str_c(e->source), .published_us = SOME(c->now_us),
			.created_us = c->now_us,
		};
		TRY(cert_edition_new(c, &row, "cert_edition.created"));
	}
	return OK;
}
