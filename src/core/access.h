/* access.h: who acts, and what they may. One policy decides for read, edit, draft, search, export, count and live stream
 * alike: capabilities of the actor, checked by core before a command runs, and ticket-wise in ticket_visible() (ticket.h). */
#ifndef TEND_CORE_ACCESS_H
#define TEND_CORE_ACCESS_H

#include "base/str.h"

enum {
	CAN_SIGNED_IN = 1 << 0, /* any teammate: their own account */
	CAN_READ = 1 << 1,      /* tickets and customers */
	CAN_NOTE = 1 << 2,      /* create tickets, internal notes, drafts, follow */
	CAN_REPLY = 1 << 3,     /* public replies, take, status, fields, merge: a support engineer */
	CAN_LEAD = 1 << 4,      /* exceptions, bulk work, other people's tickets where a rule asks for it */
	CAN_ADMIN = 1 << 5,     /* teammates, tokens of others, mail addresses, settings, quarantine */
	CAN_OPERATE = 1 << 6,   /* the machine's operator at the command line; jobs: never by network */
};

/* What each access level may: light reads and notes, agent replies, lead leads, admin administers. 0 for a name that
 * is none of them. */
uint32_t access_caps(struct str level);
/* The levels, lowest first, NULL-ended: "light", "agent", "lead", "admin". */
extern const char *const access_levels[];
/* What remains of caps under a token's scope: read, write, admin. */
uint32_t access_scope(uint32_t caps, struct str scope);
/* "read, reply" for the permission matrix, of one bit each; NULL for an unknown bit. */
const char *access_cap_name(uint32_t bit);

enum actor_kind { ACTOR_NOBODY, ACTOR_TEAMMATE, ACTOR_CONTACT, ACTOR_SYSTEM, ACTOR_OPERATOR };
/* "teammate": as events keep it. */
const char *actor_kind_name(enum actor_kind k);

struct actor {
	enum actor_kind kind;
	int64_t id;               /* teammate or contact */
	struct str name;          /* as events keep it */
	uint32_t caps;
	struct str access;        /* the level's name */
	struct str zone;          /* the reader's */
	int64_t session_id;       /* 0 = none */
	int64_t token_id;
	bool fresh;               /* the password was shown in the last 15 minutes */
};

#endif
