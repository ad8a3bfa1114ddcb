/* fuzz_multipart.c: the first line as the Content-Type, the rest as the body; out of memory and out of a file must agree. */
#include "base/utf8.h"
#include "io/form.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check(const struct form *f)
{
	for (size_t i = 0; i < f->n_pairs; i++)
		ASSERT(utf8_valid(f->pairs[i].name) && utf8_valid(f->pairs[i].value));
	for (size_t i = 0; i < f->n_files; i++)
		ASSERT(utf8_valid(f->files[i].filename) && f->files[i].bytes >= 0 &&
		       lseek(f->files[i].fd, 0, SEEK_END) == f->files[i].bytes);
	ASSERT(f->n_files <= FORM_FILES_MAX && f->n_pairs <= FORM_PAIRS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	arena_init(&a);
	struct str in = { n ? (const char *)p : "", n }, type, body;
	str_cut(in, '\n', &type, &body);
	struct fault fault = { 0 };
	struct form memory = { 0 }, file = { 0 };
	enum err e = form_decode_multipart(&a, &fault, type, body, -1, "/tmp", &memory);
	ASSERT(e == OK || fault.message[0]);
	int fd = memfd_create("body", MFD_CLOEXEC);
	ASSERT(fd >= 0 && write(fd, body.p ? body.p : "", body.n) == (ssize_t)body.n);
	fault_clear(&fault);
	ASSERT(form_decode_multipart(&a, &fault, type, STR_NULL, fd, "/tmp", &file) == e);
	close(fd);
	if (e == OK) {
		check(&memory);
		check(&file);
		ASSERT(memory.n_pairs == file.n_pairs && memory.n_files == file.n_files);
	}
	form_done(&memory);
	form_done(&file);
	arena_done(&a);
	return 0;
}
