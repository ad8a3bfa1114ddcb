/* lmtp_session.c: the dialogue of RFC 2033, one blocking function a session.
 *
 * Bytes are read into one buffer; replies collect in another that is flushed before every wait, so that pipelined commands get their answers in
 * one piece. A line is good only when it ends in CRLF and has no other control byte; inside a message a CR or LF alone refuses the message,
 * because somebody else's parser may see an end there that ours does not. */
#include "io/lmtp_session.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

const struct lmtp_limits LMTP_LIMITS = { .idle_ms = 300000, .command_ms = 300000, .data_ms = 1800000 };

enum { IN_SIZE = 32768, OUT_SIZE = 8192, DATA_FIRST = 65536 };

enum end { GO_ON, END_QUIT, END_GONE, END_IDLE, END_STOP };

struct session {
	const struct lmtp_config *cfg;
	const struct lmtp_limits *limits;
	int in_fd, out_fd, stop_fd;
	const char *peer;
	struct arena *arena;               /* of the current transaction */
	char in[IN_SIZE];
	size_t in_at, in_n;
	char out[OUT_SIZE];
	size_t out_n;
	int64_t until_us;                  /* when the current command or message must be complete */
	enum end end;
	char hello[256];                   /* LHLO name; "" before it */
	bool has_mail, smtputf8;
	struct str from;
	struct str rcpts[LMTP_RCPTS_MAX];
	size_t n_rcpts;
	unsigned errors, commands;
	char *data;                        /* the message so far */
	size_t data_n, data_cap;
};

/* ---- bytes ---- */

static bool wait_for(struct session *s, int fd, short events)
{
	int64_t left = (s->until_us - clock_mono_us()) / 1000;
	int ms = left < s->limits->idle_ms ? (int)(left < 0 ? 0 : left) : s->limits->idle_ms;
	struct pollfd p[2] = { { .fd = fd, .events = events }, { .fd = s->stop_fd, .events = POLLIN } };
	int r;
	do
		r = poll(p, 2, ms);
	while (r < 0 && errno == EINTR);
	if (r > 0 && p[1].revents) {
		s->end = END_STOP;
		return false;
	}
	if (r <= 0)
		s->end = END_IDLE;
	return r > 0;
}

static void flush(struct session *s)
{
	size_t at = 0;
	while (at < s->out_n && s->end != END_GONE) {
		ssize_t n = send(s->out_fd, s->out + at, s->out_n - at, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == ENOTSOCK)
			n = write(s->out_fd, s->out + at, s->out_n - at);
		if (n > 0) {
			at += (size_t)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		enum end before = s->end;
		if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK) || !wait_for(s, s->out_fd, POLLOUT)) {
			s->end = END_GONE;
			break;
		}
		s->end = before;
	}
	s->out_n = 0;
}

__attribute__((format(printf, 2, 3))) static void reply(struct session *s, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(line, sizeof(line) - 2, fmt, ap);
	va_end(ap);
	size_t len = n < 0 ? 0 : (size_t)n < sizeof(line) - 3 ? (size_t)n : sizeof(line) - 3;
	memcpy(line + len, "\r\n", 2);
	if (s->out_n + len + 2 > OUT_SIZE)
		flush(s);
	memcpy(s->out + s->out_n, line, len + 2);
	s->out_n += len + 2;
}

/* More bytes into s->in; false at the end of the session. */
static bool fill(struct session *s)
{
	flush(s);
	if (s->end != GO_ON || !wait_for(s, s->in_fd, POLLIN))
		return false;
	ssize_t n;
	do
		n = read(s->in_fd, s->in, IN_SIZE);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		s->end = END_GONE;
		return false;
	}
	s->in_at = 0;
	s->in_n = (size_t)n;
	return true;
}

enum line { LINE_OK, LINE_LONG, LINE_BAD, LINE_NONE };

