/* programme_page.c: programmes: the list, and one programme with its editor, the difference to another revision, and how it would be for somebody. */
#include "growth/board_view.h"

#include "people/people.h"
#include "playbook/playbook_page.h"

#include "programme.html.h"

#include <string.h>

#include "base/banned.h"

enum err growth_programmes_page(struct web *w)
{
	struct ctx *c = w->c;
	struct programme_page_row *rows;
	struct programmes_view v = { .lead = c->actor.caps & CAN_LEAD };
	TRY(programme_page(c->db, c->arena, &rows, &v.n, .after = 0, .max = 200));
	v.rows = rows;
	growth_tabs_of(w, "/growth/programmes", &v.tabs);
	form_begin(&v.create, w, "programme.create", "Begin it", S("/growth/programmes"), S("/growth/programmes/{programme}?rev={rev}"));
	form_add(&v.create, INPUT_LINE, "name", "Name", S(""));
	form_add(&v.create, INPUT_LINE, "slug", "Short name", S(""));
	form_choice(&v.create, "scope", "For", programme_scopes, S("team"), NULL);
	form_add(&v.create, INPUT_LINE, "role", "Role", S(""));
	form_add(&v.create, INPUT_LINE, "level_from", "From level", S(""));
	form_add(&v.create, INPUT_LINE, "level_to", "To level", S(""));
	form_add(&v.create, INPUT_DATE, "valid_from", "For those who start from", S(""));
	v.layout = web_layout(w, S("Programmes"));
	programmes_html(&w->html, &v);
	return OK;
}

/* ---- one programme ---- */

static struct str band_of(struct arena *a, const struct programme_outcomes_of_row *o)
{
	if (!o->level_from.set && !o->level_to.set)
		return o->role.n ? o->role : S("");
	if (o->level_from.set && o->level_to.set)
		return arena_fmt(a, "level %lld to %lld", (long long)o->level_from.v, (long long)o->level_to.v);
	return o->level_from.set ? arena_fmt(a, "from level %lld", (long long)o->level_from.v) : arena_fmt(a, "to level %lld", (long long)o->level_to.v);
}

static struct str opt_text(struct arena *a, struct opt_i64 v)
{
	return v.set ? arena_fmt(a, "%lld", (long long)v.v) : S("");
}

/* The options of a choice in words that say more than their names. */
static void relabel(struct arena *a, struct form_field *x)
{
	static const struct { const char *name, *words; } PROOFS[] = {
		{ "self", "the person says so" }, { "acknowledged", "somebody else says so" }, { "evidence", "the log proves it" }, { "two", "both sign" },
		{ "certification", "they are certified" },
	};
	for (size_t i = 0; i < x->n_options; i++) {
		const struct evidence_kind *k = evidence_find(x->options[i].value);
		if (x->options[i].value.n)
			x->options[i].label = k ? str_c(k->words) : growth_words(a, x->options[i].value);
		for (size_t n = 0; n < ARRAY_LEN(PROOFS); n++)
			if (str_eq(x->options[i].value, str_c(PROOFS[n].name)))
				x->options[i].label = str_c(PROOFS[n].words);
	}
}

