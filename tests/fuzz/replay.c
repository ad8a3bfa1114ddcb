/* replay.c: a fuzz target without a fuzzer: feeds it every file of the folders named, each also cut short at 32 places,
 * and nothing at all. For `make check`: past findings stay found, in seconds, without clang. A folder that is not
 * there counts as empty. An input that takes longer than ten seconds is a failure. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

/* A block of exactly n bytes, so that reading past the end is seen. */
static void feed(const uint8_t *p, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1);
	if (!exact)
		abort();
	memcpy(exact, p, n);
	alarm(10);
	LLVMFuzzerTestOneInput(exact, n);
	alarm(0);
	free(exact);
}

static void feed_file(const char *path)
{
	FILE *in = fopen(path, "rb");
	struct stat st;
	if (!in || fstat(fileno(in), &st) < 0) {
		perror(path);
		exit(1);
	}
	size_t n = (size_t)st.st_size;
	uint8_t *p = malloc(n ? n : 1);
	if (!p || fread(p, 1, n, in) != n) {
		perror(path);
		exit(1);
	}
	fclose(in);
	fprintf(stderr, "%s\n", path); /* the last line names the culprit */
	feed(p, n);
	for (size_t cut = 0; cut < 32; cut++)
		feed(p, n * cut / 32);
	free(p);
}

static size_t feed_folder(const char *path)
{
	size_t n = 0;
	struct dirent **names;
	int found = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < found; i++) {
		char whole[4096];
		struct stat st;
		snprintf(whole, sizeof(whole), "%s/%s", path, names[i]->d_name);
		if (stat(whole, &st) == 0 && S_ISREG(st.st_mode)) {
			feed_file(whole);
			n++;
		}
		free(names[i]);
	}
	if (found >= 0)
		free(names);
	return n;
}

int main(int argc, char **argv)
{
	LLVMFuzzerInitialize(&argc, &argv);
	feed((const uint8_t *)"", 0);
	size_t n = 0;
	for (int i = 1; i < argc; i++) {
		struct stat st;
		if (stat(argv[i], &st) == 0 && S_ISREG(st.st_mode)) {
			feed_file(argv[i]);
			n++;
		} else {
			n += feed_folder(argv[i]);
		}
	}
	printf("%zu inputs\n", n);
	return 0;
}
