/* mail_landing.h: a mail on its way into a ticket, as the files that decide about it share it (mail_land_job.c, mail_bounce.c). */
#ifndef TEND_MAIL_MAIL_LANDING_H
#define TEND_MAIL_MAIL_LANDING_H

#include "account/account.h"
#include "mail/mail_job.h"
#include "ticket/ticket.h"

#include "mail.sql.h"

struct landing {
	int64_t inbox_id;
	struct str raw;
	const struct mime_message *m;
	struct str why_unreadable;
	bool released;               /* a person said: treat it as a mail for us */
	struct inbox_get_row in;
	struct mail_recipient to;
	struct mail_signs signs;
	struct buf trace;            /* lines */
	struct str html_blob;
	/* found */
	int64_t ticket_id;
	bool late;                   /* that is the ticket it made when it could not be read */
	struct str by;               /* how the ticket was found */
	bool token_fits;             /* the recipient's token was made for this sender */
	struct contact contact;      /* who the From address is here */
	bool known;
	bool may_write;              /* of this ticket, and proved */
	bool own_address;            /* it came to an address of ours that takes mail */
	/* outcome */
	struct str state, outcome, reason;
	struct ticket_landed landed;
};


/* A line of the trace. */
void mail_step(struct landing *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What became of it; OK. */
enum err mail_end(struct landing *l, const char *state, const char *outcome, struct str reason);
/* What an id of ours names; 0 when it names nothing that is here. */
enum err mail_ticket_of_id(struct ctx *c, struct str kind, int64_t number, int64_t *ret);
/* The ticket that is named, at the end of its merges; 0 when it is not here. */
enum err mail_settle_reference(struct ctx *c, struct landing *l);
/* What is handed to the ticket. */
void mail_fill_incoming(struct ctx *c, struct landing *l, struct ticket_incoming *in);
/* The log says who: the contact when proved, the mail door otherwise. */
void mail_act_as(struct ctx *c, struct landing *l, bool proved);
/* A delivery report, or what came to the address of the envelope. */
enum err mail_land_bounce(struct ctx *c, struct landing *l);

#endif