static void outcome_form(struct web *w, const struct programme_view *v, const struct programme_outcomes_of_row *o, const char *id, struct form_view *f)
{
	struct arena *a = w->c->arena;
	static const struct programme_outcomes_of_row NEW = { .due_n = 1, .need = 1, .key = { "", 0 }, .title = { "", 0 }, .help = { "", 0 }, .due_unit = { "week", 4 },
							      .proof = { "self", 4 }, .ack_by = { "anyone", 6 }, .evidence = { "", 0 }, .role = { "", 0 } };
	const struct programme_outcomes_of_row *x = o ? o : &NEW;
	form_begin(f, w, "programme.outcome", o ? "Keep it" : "Add it", v->here, v->here);
	f->id = id;
	if (o && !(w->failed && str_eq(or_empty(web_typed(w, "programme.outcome", "key", S(""))), o->key)))
		f->error = S("");
	form_hidden(f, "rev", arena_fmt(a, "%lld", (long long)v->rev.id));
	if (o) {
		form_hidden(f, "key", o->key);
		form_hidden(f, "position", arena_fmt(a, "%lld", (long long)o->position));
	} else {
		form_add(f, INPUT_LINE, "key", "Lasting name", S(""));
	}
	form_add(f, INPUT_LINE, "title", "What will be true", x->title);
	form_add(f, INPUT_TEXT, "help", "What it means", x->help);
	form_add(f, INPUT_LINE, "due_n", "By the end of", arena_fmt(a, "%lld", (long long)x->due_n));
	form_choice(f, "due_unit", "Counted in", programme_units, x->due_unit, NULL);
	relabel(a, form_choice(f, "proof", "It becomes true when", programme_proofs, x->proof, NULL));
	form_choice(f, "ack_by", "Who says so besides", programme_ackers, x->ack_by, NULL);
	relabel(a, form_choice(f, "evidence", "Evidence", growth_evidence_names, x->evidence, "nothing is counted"));
	form_add(f, INPUT_LINE, "need", "How many", x->need ? arena_fmt(a, "%lld", (long long)x->need) : S(""));
	form_add(f, INPUT_LINE, "since_months", "Counted from month", x->since_months ? arena_fmt(a, "%lld", (long long)x->since_months) : S(""));
	form_add(f, INPUT_LINE, "level_from", "From level", opt_text(a, x->level_from));
	form_add(f, INPUT_LINE, "level_to", "To level", opt_text(a, x->level_to));
	for (size_t i = 0; o && i < f->n_fields; i++) { /* what was typed belongs to one of the many forms of this command */
		if (f->error.n || f->fields[i].input == INPUT_HIDDEN)
			continue;
		f->fields[i].error = S("");
	}
}

static enum err draft_forms(struct web *w, struct programme_view *v)
{
	struct arena *a = w->c->arena;
	struct str rev = arena_fmt(a, "%lld", (long long)v->rev.id);
	form_begin(&v->edition, w, "programme.edition", "Keep it", v->here, v->here);
	form_hidden(&v->edition, "rev", rev);
	form_add(&v->edition, INPUT_DATE, "valid_from", "For people who start from", v->rev.valid_from);
	form_add(&v->edition, INPUT_DATE, "valid_to", "And no longer from", or_empty(v->rev.valid_to));
	form_add(&v->edition, INPUT_LINE, "ramp_n", "Ramp", arena_fmt(a, "%lld", (long long)v->rev.ramp_n));
	form_choice(&v->edition, "ramp_unit", "Counted in", programme_units, v->rev.ramp_unit, NULL);
	form_add(&v->edition, INPUT_LINE, "soft_days", "Soft days", arena_fmt(a, "%lld", (long long)v->rev.soft_days));
	TRY(playbook_choose_calendar(&v->edition, "calendar", "Whose working days", v->rev.calendar, S("own")));
	form_add(&v->edition, INPUT_LINE, "source", "Source", v->rev.source);
	outcome_form(w, v, NULL, "new", &v->add);
	form_begin(&v->publish, w, "programme.publish", "Publish", v->here, v->here);
	form_hidden(&v->publish, "rev", rev);
	form_add(&v->publish, INPUT_LINE, "note", "What changed", S(""));
	form_begin(&v->link, w, "programme.link", "Link it", v->here, v->here);
	form_hidden(&v->link, "rev", rev);
	form_add(&v->link, INPUT_LINE, "key", "Outcome", S(""));
	form_add(&v->link, INPUT_LINE, "playbook", "Playbook", S(""));
	form_add(&v->link, INPUT_LINE, "task", "Task", S(""));
	return OK;
}

