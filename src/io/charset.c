/* charset.c: see charset.h. */
#include "io/charset.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <uchardet.h>

#include "base/banned.h"

/* clang-format off */
enum charset {
	CS_UTF_8, CS_UTF_16LE, CS_UTF_16BE, CS_CP1252, CS_ISO_8859_2, CS_ISO_8859_3, CS_ISO_8859_4, CS_ISO_8859_5,
	CS_ISO_8859_6, CS_ISO_8859_7, CS_ISO_8859_8, CS_ISO_8859_10, CS_ISO_8859_13, CS_ISO_8859_14, CS_ISO_8859_15,
	CS_ISO_8859_16, CS_CP874, CS_CP1254, CS_CP1250, CS_CP1251, CS_CP1253, CS_CP1255, CS_CP1256, CS_CP1257,
	CS_CP1258, CS_IBM866, CS_IBM437, CS_IBM850, CS_IBM852, CS_KOI8_R, CS_KOI8_U, CS_MACINTOSH, CS_GB18030,
	CS_BIG5_HKSCS, CS_EUC_JP, CS_CP932, CS_ISO_2022_JP, CS_CP949, CS_COUNT
};

/* What the C library calls them. UTF-8 needs no converter. The table is closed on purpose: other converters of the C library have had holes
 * that one mail can reach. */
static const char *const CONVERTERS[CS_COUNT] = {
	[CS_UTF_16LE] = "UTF-16LE", [CS_UTF_16BE] = "UTF-16BE", [CS_CP1252] = "CP1252",
	[CS_ISO_8859_2] = "ISO-8859-2", [CS_ISO_8859_3] = "ISO-8859-3", [CS_ISO_8859_4] = "ISO-8859-4",
	[CS_ISO_8859_5] = "ISO-8859-5", [CS_ISO_8859_6] = "ISO-8859-6", [CS_ISO_8859_7] = "ISO-8859-7",
	[CS_ISO_8859_8] = "ISO-8859-8", [CS_ISO_8859_10] = "ISO-8859-10", [CS_ISO_8859_13] = "ISO-8859-13",
	[CS_ISO_8859_14] = "ISO-8859-14", [CS_ISO_8859_15] = "ISO-8859-15", [CS_ISO_8859_16] = "ISO-8859-16",
	[CS_CP874] = "CP874", [CS_CP1254] = "CP1254", [CS_CP1250] = "CP1250", [CS_CP1251] = "CP1251",
	[CS_CP1253] = "CP1253", [CS_CP1255] = "CP1255", [CS_CP1256] = "CP1256", [CS_CP1257] = "CP1257",
	[CS_CP1258] = "CP1258", [CS_IBM866] = "IBM866", [CS_IBM437] = "IBM437", [CS_IBM850] = "IBM850",
	[CS_IBM852] = "IBM852", [CS_KOI8_R] = "KOI8-R", [CS_KOI8_U] = "KOI8-U", [CS_MACINTOSH] = "MACINTOSH",
	[CS_GB18030] = "GB18030", [CS_BIG5_HKSCS] = "BIG5-HKSCS", [CS_EUC_JP] = "EUC-JP", [CS_CP932] = "CP932",
	[CS_ISO_2022_JP] = "ISO-2022-JP-3", [CS_CP949] = "CP949",
};

