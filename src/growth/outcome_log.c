/* outcome_log.c: what people do besides tickets, logged by themselves with a link or a date: contributions, introductory chats, focus blocks, access to tools.
 *
 * How many focus blocks there are, how long, and how many people may share a day are rows with dates (focus_rule, presets/handbook/focus_rules.def). */
#include "growth/programme.h"

#include "people/people.h"

#include "outcome.sql.h"


const char *const contribution_kinds[] = { "docs", "handbook_edit", "handbook_page", "code", NULL };
static const char *const WEEKDAYS[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };
static const char *const ACCESS_STATES[] = { "asked", "granted", "ended", NULL };

static const struct {
	int64_t blocks, minutes;
	struct opt_i64 share_max;
	int64_t after_days;
	const char *from, *to, *reading, *source;
} RULES[] = {
#define FOCUS_RULE(blocks, minutes, share, after, ...) { blocks, minutes, share, after, __VA_ARGS__ },
#include "handbook/focus_rules.def"
#undef FOCUS_RULE
};

static const struct {
	const char *slug, *name, *prompt, *rhythm;
	struct opt_i64 weekday;
	const char *from, *to, *source;
} RITUALS[] = {
#define RITUAL(slug, name, prompt, rhythm, weekday, ...) { slug, name, prompt, rhythm, weekday, __VA_ARGS__ },
#include "handbook/rituals.def"
#undef RITUAL
};

#include "base/banned.h"

enum err outcome_presets(struct ctx *c)
{
	struct focus_rule_any_row rule;
	struct ritual_any_row ritual;
	bool found;
	TRY(focus_rule_any(c->db, c->arena, &rule, &found));
	for (size_t i = 0; i < ARRAY_LEN(RULES) && !found; i++) {
		struct focus_rule_rows_row r = { .blocks = RULES[i].blocks, .minutes = RULES[i].minutes, .share_max = RULES[i].share_max, .after_days = RULES[i].after_days,
						 .valid_from = str_c(RULES[i].from), .valid_to = str_c(RULES[i].to), .reading = str_c(RULES[i].reading),
						 .source = str_c(RULES[i].source) };
		TRY(GROWTH_ADD(c, focus_rule, "focus_rule.created", &r));
	}
	TRY(ritual_any(c->db, c->arena, &ritual, &found));
	for (size_t i = 0; i < ARRAY_LEN(RITUALS) && !found; i++) {
		struct ritual_rows_row r = { .slug = str_c(RITUALS[i].slug), .name = str_c(RITUALS[i].name), .prompt = str_c(RITUALS[i].prompt), .rhythm = str_c(RITUALS[i].rhythm),
					     .weekday = RITUALS[i].weekday, .valid_from = str_c(RITUALS[i].from), .valid_to = str_c(RITUALS[i].to), .source = str_c(RITUALS[i].source) };
		TRY(GROWTH_ADD(c, ritual, "ritual.created", &r));
	}
	return OK;
}

static struct str today_of(struct ctx *c, int64_t teammate)
{
	struct teammate t;
	struct str zone = people_get(c, teammate, &t) == OK ? t.zone : S("UTC");
	return due_date_text(c->arena, growth_day_of(growth_zone(zone), c->now_us));
}

/* ---- contributions ---- */

struct contribution_log_in {
	struct opt_i64 teammate, ticket;
	struct str kind, title, url, on_date;
};
static const struct field contribution_fields[] = {
	FIELD(struct contribution_log_in, kind, FIELD_ENUM, .required = true, .choices = contribution_kinds, .help = "what was bettered"),
	FIELD(struct contribution_log_in, title, FIELD_STR, .required = true, .max = 200, .help = "what it is about"),
	FIELD(struct contribution_log_in, url, FIELD_STR, .required = true, .max = 500, .help = "the merged change, or the page", .example = "https://example.com/pull/12"),
	FIELD(struct contribution_log_in, on_date, FIELD_DATE, .help = "the day it was merged (today)"),
	FIELD(struct contribution_log_in, ticket, FIELD_ID, .help = "the ticket that showed what was missing"),
	FIELD(struct contribution_log_in, teammate, FIELD_ID, .help = "whose (yours)"),
};

