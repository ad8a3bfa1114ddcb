/* health_job.c: looks at the machine, the database and the queues; see health.h. It asks the sandbox what the kernel can do, hence the door to io. */
#include "admin/health.h"

#include "base/civil.h"
#include "core/job.h"
#include "core/desk.h"
#include "io/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/banned.h"

enum { LINES_MAX = 16, DISK_LOW_MIB = 1024, DISK_LOW_PERCENT = 5, WAL_LARGE_MIB = 256, LATE_MIN = 5 };

struct looking {
	struct ctx *c;
	struct health_line *v;
	size_t n;
};

static void say(struct looking *l, char mark, const char *what, struct str says)
{
	ASSERT(l->n < LINES_MAX);
	l->v[l->n++] = (struct health_line){ .what = what, .mark = mark, .says = says };
}

static void look_disk(struct looking *l)
{
	struct statvfs v;
	struct arena *a = l->c->arena;
	if (statvfs(l->c->desk->cfg.data_dir, &v) != 0) {
		say(l, '-', "Disk", arena_fmt(a, "The data folder can't be looked at: %s.", strerror(errno)));
		return;
	}
	long long mib = (long long)v.f_bavail * (long long)v.f_frsize >> 20;
	int percent = v.f_blocks ? (int)(100 * v.f_bavail / v.f_blocks) : 0;
	bool low = mib < DISK_LOW_MIB || percent < DISK_LOW_PERCENT;
	say(l, low ? '-' : '+', "Disk", arena_fmt(a, "%lld %s free (%d %%)%s", mib >= 10240 ? mib >> 10 : mib, mib >= 10240 ? "GiB" : "MiB", percent,
						  low ? ". Make room: when it is full, mail is refused for the time being and nothing can be saved." : ""));
}

static void look_database(struct looking *l)
{
	struct db_pool *pool = l->c->desk->pool;
	struct db_figures d;
	db_pool_figures(pool, &d);
	say(l, '+', "Database", arena_fmt(l->c->arena, "%s; %lld commits with %lld changes since the start", db_pool_describe(pool), (long long)d.commits,
					  (long long)d.writes));
	if (db_pool_engine(pool) == DB_SQLITE) {
		long long mib = d.wal_bytes >> 20;
		say(l, mib > WAL_LARGE_MIB ? '!' : '+', "Write-ahead log",
		    arena_fmt(l->c->arena, "%lld KiB%s", (long long)(d.wal_bytes >> 10), mib > WAL_LARGE_MIB ? ": large. A reader has been open for long (a backup, an export)?" : ""));
	}
	if (d.retries)
		say(l, '+', "Repeats", arena_fmt(l->c->arena, "%lld changes were run again after another one was first", (long long)d.retries));
}

static void look_queue(struct looking *l, const char *what, int64_t waiting, int64_t stuck, int64_t oldest_us, const char *waiting_words, const char *stuck_words)
{
	bool late = oldest_us > LATE_MIN * UTIME_US_PER_MINUTE;
	struct str age = oldest_us > 0 ? civil_span(l->c->arena, oldest_us) : S("");
	say(l, stuck || late ? '!' : '+', what,
	    arena_fmt(l->c->arena, "%lld %s%s%.*s%s, %lld %s", (long long)waiting, waiting_words, age.n ? ", the oldest due for " : "", STR_ARG(age), late ? " (late)" : "",
		      (long long)stuck, stuck_words));
}

static enum err look_queues(struct looking *l)
{
	struct queue_figures q;
	TRY(queue_figures(l->c, &q));
	look_queue(l, "Jobs", q.jobs_waiting, q.jobs_dead, q.oldest_job_us, "wait", "gave up");
	look_queue(l, "Outgoing", q.outbox_waiting, q.outbox_failed, q.oldest_outbox_us, "wait", "failed or uncertain");
	look_queue(l, "Incoming", q.inbox_new, q.inbox_parked, q.oldest_inbox_us, "not handled yet", "wait for a person");
	return OK;
}

struct str health_host_only(struct arena *a, const char *address)
{
	struct str s = str_c(address), scheme = S(""), rest = s;
	ptrdiff_t at = str_find(s, S("://"));
	if (at >= 0) {
		scheme = str_slice(s, 0, (size_t)at + 3);
		rest = str_slice(s, (size_t)at + 3, s.n);
	}
	for (size_t i = rest.n; i > 0; i--)
		if (rest.p[i - 1] == '@') {
			rest = str_slice(rest, i, rest.n);
			break;
		}
	return arena_fmt(a, "%.*s%.*s", STR_ARG(scheme), STR_ARG(rest));
}

static void look_doors(struct looking *l)
{
	const struct desk_config *cfg = &l->c->desk->cfg;
	struct arena *a = l->c->arena;
	if (cfg->lmtp_listen)
		say(l, '+', "Mail in", arena_fmt(a, "LMTP at %s", cfg->lmtp_listen));
	else
		say(l, '!', "Mail in", S("no --lmtp-listen: mail reaches the desk by `tend mail deliver` only"));
	if (cfg->smtp)
		say(l, '+', "Mail out", arena_fmt(a, "by %.*s (`tend doctor` tries it)", STR_ARG(health_host_only(a, cfg->smtp))));
	else
		say(l, '!', "Mail out", S("no --smtp: nothing can be sent"));
	bool https = cfg->public_url && strncmp(cfg->public_url, "https://", 8) == 0;
	bool here = cfg->public_url && (strstr(cfg->public_url, "://127.0.0.1") || strstr(cfg->public_url, "://localhost"));
	bool near = cfg->listen && (strncmp(cfg->listen, "127.", 4) == 0 || strncmp(cfg->listen, "[::1]", 5) == 0);
	bool guess = cfg->public_url_guessed && !near;
	say(l, (https || here) && !guess ? '+' : '!', "Address",
	    arena_fmt(a, "%s%s", cfg->public_url ? cfg->public_url : "none",
		      guess           ? " is a guess: say --public-url, or links in mails lead nowhere."
		      : https || here ? ""
				      : ": without TLS passwords travel in the clear. Put a proxy in front, or give a certificate."));
}

static void look_machine(struct looking *l)
{
	struct arena *a = l->c->arena;
	struct civil now;
	civil_from_utc(l->c->now_us, &now);
	say(l, now.year < 2026 ? '-' : '+', "Clock", arena_fmt(a, "%.*s", STR_ARG(civil_rfc3339(a, l->c->now_us))));
	bool zones = zone_find(S("Europe/Berlin")) && zone_find(S("America/Los_Angeles"));
	say(l, zones ? '+' : '-', "Time zones", zones ? S("can be read") : S("are missing. Install the package tzdata."));
	int abi = sandbox_landlock_abi();
	say(l, abi > 0 ? '+' : '!', "Sandbox", arena_fmt(a, "Landlock ABI %d and seccomp for whatever reads strangers' bytes", abi));
	say(l, '+', "Version", arena_fmt(a, "tend %s, process %d", TEND_VERSION, (int)getpid()));
}

enum err health_look(struct ctx *c, struct health_line **ret, size_t *ret_n)
{
	struct looking l = { .c = c, .v = arena_array(c->arena, struct health_line, LINES_MAX) };
	look_database(&l);
	TRY(look_queues(&l));
	look_disk(&l);
	look_doors(&l);
	look_machine(&l);
	*ret = l.v;
	*ret_n = l.n;
	return OK;
}
