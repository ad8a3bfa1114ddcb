/* tool_doctor.c: `tend doctor`: looks at everything a desk stands on and says what to do. */
#include "tools.h"

#include "slices.h"

#include "base/civil.h"
#include "io/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/banned.h"

struct report {
	int bad, warned;
	bool runs;             /* the server, on this data folder */
	long long to_send;     /* outgoing rows that wait */
};

static void line(struct report *r, char mark, const char *what, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static void line(struct report *r, char mark, const char *what, const char *fmt, ...)
{
	va_list ap;
	r->bad += mark == '-';
	r->warned += mark == '!';
	printf("%c %-12s ", mark, what);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static void check_disk(struct report *r, const char *path)
{
	struct statvfs v;
	if (statvfs(path, &v) != 0) {
		line(r, '-', "disk", "%s: %s. Does the folder exist? `tend serve` makes it.", path, strerror(errno));
		return;
	}
	long long free_mib = (long long)v.f_bavail * (long long)v.f_frsize >> 20;
	double part = v.f_blocks ? 100.0 * (double)v.f_bavail / (double)v.f_blocks : 0;
	if (free_mib < 1024 || part < 5)
		line(r, '-', "disk", "%lld MiB (%.0f %%) free at %s. Make room: mail is refused for now (451) when it is full.", free_mib, part, path);
	else
		line(r, '+', "disk", "%lld MiB free at %s", free_mib, path);
}

static void check_clock(struct report *r)
{
	struct timex t = { 0 };
	int state = adjtimex(&t);
	utime now = clock_now();
	struct civil c;
	civil_from_utc(now, &c);
	if (c.year < 2026)
		line(r, '-', "clock", "it says %d: set it; promises are computed from it.", (int)c.year);
	else if (state == TIME_ERROR || (t.status & STA_UNSYNC))
		line(r, '!', "clock", "not kept by a time service. Install chrony or turn on systemd-timesyncd.");
	else
		line(r, '+', "clock", "kept by a time service");
}

static void check_zones(struct report *r)
{
	static const char *const NAMES[] = { "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata" };
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
		if (!zone_find(str_c(NAMES[i]))) {
			line(r, '-', "tzdata", "no zone %s. Install the package tzdata.", NAMES[i]);
			return;
		}
	line(r, '+', "tzdata", "zones can be read");
}

/* Opens a connection and reads the greeting; true when it begins with `want`. */
static bool greets(const char *host, const char *port, const char *want, char *ret_said, size_t room)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	int err = getaddrinfo(host, port, &hints, &list);
	snprintf(ret_said, room, "%s", err ? gai_strerror(err) : "no address answers");
	bool good = false;
	for (struct addrinfo *a = list; a && !good; a = a->ai_next) {
		int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (fd >= 0 && (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS) && poll(&p, 1, 5000) == 1) {
			ssize_t n = recv(fd, ret_said, room - 1, 0);
			if (n <= 0)
				snprintf(ret_said, room, "nobody listens there");
			else
				ret_said[n] = 0;
			good = n > 0 && strncmp(ret_said, want, strlen(want)) == 0;
		}
		if (fd >= 0)
			close(fd);
	}
	if (list)
		freeaddrinfo(list);
	ret_said[strcspn(ret_said, "\r\n")] = 0;
	return good;
}

/* `bad` is the mark when nobody is there: whether that is a fault or only something to know depends on who waits for it. */
static void check_address(struct report *r, const char *what, const char *address, char bad, const char *hint)
{
	char host[256], said[300];
	const char *scheme = strstr(address, "://"), *at = strrchr(address, '@');
	const char *from = at ? at + 1 : scheme ? scheme + 3 : address;
	if (strncmp(from, "unix:", 5) == 0) {
		bool there = access(from + 5, F_OK) == 0;
		line(r, there ? '+' : bad, what, "%s %s%s", from, there ? "is there" : "is not there. ", there ? "" : hint);
		return;
	}
	snprintf(host, sizeof(host), "%s", from);
	char *colon = strrchr(host, ':');
	if (!colon) {
		line(r, '-', what, "%s has no port. Example: 127.0.0.1:25", address);
		return;
	}
	*colon = 0;
	if (strncmp(address, "smtps://", 8) == 0)
		line(r, '+', what, "%s (TLS from the start: not tried here)", address);
	else if (greets(host, colon + 1, "220", said, sizeof(said)))
		line(r, '+', what, "%s: %s", address, said);
	else
		line(r, bad, what, "%s: %s. %s", address, said, hint);
}

/* Links in mails lead where --public-url says. A guess is right only for who sits at this machine. */
static void check_public_url(struct report *r, const struct desk_config *cfg)
{
	bool near = strncmp(cfg->listen, "127.", 4) == 0 || strncmp(cfg->listen, "[::1]", 5) == 0 || strncmp(cfg->listen, "localhost:", 10) == 0;
	if (cfg->public_url_guessed && !near)
		line(r, '!', "address", "%s is a guess: say --public-url, or links in mails lead nowhere.", cfg->public_url);
	else
		line(r, '+', "address", "%s", cfg->public_url);
}

static void check_certificate(struct report *r, const struct desk_config *cfg)
{
	if (!cfg->tls_cert) {
		line(r, '+', "certificate", "none here: TLS is the proxy's");
		return;
	}
	FILE *f = fopen(cfg->tls_cert, "re");
	X509 *x = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	int days = 0, seconds = 0;
	if (f)
		fclose(f);
	if (!x || !ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(x)))
		line(r, '-', "certificate", "%s can't be read as PEM.", cfg->tls_cert);
	else if (days < 14)
		line(r, days < 1 ? '-' : '!', "certificate", "ends in %d days: renew it.", days);
	else
		line(r, '+', "certificate", "good for %d days", days);
	X509_free(x);
}