static enum err contribution_add_run(struct ctx *c, const struct contribution_log_in *in)
{
	int64_t who;
	TRY(growth_whose(c, in->teammate, &who));
	TRY(growth_url_check(c, "url", in->url, true));
	struct str today = today_of(c, who);
	if (in->on_date.p && str_cmp(in->on_date, today) > 0)
		return fail_field(c, S("on_date"), "That day is still to come. Log it once it is merged.");
	struct contribution_row_row r = { .teammate_id = who, .kind = in->kind, .title = in->title, .url = in->url, .ticket_id = in->ticket,
					  .on_date = in->on_date.p ? in->on_date : today, .created_us = c->now_us };
	TRY(GROWTH_ADD(c, contribution, "contribution.created", &r));
	json_ki64(c->out, "contribution", r.id);
	json_kstr(c->out, "said", S("Logged. Whoever reads it next will thank you."));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/contribution.remove?contribution=%lld", (long long)r.id));
	return growth_refresh(c, who);
}
COMMAND_RUN(contribution_add_run)

const struct command contribution_add_cmd = {
	.name = "contribution.add", .help = "Log a change of the docs, the handbook or the code that you made", FIELDS(contribution_fields, struct contribution_log_in),
	.need = CAN_CHANGE_SELF, .run = RUN(contribution_add_run),
};

struct contribution_in {
	int64_t contribution;
};
static const struct field contribution_remove_fields[] = {
	FIELD(struct contribution_in, contribution, FIELD_ID, .required = true, .positional = true, .help = "which one"),
};

static enum err contribution_remove(struct ctx *c, const struct contribution_in *in)
{
	struct contribution_row_row r, q;
	int64_t who;
	TRY(GROWTH_GET(c, contribution, &r, in->contribution, "contribution"));
	TRY(growth_whose(c, SOME(r.teammate_id), &who));
	q = r;
	q.removed_us = r.removed_us.set ? r.removed_us : SOME(c->now_us);
	json_kstr(c->out, "said", S("Taken back."));
	TRY(GROWTH_PUT(c, contribution, "contribution.removed", &r, &q));
	return growth_refresh(c, who);
}
COMMAND_RUN(contribution_remove)

const struct command contribution_remove_cmd = {
	.name = "contribution.remove", .help = "Take a logged contribution back", FIELDS(contribution_remove_fields, struct contribution_in), .need = CAN_CHANGE_SELF,
	.run = RUN(contribution_remove),
};

struct whose_in {
	struct opt_i64 teammate, max;
};
static const struct field whose_fields[] = {
	FIELD(struct whose_in, teammate, FIELD_ID, .positional = true, .help = "whose (yours)"),
	FIELD(struct whose_in, max, FIELD_INT, .min = 1, .max = 500, .help = "how many at most (100)"),
};

static enum err contribution_list(struct ctx *c, const struct whose_in *in)
{
	struct contribution_list_of_row *v;
	size_t n;
	TRY(contribution_list_of(c->db, c->arena, &v, &n, .teammate_id = in->teammate.set ? in->teammate.v : c->actor.id, .since = S("0000"), .max = in->max.set ? in->max.v : 100));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "contribution", v[i].id);
		json_kstr(c->out, "kind", v[i].kind);
		json_kstr(c->out, "title", v[i].title);
		json_kstr(c->out, "url", v[i].url);
		json_kopt(c->out, "ticket", v[i].ticket_id);
		json_kstr(c->out, "on_date", v[i].on_date);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(contribution_list)

const struct command contribution_list_cmd = {
	.name = "contribution.list", .help = "What somebody bettered, newest first", FIELDS(whose_fields, struct whose_in), .need = CAN_READ, .reads = true, .run = RUN(contribution_list),
};

/* ---- introductory chats ---- */

struct chat_add_in {
	struct opt_i64 with, teammate;
	struct str name, on_date, note;
};
static const struct field chat_fields[] = {
	FIELD(struct chat_add_in, with, FIELD_ID, .help = "the teammate you met"),
	FIELD(struct chat_add_in, name, FIELD_STR, .max = 120, .help = "or the name of somebody who is not in this desk"),
	FIELD(struct chat_add_in, on_date, FIELD_DATE, .help = "when (today)"),
	FIELD(struct chat_add_in, note, FIELD_STR, .max = 400, .help = "what you would like to remember"),
	FIELD(struct chat_add_in, teammate, FIELD_ID, .help = "whose chat (yours)"),
};

