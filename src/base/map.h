/* map.h: a small map from text to a pointer or an integer, in an arena.
 *
 * Keys are borrowed: they must live as long as the map (use arena_str() for those that do not). Bytes are
 * compared, case matters. Walking gives the keys in the order in which they were first put, so that what is
 * made from a map is the same every time. The hash is keyed per process: strangers cannot choose keys that
 * collide. For one thread; memory is given back with the arena.
 *
 *     struct map seen;
 *     map_init(&seen, c->arena);
 *     if (!map_put(&seen, id, ticket))  … it was there before
 *     struct map_entry *e;
 *     for (size_t i = 0; (e = map_next(&seen, &i));)  … e->key, e->ptr                                     */
#ifndef TEND_BASE_MAP_H
#define TEND_BASE_MAP_H

#include "base/arena.h"

struct map_entry {
	struct str key;              /* p == NULL: removed */
	uint64_t hash;
	union {
		void *ptr;
		int64_t i64;
	};
};

struct map {
	struct arena *arena;
	size_t n;                    /* keys in it */
	struct map_entry *entries;   /* in order of arrival, removed ones among them */
	size_t n_entries, cap_entries;
	uint32_t *slots;             /* index + 1 into entries; 0 = free */
	size_t n_slots;              /* a power of two */
};

/* An empty map; it takes no memory before the first put. */
void map_init(struct map *m, struct arena *a);
/* The entry of key, or NULL. Valid until the next put of a new key; its value may be written. */
struct map_entry *map_find(const struct map *m, struct str key);
/* The entry of key, made with a zero value when there is none (*ret_new tells; may be NULL). key.p must not be
 * NULL. */
struct map_entry *map_entry(struct map *m, struct str key, bool *ret_new);

/* Pointers: sets the value; false when the key was there already (its value is replaced). */
bool map_put(struct map *m, struct str key, void *value);
/* NULL when there is none. */
void *map_get(const struct map *m, struct str key);

/* Integers: the same, and counting: adds to the value (0 at first) and returns the sum. */
bool map_put_i64(struct map *m, struct str key, int64_t value);
struct opt_i64 map_i64(const struct map *m, struct str key);
int64_t map_count(struct map *m, struct str key, int64_t add);

/* False when there was none. A key that is put again later comes last. */
bool map_remove(struct map *m, struct str key);
/* The next entry at or after *i (start with 0), or NULL at the end. Removing while walking is allowed, putting
 * new keys is not. */
struct map_entry *map_next(const struct map *m, size_t *i);

#endif
