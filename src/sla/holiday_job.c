/* holiday_job.c: a stranger's calendar file, read by a jailed child that can do nothing but answer with dates and names; see holiday.h and io/helper.h. The bytes
 * go in, days come out, and then one that says how it went. */
#include "sla/holiday.h"

#include "base/utf8.h"
#include "io/client.h"
#include "io/helper.h"
#include "io/sandbox.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

enum { FETCH_S = 10, CONNECT_S = 5, WALL_S = 10, MEMORY_BYTES = 64 << 20, CHILDREN_MOST = 4 };
/* The last word of a child, in the name of a day that is none. */
#define WORD_GOOD "good"
#define WORD_SKIPPED "skipped"
#define WORD_NONE "none"

/* ---- child ---- */

static void say_day(void *arg, const struct ical_day *d)
{
	(void)arg;
	if (!helper_write(HELPER_DATA_FD, d, sizeof(*d)))
		_exit(4);
}

static void child(void *nothing, uint64_t mapped_bytes)
{
	struct fault f = { 0 };
	struct ical_day word = { 0 };
	uint64_t n = 0;
	int skipped = 0;
	const char *why = NULL;
	(void)nothing;
	if (sandbox_enter(&f, &(struct sandbox_limits){ .memory_bytes = mapped_bytes + MEMORY_BYTES, .cpu_s = WALL_S }) != OK)
		_exit(HELPER_NOT_READY);
	char *bytes = helper_read(HELPER_DATA_FD, &n, sizeof(n)) && n <= ICAL_MAX_BYTES ? malloc(n + 1) : NULL;
	if (!bytes || !helper_read(HELPER_DATA_FD, bytes, n))
		_exit(3);
	bool good = ical_days((struct str){ bytes, n }, say_day, NULL, &skipped, &why);
	memcpy(word.name, good ? skipped ? WORD_SKIPPED : WORD_GOOD : WORD_NONE, good ? skipped ? sizeof(WORD_SKIPPED) : sizeof(WORD_GOOD) : sizeof(WORD_NONE));
	say_day(NULL, &word);
	_exit(0);
}

static struct helper helper = HELPER_NONE; /* shared: set once before threads exist */

enum err holiday_helper_start(struct fault *f)
{
	static const struct helper_kind KIND = { .process = "tend-holiday", .what = "The reader of calendar files", .child = child, .wall_s = WALL_S,
						 .children_most = CHILDREN_MOST };
	return helper_start(&helper, &KIND, f);
}

void holiday_helper_stop(void)
{
	helper_stop(&helper);
}

/* ---- parent ---- */

/* What comes out of a jail is looked at as well. */
static bool sound(struct ical_day *d)
{
	d->day[sizeof(d->day) - 1] = d->last[sizeof(d->last) - 1] = d->name[ICAL_NAME_MOST] = '\0';
	for (const char *p = d->name; *p; p++)
		if ((unsigned char)*p < ' ')
			return false;
	return utf8_valid(str_c(d->name));
}

/* True when the child said its last word. */
static bool hear(struct arena *a, int data, struct holiday_file *ret, char word[ICAL_NAME_MOST + 1])
{
	struct ical_day d;
	size_t cap = 64;
	ret->days = arena_array(a, struct ical_day, cap);
	while (helper_read(data, &d, sizeof(d)) && sound(&d)) {
		if (!d.day[0]) {
			memcpy(word, d.name, sizeof(d.name));
			return true;
		}
		if (ret->n == ICAL_EVENTS_MOST)
			return false;
		if (ret->n == cap) {
			ret->days = arena_grow(a, ret->days, cap * sizeof(d), cap * 2 * sizeof(d));
			cap *= 2;
		}
		ret->days[ret->n++] = d;
	}
	return false;
}

enum err holiday_read(struct arena *a, struct fault *f, struct str bytes, struct holiday_file *ret)
{
	struct helper_talk with;
	uint64_t n = bytes.n;
	char word[ICAL_NAME_MOST + 1] = { 0 };
	struct holiday_file file = { 0 };
	struct timeval patience = { .tv_sec = WALL_S + 2 };
	if (bytes.n > ICAL_MAX_BYTES)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "It is larger than 4 MiB.");
	if (!helper_child(&helper, &with))
		return fault_set(f, ERR_BUSY, __FILE__, __LINE__, "The reader of calendar files is not running; it comes back when tend is started again.");
	setsockopt(with.data, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(with.data, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	bool said = helper_tell(&with, &n, sizeof(n)) && helper_tell(&with, bytes.p, bytes.n) && hear(a, with.data, &file, word);
	helper_talk_done(&with);
	if (said && strcmp(word, WORD_NONE) == 0)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "It is no iCalendar file, or it has more than 5,000 entries.");
	if (!said)
		return fault_set(f, ERR_UPSTREAM, __FILE__, __LINE__, "The file could not be read safely; nothing was taken from it.");
	file.skipped = strcmp(word, WORD_SKIPPED) == 0;
	*ret = file;
	return OK;
}

/* ---- from an address ---- */

static enum err fetch(struct arena *a, struct fault *f, struct str url, struct str *ret)
{
	struct client_policy p = { .response_max_bytes = ICAL_MAX_BYTES, .connect_timeout_s = CONNECT_S, .total_timeout_s = FETCH_S };
	struct client_request req = { .method = S("GET"), .url = url };
	struct client_response resp;
	TRY(client_http(a, f, &p, &req, &resp));
	if (resp.status >= 300 && resp.status < 400)
		return fault_set(f, ERR_UPSTREAM, __FILE__, __LINE__, "That address only points on to another one. Give the one that the file itself lies at.");
	if (resp.status != 200)
		return fault_set(f, ERR_UPSTREAM, __FILE__, __LINE__, "There is no file at that address: the other side answered with %d.", resp.status);
	*ret = resp.body;
	return OK;
}

enum err holiday_fetch(struct arena *a, struct fault *f, struct str address, bool plain, struct str *ret)
{
	static atomic_flag busy = ATOMIC_FLAG_INIT; /* shared: somebody is fetching */
	struct str url = address;
	if (str_starts(url, S("webcal://")))
		url = arena_fmt(a, "https://%.*s", STR_ARG(str_slice(url, 9, url.n)));
	if (!str_starts(url, S("https://")) && !(plain && str_starts(url, S("http://"))))
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "An address begins with https://. A calendar that is offered as webcal:// works too.");
	if (atomic_flag_test_and_set(&busy))
		return fault_set(f, ERR_BUSY, __FILE__, __LINE__, "Somebody else is fetching a calendar at this moment. Try again in a few seconds.");
	enum err e = fetch(a, f, url, ret);
	atomic_flag_clear(&busy);
	return e;
}