/* Sorted by label. */
static const struct label {
	const char *name;
	enum charset charset;
} LABELS[] = {
	{ "437", CS_IBM437 }, { "646", CS_CP1252 }, { "850", CS_IBM850 }, { "852", CS_IBM852 }, { "866", CS_IBM866 },
	{ "ansi", CS_CP1252 }, { "ansi_x3.4-1968", CS_CP1252 }, { "arabic", CS_ISO_8859_6 }, { "ascii", CS_CP1252 },
	{ "asmo-708", CS_ISO_8859_6 }, { "big5", CS_BIG5_HKSCS }, { "big5-hkscs", CS_BIG5_HKSCS },
	{ "chinese", CS_GB18030 }, { "cn-big5", CS_BIG5_HKSCS }, { "cp-1252", CS_CP1252 }, { "cp1250", CS_CP1250 },
	{ "cp1251", CS_CP1251 }, { "cp1252", CS_CP1252 }, { "cp1253", CS_CP1253 }, { "cp1254", CS_CP1254 },
	{ "cp1255", CS_CP1255 }, { "cp1256", CS_CP1256 }, { "cp1257", CS_CP1257 }, { "cp1258", CS_CP1258 },
	{ "cp437", CS_IBM437 }, { "cp50220", CS_ISO_2022_JP }, { "cp50221", CS_ISO_2022_JP }, { "cp819", CS_CP1252 },
	{ "cp850", CS_IBM850 }, { "cp852", CS_IBM852 }, { "cp866", CS_IBM866 }, { "cp932", CS_CP932 },
	{ "cp936", CS_GB18030 }, { "cp943c", CS_CP932 }, { "cp949", CS_CP949 }, { "cp950", CS_BIG5_HKSCS },
	{ "csbig5", CS_BIG5_HKSCS }, { "cseuckr", CS_CP949 }, { "cseucpkdfmtjapanese", CS_EUC_JP },
	{ "csgb2312", CS_GB18030 }, { "csibm866", CS_IBM866 }, { "csiso2022jp", CS_ISO_2022_JP },
	{ "csiso58gb231280", CS_GB18030 }, { "csisolatin1", CS_CP1252 }, { "csisolatin2", CS_ISO_8859_2 },
	{ "csisolatin3", CS_ISO_8859_3 }, { "csisolatin4", CS_ISO_8859_4 }, { "csisolatin5", CS_CP1254 },
	{ "csisolatin6", CS_ISO_8859_10 }, { "csisolatin9", CS_ISO_8859_15 }, { "csisolatinarabic", CS_ISO_8859_6 },
	{ "csisolatincyrillic", CS_ISO_8859_5 }, { "csisolatingreek", CS_ISO_8859_7 },
	{ "csisolatinhebrew", CS_ISO_8859_8 }, { "cskoi8r", CS_KOI8_R }, { "csksc56011987", CS_CP949 },
	{ "csmacintosh", CS_MACINTOSH }, { "cspc8codepage437", CS_IBM437 }, { "csshiftjis", CS_CP932 },
	{ "csunicode", CS_UTF_16LE }, { "cyrillic", CS_ISO_8859_5 }, { "dos-874", CS_CP874 },
	{ "ecma-114", CS_ISO_8859_6 }, { "ecma-118", CS_ISO_8859_7 }, { "elot_928", CS_ISO_8859_7 },
	{ "euc-jp", CS_EUC_JP }, { "euc-kr", CS_CP949 }, { "eucjp", CS_EUC_JP }, { "gb18030", CS_GB18030 },
	{ "gb2312", CS_GB18030 }, { "gb_2312", CS_GB18030 }, { "gb_2312-80", CS_GB18030 }, { "gbk", CS_GB18030 },
	{ "greek", CS_ISO_8859_7 }, { "greek8", CS_ISO_8859_7 }, { "hebrew", CS_ISO_8859_8 }, { "ibm437", CS_IBM437 },
	{ "ibm819", CS_CP1252 }, { "ibm850", CS_IBM850 }, { "ibm852", CS_IBM852 }, { "ibm866", CS_IBM866 },
	{ "iso-10646-ucs-2", CS_UTF_16LE }, { "iso-2022-jp", CS_ISO_2022_JP }, { "iso-2022-jp-1", CS_ISO_2022_JP },
	{ "iso-2022-jp-2", CS_ISO_2022_JP }, { "iso-2022-jp-3", CS_ISO_2022_JP },
	{ "iso-2022-jp-ms", CS_ISO_2022_JP }, { "iso-8859-1", CS_CP1252 },
	{ "iso-8859-1-windows-3.1-latin-1", CS_CP1252 }, { "iso-8859-10", CS_ISO_8859_10 },
	{ "iso-8859-11", CS_CP874 }, { "iso-8859-13", CS_ISO_8859_13 }, { "iso-8859-14", CS_ISO_8859_14 },
	{ "iso-8859-15", CS_ISO_8859_15 }, { "iso-8859-16", CS_ISO_8859_16 }, { "iso-8859-2", CS_ISO_8859_2 },
	{ "iso-8859-3", CS_ISO_8859_3 }, { "iso-8859-4", CS_ISO_8859_4 }, { "iso-8859-5", CS_ISO_8859_5 },
	{ "iso-8859-6", CS_ISO_8859_6 }, { "iso-8859-6-e", CS_ISO_8859_6 }, { "iso-8859-6-i", CS_ISO_8859_6 },
	{ "iso-8859-7", CS_ISO_8859_7 }, { "iso-8859-8", CS_ISO_8859_8 }, { "iso-8859-8-e", CS_ISO_8859_8 },
	{ "iso-8859-8-i", CS_ISO_8859_8 }, { "iso-8859-9", CS_CP1254 }, { "iso-ir-100", CS_CP1252 },
	{ "iso-ir-101", CS_ISO_8859_2 }, { "iso-ir-149", CS_CP949 }, { "iso-ir-58", CS_GB18030 },
	{ "iso8859-1", CS_CP1252 }, { "iso8859-10", CS_ISO_8859_10 }, { "iso8859-11", CS_CP874 },
	{ "iso8859-13", CS_ISO_8859_13 }, { "iso8859-14", CS_ISO_8859_14 }, { "iso8859-15", CS_ISO_8859_15 },
	{ "iso8859-2", CS_ISO_8859_2 }, { "iso8859-3", CS_ISO_8859_3 }, { "iso8859-4", CS_ISO_8859_4 },
	{ "iso8859-5", CS_ISO_8859_5 }, { "iso8859-6", CS_ISO_8859_6 }, { "iso8859-7", CS_ISO_8859_7 },
	{ "iso8859-8", CS_ISO_8859_8 }, { "iso8859-9", CS_CP1254 }, { "iso88591", CS_CP1252 },
	{ "iso885910", CS_ISO_8859_10 }, { "iso885911", CS_CP874 }, { "iso885913", CS_ISO_8859_13 },
	{ "iso885914", CS_ISO_8859_14 }, { "iso885915", CS_ISO_8859_15 }, { "iso88592", CS_ISO_8859_2 },
	{ "iso88593", CS_ISO_8859_3 }, { "iso88594", CS_ISO_8859_4 }, { "iso88595", CS_ISO_8859_5 },
	{ "iso88596", CS_ISO_8859_6 }, { "iso88597", CS_ISO_8859_7 }, { "iso88598", CS_ISO_8859_8 },
	{ "iso88599", CS_CP1254 }, { "iso_8859-1", CS_CP1252 }, { "iso_8859-15", CS_ISO_8859_15 },
	{ "iso_8859-1:1987", CS_CP1252 }, { "iso_8859-2", CS_ISO_8859_2 }, { "iso_8859-2:1987", CS_ISO_8859_2 },
	{ "iso_8859-3", CS_ISO_8859_3 }, { "iso_8859-3:1988", CS_ISO_8859_3 }, { "iso_8859-4", CS_ISO_8859_4 },
	{ "iso_8859-4:1988", CS_ISO_8859_4 }, { "iso_8859-5", CS_ISO_8859_5 }, { "iso_8859-5:1988", CS_ISO_8859_5 },
	{ "iso_8859-6", CS_ISO_8859_6 }, { "iso_8859-6:1987", CS_ISO_8859_6 }, { "iso_8859-7", CS_ISO_8859_7 },
	{ "iso_8859-7:1987", CS_ISO_8859_7 }, { "iso_8859-8", CS_ISO_8859_8 }, { "iso_8859-8:1988", CS_ISO_8859_8 },
	{ "iso_8859-9", CS_CP1254 }, { "iso_8859-9:1989", CS_CP1254 }, { "koi", CS_KOI8_R }, { "koi8", CS_KOI8_R },
	{ "koi8-r", CS_KOI8_R }, { "koi8-ru", CS_KOI8_U }, { "koi8-u", CS_KOI8_U }, { "koi8_r", CS_KOI8_R },
	{ "korean", CS_CP949 }, { "ks_c_5601", CS_CP949 }, { "ks_c_5601-1987", CS_CP949 },
	{ "ks_c_5601-1989", CS_CP949 }, { "ksc5601", CS_CP949 }, { "ksc_5601", CS_CP949 }, { "l1", CS_CP1252 },
	{ "l2", CS_ISO_8859_2 }, { "l3", CS_ISO_8859_3 }, { "l4", CS_ISO_8859_4 }, { "l5", CS_CP1254 },
	{ "l6", CS_ISO_8859_10 }, { "l9", CS_ISO_8859_15 }, { "latin-9", CS_ISO_8859_15 }, { "latin1", CS_CP1252 },
	{ "latin2", CS_ISO_8859_2 }, { "latin3", CS_ISO_8859_3 }, { "latin4", CS_ISO_8859_4 },
	{ "latin5", CS_CP1254 }, { "latin6", CS_ISO_8859_10 }, { "latin9", CS_ISO_8859_15 },
	{ "logical", CS_ISO_8859_8 }, { "mac", CS_MACINTOSH }, { "macintosh", CS_MACINTOSH }, { "ms932", CS_CP932 },
	{ "ms936", CS_GB18030 }, { "ms_kanji", CS_CP932 }, { "shift-jis", CS_CP932 }, { "shift_jis", CS_CP932 },
	{ "sjis", CS_CP932 }, { "sun_eu_greek", CS_ISO_8859_7 }, { "tis-620", CS_CP874 }, { "ucs-2", CS_UTF_16LE },
	{ "uhc", CS_CP949 }, { "unicode", CS_UTF_16LE }, { "unicode-1-1-utf-8", CS_UTF_8 },
	{ "unicode11utf8", CS_UTF_8 }, { "unicode20utf8", CS_UTF_8 }, { "unicodefeff", CS_UTF_16LE },
	{ "unicodefffe", CS_UTF_16BE }, { "us-ascii", CS_CP1252 }, { "us-ascii-utf8", CS_UTF_8 },
	{ "utf-16", CS_UTF_16LE }, { "utf-16be", CS_UTF_16BE }, { "utf-16le", CS_UTF_16LE }, { "utf-8", CS_UTF_8 },
	{ "utf8", CS_UTF_8 }, { "visual", CS_ISO_8859_8 }, { "windows-1250", CS_CP1250 },
	{ "windows-1251", CS_CP1251 }, { "windows-1252", CS_CP1252 }, { "windows-1253", CS_CP1253 },
	{ "windows-1254", CS_CP1254 }, { "windows-1255", CS_CP1255 }, { "windows-1256", CS_CP1256 },
	{ "windows-1257", CS_CP1257 }, { "windows-1258", CS_CP1258 }, { "windows-31j", CS_CP932 },
	{ "windows-874", CS_CP874 }, { "windows-936", CS_GB18030 }, { "windows-949", CS_CP949 },
	{ "windows-950", CS_BIG5_HKSCS }, { "x-cp1250", CS_CP1250 }, { "x-cp1251", CS_CP1251 },
	{ "x-cp1252", CS_CP1252 }, { "x-cp1253", CS_CP1253 }, { "x-cp1254", CS_CP1254 }, { "x-cp1255", CS_CP1255 },
	{ "x-cp1256", CS_CP1256 }, { "x-cp1257", CS_CP1257 }, { "x-cp1258", CS_CP1258 }, { "x-euc-jp", CS_EUC_JP },
	{ "x-gbk", CS_GB18030 }, { "x-mac-roman", CS_MACINTOSH }, { "x-sjis", CS_CP932 },
	{ "x-unicode20utf8", CS_UTF_8 }, { "x-x-big5", CS_BIG5_HKSCS },
};
/* clang-format on */

