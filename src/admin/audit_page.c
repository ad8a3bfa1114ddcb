/* audit_page.c: the log of everything: filtered, one by one, its chain, and as a table to take along. */
#include "admin/admin_page.h"

#include "account/csv.h"
#include "base/civil.h"
#include "base/utf8.h"
#include "core/event_chain.h"
#include "web/web.h"

#include "audit.html.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { DATA_SHOWN_MAX_BYTES = 64 << 10, EXPORT_WINDOW = 400, ROW_MAX_BYTES = 64 << 20 };

/* ---- the filter, as typed ---- */

static struct str asked(struct web *w, const char *name)
{
	struct str s = web_query(w, name);
	return s.p ? str_trim(s) : S("");
}

/* The page is a form of audit.list: decoded by its descriptor, so that page, API and command line mean the same. */
static enum err decode_filter(struct web *w, const struct command *cmd, struct audit_in *ret)
{
	static const char *const NAMES[] = { "kind", "actor", "entity", "row", "from", "to", "after" };
	struct raw_value values[ARRAY_LEN(NAMES)];
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
		struct str v = asked(w, NAMES[i]);
		if (v.n)
			values[n++] = (struct raw_value){ .name = str_c(NAMES[i]), .type = RAW_TEXT, .text = v };
	}
	return fields_decode(w->c, cmd, values, n, ret);
}

static struct str error_of(const struct fault *f, const char *field)
{
	for (unsigned i = 0; i < f->n_fields; i++)
		if (strcmp(f->fields[i].field, field) == 0)
			return str_c(f->fields[i].message);
	return S("");
}

static struct admin_field filter_field(struct web *w, const struct fault *f, const char *name, const char *label, const char *type, const char *help)
{
	return (struct admin_field){ .id = arena_fmt(w->c->arena, "f-%s", name), .name = str_c(name), .label = str_c(label), .type = type,
				     .value = asked(w, name), .help = str_c(help), .error = error_of(f, name) };
}

static enum err fill_filter(struct web *w, const struct fault *f, struct audit_view *v)
{
	struct ctx *c = w->c;
	struct admin_teammates_row *people;
	size_t n;
	TRY(admin_teammates(c->db, c->arena, &people, &n));
	struct admin_choice *who = arena_array(c->arena, struct admin_choice, n + 1);
	who[0] = (struct admin_choice){ S(""), S("anybody"), false };
	for (size_t i = 0; i < n; i++)
		who[i + 1] = (struct admin_choice){ arena_fmt(c->arena, "%lld", (long long)people[i].id), people[i].name, false };
	v->kind = filter_field(w, f, "kind", "Kind begins with", "text", "");
	v->actor = filter_field(w, f, "actor", "By", "text", "");
	admin_choices(w, &v->actor, who, n + 1);
	v->entity = filter_field(w, f, "entity", "Table", "text", "");
	v->row = filter_field(w, f, "row", "Row", "number", "");
	v->row.min = 1;
	v->row.max = INT64_MAX;
	v->from = filter_field(w, f, "from", "From", "date", "");
	v->to = filter_field(w, f, "to", "To", "date", "");
	v->in_kind = v->kind.value;
	v->in_actor = v->actor.value;
	v->in_entity = v->entity.value;
	v->in_row = v->row.value;
	v->in_from = v->from.value;
	v->in_to = v->to.value;
	v->filtered = v->in_kind.n || v->in_actor.n || v->in_entity.n || v->in_row.n || v->in_from.n || v->in_to.n;
	return OK;
}

static struct str query_of(struct web *w, const struct audit_view *v, struct str after)
{
	struct arena *a = w->c->arena;
	const struct {
		const char *name;
		struct str value;
	} parts[] = { { "kind", v->in_kind }, { "actor", v->in_actor }, { "entity", v->in_entity }, { "row", v->in_row }, { "from", v->in_from },
		      { "to", v->in_to }, { "after", after } };
	struct buf b;
	buf_init(&b, a, 4000);
	buf_add(&b, S("/admin/audit"));
	char sep = '?';
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i].value.n) {
			buf_fmt(&b, "%c%s=%.*s", sep, parts[i].name, STR_ARG(url_encode(a, parts[i].value)));
			sep = '&';
		}
	return buf_str(&b);
}

