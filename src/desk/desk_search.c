/* desk_search.c: finding tickets, newest first, each once; see desk.h. */
#include "desk/desk.h"

#include "base/utf8.h"
#include "desk/find.h"
#include "ticket/ticket.h"

#include "desk.sql.h"
#include "find.sql.h"

#include "base/banned.h"

enum { BATCH_FIRST = 40, BATCH = 100, BATCH_NARROWED = 1000, ROUNDS_MAX = 20, EXCERPT_BEFORE = 60, EXCERPT_BYTES = 220 };

/* ---- the excerpt ---- */

static struct str one_line(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.n + 1);
	bool gap = false;
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		while (i < s.n && (unsigned char)s.p[i] > ' ')
			i++;
		if (i > from && gap && b.n)
			buf_ch(&b, ' ');
		buf_add(&b, str_slice(s, from, i));
		gap = i < s.n;
		while (i < s.n && (unsigned char)s.p[i] <= ' ')
			i++;
	}
	return buf_str(&b);
}

static struct str excerpt(struct arena *a, struct str text, struct str word)
{
	ptrdiff_t at = word.n ? str_ifind(text, word) : -1;
	size_t from = at > EXCERPT_BEFORE ? (size_t)at - EXCERPT_BEFORE : 0;
	while (from < text.n && from > 0 && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from++;
	struct str piece = utf8_clip(str_slice(text, from, text.n), EXCERPT_BYTES);
	return arena_fmt(a, "%s%.*s%s", from ? "…" : "", STR_ARG(one_line(a, piece)), from + piece.n < text.n ? "…" : "");
}

/* ---- collecting ---- */

struct found {
	struct desk_hit *v;
	size_t n, max;
	int64_t last;       /* the cursor after the last row looked at */
};

static bool have(const struct found *f, int64_t ticket)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].ticket_id == ticket)
			return true;
	return false;
}

static void take(struct found *f, int64_t message, int64_t ticket)
{
	if (!have(f, ticket))
		f->v[f->n++] = (struct desk_hit){ .ticket_id = ticket, .message_id = message, .excerpt = S("") };
}

static struct desk_hit *hit_of(struct found *f, int64_t ticket)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].ticket_id == ticket)
			return &f->v[i];
	return NULL;
}

static void show(struct desk_hit *h, const struct desk_hits_row *row)
{
	h->subject = row->subject;
	h->status = row->status;
	h->requester = row->requester;
	h->organisation = row->organisation;
	h->assignee = row->assignee;
	h->at_us = row->updated_us;
}

/* What all of them show, in one question for those with a message and one for those without. */
static enum err fill(struct ctx *c, const struct desk_query *q, struct found *f)
{
	struct json_out tickets, messages;
	struct desk_hits_row *rows;
	struct desk_word_hits_row *with;
	size_t n, n_with;
	json_init(&tickets, c->arena, 16 << 10);
	json_init(&messages, c->arena, 16 << 10);
	json_arr(&tickets);
	json_arr(&messages);
	for (size_t i = 0; i < f->n; i++)
		json_i64(f->v[i].message_id ? &messages : &tickets, f->v[i].message_id ? f->v[i].message_id : f->v[i].ticket_id);
	json_arr_end(&tickets);
	json_arr_end(&messages);
	if (tickets.buf.n > 2) {
		TRY(desk_hits(c->db, c->arena, &rows, &n, .ids = json_done(&tickets)));
		for (size_t i = 0; i < n; i++)
			show(hit_of(f, rows[i].ticket_id), &rows[i]);
	}
	if (messages.buf.n > 2) {
		TRY(desk_word_hits(c->db, c->arena, &with, &n_with, .ids = json_done(&messages)));
		for (size_t i = 0; i < n_with; i++) {
			struct desk_hit *h = hit_of(f, with[i].ticket_id);
			show(h, (const struct desk_hits_row *)(const void *)&with[i]);
			h->excerpt = excerpt(c->arena, with[i].body, q->first_word);
			h->at_us = with[i].at_us;
		}
	}
	size_t kept = 0;
	for (size_t i = 0; i < f->n; i++)   /* one that went away meanwhile */
		if (f->v[i].subject.p)
			f->v[kept++] = f->v[i];
	f->n = kept;
	return OK;
}
_Static_assert(offsetof(struct desk_word_hits_row, message_id) == sizeof(struct desk_hits_row), "desk.sql: desk_word_hits begins as desk_hits");

static enum err by_words(struct ctx *c, const struct desk_query *q, struct found *f, bool *ret_end)
{
	struct find_words_row *rows;
	size_t n;
	*ret_end = false;
	int rounds = q->typing ? 1 : ROUNDS_MAX;
	for (int round = 0; round < rounds && f->n < f->max; round++) {
		int64_t batch = desk_narrowed(q) ? BATCH_NARROWED : round == 0 && !q->typing ? BATCH_FIRST : BATCH;
		TRY(desk_find_words(c, q, f->last, batch, &rows, &n));
		for (size_t i = 0; i < n && f->n < f->max; i++) {
			if (rows[i].fits)
				take(f, rows[i].message_id, rows[i].ticket_id);
			f->last = rows[i].message_id;
		}
		if (n < (size_t)batch) {
			*ret_end = f->n < f->max;
			break;
		}
	}
	return OK;
}