/* The next command line without its CRLF, in line[LMTP_LINE_MAX]. */
static enum line read_line(struct session *s, char *line, size_t *ret_n)
{
	size_t n = 0;
	bool bad = false, too_long = false, cr = false;
	s->until_us = clock_mono_us() + s->limits->command_ms * INT64_C(1000);
	for (;;) {
		if (s->in_at == s->in_n && !fill(s))
			return LINE_NONE;
		char c = s->in[s->in_at++];
		if (c == '\n') {
			bad |= !cr;
			break;
		}
		bad |= cr || ((unsigned char)c < ' ' && c != '\r') || c == 0x7f;
		cr = c == '\r';
		if (cr)
			continue;
		if (n + 2 < LMTP_LINE_MAX)
			line[n++] = c;
		else
			too_long = true;
	}
	*ret_n = n;
	return bad ? LINE_BAD : too_long ? LINE_LONG : LINE_OK;
}

/* ---- the message ---- */

enum data { DATA_OK, DATA_LONG, DATA_NO_MEMORY, DATA_BARE, DATA_BARE_END, DATA_CUT };

static enum data keep(struct session *s, const char *p, size_t n)
{
	if (s->data_n + n > (size_t)s->cfg->message_max_bytes)
		return DATA_LONG;
	if (s->data_n + n > s->data_cap) {
		size_t cap = s->data_cap ? s->data_cap : DATA_FIRST;
		while (cap < s->data_n + n)
			cap *= 2;
		char *grown = realloc(s->data, cap);
		if (!grown)
			return DATA_NO_MEMORY; /* it fits another time: never an answer for good */
		s->data = grown;
		s->data_cap = cap;
	}
	memcpy(s->data + s->data_n, p, n);
	s->data_n += n;
	return DATA_OK;
}

/* Reads to CRLF.CRLF. The states are what stands before the next byte. */
static enum data read_data(struct session *s)
{
	enum { LINE, TEXT, CR, DOT, DOT_CR } state = LINE;
	enum data held = DATA_OK;
	bool bare = false, bare_line = false;
	s->data_n = 0;
	s->until_us = clock_mono_us() + s->limits->data_ms * INT64_C(1000);
	for (;;) {
		if (s->in_at == s->in_n && !fill(s))
			return DATA_CUT;
		const char *p = s->in + s->in_at;
		size_t left = s->in_n - s->in_at;
		if (state == TEXT) { /* the common case, as a run */
			size_t run = 0;
			while (run < left && p[run] != '\r' && p[run] != '\n')
				run++;
			if (run) {
				held = held == DATA_OK ? keep(s, p, run) : held;
				s->in_at += run;
				continue;
			}
		}
		char c = *p;
		s->in_at++;
		if (state == DOT && c != '\r')
			state = c == '\n' ? DOT : TEXT; /* the stuffed dot goes */
		switch (state) {
		case DOT:
			if (c == '\r') {
				state = DOT_CR;
				continue;
			}
			return DATA_BARE_END; /* ".LF": what smugglers send */
		case DOT_CR:
			if (c == '\n')
				return bare_line ? DATA_BARE_END : bare ? DATA_BARE : held;
			return DATA_BARE_END;
		case LINE:
			if (c == '.') {
				state = DOT;
				continue;
			}
			state = TEXT;
			break;
		case CR:
			if (c == '\n') {
				held = held == DATA_OK ? keep(s, "\r\n", 2) : held;
				state = LINE;
				bare_line = false;
				continue;
			}
			bare = true;
			state = c == '.' ? DOT : TEXT;
			bare_line = state == DOT;
			if (state == DOT)
				continue;
			break;
		case TEXT: break;
		}
		if (c == '\r') {
			state = CR;
		} else if (c == '\n') {
			bare = bare_line = true;
			state = LINE;
		} else {
			held = held == DATA_OK ? keep(s, &c, 1) : held;
		}
	}
}

static void clear_mail(struct session *s)
{
	s->has_mail = s->smtputf8 = false;
	s->n_rcpts = 0;
	s->from = STR_NULL;
	arena_reset(s->arena);
}

