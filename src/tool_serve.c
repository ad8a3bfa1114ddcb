/* tool_serve.c: `tend serve`: opens the desk, starts what runs in it, waits for a signal, stops in order. */
#include "tools.h"

#include "slices.h"

#include "base/log.h"
#include "io/client_curl.h"
#include "io/mime.h"
#include "io/sandbox.h"
#include "sla/holiday.h"

#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

enum { SERVICES_MAX = 8, RUNNERS = 2, MALLOC_ARENAS = 4 };

int tool_fault(const struct fault *f)
{
	fprintf(stderr, "tend: %s\n", f->message);
	for (unsigned i = 0; i < f->n_fields; i++)
		fprintf(stderr, "  %s: %s\n", f->fields[i].field, f->fields[i].message);
	return err_info(f->err)->exit_code;
}

/* systemd's protocol is one datagram; no library is needed for it. */
static void notify(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	if (!path || strlen(path) >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, strlen(path));
	if (to.sun_path[0] == '@')
		to.sun_path[0] = 0;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
	close(fd);
}

struct running {
	struct desk *d;
	struct web_app *app;
	struct runner *runner;
	void *service[SERVICES_MAX];
};

static enum err start(struct running *r, const struct desk_config *cfg, struct fault *f)
{
	TRY(desk_open(cfg, DESK_SERVE, features, f, &r->d));
	TRY(db_slim(r->d->pool, f));
	malloc_trim(0);   /* what making or migrating the desk took is not wanted again */
	TRY(web_app_open(r->d, &features_web, f, &r->app));
	TRY(web_app_serve(r->app, f));
	for (size_t i = 0; services[i].name; i++) {
		ASSERT(i < SERVICES_MAX);
		TRY(services[i].start(r->d, f, &r->service[i]));
	}
	TRY(runner_start(r->d, RUNNERS, f, &r->runner));
	/* after start nothing of us runs another program */
	return sandbox_forbid_exec(f);
}

static void stop(struct running *r)
{
	for (size_t i = 0; services[i].name; i++)
		if (r->service[i])
			services[i].stop(r->service[i]);
	if (r->app)
		web_app_stop(r->app);
	if (r->runner)
		runner_stop(r->runner);
	if (r->app)
		web_app_close(r->app);
	desk_close(r->d);
}

static void log_start(const struct running *r)
{
	struct log_line l;
	log_begin(&l, LOG_INFO, "start");
	log_add(&l, "version", S(TEND_VERSION));
	log_add(&l, "database", str_c(db_pool_describe(r->d->pool)));
	log_add(&l, "listen", str_c(r->d->cfg.listen));
	log_add_i64(&l, "port", web_app_port(r->app));
	log_add_i64(&l, "landlock_abi", sandbox_landlock_abi());
	log_end(&l);
}

/* True when asked to stop; false when a helper died (of the two, without which mail or files of holidays only wait): then the service manager starts us afresh. */
static bool wait_for_signal(const sigset_t *set)
{
	const char *watchdog = getenv("WATCHDOG_USEC");
	int64_t us = 0;
	if (watchdog)
		str_i64(str_c(watchdog), &us);
	struct timespec half = { .tv_sec = us > 0 ? us / 2 / UTIME_US_PER_SECOND : 3600, .tv_nsec = us > 0 ? us / 2 % UTIME_US_PER_SECOND * 1000 : 0 };
	for (;;) {
		int got = sigtimedwait(set, NULL, &half);
		if (got == SIGTERM || got == SIGINT)
			return true;
		if (got == SIGCHLD && waitpid(-1, NULL, WNOHANG) > 0) {   /* our only children */
			log_msg(LOG_ERROR, "mail_helper", "a helper that reads mail or calendar files has died; stopping to be started again");
			return false;
		}
		if (us > 0)
			notify("WATCHDOG=1");
	}
}

int tool_serve(const struct desk_config *cfg, int argc, char **argv)
{
	bool link = false;
	for (int i = 0; i < argc; i++) {
		link |= strcmp(argv[i], "--print-sign-in") == 0;
		if (strcmp(argv[i], "--print-sign-in") != 0) {
			fprintf(stderr, "tend serve: %s is not known here.\n%s", argv[i], cli_flags_help);
			return 2;
		}
	}
	umask(0077);
#ifndef __SANITIZE_ADDRESS__   /* the leak sanitizer looks at its own process as a debugger does */
	prctl(PR_SET_DUMPABLE, 0);
	mallopt(M_ARENA_MAX, MALLOC_ARENAS); /* two dozen threads with a heap each keep what one busy moment took: some 7 MiB */
#endif
	log_open(2, strcmp(cfg->log_format, "json") == 0 ? LOG_JSON : LOG_LOGFMT, LOG_INFO);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	struct fault f = { 0 };
	if (mime_helper_start(&f) != OK || holiday_helper_start(&f) != OK)   /* fork: before there are threads */
		return tool_fault(&f);
	client_init();
	struct running r = { 0 };
	enum err e = start(&r, cfg, &f);
	if (e != OK) {
		stop(&r);
		mime_helper_stop();
		holiday_helper_stop();
		return tool_fault(&f);
	}
	log_start(&r);
	features_first_link(r.d, link);
	notify("READY=1");
	bool asked = wait_for_signal(&set);
	notify("STOPPING=1");
	log_msg(LOG_INFO, "stop", "finishing what runs");
	stop(&r);
	mime_helper_stop();
	holiday_helper_stop();
	curl_global_cleanup();
	return asked ? 0 : err_info(ERR_BUG)->exit_code;
}
