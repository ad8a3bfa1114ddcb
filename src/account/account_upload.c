/* account_upload.c: the commands that take a table in: at the command line in one go (with --dry-run: only what it would do), on pages in two steps, so that
 * a person sees what a file would do before it is done. The upload is kept with what became of it. */
#include "account/account_import.h"

#include "account/csv.h"
#include "account_import.sql.h"

#include "base/banned.h"

static enum err read_blob(struct ctx *c, struct str blob, struct str *ret)
{
	enum err e = blob_read(c->desk->blobs, &c->fault, c->arena, blob, CSV_BYTES_MAX, ret);
	if (e == ERR_LIMIT) {
		fault_clear(&c->fault);
		return fail_field(c, S("file"), "The file is larger than 10 MB: split it");
	}
	return e;
}

enum err import_blob(struct ctx *c, struct str kind, struct str blob, bool write, struct import_report *ret)
{
	struct str bytes;
	TRY(read_blob(c, blob, &bytes));
	return import_table(c, kind, bytes, write, ret);
}

static void put_wrong(struct ctx *c, const struct import_report *r)
{
	json_key(c->out, "errors");
	json_arr(c->out);
	for (size_t i = 0; i < r->n_wrong; i++) {
		json_obj(c->out);
		json_ki64(c->out, "line", r->wrong[i].line);
		json_kstr(c->out, "column", str_or_null(r->wrong[i].column));
		json_kstr(c->out, "message", r->wrong[i].what);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
}

static void put_report(struct ctx *c, const struct import_report *r)
{
	json_ki64(c->out, "rows", r->rows);
	json_ki64(c->out, "created", r->count[IMPORT_CREATE]);
	json_ki64(c->out, "changed", r->count[IMPORT_CHANGE]);
	json_ki64(c->out, "nothing", r->count[IMPORT_NOTHING]);
	json_ki64(c->out, "wrong", r->count[IMPORT_WRONG]);
	json_kstr(c->out, "ignored_columns", str_or_null(r->ignored));
	json_kbool(c->out, "read_as_windows_1252", r->was_windows_1252);
	put_wrong(c, r);
}

static enum err add_upload(struct ctx *c, struct account_import_by_id_row *row, const char *kind)
{
	_Static_assert(sizeof(struct account_import_by_id_row) == sizeof(struct account_import_rows_row), "the fold reads the row we write");
	row->created_us = c->now_us;
	row->created_by = c->actor.kind == ACTOR_TEAMMATE ? SOME(c->actor.id) : NONE;
	struct account_import_add_row added;
	TRY(account_import_add(c->db, c->arena, &added, .kind = row->kind, .filename = row->filename, .blob = row->blob, .bytes = row->bytes,
			       .state = row->state, .created = row->created, .updated = row->updated, .unchanged = row->unchanged,
			       .failed = row->failed, .created_by = row->created_by, .created_us = row->created_us,
			       .applied_us = row->applied_us));
	row->id = added.id;
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "account_import", .entity_id = row->id,
						    .data = fold_set_all(c->arena, &account_import_rows_stmt, row) }, NULL);
}

static void settle(struct ctx *c, struct account_import_by_id_row *row, const struct import_report *r)
{
	row->state = S("applied");
	row->created = r->count[IMPORT_CREATE];
	row->updated = r->count[IMPORT_CHANGE];
	row->unchanged = r->count[IMPORT_NOTHING];
	row->failed = r->count[IMPORT_WRONG];
	row->applied_us = SOME(c->now_us);
}

/* ---- in one go ---- */

struct import_csv_in {
	struct file_list file;
	struct str kind;
	bool dry_run;
};
static const struct field import_csv_fields[] = {
	FIELD(struct import_csv_in, file, FIELD_FILES, .required = true, .max = 1, .help = "a CSV file whose first line names the columns",
	      .positional = true),
	FIELD(struct import_csv_in, kind, FIELD_ENUM, .required = true, .choices = import_kinds, .help = "what its rows are"),
	FIELD(struct import_csv_in, dry_run, FIELD_BOOL, .help = "only say what it would do"),
};

