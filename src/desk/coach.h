/* coach.h: what the coach beside the writing box says about a text. It advises; nothing here stops anybody (secrets are ticket/guard.h's). */
#ifndef TEND_DESK_COACH_H
#define TEND_DESK_COACH_H

#include "core/ctx.h"

/* What is known around the text. Strings may be STR_NULL. */
struct coach_facts {
	bool reply;              /* the customer reads it; else an internal note */
	bool account;            /* a note of account people: rows for "account" count besides */
	bool promised;           /* a time for the next word is set beside it */
	bool managed;            /* we run their instance */
	struct str version, deployment;   /* in words */
	struct str date;         /* "2026-11-24": which rows are in force */
};

enum coach_kind { COACH_SECRET, COACH_FILL_IN, COACH_PART, COACH_ASK, COACH_KNOWN, COACH_WORD };
struct coach_line {
	enum coach_kind kind;
	struct str text;         /* a sentence */
};
struct coach {
	bool status, next, expect;   /* the three parts, as far as words tell */
	bool measured;               /* a reply with enough words to look for them */
	struct coach_line *lines;
	size_t n;
};
void coach_read(struct arena *a, struct str text, const struct coach_facts *f, struct coach *ret);

#endif
