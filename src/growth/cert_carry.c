/* cert_carry.c: what of practice leaves with the desk (core/carry.h): certification, calls, pairings, account work. */
#include "growth/call_rows.h"
#include "growth/cert_parts.h"
#include "growth/cert_rows.h"
#include "growth/pair_rows.h"
#include "growth/work_rows.h"

#include "base/banned.h"

#define PEOPLE "mentor_id teammate, manager_id teammate"

const struct carry practice_carries[] = {
	{ "cert_programme", &cert_programme_rows_stmt, .key = "slug" },
	{ "cert_edition", &cert_edition_rows_stmt, .refs = "programme_id cert_programme, created_by teammate", .key = "programme_id, valid_from",
	  .words = "clearance none|mentor|mentor_manager, lead_rule shadow|certified, sessions call|mock, pass one_session|latest|any", .json = "labels, competencies" },
	{ "certification", &certification_rows_stmt, .refs = "programme_id cert_programme, edition_id cert_edition, teammate_id teammate, " PEOPLE,
	  .words = "state not_started|practising|cleared|certified|revoked", .json = "focus" },
	{ "customer_call", &customer_call_rows_stmt, .refs = "organisation_id organisation, lead_id teammate, session_id cert_entry later, created_by teammate",
	  .words = "kind discovery|demo|trial|review|support|other, state planned|held|cancelled" },
	{ "cert_entry", &cert_entry_rows_stmt,
	  .refs = "certification_id certification, edition_id cert_edition, session_id cert_entry, call_id customer_call, by_id teammate",
	  .words = "kind practice|approved|cleared|session|score|revoked|recognised, scorer |mentor|manager" },
	{ "call_place", &call_place_rows_stmt, .refs = "call_id customer_call, teammate_id teammate", .words = "part shadow|observer, did |watched|spoke|led_part|missed" },
	{ "call_feed", &call_feed_rows_stmt, .refs = "teammate_id teammate" },
	{ "pairing_rule", &pairing_rule_rows_stmt, .key = "kind, newcomer_role, valid_from", .words = "kind buddy|mentor|account, team same|other|adjacent|any" },
	{ "pairing", &pairing_rows_stmt,
	  .refs = "newcomer_id teammate, partner_id teammate, manager_id teammate, rule_id pairing_rule, replaces_id pairing, created_by teammate",
	  .words = "kind buddy|mentor|account, state open|active|ended" },
	{ "pairing_meeting", &pairing_meeting_rows_stmt, .refs = "pairing_id pairing, by_id teammate", .words = "state due|held|skipped" },
	{ "pairing_question", &pairing_question_rows_stmt, .refs = "newcomer_id teammate, mentor_id teammate, answered_by teammate", .words = "state open|answered" },
	{ "pairing_fallback", &pairing_fallback_rows_stmt, .refs = "teammate_id teammate" },
	{ "pairing_neighbour", &pairing_neighbour_rows_stmt, .refs = "team_id team, other_id team" },
	{ "work_kind", &work_kind_rows_stmt, .key = "slug, valid_from" },
	{ "work_part_kind", &work_part_kind_rows_stmt, .key = "kind, slug, valid_from", .words = "answer_kind text|yes_no, led_by ce|ae|any" },
	{ "work_item", &work_item_rows_stmt, .refs = "organisation_id organisation, team_id team, owner_id teammate, with_id teammate, created_by teammate",
	  .words = "with_part |ae|lead|mentor, state open|proposed|accepted|declined|delivered|done|dropped, health |green|yellow|red" },
	{ "work_part", &work_part_rows_stmt, .refs = "item_id work_item, answered_by teammate", .words = "answer_kind text|yes_no, led_by ce|ae|any" },
	{ "work_member", &work_member_rows_stmt, .refs = "item_id work_item, teammate_id teammate", .words = "part lead|member" },
	{ 0 },
};
