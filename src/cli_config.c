/* cli_config.c: the bootstrap rows: flag, environment, file, default, in that order; see cli.h. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const struct row {
	const char *flag, *env, *standard, *help;
	size_t offset;
} ROWS[] = {
	{ "data", "TEND_DATA", "data", "the desk's folder: database, attachments, key", offsetof(struct desk_config, data_dir) },
	{ "database", "TEND_DATABASE", NULL, "postgres://… instead of DATA/tend.db", offsetof(struct desk_config, database) },
	{ "listen", "TEND_LISTEN", "127.0.0.1:8080", "address:port or unix:/path of the pages, several with commas", offsetof(struct desk_config, listen) },
	{ "public-url", "TEND_PUBLIC_URL", NULL, "how people reach the desk, for links in mails (default: this machine, at the port of LISTEN)", offsetof(struct desk_config, public_url) },
	{ "mail-domain", "TEND_MAIL_DOMAIN", "localhost.localdomain", "domain of Message-IDs and reply addresses", offsetof(struct desk_config, mail_domain) },
	{ "lmtp-listen", "TEND_LMTP_LISTEN", NULL, "address:port or unix:/path where the MTA delivers", offsetof(struct desk_config, lmtp_listen) },
	{ "smtp", "TEND_SMTP", "smtp://127.0.0.1:25", "relay for mail going out: smtp://, smtp+starttls:// or smtps://[user@]host:port", offsetof(struct desk_config, smtp) },
	{ "smtp-password-file", "TEND_SMTP_PASSWORD_FILE", NULL, "a file with the relay's password", offsetof(struct desk_config, smtp_password_file) },
	{ "metrics-listen", "TEND_METRICS_LISTEN", NULL, "a further listener for /metrics", offsetof(struct desk_config, metrics_listen) },
	{ "tls-cert", "TEND_TLS_CERT", NULL, "certificate chain (PEM), to speak TLS without a proxy", offsetof(struct desk_config, tls_cert) },
	{ "tls-key", "TEND_TLS_KEY", NULL, "its key (PEM)", offsetof(struct desk_config, tls_key) },
	{ "trusted-proxies", "TEND_TRUSTED_PROXIES", NULL, "addresses whose X-Forwarded-* headers count", offsetof(struct desk_config, trusted_proxies) },
	{ "log-format", "TEND_LOG_FORMAT", "logfmt", "logfmt or json", offsetof(struct desk_config, log_format) },
	{ "clock-file", "TEND_CLOCK_FILE", NULL, "tests only: a file of 8 bytes, microseconds to add to the clock", offsetof(struct desk_config, clock_file) },
};

const char cli_flags_help[] =
	"  --data DIR             the desk's folder (TEND_DATA, default ./data)\n"
	"  --database ADDRESS     postgres://… instead of DATA/tend.db (TEND_DATABASE)\n"
	"  --listen ADDRESS       of the pages (TEND_LISTEN, default 127.0.0.1:8080)\n"
	"  --public-url URL       how people reach the desk (TEND_PUBLIC_URL)\n"
	"  --mail-domain DOMAIN   of Message-IDs and reply addresses (TEND_MAIL_DOMAIN)\n"
	"  --lmtp-listen ADDRESS  where the MTA delivers (TEND_LMTP_LISTEN)\n"
	"  --smtp URL             relay for mail going out (TEND_SMTP, default smtp://127.0.0.1:25)\n"
	"  --smtp-password-file F --metrics-listen A --tls-cert F --tls-key F --trusted-proxies LIST\n"
	"  --log-format json      --workers N\n"
	"Each can also stand as “name = value” in DATA/tend.conf.\n";

void cli_config_each(void (*fn)(const char *flag, const char *env, const char *standard, const char *help))
{
	for (size_t k = 0; k < ARRAY_LEN(ROWS); k++)
		fn(ROWS[k].flag, ROWS[k].env, ROWS[k].standard, ROWS[k].help);
}

static const char **slot(struct desk_config *cfg, const struct row *r)
{
	return (const char **)(void *)((char *)cfg + r->offset);
}

static bool from_flags(int *argc, char **argv, struct desk_config *cfg)
{
	int kept = 0;
	for (int i = 0; i < *argc; i++) {
		const char *arg = argv[i];
		const struct row *hit = NULL;
		bool workers = false;
		size_t name_n = strcspn(arg, "=");
		for (size_t k = 0; k < ARRAY_LEN(ROWS) && strncmp(arg, "--", 2) == 0; k++)
			if (strlen(ROWS[k].flag) == name_n - 2 && strncmp(arg + 2, ROWS[k].flag, name_n - 2) == 0)
				hit = &ROWS[k];
		workers = strncmp(arg, "--workers", 9) == 0 && name_n == 9;
		if (!hit && !workers) {
			argv[kept++] = argv[i];
			continue;
		}
		const char *value = arg[name_n] ? arg + name_n + 1 : i + 1 < *argc ? argv[++i] : NULL;
		if (!value) {
			fprintf(stderr, "tend: %s wants a value after it.\n", arg);
			return false;
		}
		int64_t n;
		if (workers && (!str_i64(str_c(value), &n) || n < 1 || n > 256)) {
			fprintf(stderr, "tend: --workers is a number from 1 to 256.\n");
			return false;
		}
		if (workers)
			cfg->workers = (int)n;
		else
			*slot(cfg, hit) = value;
	}
	argv[kept] = NULL;
	*argc = kept;
	return true;
}

static void from_file(struct arena *a, struct desk_config *cfg)
{
	char path[4096], line[4096];
	snprintf(path, sizeof(path), "%s/tend.conf", cfg->data_dir);
	FILE *f = fopen(path, "re");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		struct str key, value, text = str_trim(str_c(line));
		if (!text.n || text.p[0] == '#' || !str_cut(text, '=', &key, &value))
			continue;
		key = str_trim(key);
		value = str_trim(value);
		for (size_t k = 0; k < ARRAY_LEN(ROWS); k++)
			if (str_eq(key, str_c(ROWS[k].flag)) && !*slot(cfg, &ROWS[k]))
				*slot(cfg, &ROWS[k]) = arena_cstr(a, value);
	}
	fclose(f);
}

/* What is said when nobody has given --public-url: this machine, by the first listener that has a port. Addresses that mean "all" and sockets in the file system
 * are nothing that a browser can open; behind a socket stands a proxy, and where that is only a person knows (`tend doctor` asks for it). */
