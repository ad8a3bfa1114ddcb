/* audit.h: the log by every road: by kind, by who, by row, by when, newest first. */
#ifndef TEND_ADMIN_AUDIT_H
#define TEND_ADMIN_AUDIT_H

#include "core/command.h"
#include "core/event.h"
#include "core/setting.h"

#include "admin.sql.h"

struct audit_filter {
	struct str kind;             /* what kinds begin with: "ticket.", "setting.changed"; empty = all */
	int64_t actor;               /* a teammate; 0 = anybody */
	struct str entity;           /* with entity_id: one row's events */
	int64_t entity_id;
	utime from_us, to_us;        /* from ≤ at < to; 0 = open */
};

struct audit_found {
	struct audit_all_row *rows;
	size_t n;
	struct str next;             /* where to go on; empty = the end */
	bool cut_short;              /* enough was looked at for one page; there may be more further back */
};

/* The input of audit.list and audit.export. Dates are days of the actor's zone, both inclusive. */
struct audit_in {
	struct str kind, entity;
	struct opt_i64 actor, row;
	struct str from, to;
	struct str after;
	struct opt_i64 max;
};
enum err audit_filter_of(struct ctx *c, const struct audit_in *in, struct audit_filter *ret);

/* At most max events that fit, newest first, from `after` (a `next`; empty = the beginning) on. However rare they are, one call looks at a bounded number of rows. */
enum err audit_read(struct ctx *c, const struct audit_filter *f, struct str after, int64_t max, struct audit_found *ret);

/* 64 hex digits. */
struct str audit_hex(struct arena *a, struct str bytes);

extern const struct command audit_list_cmd, audit_verify_cmd, audit_export_cmd;

#endif
