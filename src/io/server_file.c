/* server_file.c: see server_file.h. */
#include "io/server_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/* Digits, saturated: a number beyond any file is beyond this one too. */
static bool number(struct str s, int64_t *ret)
{
	int64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (v > INT64_MAX / 10 - 1)
			v = INT64_MAX / 10 - 1;
		v = v * 10 + (s.p[i] - '0');
	}
	*ret = v;
	return s.n > 0;
}

enum http_range http_range_parse(struct str header, int64_t bytes, int64_t *ret_from, int64_t *ret_n)
{
	struct str unit, set, first, last;
	if (!str_cut(header, '=', &unit, &set) || !str_ieq(str_trim(unit), S("bytes")) || str_find_ch(set, ',') >= 0 ||
	    !str_cut(str_trim(set), '-', &first, &last))
		return HTTP_RANGE_NONE;
	int64_t from, to;
	if (first.n == 0) { /* the last so many */
		if (!number(last, &to))
			return HTTP_RANGE_NONE;
		if (to == 0 || bytes == 0)
			return HTTP_RANGE_BEYOND;
		*ret_n = to < bytes ? to : bytes;
		*ret_from = bytes - *ret_n;
		return HTTP_RANGE_ONE;
	}
	to = bytes - 1;
	if (!number(first, &from) || (last.n && !number(last, &to)) || (last.n && to < from))
		return HTTP_RANGE_NONE;
	if (from >= bytes)
		return HTTP_RANGE_BEYOND;
	if (to > bytes - 1)
		to = bytes - 1;
	*ret_from = from;
	*ret_n = to - from + 1;
	return HTTP_RANGE_ONE;
}

static bool etag_listed(struct str list, struct str etag)
{
	struct str item;
	while (list.n) {
		str_cut(list, ',', &item, &list);
		item = str_trim(item);
		if (str_starts(item, S("W/")))
			item = str_slice(item, 2, item.n);
		if (str_eq(item, etag) || str_eq(item, S("*")))
			return true;
	}
	return false;
}

void http_response_file(struct arena *a, const struct http_request *req, struct http_response *ret, int fd, int64_t bytes,
			struct str content_type, struct str etag)
{
	struct stat st;
	if (fd >= 0 && bytes < 0)
		bytes = fstat(fd, &st) == 0 ? st.st_size : 0;
	if (fd < 0) {
		ret->status = 404;
		ret->body = S("There is no such file.\n");
		http_response_header(ret, "Content-Type", S("text/plain; charset=utf-8"));
		return;
	}
	http_response_header(ret, "ETag", etag);
	http_response_header(ret, "Accept-Ranges", S("bytes"));
	struct str none_match = http_request_header(req, S("If-None-Match"));
	if (none_match.p && etag_listed(none_match, etag)) {
		close(fd);
		ret->status = 304;
		return;
	}
	http_response_header(ret, "Content-Type", content_type);
	struct str range = http_request_header(req, S("Range")), if_range = http_request_header(req, S("If-Range"));
	/* If-Range needs the strong etag; a date never matches, as none is sent. */
	if (if_range.p && !str_eq(if_range, etag))
		range = STR_NULL;
	int64_t from = 0, n = bytes;
	enum http_range kind = range.p ? http_range_parse(range, bytes, &from, &n) : HTTP_RANGE_NONE;
	if (kind == HTTP_RANGE_BEYOND) {
		close(fd);
		ret->status = 416;
		http_response_header(ret, "Content-Range", arena_fmt(a, "bytes */%lld", (long long)bytes));
		return;
	}
	ret->status = kind == HTTP_RANGE_ONE ? 206 : 200;
	if (kind == HTTP_RANGE_ONE)
		http_response_header(ret, "Content-Range",
				     arena_fmt(a, "bytes %lld-%lld/%lld", (long long)from, (long long)(from + n - 1), (long long)bytes));
	ret->fd = fd;
	ret->fd_offset = from;
	ret->fd_bytes = n;
}
