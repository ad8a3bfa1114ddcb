/* client.c: HTTP out by libcurl; see client.h. Mail out is client_smtp.c. */
#include "io/client.h"

#include "base/buf.h"
#include "base/sure.h"
#include "base/utf8.h"
#include "io/client_curl.h"
#include "io/client_guard.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

enum { URL_MAX = 8192, HEADS_MAX = 64 << 10, RETRY_AFTER_MAX_S = 7 * 86400 };

/* Options that libcurl has no memory for are left out, and a mail goes out without its login or its recipient: refused, and given up for good. */
static void init_once(void)
{
	ASSERT(curl_global_init_mem(CURL_GLOBAL_DEFAULT, sure_malloc, free, sure_realloc, sure_strdup, sure_calloc) == CURLE_OK);
}

void client_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT; /* shared: libcurl must be set up once in a process */
	pthread_once(&once, init_once);
}

CURL *client_curl_new(void)
{
	client_init();
	CURL *h = curl_easy_init();
	ASSERT(h != NULL);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	return h;
}

struct exchange_out {
	const struct client_policy *policy;
	struct buf body;
	size_t head_bytes;
	bool refused, too_large;
};

/* The one place where the target is judged: its socket address, after any name, spelling or redirect was resolved. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
	struct exchange_out *x = arg;
	if (purpose != CURLSOCKTYPE_IPCXN || !client_addr_allowed(&addr->addr, x->policy->allow_private)) {
		x->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct exchange_out *x = arg;
	buf_add(&x->body, (struct str){ p, size * n });
	if (x->body.full)
		x->too_large = true;
	return x->too_large ? 0 : size * n;
}

static size_t on_head(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	struct exchange_out *x = arg;
	x->head_bytes += size * n;
	if (x->head_bytes > HEADS_MAX)
		x->too_large = true;
	return x->too_large ? 0 : size * n;
}

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c))))
			return false;
	}
	return s.n > 0;
}

/* What can be said against an address before it is resolved. NULL when nothing. */
static const char *url_fault(const char *url, bool allow_private)
{
	CURLU *u = curl_url();
	ASSERT(u != NULL);
	const char *why = NULL;
	char *scheme = NULL, *user = NULL, *port = NULL, *host = NULL;
	int64_t number = 0;
	if (curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK || curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		why = "it is not a web address";
	else if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
		why = "only http and https are used";
	else if (strlen(host) > 255)
		why = "its host name is too long";
	else if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK)
		why = "it holds a user name; use a header for credentials";
	else if (curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK || !str_i64(str_c(port), &number))
		why = "its port is not a number";
	else if (!allow_private && number != 80 && number != 443 && number < 1024)
		why = "its port belongs to another service";
	curl_free(scheme);
	curl_free(user);
	curl_free(port);
	curl_free(host);
	curl_url_cleanup(u);
	return why;
}

static enum err make_headers(struct arena *a, struct fault *f, const struct client_request *req, struct curl_slist **ret)
{
	/* No waiting for "100 Continue", and no content type that was not asked for. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	bool typed = false;
	for (size_t i = 0; i < req->n_headers; i++) {
		const struct http_header *h = &req->headers[i];
		if (!is_token(h->name) || has_control(h->value)) {
			curl_slist_free_all(list);
			return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The header \"%.*s\" holds characters that a header can't.",
					 h->name.n > 60 ? 60 : (int)h->name.n, h->name.p ? h->name.p : "");
		}
		typed |= str_ieq(h->name, S("Content-Type"));
		/* "Name;" is how libcurl is told of an empty value. */
		struct str line = h->value.n ? arena_fmt(a, "%.*s: %.*s", STR_ARG(h->name), STR_ARG(h->value))
					     : arena_fmt(a, "%.*s;", STR_ARG(h->name));
		list = curl_slist_append(list, line.p);
	}
	if (!typed)
		list = curl_slist_append(list, "Content-Type:");
	*ret = list;
	return OK;
}

