/* secret.h: tokens, seals and signatures: libsodium behind five functions. */
#ifndef TEND_CORE_SECRET_H
#define TEND_CORE_SECRET_H

#include "core/desk.h"

/* A new token: `prefix` and 32 random bytes in base64url ("tend_pat_…"), in the arena. Only its SHA-256 is stored. */
struct str secret_token(struct arena *a, const char *prefix);
/* 64 lower-case hex digits. */
struct str secret_sha256_hex(struct arena *a, struct str s);
void secret_sha256(struct str s, unsigned char ret[32]);
/* HMAC-SHA256 under one of the desk's keys. */
void secret_mac(const struct desk *d, enum desk_key k, struct str s, unsigned char ret[32]);
/* base32 (a–z2–7, no padding), for places that lose case. */
struct str secret_base32(struct arena *a, const unsigned char *p, size_t n);
struct str secret_base64url(struct arena *a, const unsigned char *p, size_t n);
bool secret_equal(struct str a, struct str b);      /* constant time for equal lengths */
/* Encrypts for the database; `bind` names the row ("teammate:4:totp"), so that a value cannot be moved to another. */
struct str secret_seal(const struct desk *d, struct arena *a, struct str bind, struct str plain);
bool secret_open(const struct desk *d, struct arena *a, struct str bind, struct str sealed, struct str *ret);
/* argon2id, at most as many at once as there are cores (others wait). Pepper by HMAC first. */
struct str secret_password_hash(const struct desk *d, struct arena *a, struct str password);
/* Whether the password is the hash's; without a hash the same work, and no. ERR_BUSY when more than a few wait for their turn already: strangers ask this, and
 * each who waits holds a thread. */
enum err secret_password_check(const struct desk *d, struct fault *f, struct str hash, struct str password, bool *ret);
/* True when the stored parameters are older than today's: hash again at sign-in. */
bool secret_password_stale(struct str hash);

#endif
