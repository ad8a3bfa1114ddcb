/* desk.h: what lives as long as the process: the data folder, the database, the keys, the wake-up bell. */
#ifndef TEND_CORE_DESK_H
#define TEND_CORE_DESK_H

#include "core/ctx.h"
#include "io/blob.h"

#include <pthread.h>

struct feature;

/* The bootstrap rows: flags, environment (TEND_…) or file; all else are settings. */
struct desk_config {
	const char *data_dir;
	const char *database;          /* NULL = DATA/tend.db */
	const char *listen;
	const char *public_url;        /* "https://desk.example": in mails; without a final '/' */
	bool public_url_guessed;       /* nobody said it */
	const char *mail_domain;       /* of Message-IDs and bounce addresses */
	const char *lmtp_listen;       /* NULL = no LMTP */
	const char *smtp;              /* "127.0.0.1:25", "smtps://user@host:465", … */
	const char *smtp_password_file;
	const char *metrics_listen;
	const char *tls_cert, *tls_key;
	const char *trusted_proxies;   /* comma-separated */
	const char *log_format;        /* logfmt, json */
	const char *clock_file;        /* tests */
	int workers;
	bool bulk;                     /* db_pool_config */
};

#define DESK_KEY_BYTES 32

enum desk_key {               /* derived from DATA/secret.key, one per purpose */
	KEY_MAIL_TOKEN, KEY_CSRF, KEY_SEAL, KEY_CHAIN, KEY_LINK, KEY_IMAGE, KEY_PEPPER, KEY_COUNT
};

/* What a slice keeps for the life of the process, made from rows (compiled policies): one place each, its own lock. */
enum desk_place_name { PLACE_SLA, PLACE_QUEUE, PLACE_RULES, DESK_PLACES };
struct desk_place {
	pthread_mutex_t lock;
	void *p;
	void (*drop)(void *p);         /* when the desk closes */
};

enum bell { BELL_EVENTS, BELL_JOBS, BELL_OUTBOX, BELL_LIVE, BELL_COUNT };

struct desk {
	struct desk_config cfg;
	struct db_pool *pool;
	struct blob_store *blobs;
	unsigned char keys[KEY_COUNT][DESK_KEY_BYTES];
	int lock_fd;                   /* flock on DATA/lock: one writing process per SQLite desk */
	const struct feature *const *features;   /* NULL-ended */
	struct desk_place place[DESK_PLACES];

	/* The bells: rung after each commit that appended events, added a due job or a due outbox row, and when a page begins to follow live. One condition each:
	 * a ring wakes only who listens. */
	pthread_mutex_t bell;
	pthread_cond_t bell_cond[BELL_COUNT];   /* by enum bell */
	uint64_t rung[BELL_COUNT];
	bool stopping;
};

enum desk_open_mode {
	DESK_SERVE,       /* owns the data folder: takes the lock, migrates */
	DESK_CLI,         /* takes the lock when it is free; ERR_BUSY when a server holds it (then use its control socket) */
	DESK_LOOK,        /* reads only, no lock: doctor, verify, backup */
};

/* Opens the data folder (created 0700 with a new secret.key when it is absent and the mode is not LOOK), the database, the blobs. */
enum err desk_open(const struct desk_config *cfg, enum desk_open_mode mode, const struct feature *const *features, struct fault *f,
		   struct desk **ret);
void desk_close(struct desk *d);

void desk_ring(struct desk *d, enum bell b);
/* Ends all waiting for good: desk_wait() returns false from now on. */
void desk_stop(struct desk *d);
/* Waits until the bell's counter is no longer *seen or wait_us have passed; updates *seen; false when the desk stops. */
bool desk_wait(struct desk *d, enum bell b, uint64_t *seen, int64_t wait_us);

/* A ctx for background work of the system itself ("rule" is who acts, e.g. "status timer"). The arena is the caller's. */
void desk_ctx(struct desk *d, struct arena *a, struct str rule, struct ctx *ret);

#endif
