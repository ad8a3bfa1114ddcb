/* reply_mark.c: what a public reply is: the marks, and the reading of a text that proposes one.
 *
 * A first response counts only when it says what was (or will be) tried and what happens next; "we are on it" does not. The words it goes by are preset rows
 * (presets/handbook/reply_signs.def); how they are weighed is here. */
#include "ticket/ticket_int.h"

#include <string.h>

static const struct {
	const char *sign, *phrase, *valid_from, *valid_to;
} SIGNS[] = {
#define REPLY_SIGN(sign, phrase, from, to, source) { sign, phrase, from, to },
#include "handbook/reply_signs.def"
#undef REPLY_SIGN
};

#include "base/banned.h"

enum { SHORT_WORDS = 40, READ_BYTES = 20000 };

const char *const ticket_marks[] = { "acknowledgement", "substantive", "progress", "workaround", "awaiting_confirmation", NULL };

bool ticket_mark_known(struct str mark)
{
	for (size_t i = 0; ticket_marks[i]; i++)
		if (str_eq(mark, str_c(ticket_marks[i])))
			return true;
	return false;
}

/* Our own words: lower case, straight apostrophes, one space for any white space, quoted lines left out. */
static struct str plain(struct arena *a, struct str body, size_t *ret_words)
{
	struct buf b;
	struct str rest = str_slice(body, 0, body.n < READ_BYTES ? body.n : READ_BYTES), line;
	buf_init(&b, a, READ_BYTES + 2);
	*ret_words = 0;
	while (str_line(&rest, &line)) {
		if (str_starts(str_trim(line), S(">")))
			continue;
		bool space = true;
		for (size_t i = 0; i < line.n; i++) {
			char ch = line.p[i];
			if (i + 2 < line.n && memcmp(line.p + i, "\xe2\x80\x99", 3) == 0) {
				ch = '\'';
				i += 2;
			}
			bool white = ch == ' ' || ch == '\t';
			*ret_words += space && !white;
			if (!white || !space)
				buf_ch(&b, white ? ' ' : ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch);
			space = white;
		}
		buf_ch(&b, ' ');
	}
	return buf_str(&b);
}

static bool shows(struct str text, struct str day, const char *sign)
{
	for (size_t i = 0; i < ARRAY_LEN(SIGNS); i++)
		if (strcmp(SIGNS[i].sign, sign) == 0 && str_cmp(day, str_c(SIGNS[i].valid_from)) >= 0 &&
		    (!SIGNS[i].valid_to || str_cmp(day, str_c(SIGNS[i].valid_to)) < 0) && str_find(text, str_c(SIGNS[i].phrase)) >= 0)
			return true;
	return false;
}

void ticket_read_reply(struct arena *a, struct str body, utime at, struct reply_reading *ret)
{
	size_t words;
	struct str text = plain(a, body, &words), day = ticket_date(a, at);
	struct reply_reading r = {
		.tried = shows(text, day, "tried"), .will = shows(text, day, "will"), .next = shows(text, day, "next"), .when = shows(text, day, "when"),
	};
	bool said = (r.tried || r.will) && r.next;
	if (shows(text, day, "workaround"))
		r.mark = "workaround";
	else if (shows(text, day, "confirm"))
		r.mark = "awaiting_confirmation";
	else if (said)
		r.mark = "substantive";
	else if (words < SHORT_WORDS && !r.tried && shows(text, day, "ack"))
		r.mark = "acknowledgement";
	else if (shows(text, day, "progress"))
		r.mark = "progress";
	else
		r.mark = words < 6 ? "acknowledgement" : "substantive";
	*ret = r;
}

enum err ticket_set_mark(struct ctx *c, int64_t message_id, struct str mark, const char *from, struct str reason)
{
	struct message_get_row m;
	TRY(message_get(c->db, c->arena, &m, .id = message_id));
	struct message_get_row after = m;
	after.mark = mark;
	after.mark_from = str_c(from);
	struct str set = fold_set_diff(c->arena, &message_rows_stmt, &m, &after);
	if (!set.p)
		return OK;
	TRY(message_put_mark(c->db, .id = m.id, .mark = after.mark, .mark_from = after.mark_from));
	struct event_new e = {
		.kind = "message.marked", .entity = "message", .entity_id = m.id, .ticket_id = m.ticket_id, .reason = reason, .data = set,
	};
	return event_append(c, &e, NULL);
}

/* ---- ticket.read_reply ---- */

struct read_reply_in {
	struct str body;
};

static enum err ticket_read_reply_now(struct ctx *c, const struct read_reply_in *in)
{
	struct reply_reading r;
	ticket_read_reply(c->arena, in->body, c->now_us, &r);
	json_obj(c->out);
	json_kstr(c->out, "mark", str_c(r.mark));
	json_kbool(c->out, "says_what_was_tried", r.tried);
	json_kbool(c->out, "says_what_will_be_tried", r.will);
	json_kbool(c->out, "says_what_is_next", r.next);
	json_kbool(c->out, "says_by_when", r.when);
	json_obj_end(c->out);
	return OK;
}
COMMAND_RUN(ticket_read_reply_now)
static const struct field read_reply_fields[] = {
	FIELD(struct read_reply_in, body, FIELD_TEXT, .required = true, .help = "the reply as it is so far"),
};
const struct command ticket_read_reply_cmd = {
	.name = "ticket.read_reply", .help = "What a reply looks like: does it say what was tried, what is next, by when", .reads = true,
	FIELDS(read_reply_fields, struct read_reply_in), .need = CAN_NOTE, .run = RUN(ticket_read_reply_now),
};
