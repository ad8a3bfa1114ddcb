/* board_feed.c: the team's own feed: thoughts, and the rituals that everybody takes part in. Posts are for the team; nothing here reaches a customer. */
#include "growth/programme.h"

#include "people/people.h"

#include "outcome.sql.h"

#include "base/banned.h"

struct feed_post_in {
	struct str ritual, body;
	struct opt_i64 teammate;
};
static const struct field post_fields[] = {
	FIELD(struct feed_post_in, body, FIELD_TEXT, .required = true, .max = 8000, .help = "what you want to tell the team"),
	FIELD(struct feed_post_in, ritual, FIELD_STR, .max = 40, .help = "which ritual it belongs to; empty: a thought"),
	FIELD(struct feed_post_in, teammate, FIELD_ID, .help = "whose (yours)"),
};

static enum err feed_post(struct ctx *c, const struct feed_post_in *in)
{
	struct ritual_on_row *v;
	size_t n;
	int64_t who;
	bool found = !in->ritual.n;
	TRY(growth_whose(c, in->teammate, &who));
	if (c->actor.kind == ACTOR_TEAMMATE && who != c->actor.id)
		return fail(c, ERR_FORBIDDEN, "Everybody writes their own posts.");
	TRY(ritual_on(c->db, c->arena, &v, &n, .date = people_date(c->arena, c->now_us)));
	for (size_t i = 0; i < n; i++)
		found |= str_eq(v[i].slug, in->ritual);
	if (!found)
		return fail_field(c, S("ritual"), "There is no such ritual today. Leave it empty for a thought.");
	if (!str_trim(in->body).n)
		return fail_field(c, S("body"), "There is no text yet.");
	struct feed_post_row_row r = { .teammate_id = who, .ritual = or_empty(in->ritual), .body = in->body, .at_us = c->now_us };
	TRY(GROWTH_ADD(c, feed_post, "feed_post.created", &r));
	json_ki64(c->out, "post", r.id);
	json_kstr(c->out, "said", S("Posted to the team."));
	json_kstr(c->out, "undo", arena_fmt(c->arena, "/do/feed.remove?post=%lld", (long long)r.id));
	return growth_refresh(c, who);
}
COMMAND_RUN(feed_post)

const struct command feed_post_cmd = {
	.name = "feed.post", .help = "Write to the team's feed", FIELDS(post_fields, struct feed_post_in), .need = CAN_CHANGE_SELF, .run = RUN(feed_post),
};

struct post_in {
	int64_t post;
};
static const struct field remove_fields[] = {
	FIELD(struct post_in, post, FIELD_ID, .required = true, .positional = true, .help = "which post"),
};

static enum err feed_remove(struct ctx *c, const struct post_in *in)
{
	struct feed_post_row_row r, q;
	int64_t who;
	TRY(GROWTH_GET(c, feed_post, &r, in->post, "post"));
	TRY(growth_whose(c, SOME(r.teammate_id), &who));
	q = r;
	q.removed_us = r.removed_us.set ? r.removed_us : SOME(c->now_us);
	json_kstr(c->out, "said", S("Taken back."));
	TRY(GROWTH_PUT(c, feed_post, "feed_post.removed", &r, &q));
	return growth_refresh(c, who);
}
COMMAND_RUN(feed_remove)

const struct command feed_remove_cmd = {
	.name = "feed.remove", .help = "Take a post back", FIELDS(remove_fields, struct post_in), .need = CAN_CHANGE_SELF, .run = RUN(feed_remove),
};

struct list_in {
	struct str ritual;
	struct opt_i64 after, max;
};
static const struct field list_fields[] = {
	FIELD(struct list_in, ritual, FIELD_STR, .max = 40, .help = "only this ritual's"),
	FIELD(struct list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};

static enum err feed_list(struct ctx *c, const struct list_in *in)
{
	struct feed_page_row *v;
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	TRY(feed_page(c->db, c->arena, &v, &n, .before = in->after.set ? in->after.v : INT64_MAX, .ritual = in->ritual, .max = max + 1));
	bool more = (int64_t)n > max;
	json_list(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "post", v[i].id);
		json_ki64(c->out, "teammate", v[i].teammate_id);
		json_kstr(c->out, "name", v[i].name);
		json_kstr(c->out, "ritual", v[i].ritual);
		json_kstr(c->out, "body", v[i].body);
		json_ktime(c->out, "at", v[i].at_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(feed_list)

const struct command feed_list_cmd = {
	.name = "feed.list", .help = "The team's feed, newest first", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true, .run = RUN(feed_list),
};
