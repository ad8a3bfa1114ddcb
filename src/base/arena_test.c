/* arena_test.c: allocation, growth in place and by copy, reset, copies of text. */
#include "base/arena.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/banned.h"

static bool all_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static void test_alloc(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	assert_non_null(arena_alloc(&a, 0));
	assert_ptr_not_equal(arena_alloc(&a, 0), arena_alloc(&a, 0));
	for (size_t n = 1; n < 70000; n = n * 3 / 2 + 1) {
		char *p = arena_alloc(&a, n);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		assert_true(all_zero(p, n));
		memset(p, 0xff, n);
	}
	size_t used = a.used_bytes;
	arena_alloc(&a, 3 << 20); /* larger than any block */
	assert_true(a.used_bytes >= used + (3 << 20));
	/* Memory that was used before is zero when it is handed out again. */
	arena_reset(&a);
	assert_int_equal(a.used_bytes, 0);
	for (int i = 0; i < 3; i++) {
		char *p = arena_alloc(&a, 4000);
		assert_true(all_zero(p, 4000));
		memset(p, 0xff, 4000);
		arena_reset(&a);
	}
	arena_done(&a);
	assert_null(a.head);
	arena_done(&a);
	arena_reset(&a);
}

static void test_grow(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	char *p = arena_grow(&a, NULL, 0, 10);
	memcpy(p, "123456789", 10);
	char *q = arena_grow(&a, p, 10, 100); /* the newest: in place */
	assert_ptr_equal(p, q);
	assert_true(all_zero(q + 10, 90));
	size_t used = a.used_bytes;
	assert_ptr_equal(arena_grow(&a, q, 100, 100), q);
	assert_int_equal(a.used_bytes, used);
	memset(q + 10, 'x', 90);
	arena_alloc(&a, 1);
	char *r = arena_grow(&a, q, 100, 200); /* something lies behind it: a copy */
	assert_ptr_not_equal(q, r);
	assert_memory_equal(r, "123456789", 10);
	assert_int_equal(r[99], 'x');
	assert_true(all_zero(r + 100, 100));
	char *big = arena_grow(&a, r, 200, 1 << 20); /* past its block */
	assert_memory_equal(big, "123456789", 10);
	assert_true(all_zero(big + 200, (1 << 20) - 200));
	arena_done(&a);
}

static void test_text(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	char word[] = "tend";
	struct str s = arena_str(&a, (struct str){ word, 4 });
	word[0] = 'X';
	assert_int_equal(s.n, 4);
	assert_string_equal(s.p, "tend");
	assert_null(arena_str(&a, STR_NULL).p);
	struct str empty = arena_str(&a, S(""));
	assert_true(empty.p && empty.n == 0 && empty.p[0] == 0);
	assert_string_equal(arena_cstr(&a, STR_NULL), "");
	assert_string_equal(arena_cstr(&a, str_slice(S("abcdef"), 1, 3)), "bc");
	struct str f = arena_fmt(&a, "%s-%d-%.*s", "a", -5, STR_ARG(S("slice")));
	assert_string_equal(f.p, "a--5-slice");
	assert_int_equal(f.n, 10);
	f = arena_fmt(&a, "%*s", 100000, "wide");
	assert_int_equal(f.n, 100000);
	assert_int_equal(f.p[100000], 0);
	arena_done(&a);
}

static void test_reset_keeps_little(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	arena_alloc(&a, 100);
	void *kept = a.head;
	arena_reset(&a);
	assert_ptr_equal(a.head, kept);
	arena_alloc(&a, 10 << 20);
	arena_reset(&a);
	assert_null(a.head); /* a request that needed much does not make the worker fat */
	arena_done(&a);
}

/* Runs fn in a child; true when it aborted. */
static bool aborts(void (*fn)(struct arena *a))
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(2);
		struct arena a;
		arena_init(&a);
		fn(&a);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void too_many(struct arena *a)
{
	arena_calloc(a, SIZE_MAX / 2, 3);
}

static void too_large(struct arena *a)
{
	arena_alloc(a, SIZE_MAX);
}

static void grows_too_large(struct arena *a)
{
	char *p = arena_alloc(a, 8);
	arena_grow(a, p, 8, SIZE_MAX);
}

static void shrinks(struct arena *a)
{
	char *p = arena_alloc(a, 8);
	arena_grow(a, p, 8, 4);
}

static void test_aborts(void **state)
{
	(void)state;
	assert_true(aborts(too_many));
	assert_true(aborts(too_large));
	assert_true(aborts(grows_too_large));
	assert_true(aborts(shrinks));
}

#if defined(__SANITIZE_ADDRESS__)
static void reads_after_reset(struct arena *a)
{
	volatile char *p = arena_alloc(a, 64);
	arena_reset(a);
	(void)p[10];
}

static void reads_past_the_end(struct arena *a)
{
	volatile char *p = arena_alloc(a, 32);
	(void)p[32];
}

static void test_poison(void **state)
{
	(void)state;
	assert_true(aborts(reads_after_reset));
	assert_true(aborts(reads_past_the_end));
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alloc),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_reset_keeps_little),
		cmocka_unit_test(test_aborts),
#if defined(__SANITIZE_ADDRESS__)
		cmocka_unit_test(test_poison),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
