/* ticket_tag.c: tags, links and followers: small rows that come and go without being deleted. */
#include "ticket/ticket_int.h"

#include <string.h>

#include "base/banned.h"

_Static_assert(sizeof(struct ticket_tag_find_row) == sizeof(struct ticket_tag_rows_row),
	       "ticket_tag_find and ticket_tag_rows");
_Static_assert(sizeof(struct ticket_link_find_row) == sizeof(struct ticket_link_rows_row),
	       "ticket_link_find and ticket_link_rows");
_Static_assert(sizeof(struct ticket_follower_find_row) == sizeof(struct ticket_follower_rows_row),
	       "ticket_follower_find and ticket_follower_rows");

#define TICKET_FIELD(T) \
	FIELD(T, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket", \
	      .example = "42")

static enum err say(struct ctx *c, const char *kind, const char *entity, int64_t id, int64_t ticket_id, struct str data,
		    utime at_us)
{
	struct event_new e = {
		.kind = kind, .entity = entity, .entity_id = id, .ticket_id = ticket_id, .data = data, .at_us = at_us
	};
	return event_append(c, &e, NULL);
}

/* ---- tags ---- */

enum err ticket_tag_parse(struct ctx *c, struct str typed, struct str *ret_kind, struct str *ret_tag)
{
	struct str kind, tag;
	if (!str_cut(typed, ':', &kind, &tag)) {
		tag = kind;
		kind = S("plain");
	}
	if (!str_eq(kind, S("area")) && !str_eq(kind, S("theme")) && !str_eq(kind, S("plain")))
		return fail_field(c, S("tags"), "“%.*s”: a tag is a word, area:word or theme:word.",
				  STR_ARG(str_slice(typed, 0, 60)));
	tag = str_trim(tag);
	char *out = arena_alloc(c->arena, tag.n);
	bool ok = tag.n > 0 && tag.n <= 60;
	for (size_t i = 0; ok && i < tag.n; i++) {
		char ch = tag.p[i];
		out[i] = ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch == ' ' ? '_' : ch;
		ok = (out[i] >= 'a' && out[i] <= 'z') || (out[i] >= '0' && out[i] <= '9') ||
		     (i > 0 && strchr("_-./+#", out[i]) && out[i]);
	}
	if (!ok)
		return fail_field(c, S("tags"),
				  "“%.*s”: a tag has 1 to 60 letters a–z, digits, and _ - . / + # inside.",
				  STR_ARG(str_slice(typed, 0, 60)));
	*ret_kind = kind;
	*ret_tag = (struct str) { out, tag.n };
	return OK;
}

enum err ticket_tag_put(struct ctx *c, int64_t ticket_id, struct str kind, struct str tag, bool in_force, utime at_us)
{
	utime at = at_us ? at_us : c->now_us;
	struct ticket_tag_find_row old;
	bool found;
	TRY(ticket_tag_find(c->db, c->arena, &old, &found, .ticket_id = ticket_id, .kind = kind, .tag = tag));
	if (found ? !old.removed_us.set == in_force : !in_force)
		return OK;
	const char *event = in_force ? "ticket.tagged" : "ticket.untagged";
	if (!found) {
		struct ticket_tag_rows_row row = { .ticket_id = ticket_id, .kind = kind, .tag = tag, .created_us = at };
		struct ticket_tag_row_add_row id;
		TRY(ticket_tag_row_add(c->db, c->arena, &id, .ticket_id = ticket_id, .kind = kind, .tag = tag,
				       .created_us = at));
		return say(c, event, "ticket_tag", id.id, ticket_id,
			   fold_set_all(c->arena, &ticket_tag_rows_stmt, &row), at_us);
	}
	struct ticket_tag_find_row row = old;
	row.removed_us = in_force ? NONE : SOME(at);
	row.created_us = in_force ? at : row.created_us;
	TRY(ticket_tag_row_put(c->db, .id = row.id, .created_us = row.created_us, .removed_us = row.removed_us));
	return say(c, event, "ticket_tag", row.id, ticket_id,
		   fold_set_diff(c->arena, &ticket_tag_rows_stmt, &old, &row), at_us);
}

struct ticket_tag_in {
	int64_t ticket;
	struct str_list tags;
};

static enum err put_tags(struct ctx *c, const struct ticket_tag_in *in, bool in_force)
{
	struct ticket_get_row t;
	TRY(ticket_load_writable(c, in->ticket, &t));
	struct str kind, tag;
	for (size_t i = 0; i < in->tags.n; i++)
		ticket_tag_parse(c, in->tags.v[i], &kind, &tag);
	TRY(fields_ok(c));
	for (size_t i = 0; i < in->tags.n; i++) {
		TRY(ticket_tag_parse(c, in->tags.v[i], &kind, &tag));
		TRY(ticket_tag_put(c, t.id, kind, tag, in_force, 0));
	}
	ticket_answer(c, t.id);
	return OK;
}

static enum err ticket_tag(struct ctx *c, const struct ticket_tag_in *in)
{
	return put_tags(c, in, true);
}

static enum err ticket_untag(struct ctx *c, const struct ticket_tag_in *in)
{
	return put_tags(c, in, false);
}

COMMAND_RUN(ticket_tag)
COMMAND_RUN(ticket_untag)
static const struct field tag_fields[] = {
	TICKET_FIELD(struct ticket_tag_in),
	FIELD(struct ticket_tag_in, tags, FIELD_STRS, .required = true, .min = 1, .max = 50, .positional = true,
	      .help = "tags; area:… is where the question arose, theme:… what it turned out to be",
	      .example = "theme:executors"),
};
const struct command ticket_tag_cmd = {
	.name = "ticket.tag",
	.help = "Put tags on a ticket",
	FIELDS(tag_fields, struct ticket_tag_in),
	.need = CAN_NOTE,
	.run = RUN(ticket_tag),
};
const struct command ticket_untag_cmd = {
	.name = "ticket.untag",
	.help = "Take tags off a ticket",
	FIELDS(tag_fields, struct ticket_tag_in),
	.need = CAN_NOTE,
	.run = RUN(ticket_untag),
};

/* ---- links ---- */

enum err ticket_link_put(struct ctx *c, int64_t from_id, int64_t to_id, const char *kind, bool in_force, utime at_us)
{
	utime at = at_us ? at_us : c->now_us;
	struct ticket_link_find_row old;
	bool found;
	TRY(ticket_link_find(c->db, c->arena, &old, &found, .from_id = from_id, .to_id = to_id, .kind = str_c(kind)));
	if (found ? !old.removed_us.set == in_force : !in_force)
		return OK;
	const char *event = in_force ? "ticket.linked" : "ticket.unlinked";
	if (!found) {
		struct ticket_link_rows_row row = {
			.from_id = from_id, .to_id = to_id, .kind = str_c(kind), .created_us = at
		};
		struct ticket_link_row_add_row id;
		TRY(ticket_link_row_add(c->db, c->arena, &id, .from_id = from_id, .to_id = to_id, .kind = row.kind,
					.created_us = at));
		return say(c, event, "ticket_link", id.id, from_id,
			   fold_set_all(c->arena, &ticket_link_rows_stmt, &row), at_us);
	}
	struct ticket_link_find_row row = old;
	row.removed_us = in_force ? NONE : SOME(at);
	row.created_us = in_force ? at : row.created_us;
	TRY(ticket_link_row_put(c->db, .id = row.id, .created_us = row.created_us, .removed_us = row.removed_us));
	return say(c, event, "ticket_link", row.id, from_id,
		   fold_set_diff(c->arena, &ticket_link_rows_stmt, &old, &row), at_us);
}

struct ticket_link_in {
	int64_t ticket, other;
	struct str kind;
};
static const char *const LINK_KINDS[] = { "related", "duplicate_of", NULL };

static enum err put_link(struct ctx *c, const struct ticket_link_in *in, bool in_force)
{
	struct ticket_get_row t, other;
	TRY(ticket_load(c, in->ticket, &t));
	TRY(ticket_load(c, in->other, &other));
	if (t.id == other.id)
		return fail_field(c, S("other"), "A ticket is not linked to itself.");
	const char *kind = in->kind.n && str_eq(in->kind, S("duplicate_of")) ? "duplicate_of" : "related";
	int64_t from = t.id, to = other.id;
	/* "related" is one link, whichever side it was made from */
	if (!strcmp(kind, "related") && from > to) {
		from = other.id;
		to = t.id;
	}
	ticket_answer(c, t.id);
	return ticket_link_put(c, from, to, kind, in_force, 0);
}

static enum err ticket_link(struct ctx *c, const struct ticket_link_in *in)
{
	return put_link(c, in, true);
}

static enum err ticket_unlink(struct ctx *c, const struct ticket_link_in *in)
{
	return put_link(c, in, false);
}

COMMAND_RUN(ticket_link)
COMMAND_RUN(ticket_unlink)
static const struct field link_fields[] = {
	TICKET_FIELD(struct ticket_link_in),
	FIELD(struct ticket_link_in, other, FIELD_ID, .required = true, .positional = true,
	      .help = "number of the other ticket", .example = "43"),
	FIELD(struct ticket_link_in, kind, FIELD_ENUM, .choices = LINK_KINDS, .help = "related unless said"),
};
const struct command ticket_link_cmd = {
	.name = "ticket.link",
	.help = "Link two tickets",
	FIELDS(link_fields, struct ticket_link_in),
	.need = CAN_NOTE,
	.run = RUN(ticket_link),
};
const struct command ticket_unlink_cmd = {
	.name = "ticket.unlink",
	.help = "Take a link between two tickets away",
	FIELDS(link_fields, struct ticket_link_in),
	.need = CAN_NOTE,
	.run = RUN(ticket_unlink),
};

/* ---- followers ---- */

enum err ticket_follower_put(struct ctx *c, int64_t ticket_id, int64_t teammate_id, bool in_force, utime at_us)
{
	utime at = at_us ? at_us : c->now_us;
	struct ticket_follower_find_row old;
	bool found;
	TRY(ticket_follower_find(c->db, c->arena, &old, &found, .ticket_id = ticket_id, .teammate_id = teammate_id));
	if (found ? !old.removed_us.set == in_force : !in_force)
		return OK;
	const char *event = in_force ? "ticket.followed" : "ticket.unfollowed";
	if (!found) {
		struct ticket_follower_rows_row row = { .ticket_id = ticket_id,
							.teammate_id = teammate_id,
							.created_us = at };
		struct ticket_follower_row_add_row id;
		TRY(ticket_follower_row_add(c->db, c->arena, &id, .ticket_id = ticket_id, .teammate_id = teammate_id,
					    .created_us = at));
		return say(c, event, "ticket_follower", id.id, ticket_id,
			   fold_set_all(c->arena, &ticket_follower_rows_stmt, &row), at_us);
	}
	struct ticket_follower_find_row row = old;
	row.removed_us = in_force ? NONE : SOME(at);
	row.created_us = in_force ? at : row.created_us;
	TRY(ticket_follower_row_put(c->db, .id = row.id, .created_us = row.created_us, .removed_us = row.removed_us));
	return say(c, event, "ticket_follower", row.id, ticket_id,
		   fold_set_diff(c->arena, &ticket_follower_rows_stmt, &old, &row), at_us);
}

struct ticket_follow_in {
	int64_t ticket;
	struct opt_i64 teammate;
};

static enum err put_follower(struct ctx *c, const struct ticket_follow_in *in, bool in_force)
{
	struct ticket_get_row t;
	TRY(ticket_load(c, in->ticket, &t));
	int64_t who = in->teammate.set ? in->teammate.v : ticket_actor_id(c);
	if (!who)
		return fail_field(c, S("teammate"), "Say who follows: you are no teammate.");
	if (who != ticket_actor_id(c) && !(c->actor.caps & CAN_REPLY))
		return fail(c, ERR_FORBIDDEN, "You can follow tickets yourself, but not make others follow.");
	struct ticket_teammate_row m;
	bool found;
	TRY(ticket_teammate(c->db, c->arena, &m, &found, .id = who));
	if (!found || (in_force && !str_eq(m.state, S("active"))))
		return fail_field(c, S("teammate"), "There is no active teammate %lld.", (long long)who);
	ticket_answer(c, t.id);
	return ticket_follower_put(c, t.id, who, in_force, 0);
}

static enum err ticket_follow(struct ctx *c, const struct ticket_follow_in *in)
{
	return put_follower(c, in, true);
}

static enum err ticket_unfollow(struct ctx *c, const struct ticket_follow_in *in)
{
	return put_follower(c, in, false);
}

COMMAND_RUN(ticket_follow)
COMMAND_RUN(ticket_unfollow)
static const struct field follow_fields[] = {
	TICKET_FIELD(struct ticket_follow_in),
	FIELD(struct ticket_follow_in, teammate, FIELD_ID, .help = "number of the teammate; you unless said"),
};
const struct command ticket_follow_cmd = {
	.name = "ticket.follow",
	.help = "Follow a ticket",
	FIELDS(follow_fields, struct ticket_follow_in),
	.need = CAN_NOTE,
	.run = RUN(ticket_follow),
};
const struct command ticket_unfollow_cmd = {
	.name = "ticket.unfollow",
	.help = "Follow a ticket no longer",
	FIELDS(follow_fields, struct ticket_follow_in),
	.need = CAN_NOTE,
	.run = RUN(ticket_unfollow),
};
