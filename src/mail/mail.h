/* mail.h: mail in and out: stored before it is acknowledged, landed by reference, trusted apart from reference, sent through the outbox.
 *
 * The way in: LMTP or `tend mail deliver` → mail_take(): the raw bytes are a blob and the envelope an inbox row before the sender hears "ok" → job
 * mail.parse: a jailed child takes it apart → mail_land(): which ticket (reference), by whom (trust), and what becomes of it, in one transaction
 * with the inbox row's outcome and the reason in words.
 *
 * A reference says which ticket; it never says who is writing (INTEGRATIONS 5.2):
 *   1  the recipient's plus-token, support+42.17.<mac>@…    MAC over (ticket, contact) with the desk's key
 *   2  our own Message-ID in In-Reply-To and References, newest first: <tend.reply.<message>.<contact>.<mac>@domain>
 *   3  a foreign Message-ID that this ticket has already seen
 *   4  [#42] in the subject, and only when the sender is of that ticket and proved by our MTA
 * May write means: the sender is of the ticket (requester or active copy), and either the site's own MTA says DMARC or aligned DKIM passed, or the
 * recipient's token was made for exactly this sender (a bearer token: setting mail.require_proof wants the MTA's word besides). Anything else becomes an
 * internal note that reopens nothing. A proved colleague of the requester's organisation is proposed as a copy, for one click; a proved teammate's mail is
 * an internal note with a hint, never an act. */
#ifndef TEND_MAIL_MAIL_H
#define TEND_MAIL_MAIL_H

#include "core/feature.h"

extern const struct feature mail_feature;

/* Inside a write: takes mail at a further address of kind support, as mail.address_add does. ERR_INPUT when it is here already. */
enum err mail_address_add(struct ctx *c, struct str address, struct str label);

/* ---- addresses and tokens (mail_token.c) ---- */

/* "support@desk.example" and ticket 42, contact 17 → "support+42.17.<16 base32>@desk.example". */
struct str mail_reply_address(struct ctx *c, struct str base, int64_t ticket_id, int64_t contact_id);
/* "tend.<kind>.<number>.<contact>.<mac>@domain", without <>. The same for the same pair always, so that a copy sent twice is known. The number is, by
 * kind: reply: the message, ack: the ticket, confirm: the confirmation, plain: the outbox row. */
struct str mail_message_id(struct ctx *c, int64_t message_id, int64_t contact_id, const char *kind);
/* The envelope sender of something in the outbox: "bounce+<outbox>.<contact>.<mac>@domain". */
struct str mail_bounce_address(struct ctx *c, int64_t outbox_id, int64_t contact_id);

enum mail_token_kind { MAIL_TOKEN_NONE, MAIL_TOKEN_REPLY, MAIL_TOKEN_BOUNCE, MAIL_TOKEN_BROKEN };
struct mail_recipient {
	struct str base;             /* the address without its token, lower case */
	enum mail_token_kind kind;
	int64_t ticket_id;           /* of a reply token; the outbox row of a bounce token */
	int64_t contact_id;
};
/* Reads a recipient. BROKEN: it carries a token that we did not make (a bit flipped, an old key). Case is ignored. */
void mail_recipient_read(struct ctx *c, struct str rcpt, struct mail_recipient *ret);
/* Reads one of our Message-IDs; false when it is none or its MAC is wrong. */
bool mail_message_id_read(struct ctx *c, struct str id, int64_t *ret_number, int64_t *ret_contact, struct str *ret_kind);
/* ASCII lower case, in the arena. */
struct str mail_lower(struct arena *a, struct str s);
/* Behind the last "@"; "" without one. */
struct str mail_domain_of(struct str addr);

/* ---- in (mail_take.c) ---- */

/* May mail for this recipient be taken? OK, ERR_NOT_FOUND, or a passing error. */
enum err mail_accepts(struct ctx *c, struct str rcpt);
/* Stores one mail for one recipient: blob, inbox row, job. The same bytes to the same recipient again give the first row's number. The ctx acts as the system. */
enum err mail_take(struct ctx *c, struct str mail_from, struct str rcpt, struct str raw, int64_t *ret_inbox_id, bool *ret_again);

/* ---- out (mail_compose.c, mail_send_job.c) ---- */

struct mail_part {
	struct str filename, content_type, bytes;
};
struct mail_out {
	struct str from_name, from_addr, to_name, to_addr, reply_to, subject, message_id, markdown;   /* refs and message_id without <> */
	struct str *refs;            /* oldest first: all but the first and the last nineteen are left out */
	size_t n_refs;
	utime date_us;
	bool automatic;              /* Auto-Submitted and its like */
	bool answer;                 /* auto-replied rather than auto-generated */
	const struct mail_part *parts;
	size_t n_parts;
};
/* The whole message, CRLF line ends. ERR_INPUT when a header value would break out of its line (never happens with values of ours). */
enum err mail_compose(struct ctx *c, const struct mail_out *m, struct str *ret);
/* Markdown → safe HTML by md4c: no raw HTML, links http, https and mailto only, images become links, line ends stay (mail_markdown.c). */
struct str mail_markdown_html(struct arena *a, struct str markdown);
/* The same for programs that show text: [words](address) becomes "words <address>", escapes are undone, all else stays as written. */
struct str mail_markdown_text(struct arena *a, struct str markdown);
/* Somebody's words for the inside of a line of Markdown: both of the above show them as they are, and nothing of them is a mark of ours. */
struct str mail_markdown_words(struct arena *a, struct str words);

/* ---- services and tools ---- */

enum err mail_lmtp_start(struct desk *d, struct fault *f, void **ret);
void mail_lmtp_stop(void *service);
/* A signed local path that shows an attachment's image or a remote image for the next hour, without a cookie (sandboxed frames have none). */
struct str mail_image_path(struct ctx *c, struct str what);

#endif
