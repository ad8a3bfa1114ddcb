/* notice.c: telling, and what is over; what each person wants; see notice.h. */
#include "notice/notice.h"

#include "base/utf8.h"
#include "core/row.h"
#include "mail/mail.h"

#include <string.h>

#include "base/banned.h"

enum { WORDS_BYTES = 300, DIGEST_LINES = 30 };
_Static_assert(sizeof(struct notice_wishes_of_row) == sizeof(struct notice_wish_rows_row), "notice.sql");

const struct notice_words notice_kinds[NOTICE_KINDS] = {
	[NOTICE_HANDOVER] = { "handover", "A case is offered to you or to your team", "at_once" },
	[NOTICE_P0] = { "p0", "A case that you care for becomes p0", "at_once" },
	[NOTICE_ESCALATION] = { "escalation", "You are asked about a case that people disagree about", "at_once" },
	[NOTICE_ASSIGNED] = { "assigned", "A case comes to you", "digest" },
	[NOTICE_FOUND] = { "found", "A view that you watch finds something", "digest" },
	[NOTICE_RULE] = { "rule", "A rule tells you something", "digest" },
	[NOTICE_TEAM] = { "team", "A colleague is away or at capacity, or you fill in", "digest" },
};
const char *const notice_ways[] = { "off", "digest", "at_once", NULL };

enum err notice_tell(struct ctx *c, const struct notice_new *n)
{
	if (n->to <= 0 || c->bulk || (c->actor.kind == ACTOR_TEAMMATE && c->actor.id == n->to))
		return OK;
	return notice_insert(c->db, .teammate_id = n->to, .kind = str_c(notice_kinds[n->kind].code), .key = n->key.p ? n->key : S(""),
			     .words = utf8_clip(n->words, WORDS_BYTES), .url = n->url, .at_us = c->now_us);
}

enum err notice_over(struct ctx *c, struct str key)
{
	return notice_is_over(c->db, .key = key, .now_us = c->now_us);
}

enum err notice_ways_of(struct ctx *c, int64_t teammate, struct str ret[NOTICE_KINDS])
{
	struct notice_wishes_of_row *v;
	size_t n;
	TRY(notice_wishes_of(c->db, c->arena, &v, &n, .teammate_id = teammate));
	for (int k = 0; k < NOTICE_KINDS; k++) {
		ret[k] = str_c(notice_kinds[k].standard);
		for (size_t i = 0; i < n; i++)
			if (str_eq(v[i].kind, str_c(notice_kinds[k].code)))
				ret[k] = v[i].way;
	}
	return OK;
}

/* ---- the part of the day's mail ---- */

static enum err seen(struct ctx *c, int64_t teammate, utime *ret)
{
	struct notice_person_row p;
	bool found;
	TRY(notice_person(c->db, c->arena, &p, &found, .id = teammate));
	*ret = found && p.seen_us.set ? p.seen_us.v : 0;
	return OK;
}

enum err notice_digest(struct ctx *c, int64_t teammate, struct buf *b, size_t *ret_n)
{
	const char *base = c->desk->cfg.public_url ? c->desk->cfg.public_url : "";
	struct notice_digest_of_row *v;
	utime since;
	TRY(seen(c, teammate, &since));
	TRY(notice_digest_of(c->db, c->arena, &v, ret_n, .teammate_id = teammate, .after_us = since, .max = DIGEST_LINES + 1));
	for (size_t i = 0; i < *ret_n && i < DIGEST_LINES; i++)
		buf_fmt(b, "- %.*s (%s%.*s)\n", STR_ARG(mail_markdown_words(c->arena, v[i].words)), base, STR_ARG(v[i].url));
	if (*ret_n > DIGEST_LINES)
		buf_fmt(b, "- and more: %s/notices\n", base);
	return OK;
}

enum err notice_digest_sent(struct ctx *c, int64_t teammate)
{
	utime since;
	TRY(seen(c, teammate, &since));
	TRY(notice_digest_done(c->db, .teammate_id = teammate, .state = S("here"), .until_us = since, .now_us = c->now_us));
	return notice_digest_done(c->db, .teammate_id = teammate, .state = S("sent"), .until_us = c->now_us, .now_us = c->now_us);
}

enum err notice_digest_people(struct ctx *c, int64_t after, int64_t max, struct notice_people_row **ret, size_t *ret_n)
{
	return notice_people(c->db, c->arena, ret, ret_n, .after = after, .max = max);
}