static enum err chat_add(struct ctx *c, const struct chat_add_in *in)
{
	struct teammate other = { 0 };
	int64_t who;
	TRY(growth_whose(c, in->teammate, &who));
	if (!in->with.set && !in->name.n)
		return fail_field(c, S("name"), "Whom did you meet?");
	if (in->with.set && in->with.v == who)
		return fail_field(c, S("with"), "Choose somebody else than yourself.");
	if (in->with.set)
		TRY(people_get(c, in->with.v, &other));
	struct str today = today_of(c, who);
	if (in->on_date.p && str_cmp(in->on_date, today) > 0)
		return fail_field(c, S("on_date"), "That day is still to come. Log it once you have met.");
	struct intro_chat_row_row r = { .teammate_id = who, .with_id = in->with, .with_name = in->with.set ? other.name : in->name,
					.on_date = in->on_date.p ? in->on_date : today, .note = or_empty(in->note), .created_us = c->now_us };
	TRY(GROWTH_ADD(c, intro_chat, "intro_chat.created", &r));
	json_ki64(c->out, "chat", r.id);
	json_kstr(c->out, "said", S("Logged."));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/chat.remove?chat=%lld", (long long)r.id));
	return growth_refresh(c, who);
}
COMMAND_RUN(chat_add)

const struct command chat_add_cmd = {
	.name = "chat.add", .help = "Log an introductory chat", FIELDS(chat_fields, struct chat_add_in), .need = CAN_CHANGE_SELF, .run = RUN(chat_add),
};

struct chat_in {
	int64_t chat;
};
static const struct field chat_remove_fields[] = {
	FIELD(struct chat_in, chat, FIELD_ID, .required = true, .positional = true, .help = "which one"),
};

static enum err chat_remove(struct ctx *c, const struct chat_in *in)
{
	struct intro_chat_row_row r, q;
	int64_t who;
	TRY(GROWTH_GET(c, intro_chat, &r, in->chat, "chat"));
	TRY(growth_whose(c, SOME(r.teammate_id), &who));
	q = r;
	q.removed_us = r.removed_us.set ? r.removed_us : SOME(c->now_us);
	json_kstr(c->out, "said", S("Taken back."));
	TRY(GROWTH_PUT(c, intro_chat, "intro_chat.removed", &r, &q));
	return growth_refresh(c, who);
}
COMMAND_RUN(chat_remove)

const struct command chat_remove_cmd = {
	.name = "chat.remove", .help = "Take a logged chat back", FIELDS(chat_remove_fields, struct chat_in), .need = CAN_CHANGE_SELF, .run = RUN(chat_remove),
};

/* ---- focus ---- */

struct focus_set_in {
	struct opt_i64 teammate;
	struct str day, from, to;
};
static const struct field focus_fields[] = {
	FIELD(struct focus_set_in, day, FIELD_ENUM, .required = true, .choices = WEEKDAYS, .help = "on which day of the week"),
	FIELD(struct focus_set_in, from, FIELD_STR, .required = true, .max = 5, .help = "from, in your own time", .example = "13:00"),
	FIELD(struct focus_set_in, to, FIELD_STR, .required = true, .max = 5, .help = "until", .example = "17:00"),
	FIELD(struct focus_set_in, teammate, FIELD_ID, .help = "whose (yours)"),
};

static bool minutes_of(struct str s, int64_t *ret)
{
	struct str h, m;
	int64_t hours, minutes;
	if (!str_cut(s, ':', &h, &m) || m.n != 2 || h.n < 1 || h.n > 2 || h.p[0] < '0' || h.p[0] > '9' || m.p[0] < '0' || m.p[0] > '5' || m.p[1] < '0' || m.p[1] > '9')
		return false;
	hours = h.n == 2 ? (h.p[0] - '0') * 10 + (h.p[1] - '0') : h.p[0] - '0';
	minutes = (m.p[0] - '0') * 10 + (m.p[1] - '0');
	*ret = hours * 60 + minutes;
	return (h.n == 1 || (h.p[1] >= '0' && h.p[1] <= '9')) && *ret <= 24 * 60;
}

