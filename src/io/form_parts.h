/* form_parts.h: what form.c and form_multipart.c share. */
#ifndef TEND_IO_FORM_PARTS_H
#define TEND_IO_FORM_PARTS_H

#include "io/form.h"

#define FORM_NAME_MAX_BYTES 1000

/* Adds a decoded pair: checks the count, the lengths and the encoding. */
enum err form_pair_add(struct arena *a, struct fault *fault, struct form *f, struct str name, struct str value);

#endif
