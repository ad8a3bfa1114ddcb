/* upload.c: see upload.h. */
#include "core/upload.h"

#include "base/utf8.h"

#include <unistd.h>

#include "base/banned.h"

enum { NAME_MAX_BYTES = 180, SNIFF_BYTES = 512 };

struct str upload_clean_name(struct arena *a, struct str name)
{
	name = utf8_clean(a, name);
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
			name = str_slice(name, i, name.n);
			break;
		}
	struct buf b;
	buf_init(&b, a, name.n + 1);
	for (size_t i = 0; i < name.n;) {
		size_t from = i;
		int32_t cp = utf8_next(name, &i);
		/* zero-width characters hide an ending as well as bidi ones */
		bool hidden = (cp >= 0x200b && cp <= 0x200f) || cp == 0xfeff || cp == 0x2060;
		if (cp < ' ' || utf8_is_control((uint32_t)cp) || hidden)
			continue;
		buf_add(&b, str_slice(name, from, i));
	}
	struct str clean = str_trim(buf_str(&b));
	while (clean.n && clean.p[0] == '.')
		clean = str_trim(str_slice(clean, 1, clean.n));
	if (clean.n == 0)
		return S("file");
	if (clean.n <= NAME_MAX_BYTES)
		return clean;
	ptrdiff_t dot = -1;
	for (size_t i = 0; i < clean.n; i++)
		if (clean.p[i] == '.')
			dot = (ptrdiff_t)i;
	struct str end = dot > 0 && clean.n - (size_t)dot <= 16 ? str_slice(clean, (size_t)dot, clean.n) : S("");
	return arena_fmt(a, "%.*s%.*s", STR_ARG(str_trim(utf8_clip(clean, NAME_MAX_BYTES - end.n))), STR_ARG(end));
}

static const struct magic {
	struct str bytes;
	size_t at;
	struct str type;
} MAGIC[] = {
	{ S("\x89PNG\r\n\x1a\n"), 0, S("image/png") },
	{ S("\xff\xd8\xff"), 0, S("image/jpeg") },
	{ S("GIF87a"), 0, S("image/gif") },
	{ S("GIF89a"), 0, S("image/gif") },
	{ S("WEBP"), 8, S("image/webp") },
	{ S("%PDF-"), 0, S("application/pdf") },
	{ S("PK\x03\x04"), 0, S("application/zip") },
	{ S("\x1f\x8b"), 0, S("application/gzip") },
	{ S("BZh"), 0, S("application/x-bzip2") },
	{ S("\xfd" "7zXZ"), 0, S("application/x-xz") },
	{ S("\x28\xb5\x2f\xfd"), 0, S("application/zstd") },
	{ S("7z\xbc\xaf\x27\x1c"), 0, S("application/x-7z-compressed") },
	{ S("ustar"), 257, S("application/x-tar") },
	{ S("ftyp"), 4, S("video/mp4") },
	{ S("SQLite format 3"), 0, S("application/vnd.sqlite3") },
};

struct str upload_sniff(struct str first)
{
	for (size_t i = 0; i < ARRAY_LEN(MAGIC); i++) {
		const struct magic *m = &MAGIC[i];
		if (first.n >= m->at + m->bytes.n && str_eq(str_slice(first, m->at, m->at + m->bytes.n), m->bytes) &&
		    (!str_eq(m->type, S("image/webp")) || str_starts(first, S("RIFF"))))
			return m->type;
	}
	if (first.n == 0)
		return S("text/plain");
	/* text: valid UTF-8 but for a character cut at the end, and no control but tab and line ends */
	for (size_t i = 0; i < first.n;) {
		int32_t cp = utf8_next(first, &i);
		if (cp == '\r' || cp == '\t' || cp == '\n' || cp == '\f' || cp == 27)
			continue;
		if (cp < ' ' && !(cp < 0 && first.n == SNIFF_BYTES && i + 4 > first.n))
			return S("application/octet-stream");
	}
	return S("text/plain");
}

bool upload_inline_image(struct str t)
{
	return str_eq(t, S("image/png")) || str_eq(t, S("image/jpeg")) || str_eq(t, S("image/gif")) || str_eq(t, S("image/webp"));
}

static enum err describe(struct ctx *c, struct str first, struct str filename, struct blob_name *blob, int64_t bytes, struct upload *ret)
{
	*ret = (struct upload){
		.filename = upload_clean_name(c->arena, filename), .content_type = upload_sniff(first),
		.blob = arena_str(c->arena, str_c(blob->hex)), .bytes = bytes,
	};
	return OK;
}

enum err upload_store_fd(struct ctx *c, int fd, struct str filename, struct upload *ret)
{
	struct blob_name blob;
	int64_t bytes;
	char first[SNIFF_BYTES];
	ssize_t n = pread(fd, first, sizeof(first), 0);
	TRY(blob_put_fd(c->desk->blobs, &c->fault, fd, &blob, &bytes));
	return describe(c, (struct str){ first, n > 0 ? (size_t)n : 0 }, filename, &blob, bytes, ret);
}

enum err upload_store(struct ctx *c, struct str bytes, struct str filename, struct upload *ret)
{
	struct blob_name blob;
	TRY(blob_put(c->desk->blobs, &c->fault, bytes, &blob));
	return describe(c, str_slice(bytes, 0, SNIFF_BYTES), filename, &blob, (int64_t)bytes.n, ret);
}
