/* admin_page.c: the feature with its routes; the index, our mail addresses, health. */
#include "admin/admin_page.h"

#include "admin/admin.h"
#include "core/job.h"
#include "base/civil.h"
#include "web/place.h"

#include "admin.html.h"

#include <string.h>

#include "base/banned.h"

enum { PLACES_MAX = 16, LATE_MIN = 5, OUT_LATE_MIN = 15, COUNT_CAP = 1000 };

/* ---- the index ---- */

static struct str capped(struct arena *a, int64_t n)
{
	return n >= COUNT_CAP ? S("999+") : arena_fmt(a, "%lld", (long long)n);
}

static struct str plural(struct arena *a, int64_t n, const char *one, const char *many)
{
	return arena_fmt(a, "%.*s %s", STR_ARG(capped(a, n)), n == 1 ? one : many);
}

static void add(struct admin_place *v, size_t *n, struct str title, const char *url, const char *about, struct str state, const char *tone)
{
	ASSERT(*n < PLACES_MAX);
	v[(*n)++] = (struct admin_place){ .title = title, .url = str_c(url), .about = str_c(about), .state = state, .tone = tone };
}

static void needs_somebody(struct web *w, const struct queue_figures *q, int64_t suspended, bool any_address, struct admin_index_view *v)
{
	struct arena *a = w->c->arena;
	if (q->jobs_dead)
		add(v->first, &v->n_first, plural(a, q->jobs_dead, "job gave up", "jobs gave up"), "/admin/jobs?state=dead",
		    "Each says why; try it again once the cause is gone.", S("gave up"), "late");
	if (q->outbox_failed)
		add(v->first, &v->n_first, plural(a, q->outbox_failed, "mail did not go out", "mails did not go out"), "/admin/outbox?state=failed",
		    "Refused by the far side, or uncertain: somebody waits for it.", S("failed"), "late");
	if (q->oldest_inbox_us > LATE_MIN * UTIME_US_PER_MINUTE)
		add(v->first, &v->n_first, S("Mail came in and is not handled yet"), "/admin/inbox?state=new", "It should take a second.",
		    civil_span(a, q->oldest_inbox_us), "late");
	if (q->inbox_parked)
		add(v->first, &v->n_first, plural(a, q->inbox_parked, "mail could not be read", "mails could not be read"), "/admin/quarantine",
		    "Look at the original, then read it again or put it away.", S("parked"), "warn");
	if (suspended)
		add(v->first, &v->n_first, plural(a, suspended, "mail waits for a second look", "mails wait for a second look"), "/admin/quarantine",
		    "Automatic, or going round in a loop.", S("suspended"), "warn");
	if (q->oldest_outbox_us > OUT_LATE_MIN * UTIME_US_PER_MINUTE)
		add(v->first, &v->n_first, S("Outgoing mail is late"), "/admin/outbox?state=waiting", "Does the mail server answer?", civil_span(a, q->oldest_outbox_us), "late");
	if (q->oldest_job_us > LATE_MIN * UTIME_US_PER_MINUTE)
		add(v->first, &v->n_first, S("Background work is late"), "/admin/jobs", "More than it gets done, or one that takes long.", civil_span(a, q->oldest_job_us), "late");
	if (!any_address)
		add(v->first, &v->n_first, S("No address takes mail yet"), "/admin/mail", "Add the address your customers write to.", S("set up"), "warn");
}

