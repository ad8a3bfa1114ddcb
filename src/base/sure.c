/* sure.c: see sure.h. */
#include "base/sure.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

void *sure_malloc(size_t n)
{
	void *p = malloc(n ? n : 1);
	ASSERT(p != NULL);
	return p;
}

void *sure_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);
	ASSERT(p != NULL);
	return p;
}

void *sure_realloc(void *p, size_t n)
{
	void *more = realloc(p, n ? n : 1);
	ASSERT(more != NULL);
	return more;
}

char *sure_strdup(const char *s)
{
	char *copy = strdup(s);
	ASSERT(copy != NULL);
	return copy;
}