/* ---- what each wants ---- */

struct choose_in {
	struct str ways[NOTICE_KINDS];
};
#define WAY(kind, words_) { .name = words_, .type = FIELD_ENUM, .c = FIELD_C_STR, .offset = offsetof(struct choose_in, ways) + sizeof(struct str) * (kind), .choices = notice_ways, \
			    .help = "off, digest (the mail of the day) or at_once" }
static const struct field choose_fields[] = {
	WAY(NOTICE_HANDOVER, "handover"), WAY(NOTICE_P0, "p0"), WAY(NOTICE_ESCALATION, "escalation"), WAY(NOTICE_ASSIGNED, "assigned"), WAY(NOTICE_FOUND, "found"),
	WAY(NOTICE_RULE, "rule"), WAY(NOTICE_TEAM, "team"),
};

static enum err choose_one(struct ctx *c, const struct notice_wishes_of_row *v, size_t n, enum notice_kind kind, struct str way)
{
	struct notice_wish_rows_row row = { .teammate_id = c->actor.id, .kind = str_c(notice_kinds[kind].code), .way = way };
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(v[i].kind, row.kind))
			continue;
		row.id = v[i].id;
		return row_save(c, &notice_wish_rows_stmt, &v[i], &row, "notice.chosen", NULL);
	}
	return str_eq(way, str_c(notice_kinds[kind].standard)) ? OK : row_new(c, &notice_wish_rows_stmt, &row, "notice.chosen", NULL);
}

static enum err notice_choose(struct ctx *c, const struct choose_in *in)
{
	struct notice_wishes_of_row *v;
	size_t n;
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_INPUT, "Only teammates get these mails. Say who you are (--as).");
	TRY(notice_wishes_of(c->db, c->arena, &v, &n, .teammate_id = c->actor.id));
	for (int k = 0; k < NOTICE_KINDS; k++)
		if (in->ways[k].n)
			TRY(choose_one(c, v, n, (enum notice_kind)k, in->ways[k]));
	json_kstr(c->out, "said", S("Kept. It holds from the next mail on."));
	return OK;
}
COMMAND_RUN(notice_choose)
static const struct command choose_cmd = {
	.name = "notice.choose", .help = "Choose what reaches you by mail when you are away from the page: off, in the mail of the day, or at once",
	FIELDS(choose_fields, struct choose_in), .need = CAN_READ, .run = RUN(notice_choose),
};

struct list_in {
	struct opt_i64 after, max;
};

static enum err notice_list(struct ctx *c, const struct list_in *in)
{
	struct notice_page_row *v;
	struct str ways[NOTICE_KINDS];
	size_t n;
	int64_t max = in->max.set ? in->max.v : 50;
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_INPUT, "Only teammates are told. Say who you are (--as).");
	TRY(notice_page(c->db, c->arena, &v, &n, .teammate_id = c->actor.id, .before = in->after.set ? in->after.v : INT64_MAX, .max = max + 1));
	bool more = (int64_t)n > max;
	TRY(notice_ways_of(c, c->actor.id, ways));
	json_obj(c->out);
	json_key(c->out, "ways");
	json_obj(c->out);
	for (int k = 0; k < NOTICE_KINDS; k++)
		json_kstr(c->out, notice_kinds[k].code, ways[k]);
	json_obj_end(c->out);
	json_items(c->out);
	for (size_t i = 0; i < n - more; i++) {
		json_obj(c->out);
		json_ki64(c->out, "notice", v[i].id);
		json_kstr(c->out, "kind", v[i].kind);
		json_kstr(c->out, "words", v[i].words);
		json_kstr(c->out, "url", v[i].url);
		json_kstr(c->out, "state", v[i].state);
		json_ktime(c->out, "at", v[i].at_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, more ? SOME(v[max - 1].id) : NONE);
	return OK;
}
COMMAND_RUN(notice_list)
static const struct field list_fields[] = {
	FIELD(struct list_in, after, FIELD_ID, .help = "the “next” of the page before"),
	FIELD(struct list_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
static const struct command list_cmd = {
	.name = "notice.list", .help = "What you were to be told by mail, newest first, and how you chose to be", FIELDS(list_fields, struct list_in), .need = CAN_READ, .reads = true,
	.run = RUN(notice_list),
};
const struct command *const notice_commands[] = { &choose_cmd, &list_cmd, NULL };