static void check_queues(struct report *r, struct ctx *c)
{
	struct queue_figures q;
	if (queue_figures(c, &q) != OK)
		return;
	r->to_send = (long long)q.outbox_waiting;
	line(r, q.jobs_dead ? '!' : '+', "jobs", "%lld wait, %lld gave up%s", (long long)q.jobs_waiting, (long long)q.jobs_dead,
	     q.jobs_dead ? ": see Admin › Jobs" : "");
	line(r, q.outbox_failed ? '!' : '+', "outgoing", "%lld wait, %lld failed or uncertain%s", (long long)q.outbox_waiting,
	     (long long)q.outbox_failed, q.outbox_failed ? ": see Admin › Outbox" : "");
	bool slow = q.oldest_inbox_us > 5 * UTIME_US_PER_MINUTE;
	line(r, q.inbox_parked || slow ? '!' : '+', "incoming", "%lld not handled yet, %lld wait for a person%s", (long long)q.inbox_new,
	     (long long)q.inbox_parked, q.inbox_parked ? ": see Admin › Quarantine" : "");
}

static void check_database(struct report *r, const struct desk_config *cfg)
{
	struct fault f = { 0 };
	struct desk *d;
	struct arena a;
	if (desk_open(cfg, DESK_LOOK, features, &f, &d) != OK) {
		line(r, '-', "database", "%s", f.message);
		return;
	}
	arena_init(&a);
	struct ctx c;
	desk_ctx(d, &a, S("doctor"), &c);
	if (ctx_db(&c) != OK || db_integrity(c.db, &a) != OK)
		line(r, '-', "database", "%s Restore the newest backup: docs/operating.md.", c.fault.message);
	else
		line(r, '+', "database", "%s, whole", db_pool_describe(d->pool));
	if (c.db && c.fault.err == OK)
		check_queues(r, &c);
	ctx_db_done(&c);
	arena_done(&a);
	desk_close(d);
}

static void check_server(struct report *r, const struct desk_config *cfg)
{
	struct cli_answer answer;
	if (!cli_control(cfg, "GET", "/readyz", "text/plain", "", 0, &answer))
		line(r, '!', "server", "not running on this data folder. Start it: tend serve --data %s", cfg->data_dir);
	else
		line(r, answer.status == 200 ? '+' : '-', "server", "runs, and answers %d", answer.status);
	r->runs = answer.status != 0;
	free(answer.body);
}

int tool_doctor(const struct desk_config *cfg, int argc, char **argv)
{
	(void)argc, (void)argv;
	struct report r = { 0 };
	check_disk(&r, cfg->data_dir);
	check_clock(&r);
	check_zones(&r);
	check_database(&r, cfg);
	check_server(&r, cfg);
	check_public_url(&r, cfg);
	/* A desk can be set up before its mail server is: that is to know. Replies that wait for one are a fault. */
	check_address(&r, "mail out", cfg->smtp, r.to_send > 0 ? '-' : '!',
		      r.to_send > 0 ? "Replies wait for it: start the MTA (docs/operating.md shows exim4 and postfix), or say another --smtp."
				    : "Nothing waits for it yet. docs/operating.md shows exim4 and postfix.");
	if (cfg->lmtp_listen)
		check_address(&r, "mail in", cfg->lmtp_listen, r.runs ? '-' : '!', "LMTP starts with `tend serve`.");
	else
		line(&r, '!', "mail in", "no --lmtp-listen: mail reaches the desk by `tend mail deliver` only.");
	check_certificate(&r, cfg);
	line(&r, sandbox_landlock_abi() > 0 ? '+' : '!', "sandbox", "Landlock ABI %d, seccomp", sandbox_landlock_abi());
	if (r.bad)
		printf("\n%d to mend.\n", r.bad);
	else if (r.warned)
		printf("\nNothing is broken; %d to know (!).\n", r.warned);
	else
		printf("\nAll well.\n");
	return r.bad ? 1 : 0;
}
