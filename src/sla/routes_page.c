/* routes_page.c: the slice and its pages. */
#include "sla/promise_view.h"
#include "sla/report_view.h"
#include "sla/sla_int.h"
#include "sla/why_view.h"

#include "core/access.h"
#include "web/place.h"
#include "web/route.h"

#include "base/banned.h"

static const struct route routes[] = {
	{ "GET", "/tickets/:id/due", ROUTE_TEAMMATE, CAN_READ, why_page, 0, "Why a ticket is due then, now or at any moment of the past" },
	{ "GET", "/promises", ROUTE_TEAMMATE, CAN_READ, promises_page, 0, "The rows of what is promised" },
	{ "GET", "/promises/answer", ROUTE_TEAMMATE, CAN_READ, promised_page, 0, "What would have been promised on a day" },
	{ "GET", "/promises/text", ROUTE_TEAMMATE, CAN_READ, promise_whole_page, 0, "All rows as text" },
	{ "GET", "/promises/rows/:code", ROUTE_TEAMMATE, CAN_READ, promise_row_page, 0, "One row and its editor" },
	{ "POST", "/promises/preview", ROUTE_TEAMMATE, CAN_READ, promise_preview_post, 0, "What a changed text would do" },
	{ "GET", "/promises/timers", ROUTE_TEAMMATE, CAN_READ, timers_page, 0, "What happens by itself: dated rows and a form" },
	{ "POST", "/promises/timers", ROUTE_TEAMMATE, CAN_ADMIN, timers_post, 0, "What another timer would change" },
	{ "GET", "/promises/targets", ROUTE_TEAMMATE, CAN_READ, targets_page, 0, "What share of a figure is wanted: dated rows and a form" },
	{ "POST", "/promises/targets", ROUTE_TEAMMATE, CAN_ADMIN, targets_post, 0, "What another target would change" },
	{ "GET", "/promises/calendars/:name/holidays", ROUTE_TEAMMATE, CAN_READ, holidays_page, 0, "Holidays of a calendar" },
	{ "POST", "/promises/calendars/:name/holidays", ROUTE_TEAMMATE, CAN_ADMIN, holidays_post, 0, "What a file of holidays would change" },
	{ "GET", "/promises/calendars", ROUTE_TEAMMATE, CAN_READ, calendars_page, 0, "Calendars of business hours" },
	{ "GET", "/promises/calendars/:name", ROUTE_TEAMMATE, CAN_READ, calendar_page, 0, "A year of a calendar" },
	{ "GET", "/customers/:id/promises", ROUTE_TEAMMATE, CAN_READ, customer_promises_page, 0, "What is promised to a customer, and how it was kept" },
	{ "GET", "/reports/promises", ROUTE_TEAMMATE, CAN_READ, report_page, 0, "Promises against what was done, by month" },
	{ "GET", "/reports/promises/late", ROUTE_TEAMMATE, CAN_READ, late_page, 0, "What came late, and why" },
	{ "GET", "/reports/promises/pauses", ROUTE_TEAMMATE, CAN_READ, pauses_page, 0, "Clocks that were stopped close to their due" },
	{ "GET", "/sla", ROUTE_PUBLIC, 0, public_promises_page, 0, "What customers may expect" },
	{ 0 },
};

static const struct setting settings[] = {
	{ "sla.pause_close_s", SETTING_INT, 0, 31536000, "1800", "Seconds. A clock that was stopped with less than this left is listed among the stopped clocks" },
	{ 0 },
};

static const struct event_words words[] = {
	{ "sla.warned", "saw a promise come close", false },
	{ "sla.breached", "noted that a promise was not kept", true },
	{ "sla.withdrawn", "took back a breach that was none", true },
	{ "sla.due_moved", "moved what is due, with what was promised", false },
	{ 0 },
};

static const struct place places[] = {
	{ .label = "Promises", .url = "/reports/promises", .under = "/promises /reports/promises /calendars", .rail = true },
	{ 0 },
};

const struct feature sla_feature = {
	.name = "sla", .places = places, .words = words, .commands = sla_commands, .routes = routes, .reactions = sla_reactions, .jobs = sla_jobs, .folds = sla_folds, .carries = sla_carries, .settings = settings,
	.prepare = sla_prepare, .verify = sla_verify,
};
