/* map_test.c: the map against a plain list that does the same, step by step. */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/banned.h"

static void test_basics(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct map m;
	map_init(&m, &a);
	size_t i = 0;
	assert_null(map_get(&m, S("x")));
	assert_false(map_i64(&m, S("x")).set);
	assert_false(map_remove(&m, S("x")));
	assert_null(map_next(&m, &i));
	int one, two;
	assert_true(map_put(&m, S("one"), &one));
	assert_true(map_put(&m, S(""), &two)); /* the empty text is a key like any other */
	assert_false(map_put(&m, S("one"), &two));
	assert_ptr_equal(map_get(&m, S("one")), &two);
	assert_ptr_equal(map_get(&m, S("")), &two);
	assert_null(map_get(&m, S("On")));
	assert_null(map_get(&m, S("ONE")));
	assert_int_equal(m.n, 2);
	assert_true(map_put(&m, S("a\0b"), &one));
	assert_true(map_put(&m, S("a\0c"), &two));
	assert_ptr_equal(map_get(&m, S("a\0b")), &one);
	assert_true(map_remove(&m, S("one")));
	assert_false(map_remove(&m, S("one")));
	assert_null(map_get(&m, S("one")));

	struct map c;
	map_init(&c, &a);
	assert_int_equal(map_count(&c, S("open"), 1), 1);
	assert_int_equal(map_count(&c, S("open"), 2), 3);
	assert_int_equal(map_i64(&c, S("open")).v, 3);
	assert_false(map_put_i64(&c, S("open"), -7));
	assert_true(map_put_i64(&c, S("closed"), INT64_MIN));
	assert_true(map_i64(&c, S("closed")).set && map_i64(&c, S("closed")).v == INT64_MIN);
	bool is_new;
	map_entry(&c, S("open"), &is_new)->i64 = 5;
	assert_false(is_new);
	assert_int_equal(map_i64(&c, S("open")).v, 5);
	arena_done(&a);
}

static uint32_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

/* 60,000 random puts and removals over few and over many keys; after each, the map agrees with an array. */
static void against_array(size_t keys, int steps, uint64_t seed)
{
	struct arena a;
	arena_init(&a);
	struct map m;
	map_init(&m, &a);
	int64_t *want = arena_array(&a, int64_t, keys); /* 0 = not there */
	struct str *name = arena_array(&a, struct str, keys);
	for (size_t k = 0; k < keys; k++)
		name[k] = arena_fmt(&a, "key-%zu-%*s", k, (int)(k % 23), "");
	size_t n = 0;
	for (int s = 1; s <= steps; s++) {
		size_t k = next_random(&seed) % keys;
		if (next_random(&seed) % 5 < 3) {
			assert_int_equal(map_put_i64(&m, name[k], s), want[k] == 0);
			n += want[k] == 0;
			want[k] = s;
		} else {
			assert_int_equal(map_remove(&m, name[k]), want[k] != 0);
			n -= want[k] != 0;
			want[k] = 0;
		}
		assert_int_equal(m.n, n);
		k = next_random(&seed) % keys;
		struct opt_i64 got = map_i64(&m, name[k]);
		assert_int_equal(got.set, want[k] != 0);
		assert_int_equal(got.v, want[k]);
	}
	size_t walked = 0;
	const struct map_entry *e;
	for (size_t i = 0; (e = map_next(&m, &i));) {
		assert_true(map_i64(&m, e->key).v == e->i64 && e->i64 != 0);
		walked++;
	}
	assert_int_equal(walked, n);
	for (size_t k = 0; k < keys; k++)
		assert_int_equal(map_i64(&m, name[k]).v, want[k]);
	arena_done(&a);
}

static void test_random(void **state)
{
	(void)state;
	against_array(1, 1000, 1);
	against_array(13, 20000, 2);
	against_array(500, 20000, 3);
	against_array(20000, 60000, 4);
}

static void test_order(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct map m;
	map_init(&m, &a);
	for (int i = 0; i < 1000; i++)
		map_put_i64(&m, arena_fmt(&a, "%d", i), i);
	for (int i = 0; i < 1000; i += 3)
		map_remove(&m, arena_fmt(&a, "%d", i));
	map_put_i64(&m, S("0"), 0); /* again: now last */
	int64_t before = -1;
	const struct map_entry *e;
	size_t seen = 0;
	for (size_t i = 0; (e = map_next(&m, &i)); seen++) {
		if (e->i64 == 0) {
			assert_int_equal(seen, m.n - 1);
			break;
		}
		assert_true(e->i64 > before && e->i64 % 3 != 0);
		before = e->i64;
	}
	/* Removing while walking. */
	for (size_t i = 0; (e = map_next(&m, &i));)
		assert_true(map_remove(&m, e->key));
	assert_int_equal(m.n, 0);
	/* Coming and going does not grow it for ever. */
	size_t slots = m.n_slots;
	for (int i = 0; i < 100000; i++) {
		map_put_i64(&m, S("x"), i);
		map_remove(&m, S("x"));
	}
	assert_int_equal(m.n_slots, slots);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_basics),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
