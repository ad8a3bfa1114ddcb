/* sla_carry.c: promises leave with the desk (core/carry.h): editions, calendars, hours, holidays, policy rows, automation, targets. They come before the tickets,
 * whose clocks go by them. A new desk's own preset edition makes way; a desk that has worked keeps its promises, and the file's are passed over. */
#include "sla/sla_int.h"

#include "base/banned.h"

static const struct db_stmt *const tables[] = { &sla_edition_rows_stmt, &sla_calendar_rows_stmt, &sla_hours_rows_stmt, &sla_holiday_rows_stmt,
						&sla_rule_rows_stmt, &sla_automation_rows_stmt, &sla_target_rows_stmt };

struct leaving {
	struct ctx *c;
	const char *table;
};

static enum err say_gone(void *arg, struct arena *row_arena, void *row)
{
	(void)row_arena;
	const struct leaving *l = arg;
	return event_append(l->c, &(struct event_new){ .kind = arena_cstr(l->c->arena, arena_fmt(l->c->arena, "%s.made_way", l->table)), .entity = l->table,
						       .entity_id = *(const int64_t *)row, .data = S("{\"gone\":true}"), .retold = true }, NULL);
}

static enum err make_way(struct ctx *c, bool *ret_skip)
{
	struct sla_alone_row alone;
	bool found;
	TRY(sla_alone(c->db, c->arena, &alone, &found));
	*ret_skip = !found;
	if (!found)
		return OK;
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		TRY(db_each(c->db, tables[i], NULL, say_gone, &(struct leaving){ c, tables[i]->table }));
	TRY(sla_edition_drop(c->db));
	TRY(sla_calendar_drop(c->db));
	TRY(sla_hours_drop(c->db));
	TRY(sla_holiday_drop(c->db));
	TRY(sla_rule_drop(c->db));
	TRY(sla_automation_drop(c->db));
	return sla_target_drop(c->db);
}

#define EDITIONS "since sla_edition, until sla_edition"

const struct carry sla_carries[] = {
	{ "sla_edition", &sla_edition_rows_stmt, .words = "mode preset|new|now|start", .begin = make_way, .before_tickets = true },
	{ "sla_calendar", &sla_calendar_rows_stmt, .refs = EDITIONS, .with = "sla_edition", .before_tickets = true },
	{ "sla_hours", &sla_hours_rows_stmt, .refs = EDITIONS, .with = "sla_edition", .before_tickets = true },
	{ "sla_holiday", &sla_holiday_rows_stmt, .refs = EDITIONS, .words = "origin preset|typed|import", .with = "sla_edition", .before_tickets = true },
	{ "sla_rule", &sla_rule_rows_stmt, .refs = "organisation_id organisation, " EDITIONS, .words = "track promise|aim", .with = "sla_edition", .before_tickets = true },
	{ "sla_automation", &sla_automation_rows_stmt, .refs = EDITIONS, .with = "sla_edition", .before_tickets = true },
	{ "sla_target", &sla_target_rows_stmt, .refs = EDITIONS, .with = "sla_edition", .before_tickets = true },
	{ 0 },
};
