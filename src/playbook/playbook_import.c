/* playbook_import.c: playbooks out of files and into them: playbook.import and playbook.export. */
#include "playbook/run.h"

#include "playbook/plan_import.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/banned.h"

enum { FILE_MAX = 16 << 20, SAID_MOST = 20 };

struct import_in {
	struct file_list file;
	struct opt_i64 playbook;
	struct str name;
	bool leave_out, dry_run;
};
static const struct field import_fields[] = {
	FIELD(struct import_in, file, FIELD_FILES, .required = true, .max = 1, .help = "a plan as JSON, an export of Process Street as JSON, or a table as CSV", .positional = true),
	FIELD(struct import_in, playbook, FIELD_ID, .help = "into the draft of this playbook; else a new one is begun"),
	FIELD(struct import_in, name, FIELD_STR, .max = 120, .help = "what a table's playbook is called (the file's name)"),
	FIELD(struct import_in, leave_out, FIELD_BOOL, .help = "leave out rows that have something wrong; else nothing is taken in when one has"),
	FIELD(struct import_in, dry_run, FIELD_BOOL, .help = "only say what would come of it"),
};

/* "week-1.csv" → "week-1". */
static struct str base_name(struct str filename)
{
	for (size_t i = filename.n; i > 1; i--)
		if (filename.p[i - 1] == '.')
			return str_slice(filename, 0, i - 1);
	return filename;
}

static void put_wrong(struct ctx *c, const struct plan_import *im)
{
	json_key(c->out, "errors");
	json_arr(c->out);
	for (size_t i = 0; i < im->n_wrong; i++) {
		json_obj(c->out);
		json_kstr(c->out, "where", im->wrong[i].where);
		json_kstr(c->out, "message", im->wrong[i].sentence);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
}

static enum err put_plans(struct ctx *c, const struct import_in *in, const struct plan_import *im, int64_t *ret_first)
{
	json_key(c->out, "playbooks");
	json_arr(c->out);
	for (size_t i = 0; i < im->n_plans; i++) {
		struct plan_problem *problems;
		struct plan plan;
		int64_t id = in->playbook.v;
		size_t n;
		TRY(plan_parse(c->arena, &c->fault, im->plans[i], &plan));
		plan_check(c->arena, &plan, &problems, &n);
		if (!in->dry_run && in->playbook.set)
			TRY(playbook_save_draft(c, id, NONE, im->plans[i], S("a file was taken in")));
		else if (!in->dry_run)
			TRY(playbook_new(c, STR_NULL, im->plans[i], &id));
		if (!*ret_first)
			*ret_first = id;
		json_obj(c->out);
		json_kopt(c->out, "playbook", id ? SOME(id) : NONE);
		json_kstr(c->out, "name", plan.name);
		json_ki64(c->out, "sections", (int64_t)plan.n_sections);
		json_ki64(c->out, "tasks", (int64_t)plan.n_tasks);
		json_ki64(c->out, "fields", (int64_t)plan.n_fields);
		json_ki64(c->out, "rules", (int64_t)plan.n_rules);
		json_key(c->out, "problems");
		json_arr(c->out);
		for (size_t k = 0; k < n; k++)
			json_str(c->out, problems[k].sentence);
		json_arr_end(c->out);
		json_obj_end(c->out);
	}
	json_arr_end(c->out);
	return OK;
}

static enum err playbook_import(struct ctx *c, const struct import_in *in)
{
	const struct upload *file = &in->file.v[0];
	struct plan_import im;
	struct str bytes;
	int64_t first = 0;
	enum err e = blob_read(c->desk->blobs, &c->fault, c->arena, file->blob, FILE_MAX, &bytes);
	if (e == ERR_LIMIT) {
		fault_clear(&c->fault);
		return fail_field(c, S("file"), "The file is larger than 16 MB: split it");
	}
	TRY(e);
	TRY(plan_import(c->arena, &c->fault, bytes, in->name.n ? in->name : base_name(file->filename), &im));
	if (in->playbook.set && im.n_plans != 1)
		return fail_field(c, S("file"), "The file holds %zu playbooks: take them in as new ones", im.n_plans);
	if (im.n_wrong && !in->leave_out && !in->dry_run) {
		fail(c, ERR_INPUT, "%zu %s something wrong; nothing was taken in. Mend the file, or leave such rows out.", im.n_wrong, im.n_wrong == 1 ? "row has" : "rows have");
		for (size_t i = 0; i < im.n_wrong && i < SAID_MOST; i++)
			fail_field(c, S("file"), "%.*s: %.*s", STR_ARG(im.wrong[i].where), STR_ARG(im.wrong[i].sentence));
		return ERR_INPUT;
	}
	json_kbool(c->out, "dry_run", in->dry_run);
	json_kstr(c->out, "shape", str_c(im.shape));
	put_wrong(c, &im);
	TRY(put_plans(c, in, &im, &first));
	if (!in->dry_run)
		json_ki64(c->out, "playbook", first);
	json_kstr(c->out, "said", in->dry_run ? arena_fmt(c->arena, "It would make %zu %s; %zu rows have something wrong.", im.n_plans, im.n_plans == 1 ? "playbook" : "playbooks",
							  im.n_wrong)
					      : S("Taken in as a draft: look it over, then publish it."));
	return OK;
}
COMMAND_RUN(playbook_import)

const struct command playbook_import_cmd = {
	.name = "playbook.import", .help = "Take in playbooks from a file: our JSON, Process Street's shapes, or CSV; they come as drafts",
	FIELDS(import_fields, struct import_in), .need = CAN_LEAD, .run = RUN(playbook_import),
};

struct export_in {
	int64_t playbook;
	bool published;
};
static const struct field export_fields[] = {
	FIELD(struct export_in, playbook, FIELD_ID, .required = true, .positional = true, .help = "which playbook"),
	FIELD(struct export_in, published, FIELD_BOOL, .help = "the published plan, even when another is being written"),
};

static enum err playbook_export(struct ctx *c, const struct export_in *in)
{
	struct playbook_row_row row;
	struct playbook_rev_row_row rev;
	struct str json;
	int64_t version;
	TRY(playbook_read(c, in->playbook, &row));
	if (in->published && !row.rev_id.set)
		return fail(c, ERR_NOT_FOUND, "“%.*s” was never published.", STR_ARG(row.name));
	if (in->published) {
		TRY(playbook_rev_read(c, row.rev_id.v, &rev));
		json = rev.plan;
	} else {
		TRY(playbook_text(c, row.id, &json, &version));
	}
	json_raw(c->out, json);
	return OK;
}
COMMAND_RUN(playbook_export)

const struct command playbook_export_cmd = {
	.name = "playbook.export", .help = "A playbook's plan as JSON that playbook.import takes in again to the same", FIELDS(export_fields, struct export_in),
	.need = CAN_READ, .reads = true, .run = RUN(playbook_export),
};