/* A text of the program as part of a reply: one line, printable ASCII. */
static const char *one_line(struct session *s, struct str text)
{
	char *p = arena_alloc(s->arena, text.n + 1);
	for (size_t i = 0; i < text.n && i < 400; i++)
		p[i] = text.p[i] >= ' ' && text.p[i] < 0x7f ? text.p[i] : '?';
	return p;
}

static void deliver(struct session *s, struct str rcpt)
{
	struct lmtp_envelope env = {
		.mail_from = s->from,
		.rcpt = rcpt,
		.client = arena_fmt(s->arena, "%s %s", s->hello, s->peer),
	};
	struct str text = STR_NULL;
	enum err e = s->cfg->take(s->cfg->arg, s->arena, &env, (struct str){ s->data ? s->data : "", s->data_n }, &text);
	if (e == OK)
		reply(s, "250 2.0.0 %s", text.n ? one_line(s, text) : "stored");
	else if (e == ERR_LIMIT)
		reply(s, "552 5.3.4 %s", text.n ? one_line(s, text) : "the message is too large");
	else if (e == ERR_INPUT)
		reply(s, "554 5.6.0 %s", text.n ? one_line(s, text) : "the message is refused");
	else if (e == ERR_FULL)
		reply(s, "452 4.3.1 %s", text.n ? one_line(s, text) : "no room on the disk");
	else
		reply(s, "451 4.3.0 %s", text.n ? one_line(s, text) : "please try again later");
}

static void cmd_data(struct session *s)
{
	reply(s, "354 end with a dot on a line of its own");
	enum data d = read_data(s);
	for (size_t i = 0; i < s->n_rcpts && d != DATA_CUT && d != DATA_BARE_END; i++) {
		switch (d) {
		case DATA_OK: deliver(s, s->rcpts[i]); break;
		case DATA_LONG: reply(s, "552 5.3.4 more than %lld bytes", (long long)s->cfg->message_max_bytes); break;
		case DATA_NO_MEMORY: reply(s, "452 4.3.1 no memory for the message just now: please try again later"); break;
		case DATA_BARE: reply(s, "554 5.6.0 a bare CR or LF in the message: lines end in CRLF"); break;
		case DATA_BARE_END:
		case DATA_CUT: break;
		}
	}
	if (d == DATA_BARE_END) {
		reply(s, "521 5.5.2 a bare CR or LF at the end of the message: lines end in CRLF");
		flush(s);
		s->end = END_QUIT;
	}
	if (s->data_cap > (1 << 20)) { /* an idle session keeps no large message */
		free(s->data);
		s->data = NULL;
		s->data_cap = 0;
	}
	clear_mail(s);
}

/* ---- commands ---- */

