/* tool_mail.c: `tend mail deliver --rcpt ADDRESS [--from ADDRESS]`: one mail on standard input, for MTAs that pipe. Exit codes of sysexits.h: an MTA keeps
 * the mail and tries again on 75. Only two things are for good: nobody of that name (67), and a mail that is too large or no mail (65). A signal, a flag that is
 * not known, a file of settings that cannot be read, no memory: all of that is 75, because an MTA returns the mail to its sender on anything else. */
#include "tools.h"

#include "slices.h"

#include "mail/mail.h"
#include "mail/mail_auth.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/banned.h"

enum { MAIL_MAX_BYTES = 50 << 20 };

static void end_for_now(int signal_number)
{
	(void)signal_number;
	_exit(EX_TEMPFAIL);
}

void tool_mail_keep(void)
{
	static const int ENDS[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGXCPU, SIGXFSZ, SIGTERM, SIGINT, SIGHUP,
#ifndef __SANITIZE_ADDRESS__
				    SIGSEGV,
#endif
	};
	for (size_t i = 0; i < ARRAY_LEN(ENDS); i++)
		signal(ENDS[i], end_for_now);
}

int tool_mail_code(int code)
{
	return code == 0 || code == EX_NOUSER || code == EX_DATAERR ? code : EX_TEMPFAIL;
}

static int code_of(enum err e)
{
	switch (e) {
	case OK:
		return 0;
	case ERR_NOT_FOUND:
		return EX_NOUSER;
	case ERR_INPUT:
	case ERR_LIMIT:
		return EX_DATAERR;
	case ERR_UNAUTHENTICATED: case ERR_FORBIDDEN: case ERR_CONFLICT: case ERR_RATE: case ERR_BUSY: case ERR_UPSTREAM: case ERR_FULL:
	case ERR_BUG: case ERR_COUNT:
		return EX_TEMPFAIL;
	}
	return EX_TEMPFAIL;
}

static int deliver_here(const struct desk_config *cfg, struct str from, struct str rcpt, struct str raw)
{
	struct fault f = { 0 };
	struct desk *d;
	struct arena a;
	struct ctx c;
	int64_t id;
	bool again;
	if (desk_open(cfg, DESK_CLI, features, &f, &d) != OK) {
		tool_fault(&f);
		return EX_TEMPFAIL;
	}
	arena_init(&a);
	desk_ctx(d, &a, S("mail"), &c);
	c.door = DOOR_MAIL;
	enum err e = ctx_db(&c);
	if (e == OK)
		e = mail_accepts(&c, rcpt);
	if (e == OK)
		e = mail_take(&c, from, rcpt, raw, &id, &again);
	if (e != OK)
		tool_fault(&c.fault);
	ctx_db_done(&c);
	arena_done(&a);
	desk_close(d);
	return code_of(e);
}

static int deliver_there(const struct cli_answer *answer)
{
	if (answer->status == 200)
		return 0;
	fprintf(stderr, "tend: the running desk answered %d\n", answer->status);
	if (answer->status == 404)
		return EX_NOUSER;
	return answer->status == 413 || answer->status == 422 ? EX_DATAERR : EX_TEMPFAIL;
}

int tool_mail_deliver(const struct desk_config *cfg, int argc, char **argv)
{
	const char *rcpt = NULL, *from = NULL;   /* without --from, the Return-Path header says it */
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--rcpt") == 0 && i + 1 < argc)
			rcpt = argv[++i];
		else if (strcmp(argv[i], "--from") == 0 && i + 1 < argc)
			from = argv[++i];
		else {
			fprintf(stderr, "Usage: tend mail deliver --rcpt ADDRESS [--from ADDRESS] < message\n");
			return EX_TEMPFAIL;
		}
	}
	if (!rcpt) {
		fprintf(stderr, "tend mail deliver: --rcpt ADDRESS is needed.\n");
		return EX_TEMPFAIL;
	}
	char *raw = malloc(MAIL_MAX_BYTES + 1);
	ASSERT(raw);
	size_t n = fread(raw, 1, MAIL_MAX_BYTES + 1, stdin);
	if (ferror(stdin) || n > MAIL_MAX_BYTES) {
		free(raw);
		return n > MAIL_MAX_BYTES ? EX_DATAERR : EX_TEMPFAIL;
	}
	struct arena a;
	arena_init(&a);
	struct cli_answer answer = { 0 };
	struct str sender = from ? str_c(from) : mail_return_path(&a, (struct str){ raw, n });
	struct str path = arena_fmt(&a, "/internal/mail?rcpt=%.*s&from=%.*s", STR_ARG(url_encode(&a, str_c(rcpt))), STR_ARG(url_encode(&a, sender)));
	int code = cli_control(cfg, "POST", path.p, "message/rfc822", raw, n, &answer) ? deliver_there(&answer)
									      : deliver_here(cfg, sender, str_c(rcpt), (struct str){ raw, n });
	free(answer.body);
	arena_done(&a);
	free(raw);
	return code;
}
