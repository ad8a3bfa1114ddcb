/* cli.c: door 3: the command line. Words become raw values by the command's descriptor, then either go to the running server by its control socket
 * (only one process may write a SQLite desk) or run here. See cli.h. */
#include "cli.h"

#include "slices.h"

#include "core/upload.h"
#include "io/client_curl.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/banned.h"

enum { STDIN_MAX_BYTES = 16 << 20 };

struct words {
	const struct command *cmd;
	struct {
		const struct field *field;
		const char *value;
	} v[400];
	size_t n;
	bool json;
	const char *as, *once;
	char *piped;       /* what "-" read from standard input */
};

/* ---- words ---- */

static const struct field *field_named(const struct command *cmd, const char *name, size_t n)
{
	for (size_t i = 0; i < cmd->n_fields; i++) {
		const char *f = cmd->fields[i].name;
		bool same = strlen(f) == n;
		for (size_t k = 0; same && k < n; k++)
			same = f[k] == name[k] || (f[k] == '_' && name[k] == '-');
		if (same)
			return &cmd->fields[i];
	}
	return NULL;
}

static const struct field *next_positional(const struct words *w)
{
	for (size_t i = 0; i < w->cmd->n_fields; i++) {
		const struct field *f = &w->cmd->fields[i];
		bool list = f->c == FIELD_C_IDS || f->c == FIELD_C_STRS || f->c == FIELD_C_FILES;
		bool given = false;
		for (size_t k = 0; k < w->n; k++)
			given |= w->v[k].field == f;
		if (f->positional && (!given || list))
			return f;
	}
	return NULL;
}

/* Says what is wrong with a word and where to look; always false. */
static bool bad(const struct command *cmd, const char *word, const char *what)
{
	struct str noun, verb;
	str_cut(str_c(cmd->name), '.', &noun, &verb);
	fprintf(stderr, "tend: %s %s\nSee: tend %.*s %.*s --help\n", word, what, STR_ARG(noun), STR_ARG(verb));
	return false;
}

static bool parse_words(int argc, char **argv, struct words *w)
{
	for (int i = 0; i < argc; i++) {
		const char *arg = argv[i];
		const struct field *f;
		const char *value = NULL;
		if (w->n == ARRAY_LEN(w->v))
			return bad(w->cmd, arg, "is one word too many.");
		if (strncmp(arg, "--", 2) != 0 || arg[2] == 0) {
			f = next_positional(w);
			if (!f)
				return bad(w->cmd, arg, "is one word too many.");
			w->v[w->n].field = f;
			w->v[w->n++].value = arg;
			continue;
		}
		size_t n = strcspn(arg + 2, "=");
		if (strcmp(arg, "--json") == 0) {
			w->json = true;
			continue;
		}
		bool as = n == 2 && strncmp(arg, "--as", 4) == 0, once = n == 15 && strncmp(arg, "--idempotency-key", 17) == 0;
		f = as || once ? NULL : field_named(w->cmd, arg + 2, n);
		if (!f && !as && !once)
			return bad(w->cmd, arg, "is no option of this command.");
		if (arg[2 + n] == '=')
			value = arg + 3 + n;
		else if (f && f->type == FIELD_BOOL && (i + 1 == argc || strncmp(argv[i + 1], "--", 2) == 0))
			value = "true";
		else if (i + 1 < argc)
			value = argv[++i];
		else
			return bad(w->cmd, arg, "wants a value after it.");
		if (as)
			w->as = value;
		else if (once)
			w->once = value;
		else {
			w->v[w->n].field = f;
			w->v[w->n++].value = value;
		}
	}
	return true;
}

