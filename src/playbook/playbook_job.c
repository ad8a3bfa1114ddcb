/* playbook_job.c: one calm mail a day: what checklists ask of somebody today, which promises on their tickets run out, and what happened
 * while they were away (notice/notice.h).
 *
 * It comes in the morning of a working day of theirs, and only when there is something to say: a promise that is due by tonight (never a mail for each), a task
 * that falls due today, or, on the first day of their
 * week, what is still late. While a run's soft time lasts, its tasks are named on their own day and never called late. What is late for some days is named to
 * the manager of the run too, once when that happens and then weekly. A person gets one mail a day, however often the job looks: the outbox keeps the key. */
#include "playbook/playbook_job.h"
#include "playbook/schedule.h"
#include "notice/notice.h"

#include "base/buf.h"
#include "base/civil.h"
#include "base/utf8.h"
#include "mail/mail.h"

#include "base/banned.h"

enum { PEOPLE_PAGE = 200, TASKS_MOST = 60, LOOK_MINUTES = 15 };

const struct setting playbook_settings[] = {
	{ .key = "playbook.digest", .type = SETTING_BOOL, .max = 1, .standard = "1", .help = "Whether people get one mail a day with the promises that run out and what checklists ask of them" },
	{ .key = "playbook.digest_hour", .type = SETTING_INT, .max = 23, .standard = "8", .help = "From which hour of their day on that mail is sent" },
	{ .key = "playbook.escalate_days", .type = SETTING_INT, .max = 60, .standard = "3",
	  .help = "After how many days what is late is named to the run's manager too; 0 = never" },
	{ 0 },
};

struct digest {
	struct teammate who;
	struct str today;            /* their date */
	struct str dedup;
	struct str text;
	bool promises, away;
};

static bool soft_on(struct str soft_until, struct str today)
{
	return soft_until.p && str_cmp(soft_until, today) >= 0;
}

static void line(struct ctx *c, struct buf *b, struct str title, struct str run, int64_t id, struct str day)
{
	const char *base = c->desk->cfg.public_url ? c->desk->cfg.public_url : "";
	struct str words = mail_markdown_words(c->arena, title), of = mail_markdown_words(c->arena, run), when = mail_markdown_words(c->arena, day);
	buf_fmt(b, "- %.*s: %.*s (%.*s%s%s/playbook/run/%lld)\n", STR_ARG(words), STR_ARG(of), STR_ARG(when), day.n ? ", " : "", base, (long long)id);
}

struct parts {
	struct buf promises, today, late, soft, theirs, away;
	size_t n_promises, n_today, n_late, n_soft, n_theirs, n_fresh, n_away;
};

