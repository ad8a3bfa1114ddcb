/* attachment.c: files of messages. The bytes are stored already (core/upload.h); here a row says whose they are.
 *
 * What a sender calls the type is not believed: the file's first bytes decide. */
#include "ticket/ticket_int.h"

#include "core/upload.h"

#include <unistd.h>

#include "base/banned.h"

_Static_assert(sizeof(struct attachment_row_add_in) + sizeof(int64_t) == sizeof(struct attachment_rows_row),
	       "attachment_row_add: all columns but id");
_Static_assert(sizeof(struct attachment_get_row) == sizeof(struct attachment_rows_row),
	       "attachment_get and attachment_rows have the same columns");

static enum err first_bytes(struct ctx *c, struct str blob, struct str *ret)
{
	int fd;
	int64_t bytes;
	TRY(blob_open(c->desk->blobs, &c->fault, blob, &fd, &bytes));
	char *head = arena_alloc(c->arena, 4096);
	ssize_t n = pread(fd, head, 4096, 0);
	close(fd);
	if (n < 0)
		return fail(c, ERR_BUSY, "The stored file could not be read. Try again.");
	*ret = (struct str) { head, (size_t)n };
	return OK;
}

enum err attachment_insert(struct ctx *c, int64_t ticket_id, int64_t message_id, const struct ticket_file *f,
			   utime at_us, int64_t *ret_id)
{
	struct str head;
	TRY(first_bytes(c, f->blob, &head));
	struct attachment_rows_row row = {
		.ticket_id = ticket_id,
		.message_id = message_id,
		.filename = upload_clean_name(c->arena, f->filename),
		.content_type = upload_sniff(head),
		.blob = f->blob,
		.bytes = f->bytes,
		.content_id = f->content_id.n ? f->content_id : STR_NULL,
		.created_us = at_us ? at_us : c->now_us,
	};
	struct attachment_row_add_row id;
	TRY(attachment_row_add_(c->db, c->arena, &id,
				(const struct attachment_row_add_in *)(const void *)&row.ticket_id));
	row.id = id.id;
	if (ret_id)
		*ret_id = id.id;
	struct event_new e = {
		.kind = "attachment.added",
		.entity = "attachment",
		.entity_id = id.id,
		.ticket_id = ticket_id,
		.at_us = at_us,
		.data = fold_set_all(c->arena, &attachment_rows_stmt, &row),
	};
	return event_append(c, &e, NULL);
}

enum err attachments_move(struct ctx *c, int64_t message_id, int64_t to_ticket)
{
	struct attachment_by_message_row *rows;
	size_t n;
	TRY(attachment_by_message(c->db, c->arena, &rows, &n, .message_id = message_id));
	for (size_t i = 0; i < n; i++) {
		TRY(attachment_row_move(c->db, .id = rows[i].id, .ticket_id = to_ticket));
		struct event_new e = {
			.kind = "attachment.moved",
			.entity = "attachment",
			.entity_id = rows[i].id,
			.ticket_id = to_ticket,
			.data = arena_fmt(c->arena, "{\"set\":{\"ticket_id\":%lld}}", (long long)to_ticket),
		};
		TRY(event_append(c, &e, NULL));
	}
	return OK;
}

enum err message_files(struct ctx *c, const struct message_get_row *m, const struct ticket_file *files, size_t n_files)
{
	for (size_t i = 0; i < n_files; i++)
		TRY(attachment_insert(c, m->ticket_id, m->id, &files[i], m->created_us, NULL));
	return OK;
}

const struct ticket_file *ticket_files(struct ctx *c, const struct file_list *l)
{
	struct ticket_file *ret = arena_array(c->arena, struct ticket_file, l->n);
	for (size_t i = 0; i < l->n; i++)
		ret[i] = (struct ticket_file) { .filename = l->v[i].filename,
						.blob = l->v[i].blob,
						.bytes = l->v[i].bytes };
	return ret;
}

/* Files of the ticket that are sent again, of an undone message for instance. */
enum err ticket_files_again(struct ctx *c, int64_t ticket_id, const struct id_list *ids, struct ticket_file *ret)
{
	for (size_t i = 0; i < ids->n; i++) {
		struct attachment_get_row a;
		bool found;
		TRY(attachment_get(c->db, c->arena, &a, &found, .id = ids->v[i]));
		if (!found || a.ticket_id != ticket_id)
			return fail_field(c, S("attach"), "Ticket %lld has no file %lld.", (long long)ticket_id,
					  (long long)ids->v[i]);
		ret[i] = (struct ticket_file) { .filename = a.filename, .blob = a.blob, .bytes = a.bytes };
	}
	return OK;
}
