/* fuzz_html_mail.c: any bytes as a mail's HTML. What comes out is in the closed grammar, and doing it twice changes nothing. */
#include "io/html_mail.h"

#include "base/utf8.h"
#include "io/html_mail_part.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	arena_init(&a);
	struct html_mail_result once, twice;
	html_mail_rebuild(&a, (struct str){ n ? (const char *)p : "", n }, &once);
	ASSERT(html_mail_valid(once.html));
	ASSERT(utf8_valid(once.text));
	html_mail_rebuild(&a, once.html, &twice);
	ASSERT(once.cut || str_eq(once.html, twice.html));
	arena_done(&a);
	return 0;
}