struct charsets {
	iconv_t cd[CS_COUNT];
};

enum err charsets_open(struct fault *f, struct charsets **ret)
{
	struct charsets *c = calloc(1, sizeof(*c));
	ASSERT(c != NULL);
	for (size_t i = 0; i < CS_COUNT; i++)
		c->cd[i] = (iconv_t)-1;
	for (size_t i = 0; i < CS_COUNT; i++) {
		if (!CONVERTERS[i])
			continue;
		c->cd[i] = iconv_open("UTF-8", CONVERTERS[i]);
		if (c->cd[i] == (iconv_t)-1) {
			charsets_close(c);
			return fault_set(f, ERR_BUG, __FILE__, __LINE__,
					 "The C library has no converter for %s; install the package libc-bin (gconv modules).",
					 CONVERTERS[i]);
		}
		/* Some converters load more tables at the first byte. */
		char in[] = "a", out[16];
		char *from = in, *to = out;
		size_t left = 1, room = sizeof(out);
		iconv(c->cd[i], &from, &left, &to, &room);
		iconv(c->cd[i], NULL, NULL, NULL, NULL);
	}
	*ret = c;
	return OK;
}

void charsets_close(struct charsets *c)
{
	for (size_t i = 0; c && i < CS_COUNT; i++)
		if (c->cd[i] != (iconv_t)-1)
			iconv_close(c->cd[i]);
	free(c);
}