static const char *guess_url(struct arena *a, const struct desk_config *cfg)
{
	const char *scheme = cfg->tls_cert ? "https" : "http";
	struct str rest = str_c(cfg->listen), one;
	for (bool more = true; more;) {
		more = str_cut(rest, ',', &one, &rest);
		one = str_trim(one);
		size_t port = one.n;
		while (port > 0 && one.p[port - 1] != ':')
			port--;
		if (port == 0 || str_starts(one, S("unix:")))
			continue;
		struct str host = str_slice(one, 0, port - 1);
		bool all = str_eq(host, S("*")) || str_eq(host, S("0.0.0.0")) || str_eq(host, S("[::]")) || host.n == 0;
		return arena_fmt(a, "%s://%.*s:%.*s", scheme, STR_ARG(all ? S("localhost") : host), STR_ARG(str_slice(one, port, one.n))).p;
	}
	return arena_fmt(a, "%s://localhost", scheme).p;
}

bool cli_config(struct arena *a, int *argc, char **argv, struct desk_config *ret)
{
	*ret = (struct desk_config){ 0 };
	if (!from_flags(argc, argv, ret))
		return false;
	for (size_t k = 0; k < ARRAY_LEN(ROWS); k++)
		if (!*slot(ret, &ROWS[k])) {
			const char *v = getenv(ROWS[k].env);
			*slot(ret, &ROWS[k]) = v && *v ? v : NULL;
		}
	if (!ret->data_dir)
		ret->data_dir = ROWS[0].standard;
	from_file(a, ret);
	for (size_t k = 0; k < ARRAY_LEN(ROWS); k++)
		if (!*slot(ret, &ROWS[k]))
			*slot(ret, &ROWS[k]) = ROWS[k].standard;
	ret->public_url_guessed = !ret->public_url;
	if (!ret->public_url)
		ret->public_url = guess_url(a, ret);
	struct str url = str_c(ret->public_url);
	while (url.n && url.p[url.n - 1] == '/')
		url = str_slice(url, 0, url.n - 1);
	ret->public_url = arena_cstr(a, url);
	return true;
}
