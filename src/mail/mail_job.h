/* mail_job.h: the parts of mail that look at parsed mails and talk to the outside; for the *_job.c files of this slice. */
#ifndef TEND_MAIL_MAIL_JOB_H
#define TEND_MAIL_MAIL_JOB_H

#include "core/job.h"
#include "io/mime.h"
#include "mail/mail.h"

/* What the mail says of itself, read off its headers (mail_trust_job.c). */
struct mail_signs {
	bool proved;                 /* our MTA says that the From address's domain stands behind it */
	bool refuted;                /* our MTA says DMARC failed */
	bool automatic;              /* made by a program: never answered by one */
	bool vacation;               /* an automatic reply to somebody's mail: reopens nothing */
	bool suppress;               /* it asks for no automatic replies; says nothing of who made it */
	bool loop;                   /* it carries our own mark, or comes from one of our addresses */
	bool spam;                   /* our MTA's filter says so */
	bool verification;           /* a sign-up or verification mail of some other service */
	struct str why;              /* the header that decided, for the trace */
};
enum err mail_signs_read(struct ctx *c, struct str envelope_from, struct str raw, const struct mime_message *m, struct mail_signs *ret);

/* Decides what becomes of an inbox row, and does it, in one transaction (mail_land_job.c). m NULL = it could not be read, `why` says why. */
enum err mail_land(struct ctx *c, int64_t inbox_id, struct str raw, const struct mime_message *m, struct str why, bool released);
/* Puts an inbox row that is still new before a person, with the reason in words. */
enum err mail_park(struct ctx *c, int64_t inbox_id, struct str why);
/* Adds the job that takes the row apart; `attempt` is the row's, so that a job that died long ago is in nobody's way. */
enum err mail_parse_add(struct ctx *c, int64_t inbox_id, int64_t attempt, bool released);
/* What an outbox row of kind "mail" is as a mail (mail_send_job.c): envelope and bytes, the same for the same row. */
struct mail_written {
	struct str from, to, message;
};
enum err mail_write(struct ctx *c, const struct outbox_row *o, struct mail_written *ret);
/* Fetches a remote image for a reader who asked (mail_job.c): https only, public addresses, at most 5 MiB, an image by its bytes. */
enum err mail_fetch_image(struct ctx *c, struct str url, struct str *ret_bytes, struct str *ret_type);

extern const struct job_kind mail_jobs[];
extern const struct outbox_kind mail_outboxes[];

#endif
