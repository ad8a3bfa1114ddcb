/* export_ticket.c: one ticket's line: its columns as they are, what differed when it was made, its messages with their files, and its dated history: the
 * changes of those columns that the log holds, each with who and why. */
#include "transfer/carry.h"

#include "base/civil.h"
#include "ticket/ticket.h"

#include "transfer.sql.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/* One column's value, from a row or from an event. */
struct value {
	bool null;
	int64_t i;
	struct str s;
};

static struct value of_row(const struct transfer_column *col, const struct ticket_get_row *t)
{
	const char *at = (const char *)t + col->offset;
	if (col->type == TRANSFER_STR) {
		struct str s = *(const struct str *)(const void *)at;
		return (struct value){ .null = !s.p, .s = s };
	}
	struct opt_i64 v = *(const struct opt_i64 *)(const void *)at;
	return (struct value){ .null = !v.set, .i = v.v };
}

static struct value of_event(const struct transfer_column *col, const json_t *v)
{
	if (col->type == TRANSFER_STR)
		return (struct value){ .null = !json_is_string(v), .s = { json_string_value(v), json_string_length(v) } };
	return (struct value){ .null = !json_is_integer(v), .i = json_integer_value(v) };
}

static bool same(const struct transfer_column *col, struct value a, struct value b)
{
	return a.null == b.null && (a.null || (col->type == TRANSFER_STR ? str_eq(a.s, b.s) : a.i == b.i));
}

static enum err put(struct ctx *c, struct json_out *j, const struct transfer_column *col, struct value v)
{
	json_key(j, col->name);
	if (v.null) {
		json_nil(j);
		return OK;
	}
	struct str name;
	switch (col->type) {
	case TRANSFER_STR:
		json_str(j, v.s);
		return OK;
	case TRANSFER_INT:
		json_i64(j, v.i);
		return OK;
	case TRANSFER_TIME:
		json_time(j, v.i);
		return OK;
	case TRANSFER_CONTACT:
	case TRANSFER_ORGANISATION:
	case TRANSFER_TEAMMATE:
	case TRANSFER_TEAM:
		TRY(transfer_name_of(c, col->type, v.i, &name));
		json_str(j, name);
		return OK;
	}
	return OK;
}

enum err transfer_put_who(struct ctx *c, struct json_out *j, const char *key, struct str kind, struct opt_i64 id, struct str name)
{
	struct str ref = STR_NULL;
	json_key(j, key);
	json_obj(j);
	json_kstr(j, "kind", kind);
	if (id.set && str_eq(kind, S("teammate")))
		TRY(transfer_name_of(c, TRANSFER_TEAMMATE, id.v, &ref));
	else if (id.set && str_eq(kind, S("contact")))
		TRY(transfer_name_of(c, TRANSFER_CONTACT, id.v, &ref));
	if (ref.p)
		json_kstr(j, "id", ref);
	json_kstr(j, "name", name);
	json_obj_end(j);
	return OK;
}

/* ---- files ---- */

static enum err beside(struct ctx *c, const char *dir, struct str blob, struct str bytes)
{
	const char *path = arena_cstr(c->arena, arena_fmt(c->arena, "%s/%.*s", dir, STR_ARG(blob)));
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && errno == EEXIST)      /* named by its content: there already */
		return OK;
	for (size_t at = 0; fd >= 0 && at < bytes.n;) {
		ssize_t n = write(fd, bytes.p + at, bytes.n - at);
		if (n < 0) {
			int why = errno;
			close(fd);
			unlink(path);
			return fail(c, why == ENOSPC ? ERR_FULL : ERR_INPUT, "%s could not be written: %s", path, strerror(why));
		}
		at += (size_t)n;
	}
	if (fd < 0 || close(fd) != 0)
		return fail(c, errno == ENOSPC ? ERR_FULL : ERR_INPUT, "%s could not be written: %s", path, strerror(errno));
	return OK;
}

