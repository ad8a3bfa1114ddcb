/* mime.c: the doors between the program and the jailed parse; see mime.h and helper.h. One child a mail: raw bytes in, frames out. */
#include "io/mime.h"

#include "io/helper.h"
#include "io/mime_core.h"
#include "io/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

enum {
	WALL_S = 10,
	PATIENCE_MS = 60000,           /* of the parent: there may be a queue before the child starts; the kernel ends it in time */
	MEMORY_BYTES = 256 << 20,      /* above what the helper itself maps */
	SPILL_AT = 256 << 10,          /* larger attachments go through a temporary file */
	DECODED_MAX = 2 * MIME_MESSAGE_MAX_BYTES,
};

/* ---- child ---- */

enum { DATA_FD = HELPER_DATA_FD };

static enum err frame_out(char type, struct str payload)
{
	char head[5] = { type };
	uint32_t n = (uint32_t)payload.n;
	memcpy(head + 1, &n, 4);
	return helper_write(DATA_FD, head, 5) && helper_write(DATA_FD, payload.p, payload.n) ? OK : ERR_UPSTREAM;
}

static enum err sink_begin(void *arg)
{
	(void)arg;
	return frame_out(FRAME_PART, S(""));
}

static enum err sink_data(void *arg, struct str bytes)
{
	(void)arg;
	return frame_out(FRAME_DATA, bytes);
}

static enum err sink_end(void *arg)
{
	(void)arg;
	return frame_out(FRAME_END, S(""));
}

static void child_run(void *charsets, uint64_t mapped_bytes)
{
	struct fault f = { 0 };
	struct sandbox_limits limits = { .memory_bytes = mapped_bytes + MEMORY_BYTES, .cpu_s = WALL_S };
	if (sandbox_enter(&f, &limits) != OK)
		_exit(HELPER_NOT_READY);
	uint64_t n = 0;
	if (!helper_read(DATA_FD, &n, 8) || n > MIME_MESSAGE_MAX_BYTES)
		_exit(82);
	char *raw = malloc(n + 2);
	if (!raw || !helper_read(DATA_FD, raw, n))
		_exit(HELPER_NOT_READY);
	struct arena a;
	arena_init(&a);
	struct mime_ctx c = { .arena = &a, .fault = &f, .charsets = charsets };
	struct mime_sink sink = { .begin = sink_begin, .data = sink_data, .end = sink_end };
	struct mime_message m;
	if (mime_core(&c, raw, n, &sink, &m) != OK) {
		frame_out(FRAME_FAULT, str_c(f.message));
		_exit(0);
	}
	struct buf wire;
	buf_init(&wire, &a, FRAME_MOST);
	mime_wire_put(&wire, &m);
	_exit(buf_err(&wire) == OK && frame_out(FRAME_MESSAGE, buf_str(&wire)) == OK ? 0 : 84);
}

/* ---- helper ---- */

static void *prepare(const char **ret_why)
{
	struct fault f = { 0 };
	struct charsets *cs;
	mime_gmime_start();
	if (charsets_open(&f, &cs) == OK)
		return cs;
	*ret_why = "the C library's charset converters (gconv) are missing";
	return NULL;
}

static struct helper helper = HELPER_NONE; /* shared: set once before threads exist */

enum err mime_helper_start(struct fault *f)
{
	static const struct helper_kind KIND = { .process = "tend-mime", .what = "The mail parser", .prepare = prepare, .child = child_run, .wall_s = WALL_S,
						 .children_most = HELPER_CHILDREN_MOST };
	return helper_start(&helper, &KIND, f);
}

void mime_helper_stop(void)
{
	helper_stop(&helper);
}

/* ---- parent ---- */

/* One conversation with a child. */
struct talk {
	struct arena *arena;
	struct fault *fault;
	struct blob_store *blobs;
	struct helper_talk with;
	struct str out;                /* what is still to be sent */
	struct buf in;                 /* bytes read and not yet understood */
	size_t in_at;
	struct blob_name *names;       /* of the parts so far */
	int64_t *sizes;
	size_t n_parts;
	struct buf part;               /* the part that is coming in, while it is small */
	int spill;                     /* its temporary file, or -1 */
	int64_t part_bytes, total_bytes;
	bool in_part, done;
	struct str message;            /* the flat message */
	char said[320];                /* the child's own reason for giving up */
	enum err err;                  /* of the store */
};