enum err admin_index_page(struct web *w)
{
	struct ctx *c = w->c;
	struct queue_figures q;
	struct admin_inbox_some_row suspended;
	struct admin_addresses_row *addresses;
	size_t n_addresses, active = 0;
	TRY(queue_figures(c, &q));
	TRY(admin_inbox_some(c->db, c->arena, &suspended, .state = S("suspended")));
	TRY(admin_addresses(c->db, c->arena, &addresses, &n_addresses));
	for (size_t i = 0; i < n_addresses; i++)
		active += addresses[i].active != 0;
	struct admin_index_view v = { .first = arena_array(c->arena, struct admin_place, PLACES_MAX), .places = arena_array(c->arena, struct admin_place, PLACES_MAX) };
	needs_somebody(w, &q, suspended.n, active > 0, &v);
	add(v.places, &v.n, S("Teammates and teams"), "/admin/teammates", "Who works here, and what each may do", S(""), "");
	add(v.places, &v.n, S("API tokens"), "/admin/tokens", "What acts in a teammate's name", S(""), "");
	add(v.places, &v.n, S("Who may what"), "/admin/permissions", "Every command by access level", S(""), "");
	add(v.places, &v.n, S("Mail addresses"), "/admin/mail", "What customers write to, and how mail gets here", plural(c->arena, (int64_t)active, "takes mail", "take mail"), "");
	add(v.places, &v.n, S("What came in"), "/admin/inbox", "Every mail, what became of it and why", q.inbox_new ? plural(c->arena, q.inbox_new, "new", "new") : S(""), "");
	add(v.places, &v.n, S("Mail that waits"), "/admin/quarantine", "Unreadable, automatic or suspicious: a second look", S(""), "");
	add(v.places, &v.n, S("What goes out"), "/admin/outbox", "Every mail of ours and the far side's last word",
	    q.outbox_waiting ? plural(c->arena, q.outbox_waiting, "waits", "wait") : S(""), "");
	add(v.places, &v.n, S("Jobs"), "/admin/jobs", "Background work", q.jobs_waiting ? plural(c->arena, q.jobs_waiting, "waits", "wait") : S(""), "");
	add(v.places, &v.n, S("Settings"), "/admin/settings", "What can be changed while the desk runs", S(""), "");
	add(v.places, &v.n, S("Audit"), "/admin/audit", "Everything that happened, by whom, and proof that nobody changed it", S(""), "");
	add(v.places, &v.n, S("Health"), "/admin/health", "What this desk stands on", S(""), "");
	v.layout = admin_layout(w, S("Admin"));
	admin_index_html(&w->html, &v);
	return OK;
}

/* ---- our addresses ---- */

static const struct admin_choice KINDS[] = {
	{ S("support"), S("Support: becomes a ticket"), false },
	{ S("trial"), S("Trial: a prospect's ticket"), false },
	{ S("feedback"), S("Feedback"), false },
	{ S("noreply"), S("No reply: only our own notices"), false },
};
static const struct admin_choice YES_NO[] = { { S("1"), S("Yes"), false }, { S("0"), S("No"), false } };

static void fill_address(struct web *w, struct address_row *r)
{
	static const char CMD[] = "mail.address_update";
	struct str id = arena_fmt(w->c->arena, "a%lld", (long long)r->a->id);
	r->failed = w->failed && strcmp(w->failed->name, CMD) == 0 && str_eq(form_value(&w->form, S("address"), NULL), str_slice(id, 1, id.n));
	r->error = r->failed ? web_form_error(w, CMD) : S("");
	r->label = admin_field(w, CMD, r->failed, id, "label", "What it is for", r->a->label);
	r->kind = admin_field(w, CMD, r->failed, id, "kind", "Kind", r->a->kind);
	admin_choices(w, &r->kind, KINDS, ARRAY_LEN(KINDS));
	r->acknowledge = admin_field(w, CMD, r->failed, id, "acknowledge", "Acknowledge new tickets", r->a->acknowledge ? S("1") : S("0"));
	admin_choices(w, &r->acknowledge, YES_NO, ARRAY_LEN(YES_NO));
	r->active = admin_field(w, CMD, r->failed, id, "active", "Takes mail", r->a->active ? S("1") : S("0"));
	admin_choices(w, &r->active, YES_NO, ARRAY_LEN(YES_NO));
}

