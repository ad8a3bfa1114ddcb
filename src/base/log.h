/* log.h: one canonical line per request, job or start-up fact; logfmt or JSON.
 *
 * Lines are written with one write(2). Values are escaped: CR, LF, ESC and bidi controls never reach the
 * terminal raw. Secrets, cookies and bodies are never logged; the caller passes none.
 *
 *     struct log_line l;
 *     log_begin(&l, LOG_INFO, "http");
 *     log_add(&l, "path", req->path);  log_add_i64(&l, "status", 200);
 *     log_end(&l);                                                                                        */
#ifndef TEND_BASE_LOG_H
#define TEND_BASE_LOG_H

#include "base/clock.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_LOGFMT, LOG_JSON };

struct log_line {
	enum log_level level;
	unsigned n;
	bool on;
	char text[3800];
};

/* Where lines go: fd (not owned), its format and the lowest level shown. Default: 2, logfmt, info. */
void log_open(int fd, enum log_format format, enum log_level lowest);
void log_begin(struct log_line *l, enum log_level level, const char *event);
/* Keys are literals of [a-z_]. A value that does not fit is cut and marked with "…"; a key
 * that finds the line full is left out. */
void log_add(struct log_line *l, const char *key, struct str value);
void log_add_i64(struct log_line *l, const char *key, int64_t value);
void log_end(struct log_line *l);
/* A whole line with one message. */
void log_msg(enum log_level level, const char *event, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
