/* sla.c: what this slice brings to the house (routes_page.c lists it), and the preset every desk begins with. */
#include "sla/sla_int.h"
#include "sla/sla_preset.h"

#include "base/banned.h"

extern const char sla_preset_handbook[], sla_preset_24bh[], sla_preset_wall[];
extern const size_t sla_preset_handbook_n, sla_preset_24bh_n, sla_preset_wall_n;

const struct sla_preset sla_presets[] = {
	{ "handbook", sla_preset_handbook, &sla_preset_handbook_n },
	{ "handbook-24bh", sla_preset_24bh, &sla_preset_24bh_n },
	{ "handbook-wall", sla_preset_wall, &sla_preset_wall_n },
};
const size_t sla_n_presets = ARRAY_LEN(sla_presets);

const struct reaction sla_reactions[] = {
	{ .kind = "ticket.*", .when = IN_TX, .fold = sla_on_ticket },
	{ .kind = "message.*", .when = IN_TX, .fold = sla_on_message },
	{ .kind = "organisation.*", .when = IN_TX, .fold = sla_on_organisation },
	{ 0 },
};

const struct job_kind sla_jobs[] = {
	{ .name = "sla.timers", .version = 1, .max_attempts = 5, .lease_us = 10 * UTIME_US_PER_MINUTE, .every_us = SLA_REST_US, .next_us = sla_next_wake,
	  .run = sla_job_timers },
	{ 0 },
};

const struct fold sla_folds[] = {
	{ "sla_edition", &sla_edition_rows_stmt },
	{ "sla_calendar", &sla_calendar_rows_stmt },
	{ "sla_hours", &sla_hours_rows_stmt },
	{ "sla_holiday", &sla_holiday_rows_stmt },
	{ "sla_rule", &sla_rule_rows_stmt },
	{ "sla_automation", &sla_automation_rows_stmt },
	{ "sla_target", &sla_target_rows_stmt },
	{ 0 },
};

/* Edition 1, once; what the desk changes later is its own. A desk from before this slice gets its facts from its log. */
enum err sla_prepare(struct ctx *c)
{
	struct sla_newest_edition_row newest;
	bool any;
	int64_t edition;
	TRY(sla_newest_edition(c->db, c->arena, &newest, &any));
	if (any)
		return OK;
	struct sla_change_in in = { .mode = "preset", .summary = S("the handbook's rows") };
	TRY(conf_parse(c, (struct str){ sla_preset_handbook, sla_preset_handbook_n }, &in.want));
	TRY(sla_change_apply(c, &in, &edition));
	return sla_facts_from_log(c);
}
