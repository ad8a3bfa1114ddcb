/* demo.h: a plausible desk out of a seed: teammates, customers, and tickets of two years, with everything in the log so that `tend verify` passes.
 *
 * The same seed, number and clock give the same desk. Every ticket draws from a generator of its own (seed and number), so a batch that a
 * database makes us run again writes the same words. */
#ifndef TEND_TRANSFER_DEMO_H
#define TEND_TRANSFER_DEMO_H

#include "core/desk.h"
#include "transfer/demo_words.h"

struct demo_options {
	int64_t tickets;
	uint64_t seed;
	bool progress;          /* a bar on standard error */
};

struct demo_made {
	int64_t teammates, organisations, contacts, tickets, messages;
};

/* Whether the desk holds any ticket or organisation. */
enum err demo_desk_in_use(struct ctx *c, bool *ret);
/* Fills an empty desk. Outside a write. */
enum err demo_build(struct ctx *c, const struct demo_options *o, struct demo_made *ret);

/* ---- chance ---- */

struct demo_rng {
	uint64_t s;
};
void rng_seed(struct demo_rng *r, uint64_t seed, uint64_t number);
uint64_t rng_next(struct demo_rng *r);
/* 0 … n-1. */
int64_t rng_below(struct demo_rng *r, int64_t n);
/* from … to, both included. */
int64_t rng_between(struct demo_rng *r, int64_t from, int64_t to);
bool rng_chance(struct demo_rng *r, int per_mille);
/* Small numbers more often than large ones: 0 … n-1. */
int64_t rng_skewed(struct demo_rng *r, int64_t n);
/* One of a NULL-ended list. */
const char *rng_pick(struct demo_rng *r, const char *const *list);

/* ---- words ---- */

/* What {words} mean within one ticket. */
struct demo_slots {
	struct demo_rng *rng;
	const struct demo_area *area;
	const char *version, *old_version, *deployment, *repo, *service, *group, *language;
	struct str customer_first, customer_name, engineer_name, engineer_signature, other_engineer, zone;
};
void demo_slots_pick(struct demo_slots *s, struct demo_rng *r, const struct demo_area *area);
/* Adds text with its {words} filled in. */
void demo_say(struct buf *b, struct demo_slots *s, const char *text);
struct str demo_subject(struct arena *a, struct demo_slots *s);
struct str demo_first_mail(struct arena *a, struct demo_slots *s);
enum demo_reply { REPLY_ASKS, REPLY_EXPLAINS, REPLY_SOLVES };
struct str demo_reply_text(struct arena *a, struct demo_slots *s, enum demo_reply kind);
struct str demo_answer_text(struct arena *a, struct demo_slots *s, bool still);
struct str demo_confirm_text(struct arena *a, struct demo_slots *s);
struct str demo_note_text(struct arena *a, struct demo_slots *s);
/* A log of about that many lines. */
struct str demo_log(struct arena *a, struct demo_slots *s, int lines);

/* ---- people (demo_people.c) ---- */

struct demo_teammate {
	int64_t id;
	struct str name, email, zone;
	bool engineer;
};
struct demo_org {
	int64_t id;
	struct str name, domain;
	int region, engineer;            /* index of the assigned teammate, or -1 */
	const char *deployment, *version;
	int first_contact, n_contacts;
	bool trial;                      /* not a customer yet: they hear within the hour */
	utime since_us;
};
struct demo_contact {
	int64_t id, last_ticket;         /* newest of a batch that is on disk; 0 = none */
	int64_t closed_ticket;
	struct str name, first, email;
	int org, region;
};
struct demo_desk {
	struct demo_teammate *teammates;
	struct demo_org *orgs;
	struct demo_contact *contacts;
	int n_teammates, n_orgs, n_contacts;
	int64_t spammer, team_id;
	struct str logs[24];             /* blobs, shared by many attachments */
	int64_t log_bytes[24];
	utime begin_us;
};
/* Inside a write, on an empty desk. */
enum err demo_people(struct ctx *c, const struct demo_options *o, struct demo_desk *d);
/* Runs a command as a teammate (0: the desk's operator) with JSON in which ' stands for "; a desk without the command does nothing. *ret_answer (or NULL): what it
 * said. Inside a write. */
enum err demo_do(struct ctx *c, int64_t who, const char *command, struct str json, struct str *ret_answer);
/* Newcomers, and what grows them (demo_growth.c). Inside a write. */
enum err demo_growth(struct ctx *c, struct demo_desk *d);
/* Hand-overs, long cases, case reviews: `arg` is the desk, when its tickets are there (demo_cases.c). Inside a write. */
enum err demo_cases(struct ctx *c, void *arg);
/* What waits for triage, and what is known of the first customer (demo_triage.c). Inside a write, after the tickets; arg: the desk. */
enum err demo_triage(struct ctx *c, void *arg);

#endif