/* "-" reads standard input, for texts and secrets. */
static const char *text_of(struct words *w, const struct field *f, const char *value)
{
	if (strcmp(value, "-") != 0 || (f->type != FIELD_TEXT && f->type != FIELD_SECRET))
		return value;
	if (w->piped)
		return w->piped;
	w->piped = malloc(STDIN_MAX_BYTES + 1);
	ASSERT(w->piped);
	size_t n = fread(w->piped, 1, STDIN_MAX_BYTES, stdin);
	if (f->type == FIELD_SECRET && n && w->piped[n - 1] == '\n')
		n--;
	w->piped[n] = 0;
	return w->piped;
}

/* ---- by the running server ---- */

struct sink {
	char *p;
	size_t n;
};

static size_t take(char *p, size_t size, size_t n, void *arg)
{
	struct sink *s = arg;
	char *q = realloc(s->p, s->n + size * n + 1);
	if (!q)
		return 0;
	memcpy(q + s->n, p, size * n);
	s->p = q;
	s->n += size * n;
	s->p[s->n] = 0;
	return size * n;
}

static bool server_there(const struct desk_config *cfg, char *path, size_t room)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int n = snprintf(path, room, "%s/control.sock", cfg->data_dir);
	if (n < 0 || (size_t)n >= sizeof(addr.sun_path))
		return false;
	memcpy(addr.sun_path, path, (size_t)n + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool there = fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0;
	if (fd >= 0)
		close(fd);
	return there;
}

static bool perform(CURL *h, const char *socket_path, const char *path, struct curl_slist *headers, struct cli_answer *ret)
{
	struct sink sink = { 0 };
	char url[400];
	long status = 0;
	snprintf(url, sizeof(url), "http://localhost%s", path);
	curl_easy_setopt(h, CURLOPT_UNIX_SOCKET_PATH, socket_path);
	curl_easy_setopt(h, CURLOPT_URL, url);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, &sink);
	CURLcode e = curl_easy_perform(h);
	curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
	if (e != CURLE_OK)
		fprintf(stderr, "tend: the running server did not answer: %s\n", curl_easy_strerror(e));
	*ret = (struct cli_answer){ .status = e == CURLE_OK ? (int)status : 0, .body = sink.p, .n = sink.n };
	return true;
}

bool cli_control(const struct desk_config *cfg, const char *method, const char *path, const char *content_type, const char *body, size_t n,
		 struct cli_answer *ret)
{
	char socket_path[4200], type[120];
	if (!server_there(cfg, socket_path, sizeof(socket_path)))
		return false;
	client_init();
	CURL *h = curl_easy_init();
	ASSERT(h);
	snprintf(type, sizeof(type), "Content-Type: %s", content_type);
	struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, type), "Expect:");
	if (strcmp(method, "POST") == 0) {
		curl_easy_setopt(h, CURLOPT_POST, 1L);
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, body);
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)n);
	}
	perform(h, socket_path, path, headers, ret);
	curl_slist_free_all(headers);
	curl_easy_cleanup(h);
	return true;
}

static bool by_server(const struct desk_config *cfg, struct words *w, struct cli_answer *ret)
{
	char socket_path[4200], path[200], line[600];
	if (!server_there(cfg, socket_path, sizeof(socket_path)))
		return false;
	CURL *h = curl_easy_init();
	ASSERT(h);
	curl_mime *mime = curl_mime_init(h);
	for (size_t i = 0; i < w->n; i++) {
		curl_mimepart *part = curl_mime_addpart(mime);
		curl_mime_name(part, w->v[i].field->name);
		if (w->v[i].field->type == FIELD_FILES)
			curl_mime_filedata(part, w->v[i].value);
		else
			curl_mime_data(part, text_of(w, w->v[i].field, w->v[i].value), CURL_ZERO_TERMINATED);
	}
	if (w->n)
		curl_easy_setopt(h, CURLOPT_MIMEPOST, mime);
	else
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, "");
	struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
	if (w->as) {
		snprintf(line, sizeof(line), "X-Tend-As: %.500s", w->as);
		headers = curl_slist_append(headers, line);
	}
	if (w->once) {
		snprintf(line, sizeof(line), "Idempotency-Key: %.255s", w->once);
		headers = curl_slist_append(headers, line);
	}
	snprintf(path, sizeof(path), "/api/v1/%s", w->cmd->name);
	perform(h, socket_path, path, headers, ret);
	curl_slist_free_all(headers);
	curl_mime_free(mime);
	curl_easy_cleanup(h);
	return true;
}

