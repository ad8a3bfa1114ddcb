/* people.h: teammates: who they are, what they may, when they work, how they sign in. The door of this folder.
 *
 * A teammate has one access level (what they may: core/access.h) and one role (the job): a stable key whose title changes over the
 * years, kept in dated rows (presets/handbook/role_titles.def, `role title`). Three states: invited (asked to choose a password),
 * active, disabled (sessions and tokens end at once; history keeps the name).
 *
 * Slow work, hashing passwords, is done before the write transaction; the transaction then checks that nothing changed meanwhile. */
#ifndef TEND_PEOPLE_PEOPLE_H
#define TEND_PEOPLE_PEOPLE_H

#include "base/civil.h"
#include "core/feature.h"

struct web_identity;   /* web/web.h */

extern const struct feature people_feature;
extern const struct web_identity people_identity;

/* ---- teammates ---- */

struct teammate {
	int64_t id;
	struct str email, name, access, role, zone;
	struct str work_hours;       /* JSON: people_hours_decode() reads it */
	struct str signature;        /* Markdown; "" = none */
	struct str state;            /* active, invited, disabled */
	struct str external_id;      /* of an import, or STR_NULL */
	struct str keymap;           /* JSON, or STR_NULL: the standard keys */
	struct str hired_on;         /* a date, or STR_NULL: nobody said when they began here */
	utime created_us;
};

/* ERR_NOT_FOUND with a sentence when there is none. */
enum err people_get(struct ctx *c, int64_t id, struct teammate *ret);
/* By mail address, in any case of letters; *ret_found false when nobody has it. */
enum err people_find(struct ctx *c, struct str email, struct teammate *ret, bool *ret_found);
/* Everybody who can be given work, by name: active teammates, at most 1,000. */
enum err people_active(struct ctx *c, struct teammate **ret, size_t *ret_n);

struct teammate_new {
	struct str email, name;      /* wanted */
	struct str access;           /* STR_NULL = agent */
	struct str role;             /* STR_NULL = support_engineer */
	struct str zone;             /* STR_NULL = UTC */
	struct str hours;            /* "mon-fri 09:00-17:00" or JSON; STR_NULL = none */
	struct str signature;
	struct str external_id;
	struct str state;            /* STR_NULL = active */
	struct str hired_on;         /* a date, or STR_NULL */
	utime created_us;            /* 0 = now; imports give the true instant */
};
/* Inside a write: adds a teammate with its event. Wrong values are messages per field in the fault (ERR_INPUT); a taken address is
 * ERR_CONFLICT. Nobody is told: teammate.invite mails. */
enum err people_add(struct ctx *c, const struct teammate_new *t, int64_t *ret_id);
/* Inside a write: the team with this external id or slug, made when absent; and a member of it. */
enum err people_add_team(struct ctx *c, struct str slug, struct str name, struct str external_id, int64_t *ret_id);
enum err people_add_member(struct ctx *c, int64_t team_id, int64_t teammate_id);

/* The title of a role on a date ("2021-06-22"): "Customer support engineer". The key itself when nothing is known. */
struct str people_title(struct ctx *c, struct str role, struct str date);
/* Today's date in UTC, as people_title() takes it. */
struct str people_date(struct arena *a, utime t);

/* ---- working hours ---- */

struct work_span {
	uint8_t days;                /* bit 0 = Monday … bit 6 = Sunday: the day on which it begins */
	int16_t from_min, to_min;    /* minutes after midnight in the teammate's zone; to_min > 1440 = the next morning */
};
#define WORK_SPANS_MAX 20
/* Reads either form people write: JSON, [{"days":"mon-fri","from":"09:00","to":"17:00"}], or lines of "mon-fri 09:00-17:00".
 * False, and *ret_why says what is wrong in a sentence. "" gives no span: works at no fixed hours. */
bool people_hours_parse(struct str text, struct work_span *ret /* WORK_SPANS_MAX */, size_t *ret_n, const char **ret_why);
/* The stored JSON of spans, and the lines that a form shows. */
struct str people_hours_json(struct arena *a, const struct work_span *spans, size_t n);
struct str people_hours_lines(struct arena *a, const struct work_span *spans, size_t n);
/* Whether these hours hold at t in the zone. */
bool people_at_work(const struct work_span *spans, size_t n, const struct zone *zone, utime t);

/* ---- signing in ---- */

/* What main prints at the start: "/setup/…" while nobody has administered this desk, else "/sign-in/link/…" for the first active admin.
 * A path, without cfg.public_url; once and not for long (settings people.link_minutes, people.setup_hours). Outside a write. */
enum err people_start_link(struct ctx *c, struct str *ret_path);
/* A one-time sign-in link's token for a teammate: the page is /sign-in/link/TOKEN. ERR_FORBIDDEN unless the actor operates the machine. */
enum err people_sign_in_link(struct ctx *c, int64_t teammate_id, struct str *ret_token);
/* True once any admin exists: set-up is over. */
enum err people_is_set_up(struct ctx *c, bool *ret);

/* command × access level, a line each, of all features: for `tend permissions` and the page. */
struct str people_permissions(struct arena *a, const struct feature *const *features);

/* ---- keys ---- */

struct key_action {
	const char *name, *key, *help;
};
/* What a single key does, with the standard key; {0}-ended. */
extern const struct key_action people_keys[];
/* The key of an action for a teammate's keymap (STR_NULL = standard keys). */
struct str people_key(struct arena *a, struct str keymap, const char *action);

#endif
