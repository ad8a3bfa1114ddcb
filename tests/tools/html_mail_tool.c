/* html_mail_tool.c: for tests only: HTML on stdin, the rebuilt HTML (or with -t its text) on stdout. With -n, stdin holds many texts,
 * each ended by a NUL, and so does stdout: html NUL text NUL. Exit 3 when the result is not in the closed grammar. */
#include "io/html_mail.h"
#include "io/html_mail_part.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static int one(struct str in, bool text, bool both)
{
	struct arena a;
	arena_init(&a);
	struct html_mail_result r;
	html_mail_rebuild(&a, in, &r);
	int bad = html_mail_valid(r.html) ? 0 : 3;
	struct str out = text ? r.text : r.html;
	fwrite(out.p, 1, out.n, stdout);
	if (both) {
		fputc(0, stdout);
		fwrite(r.text.p, 1, r.text.n, stdout);
		fputc(0, stdout);
	}
	arena_done(&a);
	return bad;
}

int main(int argc, char **argv)
{
	bool many = argc > 1 && strcmp(argv[1], "-n") == 0, text = argc > 1 && strcmp(argv[1], "-t") == 0;
	struct arena a;
	arena_init(&a);
	struct buf b;
	buf_init(&b, &a, 256u << 20);
	char *room;
	ssize_t n;
	while ((room = buf_room(&b, 65536)) && (n = read(0, room, 65536)) > 0)
		buf_grew(&b, (size_t)n);
	struct str in = buf_str(&b), item;
	int bad = 0;
	if (!many)
		bad = one(in, text, false);
	else
		while (str_cut(in, 0, &item, &in))
			bad |= one(item, false, true);
	arena_done(&a);
	return bad;
}