static enum err account_import_csv(struct ctx *c, const struct import_csv_in *in)
{
	const struct upload *file = &in->file.v[0];
	struct import_report r;
	TRY(import_blob(c, in->kind, file->blob, !in->dry_run, &r));
	json_kbool(c->out, "dry_run", in->dry_run);
	put_report(c, &r);
	if (in->dry_run)
		return OK;
	struct account_import_by_id_row row = { .kind = in->kind, .filename = file->filename, .blob = file->blob, .bytes = file->bytes };
	settle(c, &row, &r);
	TRY(add_upload(c, &row, "account.imported"));
	json_ki64(c->out, "import", row.id);
	return OK;
}
COMMAND_RUN(account_import_csv)

const struct command account_import_csv_cmd = {
	.name = "account.import_csv", .help = "Take in organisations or contacts from a CSV file; rows with mistakes are left out and named",
	FIELDS(import_csv_fields, struct import_csv_in), .need = CAN_LEAD, .run = RUN(account_import_csv),
};

/* ---- in two steps ---- */

struct upload_csv_in {
	struct file_list file;
	struct str kind;
};
static const struct field upload_csv_fields[] = {
	FIELD(struct upload_csv_in, file, FIELD_FILES, .required = true, .max = 1, .help = "a CSV file whose first line names the columns"),
	FIELD(struct upload_csv_in, kind, FIELD_ENUM, .required = true, .choices = import_kinds, .help = "what its rows are"),
};

static enum err account_upload_csv(struct ctx *c, const struct upload_csv_in *in)
{
	const struct upload *file = &in->file.v[0];
	struct import_report r;
	enum err e = import_blob(c, in->kind, file->blob, false, &r);
	if (e == ERR_INPUT && c->fault.n_fields == 0) {
		struct fault first = c->fault;
		fault_clear(&c->fault);
		return fail_field(c, S("file"), "%s", first.message);
	}
	TRY(e);
	struct account_import_by_id_row row = { .kind = in->kind, .filename = file->filename, .blob = file->blob, .bytes = file->bytes,
						.state = S("uploaded") };
	TRY(add_upload(c, &row, "account.import_uploaded"));
	json_ki64(c->out, "import", row.id);
	return OK;
}
COMMAND_RUN(account_upload_csv)

const struct command account_upload_csv_cmd = {
	.name = "account.upload_csv", .help = "Upload a CSV file to see what it would do", FIELDS(upload_csv_fields, struct upload_csv_in),
	.need = CAN_LEAD, .run = RUN(account_upload_csv),
};

struct apply_csv_in {
	int64_t import;
};
static const struct field apply_csv_fields[] = {
	FIELD(struct apply_csv_in, import, FIELD_ID, .required = true, .help = "the upload's id", .positional = true),
};

static enum err account_apply_csv(struct ctx *c, const struct apply_csv_in *in)
{
	struct account_import_by_id_row before;
	bool found;
	TRY(account_import_by_id(c->db, c->arena, &before, &found, .id = in->import));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no upload %lld", (long long)in->import);
	if (!str_eq(before.state, S("uploaded")))
		return fail(c, ERR_CONFLICT, "This file was taken in already: upload it again to do it again");
	struct import_report r;
	TRY(import_blob(c, before.kind, before.blob, true, &r));
	struct account_import_by_id_row after = before;
	settle(c, &after, &r);
	TRY(account_import_put(c->db, .id = after.id, .state = after.state, .created = after.created, .updated = after.updated,
			       .unchanged = after.unchanged, .failed = after.failed, .applied_us = after.applied_us));
	TRY(event_append(c, &(struct event_new){ .kind = "account.imported", .entity = "account_import", .entity_id = after.id,
						 .data = fold_set_diff(c->arena, &account_import_rows_stmt, &before, &after) }, NULL));
	json_ki64(c->out, "import", after.id);
	put_report(c, &r);
	json_kstr(c->out, "said", arena_fmt(c->arena, "%lld created, %lld changed, %lld left as they were, %lld with mistakes left out",
					    (long long)after.created, (long long)after.updated, (long long)after.unchanged,
					    (long long)after.failed));
	return OK;
}
COMMAND_RUN(account_apply_csv)

const struct command account_apply_csv_cmd = {
	.name = "account.apply_csv", .help = "Take in an uploaded CSV file", FIELDS(apply_csv_fields, struct apply_csv_in), .need = CAN_LEAD,
	.run = RUN(account_apply_csv),
};
