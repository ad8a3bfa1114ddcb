/* mail_parse_job.c: what runs on its own: taking a stored mail apart, looking after rows that were left, LMTP, remote images; see mail.h. */
#include "mail/mail_job.h"

#include "base/log.h"
#include "core/secret.h"
#include "core/upload.h"
#include "io/client.h"
#include "io/lmtp.h"

#include "mail.sql.h"

#include <jansson.h>

#include "base/banned.h"

enum { IMAGE_MAX_BYTES = 5 << 20, AUTO_KEPT_DAYS = 2, SEEN_KEPT_DAYS = 11, PARSE_ATTEMPTS = 8, DEATHS_MOST = 2 };

/* ---- parsing ---- */

enum err mail_parse_add(struct ctx *c, int64_t inbox_id, int64_t attempt, bool released)
{
	return job_add(c, "mail.parse", arena_fmt(c->arena, "{\"inbox\":%lld,\"released\":%s}", (long long)inbox_id, released ? "true" : "false"),
		       c->now_us, arena_fmt(c->arena, "mail.parse:%lld:%lld", (long long)inbox_id, (long long)attempt));
}

static enum err take_apart(struct ctx *c, const struct inbox_get_row *row, int64_t attempt, bool released)
{
	struct str raw;
	struct mime_message m;
	TRY(blob_read(c->desk->blobs, &c->fault, c->arena, row->raw_blob, MIME_MESSAGE_MAX_BYTES, &raw));
	enum err err = mime_parse(c->arena, &c->fault, c->desk->blobs, raw, &m);
	/* what says no for good says it twice, and what died for want of memory lives a minute later */
	if (attempt < DEATHS_MOST && (err == ERR_INPUT || err == ERR_LIMIT || err == ERR_UPSTREAM)) {
		log_msg(LOG_WARN, "mail_parse", "inbound %lld, once more: %s", (long long)row->id, c->fault.message);
		fault_clear(&c->fault);
		err = mime_parse(c->arena, &c->fault, c->desk->blobs, raw, &m);
	}
	if (err == ERR_INPUT || err == ERR_LIMIT || (err == ERR_UPSTREAM && attempt >= DEATHS_MOST)) {
		struct str why = arena_str(c->arena, str_c(c->fault.message));
		fault_clear(&c->fault);
		return mail_land(c, row->id, raw, NULL, why, released);
	}
	TRY(err);
	return mail_land(c, row->id, raw, &m, STR_NULL, released);
}

/* No mail stays "new" for ever: what fails for good, or too often, or brings the process down each time, is put before a person. */
static enum err parse(struct ctx *c, const struct job *j)
{
	json_error_t e;
	json_t *payload = json_loadb(j->payload.p, j->payload.n, 0, &e);
	int64_t id = json_integer_value(json_object_get(payload, "inbox"));
	bool released = json_is_true(json_object_get(payload, "released")), found;
	json_decref(payload);
	struct inbox_get_row row;
	TRY(inbox_get(c->db, c->arena, &row, &found, .id = id));
	if (!found || !str_eq(row.state, S("new")))
		return OK;
	if (j->attempt > PARSE_ATTEMPTS)
		return mail_park(c, id, S("It was begun again and again and never finished."));
	enum err err = take_apart(c, &row, j->attempt, released);
	if (err == OK || (err_info(err)->retry ? j->attempt < PARSE_ATTEMPTS : j->attempt < 2))
		return err;
	struct str why = arena_fmt(c->arena, "It could not be taken in: %s", c->fault.message);
	fault_clear(&c->fault);
	return mail_park(c, id, why);
}

/* A mail whose job was lost is planted again; one whose job died is parked. */
static enum err replant(struct ctx *c, void *arg)
{
	(void)arg;
	struct inbox_stuck_row *rows;
	size_t n;
	TRY(inbox_stuck(c->db, c->arena, &rows, &n, .before_us = c->now_us - 10 * UTIME_US_PER_MINUTE));
	for (size_t i = 0; i < n; i++)
		if (!rows[i].job_state.p)
			TRY(mail_parse_add(c, rows[i].id, rows[i].attempt, false));
	TRY(mail_auto_sweep(c->db, .before_us = c->now_us - AUTO_KEPT_DAYS * UTIME_US_PER_DAY));
	return mail_seen_sweep(c->db, .before_us = c->now_us - SEEN_KEPT_DAYS * UTIME_US_PER_DAY);
}

