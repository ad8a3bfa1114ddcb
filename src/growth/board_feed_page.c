/* board_feed_page.c: the team's feed with its rituals, what the reader logged, and everybody's focus blocks. */
#include "growth/board_view.h"

#include "people/people.h"

#include "feed.html.h"

#include "base/banned.h"

enum { POSTS = 30 };

static void feed_forms(struct web *w, struct feed_view *v)
{
	struct arena *a = w->c->arena;
	form_begin(&v->post, w, "feed.post", "Post it", S("/growth/feed"), S("/growth/feed"));
	struct form_field *x = form_add(&v->post, INPUT_SELECT, "ritual", "What it is", v->ritual);
	x->options = arena_array(a, struct form_option, v->n_rituals + 1);
	x->options[x->n_options++] = (struct form_option){ S(""), S("a thought or a question"), !x->value.n };
	for (size_t i = 0; i < v->n_rituals; i++)
		x->options[x->n_options++] = (struct form_option){ v->rituals[i].slug, arena_fmt(a, "%.*s: %.*s", STR_ARG(v->rituals[i].name), STR_ARG(v->rituals[i].prompt)),
								   str_eq(v->rituals[i].slug, x->value) };
	form_add(&v->post, INPUT_TEXT, "body", "Text", S(""));
	form_begin(&v->contribution, w, "contribution.add", "Log it", S("/growth/feed"), S("/growth/feed#contributions"));
	x = form_choice(&v->contribution, "kind", "What was bettered", contribution_kinds, S("docs"), NULL);
	for (size_t i = 0; i < x->n_options; i++)
		x->options[i].label = growth_words(a, x->options[i].value);
	form_add(&v->contribution, INPUT_LINE, "title", "About", S(""));
	form_add(&v->contribution, INPUT_LINE, "url", "Link", S(""));
	form_add(&v->contribution, INPUT_DATE, "on_date", "Merged on", S(""));
	form_begin(&v->chat, w, "chat.add", "Log it", S("/growth/feed"), S("/growth/feed#chats"));
}

enum err growth_feed_page(struct web *w)
{
	struct ctx *c = w->c;
	struct feed_page_row *rows;
	struct ritual_on_row *rituals;
	struct contribution_list_of_row *contributions;
	struct chat_list_of_row *chats;
	struct feed_view v = { .me = c->actor.id, .ritual = or_empty(web_query(w, "ritual")) };
	TRY(feed_page(c->db, c->arena, &rows, &v.n, .before = web_query_i64(w, "before", INT64_MAX), .ritual = v.ritual.n ? v.ritual : STR_NULL, .max = POSTS + 1));
	if (v.n > POSTS)
		v.next = rows[--v.n - 1].id;
	v.rows = rows;
	TRY(ritual_on(c->db, c->arena, &rituals, &v.n_rituals, .date = people_date(c->arena, c->now_us)));
	v.rituals = rituals;
	TRY(contribution_list_of(c->db, c->arena, &contributions, &v.n_contributions, .teammate_id = c->actor.id, .since = S("0000"), .max = 50));
	v.contributions = contributions;
	TRY(chat_list_of(c->db, c->arena, &chats, &v.n_chats, .teammate_id = c->actor.id, .since = S("0000"), .max = 50));
	v.chats = chats;
	feed_forms(w, &v);
	TRY(form_teammate(&v.chat, "with", "Whom you met", NONE));
	form_add(&v.chat, INPUT_LINE, "name", "Or somebody else", S(""));
	form_add(&v.chat, INPUT_DATE, "on_date", "When", S(""));
	form_add(&v.chat, INPUT_LINE, "note", "To remember", S(""));
	growth_tabs_of(w, "/growth/feed", &v.tabs);
	v.layout = web_layout(w, S("The team's feed"));
	feed_html(&w->html, &v);
	return OK;
}

enum err growth_focus_page(struct web *w)
{
	static const char *const DAYS[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };
	struct ctx *c = w->c;
	struct focus_all_row *rows;
	struct focus_rule_on_row rule;
	struct focus_view v = { .me = c->actor.id, .rule = S("There is no rule about it."), .source = S("") };
	bool found;
	TRY(focus_all(c->db, c->arena, &rows, &v.n));
	v.rows = rows;
	TRY(focus_rule_on(c->db, c->arena, &rule, &found, .date = people_date(c->arena, c->now_us)));
	if (found) {
		v.rule = arena_fmt(c->arena, "The rule today: %.*s. At least %lld minutes each%s%.*s.", STR_ARG(rule.reading), (long long)rule.minutes,
				   rule.share_max.set ? ", people on one day at most: " : "", STR_ARG(rule.share_max.set ? arena_fmt(c->arena, "%lld", (long long)rule.share_max.v) : S("")));
		v.source = rule.source;
	}
	form_begin(&v.form, w, "focus.set", "Keep it free", S("/growth/focus"), S("/growth/focus"));
	form_choice(&v.form, "day", "Day", DAYS, S("tue"), NULL);
	form_add(&v.form, INPUT_LINE, "from", "From", S(""));
	form_add(&v.form, INPUT_LINE, "to", "Until", S(""));
	growth_tabs_of(w, "/growth/focus", &v.tabs);
	v.layout = web_layout(w, S("Focus"));
	focus_html(&w->html, &v);
	return OK;
}
