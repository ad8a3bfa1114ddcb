/* client_smtp.c: one mail to one recipient by libcurl; see client.h.
 *
 * What matters is to say truly what became of the mail. libcurl's error code does not tell, so the dialogue is followed:
 * before the final dot nothing can have been taken; behind it, without a reply, nobody knows. */
#include "io/client.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "io/client_curl.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { CONNECT_S = 20, REPLY_S = 120, TOTAL_S = 600, ADDRESS_MAX = 320, REPLY_MAX = 600 };

struct dialogue {
	struct str message;
	size_t at;
	bool in_mail;                   /* MAIL FROM was sent: replies are about this mail */
	bool data;                      /* 354 came: the mail may be sent */
	bool reply_after_end, quit;
	int code;                       /* of the last reply, 0 when there is none since the last command */
	char reply[REPLY_MAX];
};

static size_t on_read(char *to, size_t size, size_t n, void *arg)
{
	struct dialogue *d = arg;
	size_t part = d->message.n - d->at < size * n ? d->message.n - d->at : size * n;
	memcpy(to, d->message.p + d->at, part);
	d->at += part;
	return part;
}

/* libcurl has the last byte and may have sent the dot. */
static bool data_ended(const struct dialogue *d)
{
	return d->data && d->at == d->message.n;
}

static void on_reply(struct dialogue *d, const char *p, size_t n)
{
	if (n < 3 || p[0] < '2' || p[0] > '5' || p[1] < '0' || p[1] > '9' || p[2] < '0' || p[2] > '9')
		return;
	d->code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	if (data_ended(d))
		d->reply_after_end = true;
	d->data |= d->code == 354;
	while (n && (p[n - 1] == '\r' || p[n - 1] == '\n'))
		n--;
	snprintf(d->reply, sizeof(d->reply), "%.*s", (int)(n < REPLY_MAX ? n : REPLY_MAX - 1), p);
}

static int on_debug(CURL *h, curl_infotype type, char *p, size_t n, void *arg)
{
	(void)h;
	struct dialogue *d = arg;
	struct str s = { p, n };
	if (d->quit)
		return 0;
	if (type == CURLINFO_HEADER_OUT && str_starts(s, S("QUIT"))) {
		d->quit = true; /* the last word about the mail stands */
	} else if (type == CURLINFO_HEADER_OUT) {
		d->code = 0;
		d->in_mail |= str_starts(s, S("MAIL FROM:"));
	} else if (type == CURLINFO_HEADER_IN) {
		on_reply(d, p, n);
	}
	return 0;
}

/* An address as it may stand between < and >. */
static bool address_valid(struct str s, bool may_be_empty)
{
	if (s.n == 0)
		return may_be_empty;
	ptrdiff_t at = -1;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"' || c == '\\' || c == ',' || c == ';')
			return false;
		if (c == '@')
			at = (ptrdiff_t)i;
	}
	return s.n <= ADDRESS_MAX && at > 0 && (size_t)at + 1 < s.n && utf8_valid(s);
}

static bool host_valid_name(const char *host)
{
	size_t n = host ? strlen(host) : 0;
	for (size_t i = 0; i < n; i++) {
		char c = host[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(".-_:", c)))
			return false;
	}
	return n > 0 && n <= 255;
}

/* Every line ends with CR LF: a bare one of the two would end the data early for some servers. */
static struct str with_crlf(struct arena *a, struct str s)
{
	size_t bare = 0;
	for (size_t i = 0; i < s.n; i++)
		bare += (s.p[i] == '\n' && (i == 0 || s.p[i - 1] != '\r')) || (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'));
	if (bare == 0)
		return s;
	char *out = arena_alloc(a, s.n + bare);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c != '\r' && c != '\n') {
			out[n++] = c;
			continue;
		}
		out[n++] = '\r';
		out[n++] = '\n';
		if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			i++;
	}
	return (struct str){ out, n };
}

/* Codes that are about us and not about the mail: the operator mends them, and the mail goes out then. */
static bool about_us(int code)
{
	return code == 530 || code == 534 || code == 535 || code == 538 || code == 421;
}

static enum smtp_outcome judge(const struct dialogue *d, CURLcode code)
{
	if (code == CURLE_OK)
		return SMTP_SENT;
	if (data_ended(d) && !d->reply_after_end)
		return SMTP_UNKNOWN;
	if (data_ended(d) && d->code >= 200 && d->code < 300)
		return SMTP_SENT; /* taken; what broke later does not matter */
	if (d->in_mail && d->code >= 500 && !about_us(d->code))
		return SMTP_PERMANENT;
	return SMTP_TEMPORARY;
}

static void set_up(CURL *h, struct arena *a, const struct smtp_relay *relay, struct dialogue *d, char *reason)
{
	const char *scheme = relay->tls == SMTP_TLS_IMPLICIT ? "smtps" : "smtp";
	bool v6 = strchr(relay->host, ':') != NULL;
	curl_easy_setopt(h, CURLOPT_URL, arena_fmt(a, v6 ? "%s://[%s]:%d" : "%s://%s:%d", scheme, relay->host, relay->port).p);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(h, CURLOPT_USE_SSL, (long)(relay->tls == SMTP_TLS_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	if (relay->user)
		curl_easy_setopt(h, CURLOPT_USERNAME, relay->user);
	if (relay->password)
		curl_easy_setopt(h, CURLOPT_PASSWORD, relay->password);
	curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(h, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(h, CURLOPT_READDATA, d);
	curl_easy_setopt(h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)d->message.n);
	curl_easy_setopt(h, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(h, CURLOPT_DEBUGDATA, d);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(h, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)REPLY_S);
	curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)TOTAL_S);
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, reason);
}

enum smtp_outcome smtp_send(struct arena *a, const struct smtp_relay *relay, struct str envelope_from, struct str rcpt,
			    struct str message, struct str *ret_reply)
{
	if (!host_valid_name(relay->host) || relay->port < 1 || relay->port > 65535) {
		*ret_reply = S("The mail relay in the settings is not a host name and a port.");
		return SMTP_TEMPORARY;
	}
	if (!address_valid(envelope_from, true) || !address_valid(rcpt, false)) {
		*ret_reply = S("The address of the sender or of the recipient can't be written in an envelope.");
		return SMTP_PERMANENT;
	}
	struct dialogue d = { .message = with_crlf(a, message) };
	char reason[CURL_ERROR_SIZE] = "";
	CURL *h = client_curl_new();
	set_up(h, a, relay, &d, reason);
	curl_easy_setopt(h, CURLOPT_MAIL_FROM, arena_fmt(a, "<%.*s>", STR_ARG(envelope_from)).p);
	struct curl_slist *to = curl_slist_append(NULL, arena_fmt(a, "<%.*s>", STR_ARG(rcpt)).p);
	curl_easy_setopt(h, CURLOPT_MAIL_RCPT, to);
	CURLcode code = curl_easy_perform(h);
	enum smtp_outcome outcome = judge(&d, code);
	/* A "354 go ahead" or "220 TLS" before a break says nothing; libcurl's reason does. */
	bool telling = d.reply[0] && (outcome == SMTP_SENT || d.code >= 400);
	const char *text = telling ? d.reply : reason[0] ? reason : curl_easy_strerror(code);
	*ret_reply = utf8_clean(a, arena_str(a, str_c(text)));
	/* Goodbye is said here; what comes back no longer matters. */
	curl_easy_setopt(h, CURLOPT_VERBOSE, 0L);
	curl_easy_cleanup(h);
	curl_slist_free_all(to);
	return outcome;
}