enum err audit_page(struct web *w)
{
	struct ctx *c = w->c;
	struct audit_in in;
	struct audit_filter filter;
	struct audit_found found = { .next = S("") };
	struct audit_view v = { .pages = { S(""), S("") }, .error = S("") };
	enum err e = decode_filter(w, &audit_list_cmd, &in);
	if (e == OK)
		e = audit_filter_of(c, &in, &filter);
	if (e == OK)
		e = audit_read(c, &filter, in.after, ADMIN_PAGE_ROWS, &found);
	if (e != OK && e != ERR_INPUT)
		return e;
	struct fault *f = arena_new(c->arena, struct fault);
	*f = c->fault;
	fault_clear(&c->fault);
	TRY(fill_filter(w, f, &v));
	if (e != OK)
		v.error = error_of(f, "after").n ? error_of(f, "after") : S("The list can't be filtered so.");
	v.rows = found.rows;
	v.n = found.n;
	v.cut_short = found.cut_short;
	if (found.next.n)
		v.pages.next = query_of(w, &v, found.next);
	if (asked(w, "after").n)
		v.pages.first = query_of(w, &v, S(""));
	TRY(event_last_seq(c, &v.newest_seq));
	struct audit_data_row newest;
	bool any = false;
	if (v.newest_seq)
		TRY(audit_data(c->db, c->arena, &newest, &any, .seq = v.newest_seq));
	v.newest = any ? audit_hex(c->arena, newest.chain) : S("");
	if (e != OK)
		w->res->status = 422;
	v.layout = admin_layout(w, S("Audit"));
	audit_html(&w->html, &v);
	return OK;
}

/* ---- one event ---- */

static struct str pretty(struct arena *a, struct str data)
{
	json_error_t e;
	json_t *j = json_loadb(data.p, data.n, 0, &e);
	char *text = j ? json_dumps(j, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
	struct str s = text ? arena_str(a, str_c(text)) : data;
	free(text);
	json_decref(j);
	return s;
}

enum err audit_one_page(struct web *w)
{
	struct ctx *c = w->c;
	struct event e;
	struct audit_data_row row;
	struct audit_beside_row beside;
	bool found;
	int64_t seq = web_param_id(w, "id");
	TRY(audit_data(c->db, c->arena, &row, &found, .seq = seq));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "No event has this number.");
	TRY(event_get(c, seq, &e));
	TRY(audit_beside(c->db, c->arena, &beside, .seq = seq));
	struct str data = pretty(c->arena, e.data);
	struct audit_one_view v = { .e = &e, .data = utf8_clip(data, DATA_SHOWN_MAX_BYTES), .clipped = data.n > DATA_SHOWN_MAX_BYTES,
				    .chain = audit_hex(c->arena, row.chain), .older = beside.older, .newer = beside.newer };
	v.layout = admin_layout(w, arena_fmt(c->arena, "Event %lld", (long long)seq));
	audit_one_html(&w->html, &v);
	return OK;
}

/* ---- the chain ---- */

enum err audit_check_page(struct web *w)
{
	struct ctx *c = w->c;
	struct event_chain_state k;
	TRY(event_chain_walk(c, &k));
	struct audit_check_view v = { .events = k.events, .seq = k.newest_seq, .complaint = S(""),
				      .chain = k.events ? audit_hex(c->arena, (struct str){ (const char *)k.newest, sizeof(k.newest) }) : S("") };
	if (k.broken_seq)
		v.complaint = arena_fmt(c->arena, "%lld", (long long)k.broken_seq);
	v.layout = admin_layout(w, S("The chain"));
	audit_check_html(&w->html, &v);
	return OK;
}

