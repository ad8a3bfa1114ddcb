/* audit.c: the log by every road, and the walk along its chain; see audit.h.
 *
 * The rarest wish chooses the road (an index), the others are looked at row by row. A page looks at a bounded number of rows: what is rarer than that is found by
 * going on, never by one request that reads everything. */
#include "admin/audit.h"

#include "base/civil.h"
#include "core/event_chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { WINDOW = 500, KIND_WINDOW = 100, WINDOWS_MAX = 10, KINDS_MAX = 200, DATE_CHARS = 10 };

#define row_t_ struct audit_all_row   /* all roads give the same row */
_Static_assert(sizeof(struct audit_by_kind_row) == sizeof(row_t_), "admin.sql");
_Static_assert(sizeof(struct audit_by_actor_row) == sizeof(row_t_), "admin.sql");
_Static_assert(sizeof(struct audit_by_row_row) == sizeof(row_t_), "admin.sql");
_Static_assert(sizeof(struct audit_by_time_row) == sizeof(row_t_), "admin.sql");

enum road { BY_ROW, BY_ACTOR, BY_TIME, BY_KIND, BY_ALL };

struct place {
	utime us;
	int64_t seq;
};

static enum road road_of(const struct audit_filter *f, bool *ret_alone)
{
	bool row = f->entity_id, who = f->actor, when = f->from_us || f->to_us, kind = f->kind.n;
	*ret_alone = row + who + when + kind <= 1;
	return row ? BY_ROW : who ? BY_ACTOR : when ? BY_TIME : kind ? BY_KIND : BY_ALL;
}

static bool fits(const struct audit_filter *f, const row_t_ *r)
{
	if (f->kind.n && !str_starts(r->kind, f->kind))
		return false;
	if (f->actor && !(str_eq(r->actor_kind, S("teammate")) && r->actor_id.v == f->actor))
		return false;
	if (f->entity_id && !(r->entity_id == f->entity_id && str_eq(r->entity, f->entity)))
		return false;
	return (!f->from_us || r->at_us >= f->from_us) && (!f->to_us || r->at_us < f->to_us);
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = ((const row_t_ *)a)->seq, y = ((const row_t_ *)b)->seq;
	return x < y ? 1 : x > y ? -1 : 0;
}

/* The kinds that begin so, each by its own index road, brought together. */
static enum err read_kinds(struct ctx *c, struct str prefix, int64_t before_seq, int64_t max, row_t_ **ret, size_t *ret_n)
{
	row_t_ *all = NULL;
	size_t n = 0, cap = 0;
	/* the largest text below the prefix does not exist: begin just before it by dropping its last byte, and skip what comes between */
	struct str at = str_slice(prefix, 0, prefix.n - 1);
	for (int i = 0; i < KINDS_MAX; i++) {
		struct audit_next_kind_row k;
		bool found;
		TRY(audit_next_kind(c->db, c->arena, &k, &found, .after = at));
		if (!found || (!str_starts(k.kind, prefix) && str_cmp(k.kind, prefix) > 0))
			break;
		at = k.kind;
		if (!str_starts(k.kind, prefix))
			continue;
		void *rows;
		size_t got;
		TRY(audit_by_kind(c->db, c->arena, (struct audit_by_kind_row **)&rows, &got, .kind = k.kind, .before_seq = before_seq, .max = max));
		if (n + got > cap) {
			size_t want = (n + got) * 2;
			all = arena_grow(c->arena, all, cap * sizeof(*all), want * sizeof(*all));
			cap = want;
		}
		if (got)
			memcpy(all + n, rows, got * sizeof(*all));
		n += got;
	}
	if (n)
		qsort(all, n, sizeof(*all), newest_first);
	*ret = all;
	*ret_n = n < (size_t)max ? n : (size_t)max;
	return OK;
}