enum err addresses_page(struct web *w)
{
	static const char CMD[] = "mail.address_add";
	struct ctx *c = w->c;
	const struct desk_config *cfg = &c->desk->cfg;
	struct admin_addresses_row *rows;
	struct addresses_view v = { 0 };
	TRY(admin_addresses(c->db, c->arena, &rows, &v.n));
	v.rows = arena_array(c->arena, struct address_row, v.n + 1);
	for (size_t i = 0; i < v.n; i++) {
		v.rows[i].a = &rows[i];
		fill_address(w, &v.rows[i]);
	}
	v.add_failed = w->failed && strcmp(w->failed->name, CMD) == 0;
	v.add_error = web_form_error(w, CMD);
	v.address = admin_field(w, CMD, v.add_failed, S("new"), "address", "Address", S(""));
	v.address.type = "email";
	v.address.required = true;
	v.address.help = S("Without a plus sign: replies carry their token there.");
	v.label = admin_field(w, CMD, v.add_failed, S("new"), "label", "What it is for", S(""));
	v.label.help = S("For people; the address itself when left empty.");
	v.kind = admin_field(w, CMD, v.add_failed, S("new"), "kind", "Kind", S("support"));
	admin_choices(w, &v.kind, KINDS, ARRAY_LEN(KINDS));
	v.lmtp = cfg->lmtp_listen ? str_c(cfg->lmtp_listen) : S("");
	v.lmtp_is_socket = str_starts(v.lmtp, S("unix:"));
	if (v.lmtp_is_socket)
		v.lmtp = str_slice(v.lmtp, 5, v.lmtp.n);
	v.example = v.n ? rows[0].address : arena_fmt(c->arena, "support@%s", cfg->mail_domain ? cfg->mail_domain : "desk.example");
	v.smtp = cfg->smtp ? health_host_only(c->arena, cfg->smtp) : S("");
	v.layout = web_layout(w, S("Mail addresses"));
	addresses_html(&w->html, &v);
	return OK;
}

/* ---- health ---- */

enum err health_page(struct web *w)
{
	struct health_view v = { 0 };
	struct health_line *rows;
	TRY(health_look(w->c, &rows, &v.n));
	v.rows = rows;
	for (size_t i = 0; i < v.n; i++) {
		v.bad += rows[i].mark == '-';
		v.warned += rows[i].mark == '!';
	}
	v.layout = admin_layout(w, S("Health"));
	health_html(&w->html, &v);
	return OK;
}

static const struct route routes[] = {
	{ "GET", "/admin", ROUTE_TEAMMATE, CAN_ADMIN, admin_index_page, 0, "What needs somebody, and all places of admin" },
	{ "GET", "/admin/mail", ROUTE_TEAMMATE, CAN_ADMIN, addresses_page, 0, "Our mail addresses" },
	{ "GET", "/admin/inbox", ROUTE_TEAMMATE, CAN_ADMIN, inbox_page, 0, "Everything that came in" },
	{ "GET", "/admin/inbox/:id", ROUTE_TEAMMATE, CAN_REPLY, inbox_one_page, 0, "Why a mail landed where it did" },
	{ "GET", "/admin/quarantine", ROUTE_TEAMMATE, CAN_REPLY, quarantine_page, 0, "What waits for a second look" },
	{ "GET", "/admin/outbox", ROUTE_TEAMMATE, CAN_ADMIN, outbox_page, 0, "Everything that goes out" },
	{ "GET", "/admin/jobs", ROUTE_TEAMMATE, CAN_ADMIN, jobs_page, 0, "Background work" },
	{ "GET", "/admin/settings", ROUTE_TEAMMATE, CAN_ADMIN, settings_page, 0, "Settings" },
	{ "GET", "/admin/audit", ROUTE_TEAMMATE, CAN_ADMIN, audit_page, 0, "The log of everything" },
	{ "GET", "/admin/audit/check", ROUTE_TEAMMATE, CAN_ADMIN, audit_check_page, 0, "Walks along the log's chain" },
	{ "GET", "/admin/audit/:id", ROUTE_TEAMMATE, CAN_ADMIN, audit_one_page, 0, "One event with its data" },
	{ "POST", "/admin/audit/export", ROUTE_TEAMMATE, CAN_ADMIN, audit_export_post, 16 << 10, "The log as a table" },
	{ "GET", "/admin/health", ROUTE_TEAMMATE, CAN_ADMIN, health_page, 0, "What this desk stands on" },
	{ 0 },
};

static const struct command *const commands[] = { &outbox_list_cmd, &job_list_cmd, &audit_list_cmd, &audit_verify_cmd, &audit_export_cmd, NULL };

static const struct place places[] = {
	{ .label = "Mail that waits", .url = "/admin/quarantine", .need = CAN_REPLY },
	{ .label = "Admin", .url = "/admin", .need = CAN_ADMIN, .rail = true },
	{ 0 },
};

const struct feature admin_feature = { .name = "admin", .places = places, .commands = commands, .routes = routes };
