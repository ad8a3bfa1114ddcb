/* fuzz_tmplgen.c: the template compiler over any bytes: it must refuse with a sentence or write C, in linear time, and what it
 * accepts must have been closed: the same source with a stray end tag behind it never builds as well.
 *
 * Built with clang -fsanitize=fuzzer,address,undefined; with -DFUZZ_ONE it reads one file named on the command line, which
 * is how past findings run in `make check`. */
/* NOLINTBEGIN(bugprone-suspicious-include): the tool stands alone and has no library to link with. */
#define TMPLGEN_NO_MAIN 1
#include "../../tools/tmplgen.c"
#include "../../tools/tmplgen_html.c"
/* NOLINTEND(bugprone-suspicious-include) */

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool builds(const char *src, size_t n)
{
	struct tmpl *t = calloc(1, sizeof *t);
	if (!t)
		abort();
	t->file = "fuzz.html";
	t->src = src;
	t->n = n;
	bool ok = compile(t, "fuzz.html.h");
	/* A refusal says where and why; a success leaves nothing unsaid. */
	if (ok == (t->error[0] != '\0') || (!ok && strncmp(t->error, "fuzz.html:", 10) != 0))
		abort();
	/* Every brace that was opened in the C has been closed: values cannot break out of their statement. */
	if (ok && t->lit.n)
		abort();
	tmpl_done(t);
	free(t);
	return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] = "{{template f(int a)}}", tail[] = "{{end}}";
	if (size > 1 << 16)
		return 0;
	builds((const char *)data, size);
	/* The same as a template's body, and with an end tag too many. */
	size_t n = sizeof head - 1 + size + sizeof tail - 1 + 4;
	char *src = malloc(n);
	if (!src)
		abort();
	memcpy(src, head, sizeof head - 1);
	memcpy(src + sizeof head - 1, data, size);
	memcpy(src + sizeof head - 1 + size, tail, sizeof tail - 1);
	bool whole = builds(src, n - 4);
	memcpy(src + sizeof head - 1 + size, "</u>", 4);
	memcpy(src + sizeof head - 1 + size + 4, tail, sizeof tail - 1);
	if (whole && builds(src, n) && !memmem(data, size, "{{end}}", 7))
		abort();
	free(src);
	return 0;
}

#ifdef FUZZ_ONE
int main(int argc, char **argv)
{
	static uint8_t bytes[1 << 16];
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		if (!f)
			return 1;
		LLVMFuzzerTestOneInput(bytes, fread(bytes, 1, sizeof bytes, f));
		fclose(f);
	}
	return 0;
}
#endif
