/* utf8.h: UTF-8 at the doors: everything stored is valid UTF-8. */
#ifndef TEND_BASE_UTF8_H
#define TEND_BASE_UTF8_H

#include "base/arena.h"

/* Valid UTF-8 (no surrogates, no overlong forms), and without NUL. */
bool utf8_valid(struct str s);
/* s with each broken byte (and NUL) replaced by U+FFFD; s itself when it is valid. */
struct str utf8_clean(struct arena *a, struct str s);
/* The next code point of s at *i (advances it), or -1 for a broken byte (advances one). */
int32_t utf8_next(struct str s, size_t *i);
/* Writes cp to out[4]; returns its length. What is no code point (a surrogate, too large) becomes U+FFFD. */
size_t utf8_put(char out[4], uint32_t cp);
/* Code points. */
size_t utf8_length(struct str s);
/* At most max_bytes, cut between code points. */
struct str utf8_clip(struct str s, size_t max_bytes);
/* s in Unicode's composed form (NFC): one spelling for what looks the same and is the same, "é" as one code point and as e with its mark. s must be valid;
 * s itself when it has nothing from U+0300 on. */
struct str utf8_nfc(struct arena *a, struct str s);
/* C0/C1 controls other than \t and \n, and bidi overrides (U+202A–202E, U+2066–2069). */
bool utf8_is_control(uint32_t cp);

#endif