static enum err outcome_lines(struct web *w, struct programme_view *v)
{
	struct ctx *c = w->c;
	struct programme_outcomes_of_row *o;
	struct programme_tasks_of_row *t;
	struct programme_mended_row *mended;
	size_t n_tasks;
	TRY(programme_outcomes(c, v->rev.id, &o, &v->n));
	TRY(programme_tasks_of(c->db, c->arena, &t, &n_tasks, .rev_id = v->rev.id));
	TRY(programme_mended(c->db, c->arena, &mended, &v->n_mended, .programme_id = v->p.id));
	v->mended = mended;
	v->v = arena_array(c->arena, struct outcome_line, v->n + 1);
	int64_t edit = 0;
	str_i64(or_empty(web_query(w, "edit")), &edit);
	for (size_t i = 0; i < v->n; i++) {
		struct outcome_line *l = &v->v[i];
		struct buf b;
		buf_init(&b, c->arena, 4000);
		*l = (struct outcome_line){ .o = &o[i], .due = programme_due_words(c->arena, o[i].due_unit, o[i].due_n), .band = band_of(c->arena, &o[i]), .mended = S(""),
					    .proof = programme_proof_words(c->arena, o[i].proof, o[i].ack_by, o[i].evidence, o[i].need) };
		for (size_t k = 0; k < n_tasks; k++)
			if (str_eq(t[k].outcome_key, o[i].key))
				buf_fmt(&b, "%s%.*s%s%.*s", b.n ? ", " : "", STR_ARG(t[k].playbook), t[k].task.n ? ": " : "", STR_ARG(t[k].task));
		l->tasks = arena_str(c->arena, buf_str(&b));
		for (size_t k = 0; k < v->n_mended && o[i].mended_by.set; k++)
			if (str_eq(mended[k].key, o[i].key))
				l->mended = arena_fmt(c->arena, "mended by %.*s, in revision %lld: %.*s", STR_ARG(mended[k].by), (long long)mended[k].rev_number.v,
						      STR_ARG(mended[k].resolution));
		bool failed = w->failed && strcmp(w->failed->name, "programme.outcome") == 0 && str_eq(web_typed(w, "programme.outcome", "key", S("")), o[i].key);
		if (v->draft && v->lead && (o[i].id == edit || failed))
			outcome_form(w, v, &o[i], "edit", &l->edit);
	}
	return OK;
}

/* ?as=3&start=2026-11-23 or ?role=…&level=… */
static enum err preview(struct web *w, struct programme_view *v)
{
	struct ctx *c = w->c;
	struct str start = or_empty(web_query(w, "start")), role = or_empty(web_query(w, "role"));
	int64_t person = web_query_i64(w, "as", 0), level = web_query_i64(w, "level", 0), day;
	struct programme_who who = { .role = role.n ? role : v->p.role, .start_date = start, .zone = S("UTC"), .level = level > 0 ? SOME(level) : NONE, .work_days = 0x1f,
				     .only_rev = SOME(v->rev.id) };
	struct programme_pick *picks;
	struct programme_line *lines;
	struct teammate t;
	if (!start.n)
		return OK;
	v->previewed = true;
	if (!due_parse_date(start, &day)) {
		v->preview_error = S("A first day like 2026-11-24, please.");
		return OK;
	}
	v->preview_who = arena_fmt(c->arena, "a %.*s who starts on %.*s", STR_ARG(people_title(c, who.role, start)), STR_ARG(growth_day_words(c->arena, start)));
	if (person > 0) {
		TRY(people_get(c, person, &t));
		who.teammate = t.id;
		who.role = role.n ? role : t.role;
		who.zone = t.zone;
		who.work_days = growth_work_days(t.work_hours);
		v->preview_who = arena_fmt(c->arena, "%.*s, who starts on %.*s", STR_ARG(t.name), STR_ARG(growth_day_words(c->arena, start)));
	}
	TRY(programme_merge(c, &who, &picks, &v->n_picks, &lines, &v->n_lines));
	v->picks = picks;
	v->lines = lines;
	return OK;
}