static enum err not_running(struct fault *f)
{
	return fault_set(f, ERR_BUSY, __FILE__, __LINE__, "The mail parser is not running; it comes back when tend is started again.");
}

static enum err unsound(struct talk *t)
{
	return fault_set(t->fault, ERR_INPUT, __FILE__, __LINE__, "The mail parser gave an answer that no sound parser gives; the raw mail is kept.");
}

static enum err part_data(struct talk *t, struct str bytes)
{
	t->part_bytes += (int64_t)bytes.n;
	t->total_bytes += (int64_t)bytes.n;
	if (t->total_bytes > DECODED_MAX)
		return unsound(t);
	if (t->spill < 0 && t->part.n + bytes.n <= SPILL_AT) {
		buf_add(&t->part, bytes);
		return OK;
	}
	if (t->spill < 0) {
		t->spill = open(blob_store_tmp_dir(t->blobs), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (t->spill < 0)
			return fault_set(t->fault, errno == ENOSPC ? ERR_FULL : ERR_BUSY, __FILE__, __LINE__,
					 "No temporary file for an attachment: %s.", strerror(errno));
		struct str so_far = buf_str(&t->part);
		if (!helper_write(t->spill, so_far.p, so_far.n))
			return fault_set(t->fault, ERR_FULL, __FILE__, __LINE__, "An attachment could not be stored: %s.", strerror(errno));
	}
	if (!helper_write(t->spill, bytes.p, bytes.n))
		return fault_set(t->fault, ERR_FULL, __FILE__, __LINE__, "An attachment could not be stored: %s.", strerror(errno));
	return OK;
}

static enum err part_end(struct talk *t)
{
	int64_t bytes = t->part_bytes;
	if (t->spill >= 0) {
		enum err e = blob_put_fd(t->blobs, t->fault, t->spill, &t->names[t->n_parts], &bytes);
		close(t->spill);
		t->spill = -1;
		TRY(e);
	} else {
		TRY(blob_put(t->blobs, t->fault, buf_str(&t->part), &t->names[t->n_parts]));
	}
	t->sizes[t->n_parts++] = bytes;
	t->in_part = false;
	return OK;
}

enum { PARTS_ROOM = MIME_PARTS_MAX * 2 };

static enum err frame_in(struct talk *t, char type, struct str payload)
{
	switch (type) {
	case FRAME_PART:
		if (t->in_part || t->n_parts == PARTS_ROOM)
			return unsound(t);
		t->in_part = true;
		t->part.n = 0;
		t->part_bytes = 0;
		return OK;
	case FRAME_DATA: return t->in_part ? part_data(t, payload) : unsound(t);
	case FRAME_END: return t->in_part ? part_end(t) : unsound(t);
	case FRAME_MESSAGE:
		t->message = arena_str(t->arena, payload);
		t->done = true;
		return t->in_part ? unsound(t) : OK;
	case FRAME_FAULT: {
		size_t n = 0;
		for (size_t i = 0; i < payload.n && n + 1 < sizeof(t->said); i++)
			if (payload.p[i] >= ' ' && payload.p[i] < 0x7f)
				t->said[n++] = payload.p[i];
		t->done = true;
		return OK;
	}
	}
	return unsound(t);
}

/* Takes every whole frame out of what has been read. */
static enum err frames_in(struct talk *t)
{
	while (!t->done && t->in.n - t->in_at >= 5) {
		uint32_t n;
		memcpy(&n, t->in.p + t->in_at + 1, 4);
		if (n > FRAME_MOST)
			return unsound(t);
		if (t->in.n - t->in_at - 5 < n)
			break;
		TRY(frame_in(t, t->in.p[t->in_at], str_slice(buf_str(&t->in), t->in_at + 5, t->in_at + 5 + n)));
		t->in_at += 5 + (size_t)n;
	}
	memmove(t->in.p, t->in.p + t->in_at, t->in.n - t->in_at);
	t->in.n -= t->in_at;
	t->in_at = 0;
	return OK;
}

static enum err converse(struct talk *t)
{
	int64_t until = clock_mono_us() + PATIENCE_MS * INT64_C(1000);
	uint64_t n = t->out.n;
	struct str head = { (const char *)&n, 8 };
	while (!t->done) {
		int64_t left = (until - clock_mono_us()) / 1000;
		if (left <= 0)
			return fault_set(t->fault, ERR_BUSY, __FILE__, __LINE__, "The mail parser has too much to do; this mail waits.");
		bool writing = head.n || t->out.n;
		struct pollfd p = { .fd = t->with.data, .events = (short)(POLLIN | (writing ? POLLOUT : 0)) };
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		if (writing && (p.revents & POLLOUT)) {
			struct str *from = head.n ? &head : &t->out;
			ssize_t w = send(t->with.data, from->p, from->n, MSG_NOSIGNAL | MSG_DONTWAIT);
			if (w > 0)
				*from = str_slice(*from, (size_t)w, from->n);
			else if (w < 0 && errno != EAGAIN && errno != EINTR)
				head = t->out = (struct str){ "", 0 };
		}
		if (!(p.revents & (POLLIN | POLLHUP | POLLERR)))
			continue;
		char *room = buf_room(&t->in, 65536);
		if (!room)
			return unsound(t);
		ssize_t r = recv(t->with.data, room, 65536, MSG_DONTWAIT);
		if (r < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (r <= 0)
			break;
		buf_grew(&t->in, (size_t)r);
		TRY(frames_in(t));
	}
	char words[80];
	const char *why = t->done ? "" : helper_ended(&t->with, WALL_S, words);
	if (!why)
		return not_running(t->fault);
	if (!t->done)
		return fault_set(t->fault, ERR_UPSTREAM, __FILE__, __LINE__, "This mail could not be read: the parser stopped, because %s. The raw mail is kept.",
				 why);
	if (!t->message.p)
		return fault_set(t->fault, ERR_INPUT, __FILE__, __LINE__, "%s", t->said[0] ? t->said : "This mail could not be read.");
	return OK;
}

static enum err finish(struct talk *t, struct mime_message *ret)
{
	struct mime_message m;
	TRY(mime_wire_get(t->arena, t->fault, t->message, &m));
	if (m.n_parts != t->n_parts)
		return unsound(t);
	for (size_t i = 0; i < m.n_parts; i++) {
		m.parts[i].blob = t->names[i];
		m.parts[i].bytes = t->sizes[i];
	}
	*ret = m;
	return OK;
}

enum err mime_parse(struct arena *a, struct fault *f, struct blob_store *blobs, struct str raw, struct mime_message *ret)
{
	if (helper.control < 0)
		return fault_set(f, ERR_BUG, __FILE__, __LINE__, "The mail parser was never started.");
	if (raw.n > MIME_MESSAGE_MAX_BYTES)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "This mail is larger than %u MiB; the raw mail is kept.", MIME_MESSAGE_MAX_BYTES >> 20);
	struct helper_talk with;
	if (!helper_child(&helper, &with))
		return errno == EMFILE || errno == ENFILE ? fault_set(f, ERR_BUSY, __FILE__, __LINE__, "The mail parser could not be reached: %s.", strerror(errno)) :
							    not_running(f);
	struct arena scratch;
	arena_init(&scratch);
	struct talk t = { .arena = a, .fault = f, .blobs = blobs, .with = with, .out = raw, .spill = -1 };
	t.names = arena_array(&scratch, struct blob_name, PARTS_ROOM);
	t.sizes = arena_array(&scratch, int64_t, PARTS_ROOM);
	buf_init(&t.in, &scratch, (size_t)FRAME_MOST + 131072);
	buf_init(&t.part, &scratch, SPILL_AT);
	enum err e = converse(&t);
	if (e == OK)
		e = finish(&t, ret);
	if (t.spill >= 0)
		close(t.spill);
	helper_talk_done(&t.with);
	arena_done(&scratch);
	return e;
}

struct str mime_header_value(const struct mime_message *m, struct str name)
{
	for (size_t i = 0; i < m->n_headers; i++)
		if (str_ieq(m->headers[i].name, name))
			return m->headers[i].value;
	return STR_NULL;
}