static enum err own_part(struct ctx *c, const struct digest *d, int64_t today, utime tonight, struct parts *p)
{
	struct run_item_mine_row *rows;
	size_t n;
	int64_t day;
	/* the date is the run's, and this is the reader's day: a night apart at most */
	TRY(run_mine_of(c, d->who.id, 0, tonight + UTIME_US_PER_DAY, TASKS_MOST, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		bool soft = soft_on(rows[i].soft_until, d->today);
		if (!rows[i].due_on.p || !due_parse_date(rows[i].due_on, &day) || day > today)
			continue;
		struct str words = day == today ? S("") : due_date_words(c->arena, day, today);
		if (soft && day == today) {
			line(c, &p->soft, rows[i].title, rows[i].run, rows[i].run_id, words);
			p->n_soft++;
		} else if (!soft && day >= today) {
			line(c, &p->today, rows[i].title, rows[i].run, rows[i].run_id, words);
			p->n_today++;
		} else if (!soft) {
			line(c, &p->late, rows[i].title, rows[i].run, rows[i].run_id, arena_fmt(c->arena, "was due %.*s", STR_ARG(words)));
			p->n_late++;
		}
	}
	return OK;
}

static enum err managers_part(struct ctx *c, const struct digest *d, int64_t today, struct parts *p)
{
	struct run_item_late_for_manager_row *rows;
	int64_t days = setting_i64(c, "playbook.escalate_days"), day;
	utime before = c->now_us - days * UTIME_US_PER_DAY;
	size_t n;
	if (!days)
		return OK;
	TRY(run_item_late_for_manager(c->db, c->arena, &rows, &n, .manager_id = d->who.id, .before_us = before, .max = TASKS_MOST));
	for (size_t i = 0; i < n; i++) {
		if (soft_on(rows[i].soft_until, d->today) || !rows[i].due_on.p || !due_parse_date(rows[i].due_on, &day))
			continue;
		struct str who = rows[i].name.p ? rows[i].name : S("nobody yet");
		line(c, &p->theirs, rows[i].title, rows[i].run, rows[i].run_id,
		     arena_fmt(c->arena, "%.*s, was due %.*s", STR_ARG(who), STR_ARG(due_date_words(c->arena, day, today))));
		p->n_theirs++;
		p->n_fresh += rows[i].due_us >= before - UTIME_US_PER_DAY;
	}
	return OK;
}

/* What is due by tonight or late, of their own tickets; and that somebody should look at nobody's. */
static enum err promises_part(struct ctx *c, const struct digest *d, const struct zone *zone, utime tonight, struct parts *p)
{
	const char *base = c->desk->cfg.public_url ? c->desk->cfg.public_url : "";
	struct run_promises_of_row *rows;
	struct run_promises_of_nobody_row nobody;
	TRY(run_promises_of(c->db, c->arena, &rows, &p->n_promises, .assignee_id = d->who.id, .until_us = tonight, .max = TASKS_MOST));
	for (size_t i = 0; i < p->n_promises; i++)
		buf_fmt(&p->promises, "- #%lld %.*s: %s %.*s (%s/tickets/%lld)\n", (long long)rows[i].id, STR_ARG(mail_markdown_words(c->arena, utf8_clip(rows[i].subject, 120))),
			rows[i].due_us < c->now_us ? "was due" : "due", STR_ARG(civil_short(c->arena, zone, rows[i].due_us, c->now_us)), base,
			(long long)rows[i].id);
	if (!p->n_promises)
		return OK;
	TRY(run_promises_of_nobody(c->db, c->arena, &nobody, .until_us = tonight, .max = 100));
	if (nobody.n)
		buf_fmt(&p->promises, "- and %s%lld of nobody's: %s/queue/due\n", nobody.n == 100 ? "more than " : "", (long long)nobody.n, base);
	return OK;
}

static void put_part(struct buf *b, const char *title, const struct buf *lines, size_t n)
{
	if (n)
		buf_fmt(b, "%s%s\n\n%.*s", b->n ? "\n" : "", title, STR_ARG(buf_str(lines)));
}

/* The first working day of somebody's week: nothing was worked since Sunday. */
static bool week_begins(const struct playbook_days *days, int64_t today)
{
	for (int64_t d = today - civil_weekday(today); d < today; d++)
		if (days->works(days->arg, d))
			return false;
	return true;
}

/* The text for somebody now; "" when there is nothing to say, or it is not the time. */
static enum err write_digest(struct ctx *c, int64_t teammate, struct digest *d)
{
	struct parts p = { 0 };
	struct buf *const bufs[] = { &p.promises, &p.today, &p.late, &p.soft, &p.theirs, &p.away };
	struct buf b;
	TRY(people_get(c, teammate, &d->who));
	d->text = S("");
	const struct zone *zone = zone_find(d->who.zone);
	if (!zone)
		zone = zone_find(S("UTC"));
	struct due_date now = due_of_instant(c->now_us, zone);
	struct playbook_days days = playbook_days_of(c, teammate);
	if (!str_eq(d->who.state, S("active")) || now.minute < setting_i64(c, "playbook.digest_hour") * 60 || !days.works(days.arg, now.day))
		return OK;
	d->today = due_date_text(c->arena, now.day);
	d->dedup = arena_fmt(c->arena, "playbook.digest:%lld:%.*s", (long long)teammate, STR_ARG(d->today));
	for (size_t i = 0; i < ARRAY_LEN(bufs); i++)
		buf_init(bufs[i], c->arena, 64 << 10);
	utime tonight = due_instant((struct due_date){ .set = true, .day = now.day, .minute = -1 }, zone);
	TRY(promises_part(c, d, zone, tonight, &p));
	TRY(own_part(c, d, now.day, tonight, &p));
	TRY(managers_part(c, d, now.day, &p));
	TRY(notice_digest(c, teammate, &p.away, &p.n_away));
	bool weekly = week_begins(&days, now.day);
	if (!p.n_promises && !p.n_away && !p.n_today && !p.n_soft && !p.n_fresh && !(weekly && (p.n_late || p.n_theirs)))
		return OK;
	buf_init(&b, c->arena, 256 << 10);
	put_part(&b, "Promises that run out by tonight:", &p.promises, p.n_promises);
	put_part(&b, "While you were away:", &p.away, p.n_away);
	put_part(&b, "For today:", &p.today, p.n_today);
	put_part(&b, "When you find the time:", &p.soft, p.n_soft);
	put_part(&b, "Still open:", &p.late, p.n_late);
	put_part(&b, "Open with the people you look after:", &p.theirs, p.n_theirs);
	buf_fmt(&b, "\nAll of it: %s/playbook/mine\n", c->desk->cfg.public_url ? c->desk->cfg.public_url : "");
	d->text = buf_str(&b);
	d->promises = p.n_promises > 0;
	d->away = p.n_away > 0;
	return OK;
}

static enum err send_digest(struct ctx *c, void *arg)
{
	const struct digest *d = arg;
	struct json_out j;
	int64_t id;
	TRY(notice_digest_sent(c, d->who.id));
	json_init(&j, c->arena, 512 << 10);
	json_obj(&j);
	json_kstr(&j, "to", d->who.email);
	json_kstr(&j, "subject", d->promises ? S("Your day: promises and checklists") : d->away ? S("While you were away") : S("Your checklists today"));
	json_kstr(&j, "text", d->text);
	json_kbool(&j, "auto", true);
	json_obj_end(&j);
	return outbox_add(c, &(struct outbox_new){ .kind = "mail", .dest = d->who.email, .dedup = d->dedup, .body = json_done(&j), .next_us = c->now_us }, &id);
}

static enum err one_person(struct ctx *c, int64_t teammate)
{
	struct run_digest_sent_row sent;
	struct digest d = { 0 };
	bool found;
	TRY(write_digest(c, teammate, &d));
	if (!d.text.n)
		return OK;
	TRY(run_digest_sent(c->db, c->arena, &sent, &found, .dedup = d.dedup));
	return found ? OK : ctx_write(c, true, send_digest, &d);
}

enum err playbook_digest_job(struct ctx *c, const struct job *j)
{
	struct run_item_people_row *people;
	struct run_managers_row *managers;
	size_t n;
	(void)j;
	if (!setting_i64(c, "playbook.digest"))
		return OK;
	/* in order of their numbers; who is in two of these is looked at twice and gets one mail */
	for (int64_t after = 0; after >= 0;) {
		struct run_promised_people_row *promised;
		TRY(run_promised_people(c->db, c->arena, &promised, &n, .after = after, .until_us = c->now_us + 2 * UTIME_US_PER_DAY, .max = PEOPLE_PAGE));
		for (size_t i = 0; i < n; i++)
			TRY(one_person(c, promised[i].teammate_id));
		after = n == PEOPLE_PAGE ? promised[n - 1].teammate_id : -1;
	}
	for (int64_t after = 0; after >= 0;) {
		TRY(run_item_people(c->db, c->arena, &people, &n, .after = after, .until_us = c->now_us + 2 * UTIME_US_PER_DAY, .max = PEOPLE_PAGE));
		for (size_t i = 0; i < n; i++)
			TRY(one_person(c, people[i].teammate_id));
		after = n == PEOPLE_PAGE ? people[n - 1].teammate_id : -1;
	}
	for (int64_t after = 0; after >= 0;) {
		TRY(run_managers(c->db, c->arena, &managers, &n, .after = after, .max = PEOPLE_PAGE));
		for (size_t i = 0; i < n; i++)
			TRY(one_person(c, managers[i].teammate_id));
		after = n == PEOPLE_PAGE ? managers[n - 1].teammate_id : -1;
	}
	for (int64_t after = 0; after >= 0;) {
		struct notice_people_row *told;
		TRY(notice_digest_people(c, after, PEOPLE_PAGE, &told, &n));
		for (size_t i = 0; i < n; i++)
			TRY(one_person(c, told[i].teammate_id));
		after = n == PEOPLE_PAGE ? told[n - 1].teammate_id : -1;
	}
	return OK;
}

const struct job_kind playbook_jobs[] = {
	{ .name = "playbook.digest", .version = 1, .max_attempts = 3, .lease_us = 5 * UTIME_US_PER_MINUTE, .every_us = LOOK_MINUTES * UTIME_US_PER_MINUTE,
	  .run = playbook_digest_job },
	{ .name = "playbook.schedule", .version = 1, .max_attempts = 3, .lease_us = 10 * UTIME_US_PER_MINUTE, .every_us = LOOK_MINUTES * UTIME_US_PER_MINUTE,
	  .next_us = schedule_next_wake, .run = schedule_job },
	{ 0 },
};