/* The row of a label, CS_COUNT when there is none. */
static enum charset find(struct str label)
{
	label = str_trim(label);
	char name[48];
	if (label.n == 0 || label.n >= sizeof(name))
		return CS_COUNT;
	for (size_t i = 0; i < label.n; i++)
		name[i] = label.p[i] >= 'A' && label.p[i] <= 'Z' ? (char)(label.p[i] | 32) : label.p[i];
	struct str key = { name, label.n };
	size_t low = 0, high = ARRAY_LEN(LABELS);
	while (low < high) {
		size_t mid = (low + high) / 2;
		int d = str_cmp(str_c(LABELS[mid].name), key);
		if (d == 0)
			return LABELS[mid].charset;
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return CS_COUNT;
}

bool charset_known(struct str label)
{
	return label.p && find(label) != CS_COUNT;
}

static struct str from_utf8(struct arena *a, struct str s, size_t max_bytes)
{
	if (str_starts(s, S("\xef\xbb\xbf")))
		s = str_slice(s, 3, s.n);
	return utf8_clip(utf8_clean(a, utf8_clip(s, max_bytes)), max_bytes);
}

/* Every byte is the code point of its number: for text whose label is a lie. */
static struct str from_latin1(struct arena *a, struct str s, size_t max_bytes)
{
	struct buf b;
	buf_init(&b, a, max_bytes);
	for (size_t i = 0; i < s.n && !b.full; i++) {
		char out[4];
		buf_add(&b, (struct str){ out, utf8_put(out, (unsigned char)s.p[i]) });
	}
	return utf8_clean(a, buf_str(&b));
}

static struct str convert(iconv_t cd, struct arena *a, struct str s, size_t max_bytes)
{
	enum { BROKEN_MOST = 20000 };
	size_t broken = 0;
	char out[4096];
	struct buf b;
	buf_init(&b, a, max_bytes);
	iconv(cd, NULL, NULL, NULL, NULL);
	char *from = (char *)(uintptr_t)s.p;
	size_t left = s.n;
	while (left) {
		char *to = out;
		size_t room = sizeof(out);
		size_t r = iconv(cd, &from, &left, &to, &room);
		int why = r == (size_t)-1 ? errno : 0;
		struct str got = { out, sizeof(out) - room };
		if (got.n > b.max - b.n) {
			buf_add(&b, utf8_clip(got, b.max - b.n));
			break;
		}
		buf_add(&b, got);
		if (why == EILSEQ || why == EINVAL) {
			buf_add(&b, S("\xef\xbf\xbd"));
			if (b.full)
				break;
			from++;
			left--;
			if (++broken > BROKEN_MOST)
				return from_latin1(a, s, max_bytes);
		}
	}
	/* Some converters hold the last character back, to see whether a mark follows. */
	char *to = out;
	size_t room = sizeof(out);
	if (!b.full && iconv(cd, NULL, NULL, &to, &room) != (size_t)-1)
		buf_add(&b, utf8_clip((struct str){ out, sizeof(out) - room }, b.max - b.n));
	return utf8_clip(utf8_clean(a, buf_str(&b)), max_bytes);
}

/* UTF-8 with a few broken bytes in it, rather than something else? */
static bool mostly_utf8(struct str s)
{
	size_t good = 0, broken = 0;
	for (size_t i = 0; i < s.n;) {
		int32_t cp = utf8_next(s, &i);
		good += cp >= 0x80;
		broken += cp < 0;
	}
	return good > 0 && good >= 4 * broken;
}

static enum charset guess(struct str s)
{
	enum { LEAST = 20, MOST = 64 << 10 };
	enum charset cs = CS_COUNT;
	if (s.n < LEAST)
		return CS_CP1252;
	uchardet_t u = uchardet_new();
	if (!u)
		return CS_CP1252;
	if (uchardet_handle_data(u, s.p, s.n < MOST ? s.n : MOST) == 0) {
		uchardet_data_end(u);
		cs = find(str_c(uchardet_get_charset(u)));
	}
	uchardet_delete(u);
	return cs == CS_COUNT || cs == CS_UTF_8 ? CS_CP1252 : cs;
}

struct str charset_decode(struct charsets *c, struct arena *a, struct str label, struct str bytes, size_t max_bytes)
{
	enum charset cs = label.p ? find(label) : CS_COUNT;
	if (!bytes.n)
		return S("");
	bool wide = cs == CS_UTF_16LE || cs == CS_UTF_16BE;
	if (wide && bytes.n >= 2 && (str_starts(bytes, S("\xff\xfe")) || str_starts(bytes, S("\xfe\xff")))) {
		cs = bytes.p[0] == (char)0xff ? CS_UTF_16LE : CS_UTF_16BE;
		bytes = str_slice(bytes, 2, bytes.n);
	}
	/* Much mail says latin1 or ASCII and is UTF-8; text that is valid UTF-8 beyond ASCII is hardly ever anything else. */
	bool open = cs == CS_COUNT || cs == CS_CP1252;
	if (cs == CS_UTF_8 || (open && utf8_valid(bytes)) || (cs == CS_COUNT && mostly_utf8(bytes)))
		return from_utf8(a, bytes, max_bytes);
	if (cs == CS_COUNT)
		cs = guess(bytes);
	return convert(c->cd[cs], a, bytes, max_bytes);
}