/* ---- here ---- */

static enum err run_here(struct ctx *c, struct words *w, struct str *ret)
{
	TRY(ctx_db(c));
	TRY(features_web.identity->by_operator(c, w->as ? str_c(w->as) : STR_NULL, &c->actor));
	ctx_db_done(c);
	struct raw_value *values = arena_array(c->arena, struct raw_value, w->n + 1);
	for (size_t i = 0; i < w->n; i++) {
		const struct field *f = w->v[i].field;
		values[i] = (struct raw_value){ .name = str_c(f->name), .type = RAW_TEXT };
		if (f->type != FIELD_FILES) {
			values[i].text = str_c(text_of(w, f, w->v[i].value));
			continue;
		}
		int fd = open(w->v[i].value, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return fail(c, ERR_INPUT, "Can't read %s: %s.", w->v[i].value, strerror(errno));
		struct upload *up = arena_new(c->arena, struct upload);
		enum err e = upload_store_fd(c, fd, str_c(w->v[i].value), up);
		close(fd);
		TRY(e);
		values[i].type = RAW_FILE;
		values[i].file = up;
	}
	void *in = arena_alloc(c->arena, w->cmd->in_size ? w->cmd->in_size : 1);
	TRY(fields_decode(c, w->cmd, values, w->n, in));
	return command_run(c, w->cmd, in, NULL, ret);
}

/* ---- showing ---- */

static void print_cell(json_t *v)
{
	if (json_is_string(v)) {
		/* a stranger's text must not move the operator's cursor */
		for (const unsigned char *p = (const unsigned char *)json_string_value(v); *p; p++)
			putchar(*p < ' ' || *p == 0x7f ? ' ' : *p);
	} else if (json_is_null(v) || !v) {
		putchar('-');
	} else {
		char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
		fputs(text ? text : "", stdout);
		free(text);
	}
}

static void print_rows(json_t *rows)
{
	json_t *first = json_array_get(rows, 0), *row, *v;
	const char *key;
	size_t i;
	if (!json_is_object(first)) {
		json_array_foreach(rows, i, v) {
			print_cell(v);
			putchar('\n');
		}
		return;
	}
	bool tab = false;
	json_object_foreach(first, key, v) {
		printf("%s%s", tab ? "\t" : "", key);
		tab = true;
	}
	putchar('\n');
	json_array_foreach(rows, i, row) {
		tab = false;
		json_object_foreach(first, key, v) {
			if (tab)
				putchar('\t');
			print_cell(json_object_get(row, key));
			tab = true;
		}
		putchar('\n');
	}
}

static void print_answer(struct str text, bool json)
{
	json_error_t e;
	json_t *root = json ? NULL : json_loadb(text.p, text.n, 0, &e);
	if (!root) {
		fwrite(text.p, 1, text.n, stdout);
		putchar('\n');
		return;
	}
	json_t *items = json_object_get(root, "items"), *v;
	const char *key;
	if (json_is_array(items) || json_is_array(root)) {
		json_t *rows = json_is_array(root) ? root : items;
		if (json_array_size(rows))
			print_rows(rows);
		else
			fprintf(stderr, "Nothing.\n");
		json_t *next = json_object_get(root, "next");
		if (next && !json_is_null(next)) {
			fprintf(stderr, "More: --after ");
			char *t = json_dumps(next, JSON_ENCODE_ANY);
			fprintf(stderr, "%s\n", t ? t : "");
			free(t);
		}
	} else {
		json_object_foreach(root, key, v) {
			if (json_is_array(v) && json_array_size(v) && json_is_object(json_array_get(v, 0))) {
				printf("\n%s:\n", key);
				print_rows(v);
				continue;
			}
			printf("%-16s ", key);
			print_cell(v);
			putchar('\n');
		}
	}
	json_decref(root);
}

static int print_fault(const struct fault *f)
{
	fprintf(stderr, "tend: %s\n", f->err == ERR_BUG && !f->message[0] ? "a fault of tend" : f->message);
	for (unsigned i = 0; i < f->n_fields; i++)
		fprintf(stderr, "  --%s: %s\n", f->fields[i].field, f->fields[i].message);
	return err_info(f->err)->exit_code;
}

static int print_problem(const struct cli_answer *answer)
{
	json_error_t e;
	json_t *root = answer->body ? json_loadb(answer->body, answer->n, 0, &e) : NULL, *field;
	size_t i;
	const char *type = json_string_value(json_object_get(root, "type")), *detail = json_string_value(json_object_get(root, "detail"));
	fprintf(stderr, "tend: %s\n", detail ? detail : "the server gave no reason");
	json_array_foreach(json_object_get(root, "errors"), i, field)
		fprintf(stderr, "  --%s: %s\n", json_string_value(json_object_get(field, "field")), json_string_value(json_object_get(field, "message")));
	int code = 1;
	for (int k = 1; type && k < ERR_COUNT; k++) {
		const char *name = strrchr(type, ':');
		if (name && strcmp(name + 1, err_info((enum err)k)->name) == 0)
			code = err_info((enum err)k)->exit_code;
	}
	json_decref(root);
	return code;
}

/* ---- the door ---- */

bool cli_is_noun(const char *word)
{
	size_t n = strlen(word);
	for (const struct feature *const *f = features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++)
			if (strncmp((*cmd)->name, word, n) == 0 && (*cmd)->name[n] == '.')
				return true;
	return false;
}

int cli_command(const struct desk_config *cfg, int argc, char **argv)
{
	const char *noun = argv[0], *verb = argc > 1 ? argv[1] : NULL;
	if (!verb || verb[0] == '-') {
		cli_help(noun, NULL);
		return verb && strcmp(verb, "--help") == 0 ? 0 : 2;
	}
	char name[120];
	snprintf(name, sizeof(name), "%s.%s", noun, verb);
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	struct words *w = calloc(1, sizeof(*w));
	ASSERT(w);
	w->cmd = feature_command(features, str_c(name));
	if (!w->cmd || w->cmd->inside) {
		fprintf(stderr, "tend: there is no “%s %s”.\n", noun, verb);
		cli_help(noun, NULL);
		free(w);
		return 2;
	}
	for (int i = 2; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0) {
			cli_help(noun, w->cmd->name + strlen(noun) + 1);
			free(w);
			return 0;
		}
	int code = 0;
	struct cli_answer answer = { 0 };
	if (!parse_words(argc - 2, argv + 2, w)) {
		code = 2;
	} else if (by_server(cfg, w, &answer)) {
		if (answer.status == 200)
			print_answer((struct str){ answer.body ? answer.body : "", answer.n }, w->json);
		else
			code = answer.status ? print_problem(&answer) : 7;
	} else {
		struct fault f = { 0 };
		struct desk *d;
		if (desk_open(cfg, DESK_CLI, features, &f, &d) != OK) {
			code = print_fault(&f);
		} else {
			struct arena a;
			arena_init(&a);
			utime now = clock_now();
			struct ctx c = { .desk = d, .arena = &a, .now_us = now, .read_us = now, .door = DOOR_CLI, .request_id = S("cli"), .remote = S("local") };
			struct str text;
			if (run_here(&c, w, &text) == OK)
				print_answer(text, w->json);
			else
				code = print_fault(&c.fault);
			ctx_db_done(&c);
			arena_done(&a);
			desk_close(d);
		}
	}
	free(answer.body);
	free(w->piped);
	free(w);
	return code;
}
