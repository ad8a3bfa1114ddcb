/* secret.c: tokens, seals and signatures over libsodium, hashes over OpenSSL; see secret.h. */
#include "core/secret.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

struct str secret_base64url(struct arena *a, const unsigned char *p, size_t n)
{
	size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *text = arena_alloc(a, room);
	sodium_bin2base64(text, room, p, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return (struct str){ text, room - 1 };
}

struct str secret_base32(struct arena *a, const unsigned char *p, size_t n)
{
	static const char DIGITS[] = "abcdefghijklmnopqrstuvwxyz234567";
	char *text = arena_alloc(a, n * 8 / 5 + 2);
	size_t len = 0;
	uint32_t bits = 0;
	unsigned have = 0;
	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | p[i];
		for (have += 8; have >= 5; have -= 5)
			text[len++] = DIGITS[bits >> (have - 5) & 31];
	}
	if (have)
		text[len++] = DIGITS[bits << (5 - have) & 31];
	return (struct str){ text, len };
}

struct str secret_token(struct arena *a, const char *prefix)
{
	unsigned char raw[32];
	randombytes_buf(raw, sizeof(raw));
	struct str tail = secret_base64url(a, raw, sizeof(raw));
	sodium_memzero(raw, sizeof(raw));
	return arena_fmt(a, "%s%.*s", prefix, STR_ARG(tail));
}

void secret_sha256(struct str s, unsigned char ret[32])
{
	ASSERT(EVP_Digest(s.p ? s.p : "", s.n, ret, NULL, EVP_sha256(), NULL) == 1);
}

struct str secret_sha256_hex(struct arena *a, struct str s)
{
	unsigned char sum[32];
	secret_sha256(s, sum);
	char *hex = arena_alloc(a, 65);
	sodium_bin2hex(hex, 65, sum, sizeof(sum));
	return (struct str){ hex, 64 };
}

void secret_mac(const struct desk *d, enum desk_key k, struct str s, unsigned char ret[32])
{
	crypto_auth_hmacsha256_state st;
	crypto_auth_hmacsha256_init(&st, d->keys[k], DESK_KEY_BYTES);
	crypto_auth_hmacsha256_update(&st, (const unsigned char *)(s.p ? s.p : ""), s.n);
	crypto_auth_hmacsha256_final(&st, ret);
}

bool secret_equal(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };

struct str secret_seal(const struct desk *d, struct arena *a, struct str bind, struct str plain)
{
	size_t n = NONCE + plain.n + TAG;
	unsigned char *box = arena_alloc(a, n);
	randombytes_buf(box, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(box + NONCE, NULL, (const unsigned char *)plain.p, plain.n,
						   (const unsigned char *)bind.p, bind.n, NULL, box, d->keys[KEY_SEAL]);
	return arena_fmt(a, "s1:%.*s", STR_ARG(secret_base64url(a, box, n)));
}

bool secret_open(const struct desk *d, struct arena *a, struct str bind, struct str sealed, struct str *ret)
{
	if (!str_starts(sealed, S("s1:")))
		return false;
	struct str text = str_slice(sealed, 3, sealed.n);
	unsigned char *box = arena_alloc(a, text.n + 1);
	size_t n;
	if (sodium_base642bin(box, text.n, text.p, text.n, NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    n < NONCE + TAG)
		return false;
	char *plain = arena_alloc(a, n);
	unsigned long long plain_n;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)plain, &plain_n, NULL, box + NONCE, n - NONCE,
						       (const unsigned char *)bind.p, bind.n, box, d->keys[KEY_SEAL]) != 0)
		return false;
	*ret = (struct str){ plain, plain_n };
	return true;
}

/* Passwords. Hashing takes 64 MiB and a tenth of a second: no more at once than there are cores, so that a storm of sign-ins
 * costs the stormers time and the others nothing. */
enum { HASH_OPS = 3, HASH_MEMORY = 64 << 20, HASH_WAITING_PER_CORE = 4 };

/* Hashed against when there is nobody: the parameters of today, and no password's. */
static const char NOBODY[] = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/* False when `impatient` and too many wait. */
static bool hash_slot(bool take, bool impatient)
{
	/* shared: the cores belong to the whole process, whoever asks. */
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
	static long busy, waiting;
	long online = sysconf(_SC_NPROCESSORS_ONLN), cores = online > 0 ? online : 1;
	bool room = true;
	pthread_mutex_lock(&lock);
	if (take && impatient && busy >= cores && waiting >= cores * HASH_WAITING_PER_CORE) {
		room = false;
	} else if (take) {
		waiting++;
		/* NOLINTNEXTLINE(bugprone-infinite-loop): others change busy while this one waits. */
		while (busy >= cores)
			pthread_cond_wait(&freed, &lock);
		waiting--;
		busy++;
	} else {
		busy--;
		pthread_cond_signal(&freed);
	}
	pthread_mutex_unlock(&lock);
	return room;
}

/* The pepper makes the stored hashes useless without the key file, and any length a fixed one. */
static void peppered(const struct desk *d, struct str password, char ret[65])
{
	unsigned char mac[32];
	secret_mac(d, KEY_PEPPER, password, mac);
	sodium_bin2hex(ret, 65, mac, sizeof(mac));
	sodium_memzero(mac, sizeof(mac));
}

struct str secret_password_hash(const struct desk *d, struct arena *a, struct str password)
{
	char in[65];
	char *out = arena_alloc(a, crypto_pwhash_STRBYTES);
	peppered(d, password, in);
	hash_slot(true, false);
	int failed = crypto_pwhash_str_alg(out, in, 64, HASH_OPS, HASH_MEMORY, crypto_pwhash_ALG_ARGON2ID13);
	hash_slot(false, false);
	sodium_memzero(in, sizeof(in));
	ASSERT(!failed); /* out of memory */
	return str_c(out);
}

enum err secret_password_check(const struct desk *d, struct fault *f, struct str hash, struct str password, bool *ret)
{
	char in[65], stored[crypto_pwhash_STRBYTES] = { 0 };
	bool nobody = !hash.p || hash.n >= sizeof(stored);
	if (nobody)
		hash = str_c(NOBODY);
	memcpy(stored, hash.p, hash.n);
	if (!hash_slot(true, true))
		return fault_set(f, ERR_BUSY, __FILE__, __LINE__, "Very many are signing in just now. Please try again in a moment.");
	peppered(d, password, in);
	bool same = crypto_pwhash_str_verify(stored, in, 64) == 0;
	hash_slot(false, false);
	sodium_memzero(in, sizeof(in));
	*ret = same && !nobody;
	return OK;
}

bool secret_password_stale(struct str hash)
{
	char stored[crypto_pwhash_STRBYTES] = { 0 };
	if (hash.n >= sizeof(stored))
		return true;
	memcpy(stored, hash.p, hash.n);
	return crypto_pwhash_str_needs_rehash(stored, HASH_OPS, HASH_MEMORY) != 0;
}