enum err transfer_put_bytes(struct ctx *c, const struct export_options *o, struct json_out *j, struct str blob)
{
	struct str bytes;
	TRY(blob_read(c->desk->blobs, &c->fault, c->arena, blob, (size_t)1 << 30, &bytes));
	if (o->files_dir) {
		TRY(beside(c, o->files_dir, blob, bytes));
		json_kstr(j, "path", blob);
		return OK;
	}
	if (bytes.n > TRANSFER_LINE_MAX_BYTES / 2)
		return fail(c, ERR_LIMIT, "A file is larger than 32 MiB: export with --files DIR, so that attachments stand beside");
	size_t n = sodium_base64_encoded_len(bytes.n, sodium_base64_VARIANT_ORIGINAL);
	char *text = arena_alloc(c->arena, n);
	sodium_bin2base64(text, n, (const unsigned char *)bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL);
	json_kstr(j, "base64", (struct str){ text, n - 1 });
	return OK;
}

static enum err files(struct ctx *c, const struct export_options *o, struct json_out *j, int64_t message_id)
{
	struct attachment_by_message_row *v;
	size_t n;
	TRY(attachment_by_message(c->db, c->arena, &v, &n, .message_id = message_id));
	json_key(j, "attachments");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		json_kstr(j, "filename", v[i].filename);
		json_kstr(j, "content_id", v[i].content_id);
		json_ktime(j, "at", v[i].created_us);
		TRY(transfer_put_bytes(c, o, j, v[i].blob));
		json_obj_end(j);
	}
	json_arr_end(j);
	return OK;
}

static enum err messages(struct ctx *c, const struct export_options *o, struct json_out *j, int64_t ticket_id)
{
	struct transfer_messages_row *v;
	size_t n;
	TRY(transfer_messages(c->db, c->arena, &v, &n, .ticket_id = ticket_id));
	json_key(j, "messages");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		struct transfer_messages_row *m = &v[i];
		json_obj(j);
		json_kstr(j, "external_id", m->external_id.p ? m->external_id : arena_fmt(c->arena, "tend:message:%lld", (long long)m->id));
		json_kstr(j, "kind", m->kind);
		TRY(transfer_put_who(c, j, "author", m->author_kind, m->author_id, m->author_name));
		json_kstr(j, "via", m->via);
		/* One that is still held leaves from the old desk, not from the new one. */
		json_kstr(j, "state", str_eq(m->state, S("held")) ? S("sent") : m->state);
		json_ktime(j, "created_at", m->created_us);
		json_ktime(j, "at", m->at_us);
		json_kstr(j, "mail_id", m->mail_id);
		json_kstr(j, "to", m->to_list);
		if (str_eq(m->kind, S("public"))) {
			json_kstr(j, "mark", m->mark);
			json_kstr(j, "mark_from", m->mark_from);
		}
		json_kopt(j, "quote_at", m->quote_at);
		json_kstr(j, "body", m->body);
		if (m->html_blob.p) {
			struct str html;
			TRY(blob_read(c->desk->blobs, &c->fault, c->arena, m->html_blob, 16 << 20, &html));
			json_kstr(j, "html", html);
			json_kbool(j, "remote_images", m->remote_images);
		}
		TRY(files(c, o, j, m->id));
		json_obj_end(j);
	}
	json_arr_end(j);
	return OK;
}

/* ---- history ---- */

static enum err one_change(struct ctx *c, struct json_out *j, const struct transfer_ticket_events_row *e, const json_t *set)
{
	json_obj(j);
	json_ktime(j, "at", e->at_us);
	json_kstr(j, "event", e->kind);
	TRY(transfer_put_who(c, j, "by", e->actor_kind, e->actor_id, e->actor_name));
	if (e->rule.p)
		json_kstr(j, "rule", e->rule);
	if (e->reason.p)
		json_kstr(j, "reason", e->reason);
	json_key(j, "set");
	json_obj(j);
	for (size_t k = 0; k < transfer_n_columns; k++) {
		const json_t *v = json_object_get(set, transfer_columns[k].column);
		if (v)
			TRY(put(c, j, &transfer_columns[k], of_event(&transfer_columns[k], v)));
	}
	json_obj_end(j);
	json_obj_end(j);
	return OK;
}

static bool of_interest(const json_t *set)
{
	for (size_t k = 0; k < transfer_n_columns; k++)
		if (json_object_get(set, transfer_columns[k].column))
			return true;
	return false;
}

