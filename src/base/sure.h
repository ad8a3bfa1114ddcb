/* sure.h: memory for libraries whose own answer to a lack of it is a wrong one ("this is not JSON", a mail sent without a recipient, a login without its name):
 * these never return NULL; the process ends, which loses nothing (kill -9 does not either). For small things only. */
#ifndef TEND_BASE_SURE_H
#define TEND_BASE_SURE_H

#include <stddef.h>

void *sure_malloc(size_t n);
void *sure_calloc(size_t n, size_t size);
void *sure_realloc(void *p, size_t n);
char *sure_strdup(const char *s);

#endif