/* ---- as a table ---- */

static enum err write_all(struct ctx *c, int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(c, errno == ENOSPC ? ERR_FULL : ERR_BUSY, "The table could not be written: %s.", strerror(errno));
		s = str_slice(s, (size_t)n, s.n);
	}
	return OK;
}

static struct str number(struct arena *a, struct opt_i64 v)
{
	return v.set ? arena_fmt(a, "%lld", (long long)v.v) : S("");
}

static enum err put_row(struct ctx *c, struct arena *a, const struct audit_all_row *r, struct buf *b)
{
	struct audit_data_row data = { .data = S("") };
	bool found;
	TRY(audit_data(c->db, a, &data, &found, .seq = r->seq));
	const struct str cells[] = {
		number(a, SOME(r->seq)), civil_rfc3339(a, r->at_us), r->kind, r->entity, number(a, SOME(r->entity_id)), number(a, r->ticket_id), r->actor_kind,
		number(a, r->actor_id), r->actor_name, r->door, r->request_id, r->rule, r->reason, data.data, audit_hex(a, data.chain),
	};
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		csv_put(b, cells[i].p ? cells[i] : S(""), i == 0);
	csv_put_end(b);
	return OK;
}

/* All events that fit, newest first, a window at a time in an arena of its own: memory stays the same however long the log is. */
static enum err write_table(struct ctx *c, const struct audit_filter *f, int fd)
{
	static const char *const HEAD[] = { "event", "at", "kind", "table", "row", "ticket", "by", "by number", "name", "door", "request", "rule", "reason", "data", "chain" };
	struct arena *request = c->arena, window;
	struct buf b;
	char keep[64] = "";
	enum err e = OK;
	bool more = true;
	arena_init(&window);
	buf_init(&b, &window, ROW_MAX_BYTES);
	for (size_t i = 0; i < ARRAY_LEN(HEAD); i++)
		csv_put(&b, str_c(HEAD[i]), i == 0);
	csv_put_end(&b);
	e = write_all(c, fd, buf_str(&b));
	while (e == OK && more) {
		struct audit_found found;
		arena_reset(&window);
		c->arena = &window;
		e = audit_read(c, f, str_c(keep), EXPORT_WINDOW, &found);
		for (size_t i = 0; e == OK && i < found.n; i++) {
			buf_init(&b, &window, ROW_MAX_BYTES);
			e = put_row(c, &window, &found.rows[i], &b);
			if (e == OK)
				e = write_all(c, fd, buf_str(&b));
		}
		more = e == OK && found.next.n > 0;
		if (more)
			snprintf(keep, sizeof(keep), "%.*s", STR_ARG(found.next));
	}
	c->arena = request;
	arena_done(&window);
	return e;
}

enum err audit_export_post(struct web *w)
{
	struct ctx *c = w->c;
	struct raw_value *values;
	size_t n;
	struct audit_in in;
	struct audit_filter f;
	struct str answer;
	TRY(web_form_values(w, &values, &n));
	TRY(fields_decode(c, &audit_export_cmd, values, n, &in));
	TRY(audit_filter_of(c, &in, &f));
	TRY(command_run(c, &audit_export_cmd, &in, NULL, &answer));
	int fd = open(blob_store_tmp_dir(c->desk->blobs), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(c, ERR_BUSY, "The table could not be begun: %s.", strerror(errno));
	enum err e = write_table(c, &f, fd);
	if (e != OK) {
		close(fd);
		return e;
	}
	w->res->status = 200;
	w->res->fd_bytes = lseek(fd, 0, SEEK_END);
	w->res->fd = fd;
	web_header(w, "Content-Type", S("text/csv; charset=utf-8"));
	web_header(w, "Content-Disposition", arena_fmt(c->arena, "attachment; filename=\"tend-audit-%.10s.csv\"", civil_rfc3339(c->arena, c->now_us).p));
	return OK;
}