static enum err read_window(struct ctx *c, const struct audit_filter *f, enum road road, struct place at, int64_t max, row_t_ **ret, size_t *ret_n)
{
	void *rows = NULL;
	enum err e = OK;
	switch (road) {
	case BY_ROW:
		e = audit_by_row(c->db, c->arena, (struct audit_by_row_row **)&rows, ret_n, .entity = f->entity, .entity_id = f->entity_id,
				 .before_seq = at.seq, .max = max);
		break;
	case BY_ACTOR:
		e = audit_by_actor(c->db, c->arena, (struct audit_by_actor_row **)&rows, ret_n, .actor_id = f->actor, .before_seq = at.seq, .max = max);
		break;
	case BY_TIME:
		e = audit_by_time(c->db, c->arena, (struct audit_by_time_row **)&rows, ret_n, .from_us = f->from_us ? f->from_us : INT64_MIN,
				  .before_us = at.us, .before_seq = at.seq, .max = max);
		break;
	case BY_KIND:
		return read_kinds(c, f->kind, at.seq, max, ret, ret_n);
	case BY_ALL:
		return audit_all(c->db, c->arena, ret, ret_n, .before_seq = at.seq, .max = max);
	}
	*ret = rows;
	return e;
}

static struct str place_text(struct arena *a, enum road road, const row_t_ *r)
{
	if (road == BY_TIME)
		return arena_fmt(a, "%lld.%lld", (long long)r->at_us, (long long)r->seq);
	return arena_fmt(a, "%lld", (long long)r->seq);
}

static enum err place_read(struct ctx *c, enum road road, const struct audit_filter *f, struct str text, struct place *ret)
{
	struct str us = text, seq = text;
	/* with seq = 0 nothing at that very instant is before it */
	*ret = (struct place){ .us = f->to_us ? f->to_us : INT64_MAX, .seq = road == BY_TIME && f->to_us ? 0 : INT64_MAX };
	if (!text.n)
		return OK;
	bool good = road == BY_TIME ? str_cut(text, '.', &us, &seq) && str_i64(us, &ret->us) && str_i64(seq, &ret->seq) : str_i64(seq, &ret->seq);
	return good ? OK : fail_field(c, S("after"), "This is no place in this list. Begin again without it.");
}

enum err audit_read(struct ctx *c, const struct audit_filter *f, struct str after, int64_t max, struct audit_found *ret)
{
	bool alone;
	enum road road = road_of(f, &alone);
	struct place at;
	TRY(place_read(c, road, f, after, &at));
	int64_t window = alone ? max + 1 : road == BY_KIND ? KIND_WINDOW : WINDOW;
	*ret = (struct audit_found){ .rows = arena_array(c->arena, row_t_, (size_t)max + 1), .next = S("") };
	for (int w = 0; w < WINDOWS_MAX; w++) {
		row_t_ *rows = NULL;
		size_t n = 0;
		TRY(read_window(c, f, road, at, window, &rows, &n));
		for (size_t i = 0; i < n; i++) {
			if (!fits(f, &rows[i]))
				continue;
			if (ret->n == (size_t)max) {
				ret->next = place_text(c->arena, road, &ret->rows[max - 1]);
				return OK;
			}
			ret->rows[ret->n++] = rows[i];
		}
		if (n < (size_t)window)
			return OK;
		at = (struct place){ .us = rows[n - 1].at_us, .seq = rows[n - 1].seq };
		ret->next = place_text(c->arena, road, &rows[n - 1]);
	}
	ret->cut_short = true;
	return OK;
}

/* ---- commands ---- */