static enum err pick_shown(struct web *w, struct programme_view *v)
{
	struct ctx *c = w->c;
	int64_t rev = web_query_i64(w, "rev", 0);
	struct programme_revs_of_row *revs;
	TRY(programme_revs_of(c->db, c->arena, &revs, &v->n_revs, .programme_id = v->p.id));
	v->revs = revs;
	for (size_t i = 0; i < v->n_revs; i++) {
		bool published = str_eq(revs[i].state, S("published"));
		if (!published) {
			v->has_draft = true;
			v->draft_rev = revs[i].id;
		}
		if (!rev && published)
			rev = revs[i].id;
	}
	if (!rev && v->n_revs)
		rev = revs[0].id;
	TRY(GROWTH_GET(c, programme_rev, &v->rev, rev, "revision"));
	if (v->rev.programme_id != v->p.id)
		return fail(c, ERR_NOT_FOUND, "That revision belongs to another programme.");
	v->draft = str_eq(v->rev.state, S("draft"));
	return OK;
}

static enum err compare(struct web *w, struct programme_view *v)
{
	struct ctx *c = w->c;
	struct programme_change *changes;
	struct programme_rev_row_row from;
	int64_t id = web_query_i64(w, "from", 0);
	for (size_t i = 0; i < v->n_revs && !id && v->draft; i++) /* a draft is compared with what is in force */
		if (str_eq(v->revs[i].state, S("published")))
			id = v->revs[i].id;
	if (!id || id == v->rev.id)
		return OK;
	TRY(GROWTH_GET(c, programme_rev, &from, id, "revision"));
	if (from.programme_id != v->p.id)
		return OK;
	TRY(programme_diff(c, from.id, v->rev.id, &changes, &v->n_changes));
	v->changes = changes;
	v->edition_differs = programme_edition_diff(c->arena, &from, &v->rev);
	v->from_number = from.number;
	v->compared = true;
	return OK;
}

enum err growth_programme_page(struct web *w)
{
	struct ctx *c = w->c;
	struct growth_plan_behind_rev_row *behind;
	struct programme_view v = { .w = w, .lead = c->actor.caps & CAN_LEAD, .preview_error = S("") };
	size_t n_behind = 0;
	TRY(GROWTH_GET(c, programme, &v.p, web_param_id(w, "id"), "programme"));
	TRY(pick_shown(w, &v));
	v.here = arena_fmt(c->arena, "/growth/programmes/%lld?rev=%lld", (long long)v.p.id, (long long)v.rev.id);
	v.ramp = programme_ramp_words(c->arena, v.rev.ramp_unit, v.rev.ramp_n);
	v.about = arena_fmt(c->arena, "%.*s, for those who start from %.*s%s%.*s", STR_ARG(v.p.role.n ? people_title(c, v.p.role, v.rev.valid_from) : S("Everybody")), STR_ARG(v.rev.valid_from),
			    v.rev.valid_to.p ? " and before " : "", STR_ARG(v.rev.valid_to));
	TRY(outcome_lines(w, &v));
	TRY(compare(w, &v));
	TRY(preview(w, &v));
	if (!v.draft && v.lead) {
		TRY(growth_plan_behind_rev(c->db, c->arena, &behind, &n_behind, .programme_id = v.p.id, .rev_id = v.rev.id));
		v.behind = (int64_t)n_behind;
	}
	if (v.draft && v.lead)
		TRY(draft_forms(w, &v));
	form_begin(&v.preview, w, "programme.preview", "Look", v.here, v.here);
	v.preview.id = "preview";
	TRY(form_teammate(&v.preview, "as", "As this person", NONE));
	growth_tabs_of(w, "/growth/programmes", &v.tabs);
	v.layout = web_layout(w, v.p.name);
	programme_html(&w->html, &v);
	return OK;
}
