/* cert_parts.h: what the files of certification share. */
#ifndef TEND_GROWTH_CERT_PARTS_H
#define TEND_GROWTH_CERT_PARTS_H

#include "growth/cert.h"
#include "growth/cert_rows.h"

#include "cert.sql.h"

/* An edition as the rule and the pages read it; in the ctx's arena. */
struct cert_rubric {
	struct cert_programme rule;        /* for cert_eval() */
	struct str *names, *full;          /* beside rule.competencies: what it is called, what the maximum looks like */
	struct str *labels;                /* of score 1 … max_score */
	bool *by_recording;                /* beside rule.scorers */
};
enum err cert_rubric_read(struct ctx *c, const struct cert_edition_rows_row *e, struct cert_rubric *ret);

/* What the entries of a certification come to. `entries` are those of the database, in order; `why` stands beside them. */
struct cert_account {
	struct cert_rubric rubric;
	struct cert_entry_rows_row *entries;
	enum cert_refusal *why;
	size_t n;
	enum cert_state state;
	struct opt_i64 certified_us;
	const size_t *focus;
	size_t n_focus;
	int64_t counting;
	size_t round;                      /* the first entry of the round that counts now */
};
/* Under the edition the row names. `extra` (or NULL) is taken as one more entry, at ret->n - 1. */
enum err cert_account_read(struct ctx *c, const struct certification_rows_row *row, const struct cert_entry_rows_row *extra, struct cert_account *ret);
/* Inside a write: adds the entry when the rule takes it, and brings the certification up to date. ERR_CONFLICT with the rule's reason otherwise. */
enum err cert_entry_take(struct ctx *c, const struct certification_rows_row *row, struct cert_entry_rows_row *entry, const char *kind);
/* Inside a write: state, date and focus as the entries have them. */
enum err cert_bring_up(struct ctx *c, const struct certification_rows_row *before, const struct cert_account *a);
/* "" when the mentor and the manager are two people, and neither is the person; else a sentence. */
enum err cert_people_check(struct ctx *c, int64_t teammate, struct opt_i64 mentor, struct opt_i64 manager);
/* The words of a list separated by commas. */
size_t cert_split(struct arena *a, struct str list, struct str **ret);
bool cert_lists(struct str list, struct str word);
/* "Story, Discovery" of a JSON list of competency ids. */
struct str cert_focus_words(struct arena *a, const struct cert_rubric *r, const size_t *focus, size_t n);
/* Whose act it is: the signed-in teammate, or for the machine's operator the one named. */
enum err cert_actor(struct ctx *c, struct opt_i64 by, int64_t *ret);
enum err cert_person_read(struct ctx *c, int64_t id, const char *field, struct cert_person_row *ret);
/* Words for a state. */
const char *cert_state_words(struct str state);

extern const struct command cert_programme_cmd, cert_draft_cmd, cert_publish_cmd, cert_editions_cmd;                             /* cert_edition.c */
extern const struct command cert_start_cmd, cert_people_cmd, cert_practise_cmd, cert_approve_cmd, cert_rehearse_cmd, cert_recording_cmd, cert_score_cmd,
	cert_revoke_cmd, cert_recognise_cmd, cert_move_cmd;                                                                          /* cert.c */
extern const struct command cert_list_cmd, cert_show_cmd;                                                                        /* cert_look.c */
enum err cert_presets(struct ctx *c);

/* The lists of the whole of practice (cert_lists.c). */
extern const struct command *const practice_commands[];
extern const struct fold practice_folds[];
extern const struct carry practice_carries[];                     /* cert_carry.c */
extern const struct reaction practice_reactions[];
enum err practice_prepare(struct ctx *c);

#endif