/* The rule of the day: not too early, long enough, and not everybody on one day. */
static enum err focus_allowed(struct ctx *c, int64_t who, int64_t weekday, int64_t minutes, const struct focus_of_row *mine, size_t n)
{
	struct focus_rule_on_row rule;
	struct focus_on_weekday_row others;
	struct growth_card card;
	bool found, plan;
	TRY(focus_rule_on(c->db, c->arena, &rule, &found, .date = today_of(c, who)));
	if (!found)
		return OK;
	TRY(growth_card_of(c, who, &card, &plan));
	if (plan && str_eq(card.state, S("active")) && card.day <= rule.after_days)
		return fail_field(c, S("day"), "Focus time begins after day %lld (%.*s).", (long long)rule.after_days, STR_ARG(rule.reading));
	if (minutes < rule.minutes)
		return fail_field(c, S("to"), "At least %lld minutes: %.*s.", (long long)rule.minutes, STR_ARG(rule.reading));
	if ((int64_t)n >= rule.blocks)
		return fail_field(c, S("day"), "You have %zu already; the rule says %lld. Take one away first.", n, (long long)rule.blocks);
	for (size_t i = 0; i < n; i++)
		if (mine[i].weekday == weekday && rule.blocks > 1)
			return fail_field(c, S("day"), "You have a block on that day already. Choose another day.");
	TRY(focus_on_weekday(c->db, c->arena, &others, .weekday = weekday, .but = who));
	if (rule.share_max.set && others.n >= rule.share_max.v)
		return fail_field(c, S("day"), "%lld people have focus on that day already, as many as the rule lets. Choose another day.", (long long)others.n);
	return OK;
}

static enum err focus_set(struct ctx *c, const struct focus_set_in *in)
{
	struct focus_of_row *mine;
	size_t n;
	int64_t who, from, to, weekday = 0;
	TRY(growth_whose(c, in->teammate, &who));
	if (!minutes_of(in->from, &from))
		return fail_field(c, S("from"), "A time like 13:00, please.");
	if (!minutes_of(in->to, &to) || to <= from)
		return fail_field(c, S("to"), "A time like 17:00, after the beginning.");
	while (!str_eq(in->day, str_c(WEEKDAYS[weekday])))
		weekday++;
	TRY(focus_of(c->db, c->arena, &mine, &n, .teammate_id = who));
	TRY(focus_allowed(c, who, weekday, to - from, mine, n));
	struct focus_block_row_row r = { .teammate_id = who, .weekday = weekday, .from_min = from, .to_min = to, .valid_from = today_of(c, who), .created_us = c->now_us };
	TRY(GROWTH_ADD(c, focus_block, "focus_block.created", &r));
	json_ki64(c->out, "block", r.id);
	json_kstr(c->out, "said", S("It stands in the team's schedule now."));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/focus.remove?block=%lld", (long long)r.id));
	return growth_refresh(c, who);
}
COMMAND_RUN(focus_set)

const struct command focus_set_cmd = {
	.name = "focus.set", .help = "Keep time free in the team's schedule", FIELDS(focus_fields, struct focus_set_in), .need = CAN_CHANGE_SELF, .run = RUN(focus_set),
};

struct block_in {
	int64_t block;
};
static const struct field focus_remove_fields[] = {
	FIELD(struct block_in, block, FIELD_ID, .required = true, .positional = true, .help = "which block"),
};

static enum err focus_remove(struct ctx *c, const struct block_in *in)
{
	struct focus_block_row_row r, q;
	int64_t who;
	TRY(GROWTH_GET(c, focus_block, &r, in->block, "focus block"));
	TRY(growth_whose(c, SOME(r.teammate_id), &who));
	q = r;
	q.removed_us = r.removed_us.set ? r.removed_us : SOME(c->now_us);
	json_kstr(c->out, "said", S("The time is free for everything again."));
	TRY(GROWTH_PUT(c, focus_block, "focus_block.removed", &r, &q));
	return growth_refresh(c, who);
}
COMMAND_RUN(focus_remove)

const struct command focus_remove_cmd = {
	.name = "focus.remove", .help = "Take a focus block away", FIELDS(focus_remove_fields, struct block_in), .need = CAN_CHANGE_SELF, .run = RUN(focus_remove),
};

static enum err focus_list(struct ctx *c, const void *in)
{
	struct focus_all_row *v;
	size_t n;
	(void)in;
	TRY(focus_all(c->db, c->arena, &v, &n));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "block", v[i].id);
		json_ki64(c->out, "teammate", v[i].teammate_id);
		json_kstr(c->out, "name", v[i].name);
		json_kstr(c->out, "day", str_c(WEEKDAYS[v[i].weekday % 7]));
		json_ki64(c->out, "from_minute", v[i].from_min);
		json_ki64(c->out, "to_minute", v[i].to_min);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}

