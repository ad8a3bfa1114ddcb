/* mime_tool.c: for tests only: each file named on the command line is parsed by the jailed child and described as one line of JSON. */
#include "base/json_out.h"
#include "io/mime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static void addr(struct json_out *j, const char *key, const struct mime_address *a)
{
	if (!a->addr.n && !a->name.n)
		return;
	json_key(j, key);
	json_arr(j);
	json_str(j, a->name);
	json_str(j, a->addr);
	json_arr_end(j);
}

static void addrs(struct json_out *j, const char *key, const struct mime_address *a, size_t n)
{
	if (!n)
		return;
	json_key(j, key);
	json_arr(j);
	for (size_t i = 0; i < n && i < 20; i++) {
		json_str(j, a[i].name);
		json_str(j, a[i].addr);
	}
	json_arr_end(j);
	if (n > 20)
		json_ki64(j, "count", (int64_t)n);
}

static void text(struct json_out *j, const char *key, struct str s)
{
	if (s.n)
		json_kstr(j, key, s);
}

static void flag(struct json_out *j, const char *key, bool v)
{
	if (v)
		json_kbool(j, key, v);
}

static void describe(struct json_out *j, const struct mime_message *m)
{
	addr(j, "from", &m->from);
	if (m->n_from != 1)
		json_ki64(j, "n_from", (int64_t)m->n_from);
	addr(j, "sender", &m->sender);
	addr(j, "reply_to", &m->reply_to);
	addrs(j, "to", m->to, m->n_to);
	addrs(j, "cc", m->cc, m->n_cc);
	text(j, "subject", m->subject);
	text(j, "message_id", m->message_id);
	if (m->n_refs) {
		json_key(j, "refs");
		json_arr(j);
		for (size_t i = 0; i < m->n_refs; i++)
			json_str(j, m->refs[i]);
		json_arr_end(j);
	}
	if (m->date_us.set)
		json_ktime(j, "date", m->date_us.v);
	json_kstr(j, "text", m->text);
	if (m->quote_at != m->text.n)
		json_kstr(j, "quoted", (struct str){ m->text.p + m->quote_at, m->text.n - m->quote_at });
	text(j, "html", m->html);
	if (m->n_parts) {
		json_key(j, "parts");
		json_arr(j);
		for (size_t i = 0; i < m->n_parts; i++) {
			json_obj(j);
			text(j, "name", m->parts[i].filename);
			json_kstr(j, "type", m->parts[i].content_type);
			text(j, "cid", m->parts[i].content_id);
			json_ki64(j, "bytes", m->parts[i].bytes);
			json_kstr(j, "sha256", (struct str){ m->parts[i].blob.hex, 16 });
			flag(j, "inline", m->parts[i].inline_part);
			json_obj_end(j);
		}
		json_arr_end(j);
	}
	flag(j, "dsn", m->dsn);
	text(j, "dsn_action", m->dsn_action);
	text(j, "dsn_status", m->dsn_status);
	text(j, "dsn_recipient", m->dsn_recipient);
	text(j, "dsn_message_id", m->dsn_message_id);
	text(j, "forwarded_from_addr", m->forwarded_from_addr);
	text(j, "forwarded_from_name", m->forwarded_from_name);
	flag(j, "remote_images", m->has_remote_images);
}

static struct str slurp(struct arena *a, const char *path)
{
	struct buf b;
	buf_init(&b, a, 256u << 20);
	FILE *f = fopen(path, "rb");
	char *room;
	size_t n;
	while (f && (room = buf_room(&b, 65536)) && (n = fread(room, 1, 65536, f)) > 0)
		buf_grew(&b, n);
	if (f)
		fclose(f);
	return buf_str(&b);
}

int main(int argc, char **argv)
{
	struct fault f = { 0 };
	struct blob_store *blobs;
	char dir[] = "/tmp/tend-mime-XXXXXX";
	if (mime_helper_start(&f) != OK || !mkdtemp(dir) || blob_store_open(dir, &f, &blobs) != OK) {
		fprintf(stderr, "%s\n", f.message);
		return 1;
	}
	for (int i = 1; i < argc; i++) {
		struct arena a;
		arena_init(&a);
		struct json_out j;
		json_init(&j, &a, 64u << 20);
		json_obj(&j);
		const char *slash = strrchr(argv[i], '/');
		json_kstr(&j, "mail", str_c(slash ? slash + 1 : argv[i]));
		struct mime_message m;
		fault_clear(&f);
		enum err e = mime_parse(&a, &f, blobs, slurp(&a, argv[i]), &m);
		if (e == OK) {
			describe(&j, &m);
		} else {
			json_kstr(&j, "err", str_c(err_info(e)->name));
			json_kstr(&j, "why", str_c(f.message));
		}
		json_obj_end(&j);
		struct str s = json_done(&j);
		printf("%.*s\n", (int)s.n, s.p);
		arena_done(&a);
	}
	blob_store_close(blobs);
	mime_helper_stop();
	return 0;
}
