/* textc.c: a text file as a C array, for presets that are read at run time.
 *
 * Usage: textc OUT.c NAME=FILE…
 * Each becomes `const char NAME[]` (a NUL follows the text) and `const size_t NAME_n`. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int put(FILE *out, const char *name, const char *path)
{
	FILE *in = fopen(path, "rb");
	long n = 0;
	int ch;
	if (!in) {
		fprintf(stderr, "textc: can't read %s\n", path);
		return 1;
	}
	fprintf(out, "extern const char %s[];\nextern const size_t %s_n;\nconst char %s[] = {", name, name, name);
	while ((ch = fgetc(in)) != EOF)
		fprintf(out, n++ % 20 ? "%d," : "\n%d,", (signed char)ch);
	fprintf(out, "0};\nconst size_t %s_n = %ld;\n", name, n);
	fclose(in);
	return 0;
}

int main(int argc, char **argv)
{
	FILE *out = argc > 2 ? fopen(argv[1], "wb") : NULL;
	if (!out) {
		fprintf(stderr, "usage: textc OUT.c NAME=FILE...\n");
		return 2;
	}
	fprintf(out, "/* made by tools/textc: presets as texts */\n#include <stddef.h>\n");
	for (int i = 2; i < argc; i++) {
		char *eq = strchr(argv[i], '=');
		if (eq)
			*eq = 0;
		if (!eq || put(out, argv[i], eq + 1)) {
			fclose(out);
			return 1;
		}
	}
	return fclose(out) ? 1 : 0;
}
