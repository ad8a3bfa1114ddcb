/* fuzz_http_head.c: any bytes as the head of a request, and as a chunked body; whole and in pieces must agree. */
#include "base/utf8.h"
#include "io/server_file.h"
#include "io/server_head.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check_head(struct arena *a, struct str raw)
{
	struct head h;
	const char *why = "";
	int status = head_parse(a, raw, &h, &why);
	if (status) {
		ASSERT(status >= 400 && status < 500 && why[0]);
		return;
	}
	/* What is let through is what every parser reads alike. */
	ASSERT(h.path.n && h.path.p[0] == '/' && utf8_valid(h.path) && h.path.n <= HTTP_TARGET_MAX_BYTES);
	ASSERT(str_find(h.path, S("//")) < 0 && str_find(h.path, S("/../")) < 0 && str_find(h.path, S("/./")) < 0);
	ASSERT(!str_ends(h.path, S("/..")) && !str_ends(h.path, S("/.")) && str_find_ch(h.path, '\\') < 0);
	ASSERT(host_valid(h.host) && h.n_headers <= HTTP_HEADERS_MAX);
	ASSERT(!(h.chunked && h.content_length >= 0));
	size_t hosts = 0;
	for (size_t i = 0; i < h.n_headers; i++) {
		hosts += str_ieq(h.headers[i].name, S("Host"));
		ASSERT(h.headers[i].name.n && utf8_valid(h.headers[i].value));
		ASSERT(str_find_ch(h.headers[i].value, '\r') < 0 && str_find_ch(h.headers[i].value, '\n') < 0);
		int64_t from, len;
		if (http_range_parse(h.headers[i].value, 1000, &from, &len) == HTTP_RANGE_ONE)
			ASSERT(from >= 0 && len > 0 && from + len <= 1000);
	}
	ASSERT(hosts == 1);
}

static void head(struct str in)
{
	struct arena a;
	arena_init(&a);
	struct head_scan whole = { 0 }, pieces = { 0 };
	size_t n = 0, n_pieces = 0;
	int status = head_scan(&whole, in.p, in.n, &n), status_pieces = 0;
	for (size_t end = 1; end <= in.n && !status_pieces && !n_pieces; end += 1 + end % 7)
		status_pieces = head_scan(&pieces, in.p, end, &n_pieces);
	if (!status_pieces && !n_pieces)
		status_pieces = head_scan(&pieces, in.p, in.n, &n_pieces);
	ASSERT(n == n_pieces && (status != 0) == (status_pieces != 0));
	if (n) {
		ASSERT(!status && n <= in.n && n <= HTTP_HEAD_MAX_BYTES);
		check_head(&a, str_slice(in, 0, n));
	}
	check_head(&a, in);
	arena_done(&a);
}

static void chunked(struct str in)
{
	char *all = malloc(in.n + 1), *part = malloc(in.n + 1), *joined = malloc(in.n + 1);
	ASSERT(all && part && joined);
	memcpy(all, in.p, in.n);
	struct chunk_decoder whole = { 0 }, pieces = { 0 };
	size_t payload = 0, used = 0, sum = 0, at = 0;
	bool fine = chunk_decode(&whole, all, in.n, &payload, &used), fine_pieces = true;
	while (at < in.n && fine_pieces && !pieces.done) {
		size_t n = 1 + at % 5 < in.n - at ? 1 + at % 5 : in.n - at, one_payload = 0, one_used = 0;
		memcpy(part, in.p + at, n);
		fine_pieces = chunk_decode(&pieces, part, n, &one_payload, &one_used);
		if (!fine_pieces)
			break;
		ASSERT(one_used == n || pieces.done);
		memcpy(joined + sum, part, one_payload);
		sum += one_payload;
		at += one_used;
	}
	ASSERT(fine == fine_pieces);
	if (fine) {
		ASSERT(payload == sum && used == at && memcmp(all, joined, sum) == 0 && whole.done == pieces.done);
		ASSERT(payload <= used && used <= in.n);
	}
	free(all);
	free(part);
	free(joined);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str in = { n ? (const char *)p : "", n };
	head(in);
	chunked(in);
	return 0;
}