static enum err history(struct ctx *c, struct json_out *j, const struct ticket_get_row *t)
{
	struct transfer_ticket_events_row *v;
	size_t n;
	TRY(transfer_ticket_events(c->db, c->arena, &v, &n, .ticket_id = t->id));
	enum err e = OK;
	json_key(j, "at_creation");
	json_obj(j);
	for (size_t i = 0; e == OK && i < n; i++) {
		if (!str_eq(v[i].kind, S("ticket.created")))
			continue;
		json_t *data = json_loadb(v[i].data.p, v[i].data.n, 0, NULL), *set = json_object_get(data, "set");
		for (size_t k = 0; e == OK && k < transfer_n_columns; k++) {
			const struct transfer_column *col = &transfer_columns[k];
			struct value then = of_event(col, json_object_get(set, col->column));
			if (!same(col, then, of_row(col, t)))
				e = put(c, j, col, then);
		}
		json_decref(data);
	}
	json_obj_end(j);
	json_key(j, "history");
	json_arr(j);
	for (size_t i = 0; e == OK && i < n; i++) {
		if (str_eq(v[i].kind, S("ticket.created")))
			continue;
		json_t *data = json_loadb(v[i].data.p, v[i].data.n, 0, NULL), *set = json_object_get(data, "set");
		if (of_interest(set))
			e = one_change(c, j, &v[i], set);
		json_decref(data);
	}
	json_arr_end(j);
	return e;
}

static enum err people_and_tags(struct ctx *c, struct json_out *j, int64_t id)
{
	size_t n;
	struct transfer_ticket_tags_row *tags;
	TRY(transfer_ticket_tags(c->db, c->arena, &tags, &n, .ticket_id = id));
	json_key(j, "tags");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		json_kstr(j, "kind", tags[i].kind);
		json_kstr(j, "tag", tags[i].tag);
		json_ktime(j, "at", tags[i].created_us);
		json_obj_end(j);
	}
	json_arr_end(j);
	struct transfer_ticket_followers_row *f;
	TRY(transfer_ticket_followers(c->db, c->arena, &f, &n, .ticket_id = id));
	json_key(j, "followers");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		json_obj(j);
		json_kstr(j, "teammate", f[i].email);
		json_ktime(j, "at", f[i].created_us);
		json_obj_end(j);
	}
	json_arr_end(j);
	struct transfer_ticket_ccs_row *cc;
	TRY(transfer_ticket_ccs(c->db, c->arena, &cc, &n, .ticket_id = id));
	json_key(j, "cc");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		struct str name;
		TRY(transfer_name_of(c, TRANSFER_CONTACT, cc[i].contact_id, &name));
		json_obj(j);
		json_kstr(j, "contact", name);
		json_kstr(j, "state", cc[i].state);
		json_obj_end(j);
	}
	json_arr_end(j);
	return OK;
}

/* Only of a case that has some. */
static enum err change_overs(struct ctx *c, struct json_out *j, int64_t id)
{
	struct transfer_change_overs_row *v;
	size_t n;
	TRY(transfer_change_overs(c->db, c->arena, &v, &n, .ticket_id = id));
	if (!n)
		return OK;
	json_key(j, "change_overs");
	json_arr(j);
	for (size_t i = 0; i < n; i++) {
		struct str name;
		TRY(carry_name(c, S("sla_edition"), v[i].edition.v, &name));
		json_obj(j);
		json_ktime(j, "at", v[i].at_us);
		json_kstr(j, "edition", name);
		json_kstr(j, "mode", v[i].mode);
		json_obj_end(j);
	}
	json_arr_end(j);
	return OK;
}

enum err transfer_export_ticket(struct ctx *c, const struct export_options *o, int64_t id, struct json_out *j)
{
	struct ticket_get_row t;
	struct str name;
	TRY(ticket_get(c->db, c->arena, &t, .id = id));
	TRY(transfer_ticket_name(c, id, &name));
	json_kstr(j, "external_id", name);
	for (size_t k = 0; k < transfer_n_columns; k++)
		TRY(put(c, j, &transfer_columns[k], of_row(&transfer_columns[k], &t)));
	json_ktime(j, "created_at", t.created_us);
	json_kbool(j, "cited", true);
	TRY(people_and_tags(c, j, id));
	TRY(change_overs(c, j, id));
	TRY(messages(c, o, j, id));
	return history(c, j, &t);
}