static utime day_start(struct ctx *c, struct str date, int days)
{
	const struct zone *z = zone_find(c->actor.zone.n ? c->actor.zone : S("UTC"));
	struct civil at = { 0 };
	struct str year, month, day, rest;
	int64_t y = 0, m = 1, d = 1;
	int mm, dd;
	str_cut(date, '-', &year, &rest);
	str_cut(rest, '-', &month, &day);
	/* "08" is no canonical number: the tens by hand; fields_decode() has checked the date */
	str_i64(year, &y);
	m = (month.p[0] - '0') * 10 + month.p[1] - '0';
	d = (day.p[0] - '0') * 10 + day.p[1] - '0';
	civil_from_days(civil_days((int32_t)y, (int)m, (int)d) + days, &at.year, &mm, &dd);
	at.month = (int8_t)mm;
	at.day = (int8_t)dd;
	utime first, last;
	civil_instant(z ? z : zone_find(S("UTC")), &at, &first, &last);
	return first;
}

enum err audit_filter_of(struct ctx *c, const struct audit_in *in, struct audit_filter *ret)
{
	*ret = (struct audit_filter){ .kind = in->kind, .actor = in->actor.v, .entity = in->entity, .entity_id = in->row.v };
	if (in->row.set != (in->entity.n > 0))
		fail_field(c, in->row.set ? S("entity") : S("row"), "A row is named by its table and its number: “ticket” and 42.");
	if (in->from.n == DATE_CHARS)
		ret->from_us = day_start(c, in->from, 0);
	if (in->to.n == DATE_CHARS)
		ret->to_us = day_start(c, in->to, 1);
	if (ret->from_us && ret->to_us && ret->from_us >= ret->to_us)
		fail_field(c, S("to"), "The last day is before the first.");
	return fields_ok(c);
}

#define FILTER_FIELDS                                                                                                                             \
	FIELD(struct audit_in, kind, FIELD_STR, .max = 80, .help = "kinds that begin so", .example = "setting."),                                 \
	FIELD(struct audit_in, actor, FIELD_ID, .help = "what this teammate did"),                                                                \
	FIELD(struct audit_in, entity, FIELD_STR, .max = 40, .help = "with row: the table", .example = "ticket"),                                 \
	FIELD(struct audit_in, row, FIELD_ID, .help = "with entity: the row's number"),                                                           \
	FIELD(struct audit_in, from, FIELD_DATE, .help = "from this day on (in your time zone)"),                                                 \
	FIELD(struct audit_in, to, FIELD_DATE, .help = "up to and with this day")

static const struct field list_fields[] = {
	FILTER_FIELDS,
	FIELD(struct audit_in, after, FIELD_STR, .max = 60, .help = "go on from here (the “next” of the answer before)"),
	FIELD(struct audit_in, max, FIELD_INT, .min = 1, .max = 200, .help = "how many at most (50)"),
};
static const struct field export_fields[] = { FILTER_FIELDS };

static enum err put_event(struct ctx *c, const row_t_ *r)
{
	struct audit_data_row data = { .data = S("{}") };
	bool found;
	TRY(audit_data(c->db, c->arena, &data, &found, .seq = r->seq));
	json_obj(c->out);
	json_ki64(c->out, "seq", r->seq);
	json_ktime(c->out, "at", r->at_us);
	json_kstr(c->out, "kind", r->kind);
	json_kstr(c->out, "entity", r->entity);
	json_ki64(c->out, "row", r->entity_id);
	json_kopt(c->out, "ticket", r->ticket_id);
	json_kstr(c->out, "actor_kind", r->actor_kind);
	json_kopt(c->out, "actor", r->actor_id);
	json_kstr(c->out, "name", r->actor_name);
	json_kstr(c->out, "door", r->door);
	json_kstr(c->out, "request", r->request_id);
	json_kstr(c->out, "rule", r->rule);
	json_kstr(c->out, "reason", r->reason);
	json_key(c->out, "data");
	json_raw(c->out, data.data);
	json_kstr(c->out, "chain", audit_hex(c->arena, data.chain));
	json_obj_end(c->out);
	return OK;
}

