/* map.c: entries in an array in order of arrival, found through a table of their numbers with open addressing
 * (linear probing, at most three quarters full, holes closed on removal); see map.h. */
#include "base/map.h"

#include "base/err.h"

#include <string.h>
#include <sys/auxv.h>

#include "base/banned.h"

enum { SLOTS_FIRST = 16 };

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3. The key is the sixteen random bytes that the kernel hands every process. */
static uint64_t hash(struct str s)
{
	uint64_t key[2];
	memcpy(key, (const void *)getauxval(AT_RANDOM), sizeof(key));
	uint64_t v[4] = { key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
			  key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573) };
	size_t i = 0;
	for (; i + 8 <= s.n; i += 8) {
		uint64_t word;
		memcpy(&word, s.p + i, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	uint64_t word = (uint64_t)s.n << 56;
	for (size_t k = 0; i + k < s.n; k++)
		word |= (uint64_t)(unsigned char)s.p[i + k] << (8 * k);
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (int k = 0; k < 3; k++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void map_init(struct map *m, struct arena *a)
{
	*m = (struct map){ .arena = a };
}

/* The slot that holds key, or the free one where it belongs. */
static size_t slot_of(const struct map *m, struct str key, uint64_t h)
{
	size_t mask = m->n_slots - 1;
	for (size_t at = h & mask;; at = (at + 1) & mask) {
		if (m->slots[at] == 0)
			return at;
		const struct map_entry *e = &m->entries[m->slots[at] - 1];
		if (e->hash == h && str_eq(e->key, key))
			return at;
	}
}

static struct map_entry *find_hashed(const struct map *m, struct str key, uint64_t h)
{
	if (m->n == 0)
		return NULL;
	uint32_t number = m->slots[slot_of(m, key, h)];
	return number ? &m->entries[number - 1] : NULL;
}

struct map_entry *map_find(const struct map *m, struct str key)
{
	return find_hashed(m, key, hash(key));
}

/* Makes room for one more: twice the size when it is full of living entries, else only without the removed. */
static void rebuild(struct map *m)
{
	size_t n_slots = m->n_slots ? m->n_slots : SLOTS_FIRST;
	while (m->n + 1 > n_slots / 2)
		n_slots *= 2;
	ASSERT(n_slots < UINT32_MAX);
	struct map_entry *old = m->entries;
	size_t n_old = m->n_entries;
	if (n_slots > m->n_slots) {
		m->slots = arena_array(m->arena, uint32_t, n_slots);
		m->n_slots = n_slots;
		m->cap_entries = n_slots / 4 * 3;
		m->entries = arena_array(m->arena, struct map_entry, m->cap_entries);
	} else {
		memset(m->slots, 0, n_slots * sizeof(m->slots[0]));
	}
	m->n_entries = 0;
	for (size_t i = 0; old && i < n_old; i++) {
		if (!old[i].key.p)
			continue;
		m->entries[m->n_entries++] = old[i];
		m->slots[slot_of(m, old[i].key, old[i].hash)] = (uint32_t)m->n_entries;
	}
}

struct map_entry *map_entry(struct map *m, struct str key, bool *ret_new)
{
	ASSERT(key.p != NULL);
	uint64_t h = hash(key);
	struct map_entry *e = find_hashed(m, key, h);
	if (ret_new)
		*ret_new = e == NULL;
	if (e)
		return e;
	if (m->n_entries == m->cap_entries)
		rebuild(m);
	ASSERT(m->entries && m->slots);
	e = &m->entries[m->n_entries++];
	*e = (struct map_entry){ .key = key, .hash = h };
	m->slots[slot_of(m, key, h)] = (uint32_t)m->n_entries;
	m->n++;
	return e;
}

bool map_put(struct map *m, struct str key, void *value)
{
	bool is_new;
	map_entry(m, key, &is_new)->ptr = value;
	return is_new;
}

void *map_get(const struct map *m, struct str key)
{
	const struct map_entry *e = map_find(m, key);
	return e ? e->ptr : NULL;
}

bool map_put_i64(struct map *m, struct str key, int64_t value)
{
	bool is_new;
	map_entry(m, key, &is_new)->i64 = value;
	return is_new;
}

struct opt_i64 map_i64(const struct map *m, struct str key)
{
	const struct map_entry *e = map_find(m, key);
	return e ? SOME(e->i64) : NONE;
}

int64_t map_count(struct map *m, struct str key, int64_t add)
{
	return map_entry(m, key, NULL)->i64 += add;
}

bool map_remove(struct map *m, struct str key)
{
	if (m->n == 0)
		return false;
	size_t mask = m->n_slots - 1, hole = slot_of(m, key, hash(key));
	if (m->slots[hole] == 0)
		return false;
	m->entries[m->slots[hole] - 1].key = STR_NULL;
	m->n--;
	/* Close the hole: entries of the same run that could not be found past it move back. */
	for (size_t at = (hole + 1) & mask; m->slots[at]; at = (at + 1) & mask) {
		size_t home = m->entries[m->slots[at] - 1].hash & mask;
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			m->slots[hole] = m->slots[at];
			hole = at;
		}
	}
	m->slots[hole] = 0;
	return true;
}

struct map_entry *map_next(const struct map *m, size_t *i)
{
	while (*i < m->n_entries) {
		struct map_entry *e = &m->entries[(*i)++];
		if (e->key.p)
			return e;
	}
	return NULL;
}
