/* server_file.h: answering with a file, whole or in part (RFC 9110: Range, If-Range, If-None-Match). */
#ifndef TEND_IO_SERVER_FILE_H
#define TEND_IO_SERVER_FILE_H

#include "io/server.h"

/* Sets status, Content-Type, ETag, Accept-Ranges, Content-Range and the descriptor for a GET or HEAD of a file that never
 * changes under its etag (`"…"`, with its quotes). bytes < 0: asks the file system. Takes fd over; fd < 0 becomes 404. One
 * range is served as 206; several, or what is no range, as the whole (200); one beyond the end as 416. The caller adds
 * Content-Disposition, caching and security headers. */
void http_response_file(struct arena *a, const struct http_request *req, struct http_response *ret, int fd, int64_t bytes,
			struct str content_type, struct str etag);

/* The range that a Range header asks of a file of that size. */
enum http_range { HTTP_RANGE_NONE, HTTP_RANGE_ONE, HTTP_RANGE_BEYOND };
enum http_range http_range_parse(struct str header, int64_t bytes, int64_t *ret_from, int64_t *ret_n);

#endif