__attribute__((format(printf, 2, 3))) static void refuse(struct session *s, const char *fmt, ...)
{
	char line[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	reply(s, "%s", line);
	s->errors++;
}

/* "FROM:<path> params": the path without its angles. False when it is not that. */
static bool path(struct str arg, struct str word, struct str *ret_path, struct str *ret_params)
{
	if (arg.n < word.n || !str_ieq(str_slice(arg, 0, word.n), word))
		return false;
	arg = str_trim(str_slice(arg, word.n, arg.n));
	if (!arg.n || arg.p[0] != '<')
		return false;
	bool quoted = false;
	for (size_t i = 1; i < arg.n; i++) {
		char c = arg.p[i];
		if (quoted && c == '\\') {
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && (c == '<' || c == ' ')) {
			return false;
		} else if (!quoted && c == '>') {
			*ret_path = str_slice(arg, 1, i);
			*ret_params = str_slice(arg, i + 1, arg.n);
			return !ret_params->n || ret_params->p[0] == ' ';
		}
	}
	return false;
}

static bool ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* Is the path one we can keep? Says why not. */
static bool path_fits(struct session *s, struct str p)
{
	if (p.n > LMTP_PATH_MAX)
		refuse(s, "501 5.1.3 the address is longer than %d bytes", LMTP_PATH_MAX);
	else if (!utf8_valid(p))
		refuse(s, "501 5.1.3 the address is not UTF-8");
	else if (!ascii(p) && !s->smtputf8)
		refuse(s, "553 5.6.7 an address beyond ASCII needs SMTPUTF8");
	else
		return true;
	return false;
}

static void cmd_mail(struct session *s, struct str arg)
{
	struct str from, params, word;
	if (!s->hello[0]) {
		refuse(s, "503 5.5.1 say LHLO first");
		return;
	}
	if (s->has_mail) {
		refuse(s, "503 5.5.1 a mail is under way already");
		return;
	}
	if (!path(arg, S("FROM:"), &from, &params)) {
		refuse(s, "501 5.5.4 say MAIL FROM:<address>");
		return;
	}
	s->smtputf8 = false;
	params = str_trim(params);
	while (params.n) {
		str_cut(params, ' ', &word, &params);
		int64_t size;
		if (!word.n)
			continue;
		if (str_ieq(word, S("SMTPUTF8"))) {
			s->smtputf8 = true;
		} else if (str_ieq(word, S("BODY=8BITMIME")) || str_ieq(word, S("BODY=7BIT"))) {
			continue;
		} else if (word.n > 5 && str_ieq(str_slice(word, 0, 5), S("SIZE=")) && str_i64(str_slice(word, 5, word.n), &size) && size >= 0) {
			if (size > s->cfg->message_max_bytes) {
				refuse(s, "552 5.3.4 more than %lld bytes", (long long)s->cfg->message_max_bytes);
				return;
			}
		} else {
			refuse(s, "555 5.5.4 an option of MAIL is not known here");
			return;
		}
	}
	if (!path_fits(s, from))
		return;
	s->from = arena_str(s->arena, from);
	s->has_mail = true;
	reply(s, "250 2.1.0 sender ok");
}

static void cmd_rcpt(struct session *s, struct str arg)
{
	struct str to, params;
	if (!s->has_mail) {
		refuse(s, "503 5.5.1 say MAIL first");
		return;
	}
	if (!path(arg, S("TO:"), &to, &params) || !to.n) {
		refuse(s, "501 5.5.4 say RCPT TO:<address>");
		return;
	}
	if (str_trim(params).n) {
		refuse(s, "555 5.5.4 an option of RCPT is not known here");
		return;
	}
	if (s->n_rcpts == LMTP_RCPTS_MAX) {
		reply(s, "452 4.5.3 more than %d recipients; send the rest in another mail", LMTP_RCPTS_MAX);
		return;
	}
	if (!path_fits(s, to))
		return;
	to = arena_str(s->arena, to);
	enum err e = s->cfg->rcpt(s->cfg->arg, s->arena, to);
	if (e == OK) {
		s->rcpts[s->n_rcpts++] = to;
		reply(s, "250 2.1.5 recipient ok");
	} else if (e == ERR_NOT_FOUND) {
		reply(s, "550 5.1.1 no such mailbox here");
	} else {
		reply(s, "451 4.3.0 please try again later");
	}
}

static void cmd_lhlo(struct session *s, struct str arg)
{
	arg = str_trim(arg);
	if (!arg.n || arg.n >= sizeof(s->hello) || !utf8_valid(arg)) {
		refuse(s, "501 5.5.4 say LHLO and a host name");
		return;
	}
	memcpy(s->hello, arg.p, arg.n);
	s->hello[arg.n] = 0;
	clear_mail(s);
	reply(s, "250-tend");
	reply(s, "250-8BITMIME");
	reply(s, "250-PIPELINING");
	reply(s, "250-ENHANCEDSTATUSCODES");
	reply(s, "250-SMTPUTF8");
	reply(s, "250 SIZE %lld", (long long)s->cfg->message_max_bytes);
}

static void command(struct session *s, struct str line)
{
	struct str verb, arg;
	if (!str_cut(line, ' ', &verb, &arg)) {
		verb = line;
		arg = S("");
	}
	if (str_ieq(verb, S("LHLO"))) {
		cmd_lhlo(s, arg);
	} else if (str_ieq(verb, S("MAIL"))) {
		cmd_mail(s, arg);
	} else if (str_ieq(verb, S("RCPT"))) {
		cmd_rcpt(s, arg);
	} else if (str_ieq(verb, S("DATA"))) {
		if (str_trim(arg).n)
			refuse(s, "501 5.5.4 DATA stands alone");
		else if (!s->n_rcpts)
			refuse(s, "503 5.5.1 no recipient has been accepted");
		else
			cmd_data(s);
	} else if (str_ieq(verb, S("RSET"))) {
		clear_mail(s);
		reply(s, "250 2.0.0 forgotten");
	} else if (str_ieq(verb, S("NOOP"))) {
		reply(s, "250 2.0.0 here");
	} else if (str_ieq(verb, S("VRFY"))) {
		reply(s, "252 2.5.2 send it, and see");
	} else if (str_ieq(verb, S("QUIT"))) {
		reply(s, "221 2.0.0 bye");
		flush(s);
		s->end = END_QUIT;
	} else if (str_ieq(verb, S("HELO")) || str_ieq(verb, S("EHLO"))) {
		refuse(s, "500 5.5.1 this is LMTP: say LHLO");
	} else {
		refuse(s, "500 5.5.1 not a command known here");
	}
}

static void last_words(struct session *s)
{
	enum end e = s->end;
	s->end = GO_ON;
	s->until_us = clock_mono_us() + 1000 * INT64_C(1000);
	if (e == END_IDLE)
		reply(s, "421 4.4.2 too long without a word");
	else if (e == END_STOP)
		reply(s, "421 4.3.2 tend is going down; please try again later");
	if (e != END_GONE)
		flush(s);
	s->end = e;
}

enum err lmtp_session(const struct lmtp_config *cfg, const struct lmtp_limits *limits, int in_fd, int out_fd, int stop_fd, const char *peer)
{
	struct arena a;
	arena_init(&a);
	struct session *s = calloc(1, sizeof(*s));
	ASSERT(s != NULL);
	*s = (struct session){ .cfg = cfg, .limits = limits, .in_fd = in_fd, .out_fd = out_fd, .stop_fd = stop_fd, .peer = peer, .arena = &a };
	char line[LMTP_LINE_MAX];
	size_t n;
	s->until_us = clock_mono_us() + limits->command_ms * INT64_C(1000);
	reply(s, "220 tend LMTP");
	while (s->end == GO_ON) {
		enum line kind = read_line(s, line, &n);
		if (kind == LINE_OK)
			command(s, (struct str){ line, n });
		else if (kind == LINE_LONG)
			refuse(s, "500 5.5.2 the line is longer than %d bytes", LMTP_LINE_MAX);
		else if (kind == LINE_BAD)
			refuse(s, "500 5.5.2 lines end in CRLF and hold no control bytes");
		if (s->end == GO_ON && (s->errors > LMTP_ERRORS_MAX || ++s->commands > LMTP_COMMANDS_MAX)) {
			reply(s, "421 4.7.0 too many %s", s->errors > LMTP_ERRORS_MAX ? "errors" : "commands");
			flush(s);
			s->end = END_QUIT;
		}
	}
	last_words(s);
	enum err e = s->end == END_QUIT ? OK : ERR_UPSTREAM;
	free(s->data);
	free(s);
	arena_done(&a);
	return e;
}

enum err lmtp_serve_fd(const struct lmtp_config *cfg, int in_fd, int out_fd, const char *peer)
{
	return lmtp_session(cfg, &LMTP_LIMITS, in_fd, out_fd, -1, peer);
}