/* Without words: the list of find.h, from the one after `last` on. */
static enum err by_fields(struct ctx *c, const struct desk_query *q, struct found *f, bool *ret_end)
{
	struct find_list list;
	size_t i = 0;
	TRY(desk_find(c, q, FIND_MAX, &list));
	if (f->last != INT64_MAX) {
		while (i < list.n && list.v[i].id != f->last)
			i++;
		i += i < list.n;
	}
	for (; i < list.n && f->n < f->max; i++) {
		take(f, 0, list.v[i].id);
		f->last = list.v[i].id;
	}
	*ret_end = i == list.n;
	return OK;
}

enum err desk_search(struct ctx *c, const struct desk_query *q, int64_t before, int64_t max, struct desk_hit **ret, size_t *ret_n, int64_t *ret_next)
{
	struct found f = { .v = arena_array(c->arena, struct desk_hit, (size_t)max + 1), .max = (size_t)max, .last = before > 0 ? before : INT64_MAX };
	bool end = true;
	if (q->ticket.set && !q->has_words)
		take(&f, 0, q->ticket.v);
	else if (q->has_words) {
		TRY(by_words(c, q, &f, &end));
		if (f.n == 0 && before <= 0 && !str_eq(q->text, q->text_begun)) {   /* nothing has the whole word: words that begin so */
			struct desk_query begun = *q;
			begun.text = q->text_begun;
			f.last = INT64_MAX;
			TRY(by_words(c, &begun, &f, &end));
		}
	} else
		TRY(by_fields(c, q, &f, &end));
	TRY(fill(c, q, &f));
	*ret = f.v;
	*ret_n = f.n;
	*ret_next = end ? 0 : f.last;
	return OK;
}

/* ---- commands ---- */

struct search_in {
	struct str q;
	struct opt_i64 after, max;
};
static const struct field search_fields[] = {
	FIELD(struct search_in, q, FIELD_STR, .required = true, .max = 200000, .positional = true, .help = "words and fields", .example = "status:pending org:acme older:7d \"out of memory\""),
	FIELD(struct search_in, after, FIELD_ID, .help = "go on from here (the “next” of the answer before)"),
	FIELD(struct search_in, max, FIELD_INT, .min = 1, .max = 100, .help = "how many at most (20)"),
};

static enum err search_run(struct ctx *c, const struct search_in *in)
{
	struct desk_query q;
	struct desk_hit *hits;
	size_t n;
	int64_t next;
	TRY(desk_query_read(c, in->q, &q));
	if (q.complaint.n)
		return fail_field(c, S("q"), "%.*s", STR_ARG(q.complaint));
	TRY(desk_search(c, &q, in->after.set ? in->after.v : 0, in->max.set ? in->max.v : 20, &hits, &n, &next));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "ticket", hits[i].ticket_id);
		json_kstr(c->out, "subject", hits[i].subject);
		json_kstr(c->out, "status", hits[i].status);
		json_kstr(c->out, "requester", hits[i].requester);
		json_kstr(c->out, "organisation", hits[i].organisation);
		json_kstr(c->out, "assignee", hits[i].assignee);
		json_kstr(c->out, "excerpt", hits[i].excerpt);
		json_ktime(c->out, "at", hits[i].at_us);
		json_obj_end(c->out);
	}
	json_list_end(c->out, next ? SOME(next) : NONE);
	return OK;
}
COMMAND_RUN(search_run)

const struct command desk_search_cmd = {
	.name = "ticket.search", .help = "Find tickets by words and fields, newest first", FIELDS(search_fields, struct search_in), .need = CAN_READ,
	.reads = true, .run = RUN(search_run),
};

static enum err counts_run(struct ctx *c, const void *in)
{
	(void)in;
	struct desk_counts n;
	TRY(desk_counts(c, c->actor.id, &n));
	json_obj(c->out);
	json_ki64(c->out, "unassigned", n.unassigned);
	json_ki64(c->out, "mine", n.mine);
	json_ki64(c->out, "unsolved", n.unsolved);
	json_ki64(c->out, "pending", n.pending);
	json_ki64(c->out, "on_hold", n.on_hold);
	json_ki64(c->out, "solved", n.solved);
	json_ki64(c->out, "suspended", n.suspended);
	json_ki64(c->out, "deleted", n.deleted);
	json_obj_end(c->out);
	return OK;
}

const struct command desk_counts_cmd = {
	.name = "ticket.counts", .help = "How many tickets stand where", NO_FIELDS, .need = CAN_READ, .reads = true, .run = counts_run,
};