static enum err park_dead(struct ctx *c)
{
	struct inbox_stuck_row *rows;
	size_t n;
	TRY(inbox_stuck(c->db, c->arena, &rows, &n, .before_us = c->now_us - 10 * UTIME_US_PER_MINUTE));
	for (size_t i = 0; i < n; i++)
		if (rows[i].job_state.p)
			TRY(mail_park(c, rows[i].id, arena_fmt(c->arena, "The work on it was given up: %.*s",
							       STR_ARG(rows[i].last_error.n ? rows[i].last_error : S("nobody knows why")))));
	return OK;
}

static enum err look_after(struct ctx *c, const struct job *j)
{
	(void)j;
	TRY(park_dead(c));
	return ctx_write(c, true, replant, NULL);
}

const struct job_kind mail_jobs[] = {
	{ .name = "mail.parse", .version = 1, .max_attempts = PARSE_ATTEMPTS, .lease_us = 2 * UTIME_US_PER_MINUTE, .run = parse },
	{ .name = "mail.look_after", .version = 1, .max_attempts = 1, .lease_us = UTIME_US_PER_MINUTE, .every_us = 5 * UTIME_US_PER_MINUTE,
	  .run = look_after },
	{ 0 },
};

/* ---- LMTP ---- */

static enum err lmtp_rcpt(void *arg, struct arena *a, struct str rcpt)
{
	struct ctx c;
	desk_ctx(arg, a, S("mail"), &c);
	enum err e = ctx_db(&c);
	if (e == OK)
		e = mail_accepts(&c, rcpt);
	ctx_db_done(&c);
	return e;
}

static enum err lmtp_take(void *arg, struct arena *a, const struct lmtp_envelope *env, struct str raw, struct str *ret_text)
{
	struct ctx c;
	int64_t id;
	bool again;
	desk_ctx(arg, a, S("mail"), &c);
	c.door = DOOR_MAIL;
	enum err e = mail_take(&c, env->mail_from, env->rcpt, raw, &id, &again);
	struct log_line l;
	log_begin(&l, e == OK ? LOG_INFO : LOG_WARN, "mail_in");
	log_add(&l, "from", env->mail_from);
	log_add(&l, "to", env->rcpt);
	log_add_i64(&l, "bytes", (int64_t)raw.n);
	if (e == OK)
		log_add_i64(&l, "inbound", id);
	else
		log_add(&l, "why", str_c(c.fault.message));
	log_end(&l);
	if (e == OK)
		*ret_text = arena_fmt(a, "stored as inbound #%lld%s", (long long)id, again ? " (again)" : "");
	return e;
}

enum err mail_lmtp_start(struct desk *d, struct fault *f, void **ret)
{
	*ret = NULL;
	if (!d->cfg.lmtp_listen)
		return OK;
	struct lmtp_config cfg = {
		.listen = d->cfg.lmtp_listen, .message_max_bytes = MIME_MESSAGE_MAX_BYTES, .sessions_max = 50, .rcpt = lmtp_rcpt, .take = lmtp_take,
		.arg = d,
	};
	struct lmtp *l;
	TRY(lmtp_start(&cfg, f, &l));
	*ret = l;
	return OK;
}

void mail_lmtp_stop(void *service)
{
	lmtp_stop(service);
}

/* ---- remote images ---- */

enum err mail_fetch_image(struct ctx *c, struct str url, struct str *ret_bytes, struct str *ret_type)
{
	struct client_policy policy = { .response_max_bytes = IMAGE_MAX_BYTES, .connect_timeout_s = 5, .total_timeout_s = 15 };
	struct client_request req = { .method = S("GET"), .url = url };
	struct client_response res;
	if (!str_starts(url, S("https://")))
		return fail(c, ERR_FORBIDDEN, "Only https images are fetched.");
	TRY(client_http(c->arena, &c->fault, &policy, &req, &res));
	*ret_type = upload_sniff(str_slice(res.body, 0, 512));
	if (res.status != 200 || !upload_inline_image(*ret_type))
		return fail(c, ERR_UPSTREAM, "What came back is no image.");
	*ret_bytes = res.body;
	return OK;
}