static int64_t retry_after(CURL *h)
{
	struct curl_header *sent;
	curl_off_t s = 0;
	if (curl_easy_header(h, "Retry-After", 0, CURLH_HEADER, -1, &sent) != CURLHE_OK)
		return -1;
	curl_easy_getinfo(h, CURLINFO_RETRY_AFTER, &s);
	return s < 0 ? 0 : s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : s;
}

static void set_up(CURL *h, const char *url, struct arena *a, const struct client_request *req, struct exchange_out *x,
		   struct curl_slist *headers, char *reason)
{
	const struct client_policy *p = x->policy;
	curl_easy_setopt(h, CURLOPT_URL, url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, x);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h, CURLOPT_USERAGENT, "tend/" TEND_VERSION);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)p->connect_timeout_s);
	curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)p->total_timeout_s);
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, reason);
	if (str_eq(req->method, S("HEAD"))) {
		curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
	} else if (req->body.n || !str_eq(req->method, S("GET"))) {
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->body.n);
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, req->body.n ? req->body.p : "");
		curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, arena_cstr(a, req->method));
	}
}

/* The host of an address, for messages: never the path or query, which may hold secrets. */
static struct str host_of(struct str url)
{
	ptrdiff_t at = str_find(url, S("://"));
	struct str host = at < 0 ? url : str_slice(url, (size_t)at + 3, url.n);
	size_t n = 0;
	while (n < host.n && n < 80 && host.p[n] > ' ' && host.p[n] < 0x7f && !strchr("/?#@", host.p[n]))
		n++;
	return str_slice(host, 0, n);
}

static enum err outcome(struct fault *f, CURLcode code, const struct exchange_out *x, struct str host, const char *reason)
{
	if (x->too_large)
		return fault_set(f, ERR_LIMIT, __FILE__, __LINE__, "%.*s answered with more than %lld bytes.", STR_ARG(host),
				 (long long)x->policy->response_max_bytes);
	if (code == CURLE_OK)
		return OK;
	if (x->refused)
		return fault_set(f, ERR_FORBIDDEN, __FILE__, __LINE__,
				 "%.*s is an internal address; only public ones are fetched.", STR_ARG(host));
	return fault_set(f, ERR_UPSTREAM, __FILE__, __LINE__, "%.*s can't be reached: %s.", STR_ARG(host),
			 reason[0] ? reason : curl_easy_strerror(code));
}

enum err client_http(struct arena *a, struct fault *f, const struct client_policy *p, const struct client_request *req,
		     struct client_response *ret)
{
	if (req->url.n == 0 || req->url.n > URL_MAX || has_control(req->url) || !is_token(req->method) || req->method.n > 32)
		return fault_set(f, ERR_INPUT, __FILE__, __LINE__, "The web address is empty, too long or holds control characters.");
	const char *url = arena_cstr(a, req->url);
	struct str host = host_of(req->url);
	const char *why = url_fault(url, p->allow_private);
	if (why)
		return fault_set(f, ERR_FORBIDDEN, __FILE__, __LINE__, "The address at %.*s can't be used: %s.", STR_ARG(host), why);
	struct curl_slist *headers;
	TRY(make_headers(a, f, req, &headers));
	struct exchange_out x = { .policy = p };
	buf_init(&x.body, a, p->response_max_bytes > 0 ? (size_t)p->response_max_bytes : 0);
	char reason[CURL_ERROR_SIZE] = "";
	CURL *h = client_curl_new();
	set_up(h, url, a, req, &x, headers, reason);
	CURLcode code = curl_easy_perform(h);
	enum err e = outcome(f, code, &x, host, reason);
	if (e == OK) {
		long status = 0;
		char *type = NULL;
		curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(h, CURLINFO_CONTENT_TYPE, &type);
		*ret = (struct client_response){
			.status = (int)status,
			.body = buf_str(&x.body),
			.content_type = type ? utf8_clean(a, arena_str(a, str_c(type))) : S(""),
			.retry_after_s = retry_after(h),
		};
	}
	curl_easy_cleanup(h);
	curl_slist_free_all(headers);
	return e;
}