const struct command focus_list_cmd = {
	.name = "focus.list", .help = "Everybody's focus blocks by day", NO_FIELDS, .need = CAN_READ, .reads = true, .run = focus_list,
};

/* ---- access ---- */

struct access_ask_in {
	int64_t teammate;
	struct str tools;
};
static const struct field access_ask_fields[] = {
	FIELD(struct access_ask_in, teammate, FIELD_ID, .required = true, .positional = true, .help = "for whom"),
	FIELD(struct access_ask_in, tools, FIELD_TEXT, .required = true, .max = 4000, .help = "the tools, one a line"),
};

static enum err access_ask(struct ctx *c, const struct access_ask_in *in)
{
	struct access_of_row *have;
	struct teammate t;
	struct str rest = in->tools, line;
	size_t n, added = 0;
	TRY(people_get(c, in->teammate, &t));
	TRY(access_of(c->db, c->arena, &have, &n, .teammate_id = t.id));
	while (str_line(&rest, &line)) {
		line = str_trim(line);
		bool there = line.n == 0;
		for (size_t i = 0; i < n; i++)
			there |= str_ieq(have[i].tool, line);
		if (there)
			continue;
		if (line.n > 80 || ++added > 60)
			return fail_field(c, S("tools"), "At most 60 names of at most 80 letters, one a line.");
		struct access_item_row_row r = { .teammate_id = t.id, .tool = line, .state = S("asked"), .by_id = growth_actor(c), .changed_us = c->now_us };
		TRY(GROWTH_ADD(c, access_item, "access_item.created", &r));
		TRY(access_of(c->db, c->arena, &have, &n, .teammate_id = t.id));
	}
	json_ki64(c->out, "added", (int64_t)added);
	json_kstr(c->out, "said", added ? S("Asked for. Mark each as granted when it works.") : S("All of these are on the list already."));
	return growth_refresh(c, t.id);
}
COMMAND_RUN(access_ask)

const struct command access_ask_cmd = {
	.name = "access.ask", .help = "Write down which tools somebody needs", FIELDS(access_ask_fields, struct access_ask_in), .need = CAN_LEAD, .run = RUN(access_ask),
};

struct access_set_in {
	int64_t item;
	struct str state;
};
static const struct field access_set_fields[] = {
	FIELD(struct access_set_in, item, FIELD_ID, .required = true, .positional = true, .help = "which one of the list"),
	FIELD(struct access_set_in, state, FIELD_ENUM, .required = true, .choices = ACCESS_STATES, .help = "granted: it works; ended: taken away"),
};

static enum err access_set(struct ctx *c, const struct access_set_in *in)
{
	struct access_item_row_row r, q;
	int64_t who;
	TRY(GROWTH_GET(c, access_item, &r, in->item, "access"));
	TRY(growth_whose(c, SOME(r.teammate_id), &who));
	q = r;
	q.state = in->state;
	if (!str_eq(q.state, r.state)) {
		q.by_id = growth_actor(c);
		q.changed_us = c->now_us;
	}
	json_kstr(c->out, "said", S("Noted."));
	TRY(GROWTH_PUT(c, access_item, "access_item.changed", &r, &q));
	return growth_refresh(c, who);
}
COMMAND_RUN(access_set)

const struct command access_set_cmd = {
	.name = "access.set", .help = "Say that an access works, or was taken away", FIELDS(access_set_fields, struct access_set_in), .need = CAN_CHANGE_SELF, .run = RUN(access_set),
};

static enum err access_list(struct ctx *c, const struct whose_in *in)
{
	struct access_of_row *v;
	size_t n;
	int64_t who;
	TRY(growth_whose(c, in->teammate, &who));
	TRY(access_of(c->db, c->arena, &v, &n, .teammate_id = who));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "item", v[i].id);
		json_kstr(c->out, "tool", v[i].tool);
		json_kstr(c->out, "state", v[i].state);
		json_kstr(c->out, "by", v[i].by);
		json_ktime(c->out, "changed", v[i].changed_us);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(access_list)

const struct command access_list_cmd = {
	.name = "access.list", .help = "Which tools somebody needs and has", FIELDS(whose_fields, struct whose_in), .need = CAN_READ, .reads = true, .run = RUN(access_list),
};
