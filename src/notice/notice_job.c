/* notice_job.c: what waited long enough: who was here has seen it; else it goes at once, in one mail, or waits for the mail of the day. */
#include "notice/notice.h"

#include "core/job.h"
#include "core/setting.h"
#include "mail/mail.h"

#include <string.h>

#include "base/banned.h"

enum { PEOPLE_MOST = 500, LINES_MOST = 200, LINES_IN_MAIL = 30, KEPT_DAYS = 60, MAIL_MAX_BYTES = 64 << 10 };

const struct setting notice_settings[] = {
	{ "notice.wait_minutes", SETTING_INT, 0, 1440, "3", "How long something is held before it goes by mail: who was at the desk since, or when it is over, is not told" },
	{ "notice.mails_per_hour", SETTING_INT, 1, 60, "4", "How many mails somebody gets at once within an hour; what is beyond waits for the mail of the day" },
	{ 0 },
};

struct settling {
	int64_t teammate;
	struct notice_person_row who;
	struct notice_due_of_row *v;
	size_t n, n_mail;
	const char **state;          /* of each */
	struct str text;
};

static enum notice_kind kind_of(struct str code)
{
	for (int k = 0; k < NOTICE_KINDS; k++)
		if (str_eq(code, str_c(notice_kinds[k].code)))
			return (enum notice_kind)k;
	return NOTICE_TEAM;
}

static enum err decide(struct ctx *c, struct settling *s, bool found)
{
	struct notice_sent_since_row sent;
	struct str ways[NOTICE_KINDS];
	struct buf b;
	const char *base = c->desk->cfg.public_url ? c->desk->cfg.public_url : "";
	TRY(notice_ways_of(c, s->teammate, ways));
	TRY(notice_sent_since(c->db, c->arena, &sent, .teammate_id = s->teammate, .since_us = c->now_us - UTIME_US_PER_HOUR));
	bool enough = sent.n >= setting_i64(c, "notice.mails_per_hour");
	s->state = arena_array(c->arena, const char *, s->n + 1);
	buf_init(&b, c->arena, MAIL_MAX_BYTES);
	for (size_t i = 0; i < s->n; i++) {
		struct str way = ways[kind_of(s->v[i].kind)];
		bool off = !found || !str_eq(s->who.state, S("active")) || str_eq(way, S("off")), here = s->who.seen_us.set && s->who.seen_us.v > s->v[i].at_us;
		s->state[i] = off ? "off" : here ? "here" : str_eq(way, S("digest")) || enough ? "digest" : "sent";
		if (strcmp(s->state[i], "sent") != 0)
			continue;
		if (s->n_mail++ < LINES_IN_MAIL)
			buf_fmt(&b, "- %.*s\n  %s%.*s\n", STR_ARG(mail_markdown_words(c->arena, s->v[i].words)), base, STR_ARG(s->v[i].url));
	}
	if (s->n_mail > LINES_IN_MAIL)
		buf_fmt(&b, "- and %zu more: %s/notices\n", s->n_mail - LINES_IN_MAIL, base);
	buf_fmt(&b, "\nYou were not at the desk when this happened. What reaches you by mail you choose at %s/notices\n", base);
	s->text = buf_str(&b);
	return OK;
}

static enum err settle(struct ctx *c, void *arg)
{
	const struct settling *s = arg;
	struct str subject = STR_NULL;
	for (size_t i = 0; i < s->n; i++) {
		TRY(notice_put(c->db, .id = s->v[i].id, .state = str_c(s->state[i]), .now_us = c->now_us));
		if (!subject.p && strcmp(s->state[i], "sent") == 0)
			subject = s->v[i].words;
	}
	if (!s->n_mail)
		return OK;
	struct json_out j;
	json_init(&j, c->arena, MAIL_MAX_BYTES * 2);
	json_obj(&j);
	json_kstr(&j, "to", s->who.email);
	json_kstr(&j, "subject", s->n_mail == 1 ? subject : arena_fmt(c->arena, "%zu things wait for you", s->n_mail));
	json_kstr(&j, "text", s->text);
	json_kbool(&j, "auto", true);
	json_obj_end(&j);
	return outbox_add(c, &(struct outbox_new){ .kind = "mail", .dest = s->who.email, .body = json_done(&j), .next_us = c->now_us,
						   .dedup = arena_fmt(c->arena, "notice:%lld:%lld", (long long)s->teammate, (long long)s->v[s->n - 1].id) }, NULL);
}

static enum err sweep(struct ctx *c, void *arg)
{
	(void)arg;
	int64_t gone;
	return notice_sweep(c->db, &gone, .before_us = c->now_us - KEPT_DAYS * UTIME_US_PER_DAY);
}

enum err notice_job(struct ctx *c, const struct job *j)
{
	struct notice_due_row *people;
	size_t n;
	utime before = c->now_us - setting_i64(c, "notice.wait_minutes") * UTIME_US_PER_MINUTE;
	if (strcmp(arena_cstr(c->arena, j->kind), "notice.sweep") == 0)
		return ctx_write(c, true, sweep, NULL);
	TRY(notice_due(c->db, c->arena, &people, &n, .before_us = before, .max = PEOPLE_MOST));
	for (size_t i = 0; i < n; i++) {
		struct settling s = { .teammate = people[i].teammate_id };
		bool found;
		TRY(notice_person(c->db, c->arena, &s.who, &found, .id = s.teammate));
		TRY(notice_due_of(c->db, c->arena, &s.v, &s.n, .teammate_id = s.teammate, .before_us = before, .max = LINES_MOST));
		TRY(decide(c, &s, found));
		if (s.n)
			TRY(ctx_write(c, true, settle, &s));
	}
	return OK;
}