static enum err audit_list(struct ctx *c, const struct audit_in *in)
{
	struct audit_filter f;
	struct audit_found found;
	TRY(audit_filter_of(c, in, &f));
	TRY(audit_read(c, &f, in->after, in->max.set ? in->max.v : 50, &found));
	json_list(c->out);
	for (size_t i = 0; i < found.n; i++)
		TRY(put_event(c, &found.rows[i]));
	json_arr_end(c->out);
	json_kstr(c->out, "next", found.next.n ? found.next : STR_NULL);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(audit_list)

struct str audit_hex(struct arena *a, struct str bytes)
{
	struct buf b;
	buf_init(&b, a, bytes.n * 2 + 1);
	for (size_t i = 0; i < bytes.n; i++)
		buf_fmt(&b, "%02x", (unsigned char)bytes.p[i]);
	return buf_str(&b);
}

struct verify_in {
	struct opt_i64 seq;
	struct str chain;
};
static const struct field verify_fields[] = {
	FIELD(struct verify_in, seq, FIELD_ID, .help = "with chain: an event whose value was written down"),
	FIELD(struct verify_in, chain, FIELD_STR, .min = 64, .max = 64, .help = "with seq: the value that was written down then"),
};

static enum err audit_verify(struct ctx *c, const struct verify_in *in)
{
	struct event_chain_state k;
	if (in->seq.set != (in->chain.n > 0))
		return fail_field(c, in->seq.set ? S("chain") : S("seq"), "A value that was written down is named by its event and its 64 digits.");
	TRY(event_chain_walk(c, &k));
	if (k.broken_seq)
		return fail(c, ERR_CONFLICT, "The chain is broken at event %lld: that row or the one before it was changed or taken out behind tend's back. "
			    "Compare with a backup.", (long long)k.broken_seq);
	if (in->seq.set) {
		struct audit_data_row row;
		bool found;
		TRY(audit_data(c->db, c->arena, &row, &found, .seq = in->seq.v));
		if (!found || !str_ieq(audit_hex(c->arena, row.chain), in->chain))
			return fail(c, ERR_CONFLICT, "Event %lld does not have the value that was written down: the log was written anew since then.",
				    (long long)in->seq.v);
	}
	json_obj(c->out);
	json_kbool(c->out, "whole", true);
	json_ki64(c->out, "events", k.events);
	json_ki64(c->out, "seq", k.newest_seq);
	json_kstr(c->out, "chain", k.events ? audit_hex(c->arena, (struct str){ (const char *)k.newest, sizeof(k.newest) }) : S(""));
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(audit_verify)

static enum err audit_export(struct ctx *c, const struct audit_in *in)
{
	struct audit_filter f;
	struct json_out j;
	TRY(audit_filter_of(c, in, &f));
	json_init(&j, c->arena, 4 << 10);
	json_obj(&j);
	json_kstr(&j, "kind", in->kind);
	json_kopt(&j, "actor", in->actor);
	json_kstr(&j, "entity", in->entity);
	json_kopt(&j, "row", in->row);
	json_kstr(&j, "from", in->from);
	json_kstr(&j, "to", in->to);
	json_obj_end(&j);
	return event_append(c, &(struct event_new){ .kind = "audit.exported", .entity = "audit", .entity_id = c->actor.id, .data = json_done(&j) }, NULL);
}
COMMAND_RUN(audit_export)

const struct command
	audit_list_cmd = { .name = "audit.list", .help = "Show the log of everything, newest first", FIELDS(list_fields, struct audit_in), .need = CAN_ADMIN,
			   .reads = true, .run = RUN(audit_list) },
	audit_verify_cmd = { .name = "audit.verify", .help = "Walk along the log's chain: was anything changed behind tend's back",
			     FIELDS(verify_fields, struct verify_in), .need = CAN_ADMIN, .reads = true, .run = RUN(audit_verify) },
	audit_export_cmd = { .name = "audit.export", .help = "Note that the log was taken out as a file", FIELDS(export_fields, struct audit_in),
			     .need = CAN_ADMIN, .inside = true, .run = RUN(audit_export) };
