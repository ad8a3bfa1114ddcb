/* case_page.c: the page of one ticket: who the customer is, what was said, what is to be done. Reads only; see case_view.h. */
#include "desk/case_view.h"

#include "base/civil.h"
#include "base/utf8.h"
#include "core/upload.h"
#include "desk/desk_page.h"
#include "mail/mail.h"
#include "web/place.h"
#include "web/route.h"

#include "case.html.h"
#include "case.sql.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { PARTS = 200, MESSAGES = 100, LINES = 200, OTHERS = 6, TEAMS = 100, ALIKE = 4 };
_Static_assert(sizeof(struct case_lines_row) == sizeof(struct event), "case.sql: case_lines and struct event");

/* ---- words ---- */

static struct str size_words(struct arena *a, int64_t bytes)
{
	if (bytes < 1024)
		return arena_fmt(a, "%lld B", (long long)bytes);
	if (bytes < 1024 * 1024)
		return arena_fmt(a, "%lld KB", (long long)((bytes + 512) / 1024));
	return arena_fmt(a, "%.1f MB", (double)bytes / (1024 * 1024));
}

static int64_t lines_of(struct str s)
{
	int64_t n = 0;
	struct str line;
	while (str_line(&s, &line))
		n++;
	return n;
}

static bool fence(struct str line)
{
	return str_starts(str_trim(line), S("```"));
}

static bool indented(struct str line)
{
	return str_starts(line, S("    ")) || str_starts(line, S("\t"));
}

/* One line that looks like a log may be a sentence; two are a log. */
static bool log_follows(struct str rest)
{
	struct str line;
	return str_line(&rest, &line) && write_log_line(line);
}

/* Prose and code apart: logs and stack traces keep their columns. Code is what the writer fenced or indented by four, and lines of logs. */
static void split_text(struct arena *a, struct str text, struct case_item *ret)
{
	size_t lines = 1;
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	ret->parts = arena_array(a, struct case_part, lines < PARTS ? lines : PARTS);
	struct str rest = text, line;
	const char *from = text.p;
	bool fenced = false, code = false;
	while (text.n && ret->n_parts + 2 < PARTS) {
		const char *at = rest.p;
		bool more = str_line(&rest, &line), edge = more && fence(line), now = code;
		if (more && !edge && !fenced && (str_trim(line).n || !code))
			now = indented(line) || (write_log_line(line) && (code || log_follows(rest)));
		if (!more || edge || now != code) {
			struct str piece = { from, (size_t)((more ? at : text.p + text.n) - from) };
			if (str_trim(piece).n)
				ret->parts[ret->n_parts++] = (struct case_part){ code, code ? piece : str_trim(piece), lines_of(piece) };
			from = at;
		}
		if (!more)
			return;
		code = now;
		if (edge) {
			fenced = code = !fenced;
			from = rest.n ? rest.p : text.p + text.n;
		}
	}
	if (from && from < text.p + text.n)
		ret->parts[ret->n_parts++] = (struct case_part){ false, { from, (size_t)(text.p + text.n - from) }, 0 };
}

/* ---- the thread ---- */

/* "support@desk.example" of an address that may carry a reply token: the token is a secret of the customer's. */
static struct str plain_address(struct arena *a, struct str rcpt)
{
	struct str local, domain, name, token;
	if (!str_cut(rcpt, '@', &local, &domain))
		return rcpt;
	str_cut(local, '+', &name, &token);
	return arena_fmt(a, "%.*s@%.*s", STR_ARG(name), STR_ARG(domain));
}

/* "to Ines Okafor, ops@…" of a reply's to_list. */
static struct str to_words(struct arena *a, struct str list)
{
	json_error_t e;
	json_t *root = list.p ? json_loadb(list.p, list.n, 0, &e) : NULL, *v;
	struct buf b;
	size_t i;
	buf_init(&b, a, 600);
	json_array_foreach(root, i, v) {
		const char *name = json_string_value(json_object_get(v, "name")), *mail = json_string_value(json_object_get(v, "email"));
		buf_fmt(&b, "%s%s", i ? ", " : "to ", name && *name ? name : mail ? mail : "");
	}
	json_decref(root);
	return buf_str(&b);
}

static void show_message(struct case_view *v, struct ctx *c, const struct case_thread_row *m, struct case_item *ret)
{
	struct arena *a = c->arena;
	bool note = str_eq(m->kind, S("note")), ours = str_eq(m->kind, S("public")), unverified = str_eq(m->kind, S("unverified")),
	     by_desk = str_eq(m->kind, S("system"));
	*ret = (struct case_item){
		.at_us = m->at_us, .id = m->id, .ticket_id = m->ticket_id, .author = m->author_name, .initials = desk_initials(a, m->author_name),
		.css = note ? "msg note" : unverified ? "msg note unproved" : ours ? "msg ours" : "msg", .unverified = unverified,
		.held = str_eq(m->state, S("held")), .from_merged = m->ticket_id != v->t.id, .inbox_id = m->inbox_id.set ? m->inbox_id.v : 0,
		.has_html = m->html_blob.p != NULL, .remote_images = m->remote_images, .quoted = S(""), .html = S(""), .about = S(""),
		.landed = m->landed_reason.p ? m->landed_reason : S(""), .landed_steps = m->landed_steps.p ? str_trim(m->landed_steps) : S(""),
	};
	if (by_desk) {
		ret->line = true;
		ret->who = S("tend");
		ret->did = m->body;
		ret->why = S("");
		return;
	}
	if (ours || note) {
		ret->html = write_fold_code(a, mail_markdown_html(a, m->body));
	} else {
		size_t cut = m->quote_at.set && m->quote_at.v >= 0 && (size_t)m->quote_at.v < m->body.n ? (size_t)m->quote_at.v : m->body.n;
		split_text(a, str_trim(str_slice(m->body, 0, cut)), ret);
		ret->quoted = str_trim(str_slice(m->body, cut, m->body.n));
		ret->quoted_lines = lines_of(ret->quoted);
	}
	if (ours && m->mark.n) {
		ret->mark = m->mark;
		ret->mark_words = case_mark_words(m->mark);
	}
	if (note)
		ret->about = S("internal note");
	else if (ours)
		ret->about = to_words(a, m->to_list);
	else if (str_eq(m->via, S("mail")))
		ret->about = m->landed_at.n ? arena_fmt(a, "by mail to %.*s", STR_ARG(plain_address(a, m->landed_at))) : S("by mail");
}

static struct case_item line_of(struct ctx *c, const struct case_view *v, const struct event *e)
{
	return (struct case_item){
		.line = true, .at_us = e->at_us, .who = e->actor_name, .did = case_event_did(c, e),
		.why = e->reason.n ? case_event_reason(e) : case_event_changes(c, e, &(struct case_names){ v->team, v->n_team, v->teams, v->n_teams }),
	};
}

static void files_of(struct ctx *c, struct case_item *it, const struct thread_attachments_row *files, size_t n)
{
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		k += files[i].message_id == it->id;
	it->files = k ? arena_array(c->arena, struct case_file, k) : NULL;
	for (size_t i = 0; i < n && k; i++)
		if (files[i].message_id == it->id)
			it->files[it->n_files++] = (struct case_file){
				.id = files[i].id, .name = files[i].filename, .size = size_words(c->arena, files[i].bytes),
				.image = upload_inline_image(files[i].content_type),
			};
}

/* "us.id" of ?before= */
static void thread_cursor(struct web *w, int64_t *ret_us, int64_t *ret_id)
{
	struct str us, id;
	*ret_us = *ret_id = INT64_MAX;
	if (!str_cut(web_query(w, "before"), '.', &us, &id) || !str_i64(us, ret_us) || !str_i64(id, ret_id))
		*ret_us = *ret_id = INT64_MAX;
}

static enum err thread(struct web *w, struct case_view *v)
{
	struct ctx *c = w->c;
	struct case_thread_row *rows;
	struct thread_attachments_row *files = NULL;
	struct case_lines_row *lines;
	size_t n, n_files = 0, n_lines, k = 0;
	int64_t before_us, before_id;
	thread_cursor(w, &before_us, &before_id);
	TRY(case_thread(c->db, c->arena, &rows, &n, .ticket_id = v->t.id, .before_us = before_us, .before_id = before_id, .max = MESSAGES + 1));
	bool more = n > MESSAGES;
	n -= more;
	v->older_url = v->newer_url = S("");
	if (more)
		v->older_url = arena_fmt(c->arena, "/tickets/%lld?before=%lld.%lld", (long long)v->t.id, (long long)rows[n - 1].at_us, (long long)rows[n - 1].id);
	if (before_us != INT64_MAX)
		v->newer_url = arena_fmt(c->arena, "/tickets/%lld", (long long)v->t.id);
	bool files_here = v->t.attachments > 0;   /* the ticket's own; merged ones bring theirs */
	for (size_t i = 0; i < n; i++)
		files_here |= rows[i].ticket_id != v->t.id;
	if (files_here)
		TRY(thread_attachments(c->db, c->arena, &files, &n_files, .ticket_id = v->t.id));
	TRY(case_lines(c->db, c->arena, &lines, &n_lines, .ticket_id = v->t.id, .from_us = more ? rows[n - 1].at_us : 0, .to_us = before_us, .max = LINES));
	v->items = arena_array(c->arena, struct case_item, n + n_lines + 1);
	/* both come newest first; the page shows the oldest first, and a line after the message of the same instant */
	size_t m = n, e = n_lines;
	while (m > 0 || e > 0) {
		if (m > 0 && (e == 0 || rows[m - 1].at_us <= lines[e - 1].at_us)) {
			struct case_item *it = &v->items[k++];
			m--;
			show_message(v, c, &rows[m], it);
			files_of(c, it, files, n_files);
			v->newest_message = rows[m].id > v->newest_message ? rows[m].id : v->newest_message;
		} else {
			struct event ev;
			memcpy(&ev, &lines[--e], sizeof(ev));
			if (case_event_in_thread(c, &ev))
				v->items[k++] = line_of(c, v, &ev);
		}
	}
	v->n_items = k;
	return OK;
}

/* ---- the sides ---- */

static enum err customer(struct ctx *c, struct case_view *v)
{
	struct case_org_open_row *rows;
	size_t n;
	v->has_requester = v->t.requester_id.set;
	if (v->has_requester)
		TRY(contact_get(c, v->t.requester_id.v, &v->requester));
	v->has_org = v->t.organisation_id.set;
	if (!v->has_org)
		return OK;
	TRY(organisation_card(c, v->t.organisation_id.v, &v->org));
	TRY(case_org_open(c->db, c->arena, &rows, &n, .organisation_id = v->t.organisation_id.v, .not_id = v->t.id, .max = OTHERS));
	v->org_open = arena_array(c->arena, struct case_other, n + 1);
	for (size_t i = 0; i < n; i++)
		v->org_open[v->n_org_open++] = (struct case_other){ .id = rows[i].id, .subject = rows[i].subject, .status = rows[i].status, .kind = S("") };
	return OK;
}

static enum err around(struct web *w, struct case_view *v)
{
	struct ctx *c = w->c;
	struct ticket_links_of_row *links;
	size_t n;
	TRY(ticket_followers_of(c->db, c->arena, &v->followers, &v->n_followers, .ticket_id = v->t.id));
	for (size_t i = 0; i < v->n_followers; i++)
		v->following |= v->followers[i].teammate_id == c->actor.id;
	TRY(ticket_ccs_of(c->db, c->arena, &v->ccs, &v->n_ccs, .ticket_id = v->t.id));
	TRY(ticket_tags_of(c->db, c->arena, &v->tags, &v->n_tags, .ticket_id = v->t.id));
	TRY(ticket_links_of(c->db, c->arena, &links, &n, .ticket_id = v->t.id));
	v->links = arena_array(c->arena, struct case_other, n + 1);
	for (size_t i = 0; i < n; i++)
		v->links[v->n_links++] = (struct case_other){ .id = links[i].other_id, .subject = links[i].subject, .status = links[i].status, .kind = links[i].kind };
	return stream_presence(w, v->t.id, &v->here, &v->n_here);
}

static void statuses(struct ctx *c, struct case_view *v)
{
	enum ticket_status s;
	if (!ticket_status_parse(v->t.status, &s))
		return;
	const char *const *names = ticket_status_choices(c->arena, s, BY_TEAMMATE);
	v->statuses = arena_array(c->arena, struct case_choice, TICKET_STATUS_COUNT);
	for (; *names; names++) {
		enum ticket_status to;
		if (ticket_status_parse(str_c(*names), &to))
			v->statuses[v->n_statuses++] = (struct case_choice){ .value = *names, .label = ticket_status_title(to), .here = to == s };
	}
	v->writable = ticket_status_writable(s);
	v->suspended = s == TICKET_SUSPENDED;
	v->deleted = s == TICKET_DELETED;
	v->merged = s == TICKET_MERGED;
	v->closed = s == TICKET_CLOSED;
}

/* Where "back" goes when the browser does not know which list it was. */
static void way_back(struct case_view *v)
{
	v->back = S("/queue/unsolved");
	v->back_title = S("All unsolved");
	if (v->suspended) {
		v->back = S("/queue/suspended");
		v->back_title = S("Suspended");
	} else if (v->deleted) {
		v->back = S("/queue/deleted");
		v->back_title = S("Deleted");
	} else if (str_eq(v->t.status, S("solved"))) {
		v->back = S("/queue/solved");
		v->back_title = S("Recently solved");
	} else if (v->mine) {
		v->back = S("/queue/mine");
		v->back_title = S("Mine");
	} else if (!v->t.assignee_id.set) {
		v->back = S("/queue/unassigned");
		v->back_title = S("Unassigned");
	}
}

static enum err asked(struct ctx *c, struct case_view *v)
{
	struct case_asked_row row;
	bool found;
	v->confirm_words = S("");
	TRY(case_asked(c->db, c->arena, &row, &found, .ticket_id = v->t.id));
	if (found)
		v->confirm_words = row.answer.p ? arena_fmt(c->arena, "The customer said %s.", str_eq(row.answer, S("yes")) ? "yes, it is solved" : "no, it is not solved")
						: arena_fmt(c->arena, "The customer was asked whether it is solved, %.*s ago.",
							    STR_ARG(civil_span(c->arena, c->now_us - row.asked_us)));
	return OK;
}

/* A form that failed and is not the writing box's: its message stands above the thread. */
static void other_error(struct web *w, struct case_view *v)
{
	const struct fault *f = w->failed_fault;
	v->error = S("");
	if (w->failed && !v->write.failed)
		v->error = f->n_fields ? arena_fmt(w->c->arena, "%s %s", f->message, f->fields[0].message) : str_c(f->message);
}

enum { CLOCKS_SHOWN = 4 };

static struct why_clock case_clock(struct ctx *c, const struct sla_line *l)
{
	struct why_clock k = promise_clock(l, c->now_us);
	if (str_eq(l->outcome, S("running")) && l->due_us.set && l->due_us.v > c->now_us) {
		k.left = civil_span(c->arena, l->due_us.v - c->now_us);
		k.due_iso = civil_rfc3339(c->arena, l->due_us.v);
	}
	return k;
}

/* Promises on the ticket's side: those that run first, then how the newest of the others ended. */
static enum err clocks(struct web *w, struct case_view *v)
{
	struct ctx *c = w->c;
	struct sla_look look;
	TRY(sla_look_at(c, v->t.id, 0, &look));
	v->countdown = web_query_i64(w, "countdown", 0) == 1;
	v->clocks = arena_array(c->arena, struct why_clock, look.n + 1);
	for (int runs = 1; runs >= 0; runs--)
		for (size_t i = look.n; i-- > 0 && v->n_clocks < CLOCKS_SHOWN;) {
			const struct sla_line *l = &look.lines[i];
			bool running = str_eq(l->outcome, S("running"));
			if (str_eq(l->track, S("promise")) && running == (runs == 1) && !str_eq(l->outcome, S("no_target")) && !str_eq(l->outcome, S("cancelled")))
				v->clocks[v->n_clocks++] = case_clock(c, l);
		}
	v->auto_words = !look.auto_us.set ? S("") : str_eq(look.auto_to, S("solved")) ? S("Without a word from the customer it is solved") : S("It closes by itself");
	v->auto_us = look.auto_us.set ? look.auto_us.v : 0;
	return OK;
}

enum err case_show(struct web *w, bool preview)
{
	struct ctx *c = w->c;
	struct case_view v = { .error = S(""), .team_name = S(""), .first_name = S("") };
	TRY(ticket_load(c, web_param_id(w, "id"), &v.t));
	v.layout = web_layout(w, arena_fmt(c->arena, "#%lld %.*s", (long long)v.t.id, STR_ARG(utf8_clip(v.t.subject, 80))));
	v.layout->live_url = S("/live");
	v.layout->path = v.me_next = arena_fmt(c->arena, "/tickets/%lld", (long long)v.t.id);
	v.status_words = str_c(case_status_words(v.t.status));
	v.can_reply = c->actor.caps & CAN_REPLY;
	v.can_note = c->actor.caps & CAN_NOTE;
	v.can_lead = c->actor.caps & CAN_LEAD;
	v.mine = v.t.assignee_id.set && v.t.assignee_id.v == c->actor.id;
	v.held_by_other = v.t.assignee_id.set && !v.mine;
	statuses(c, &v);
	way_back(&v);
	TRY(people_active(c, &v.team, &v.n_team));
	TRY(case_teams(c->db, c->arena, &v.teams, &v.n_teams, .max = TEAMS));
	v.assignee_name = v.t.assignee_id.set ? S("somebody who left") : S("nobody");
	for (size_t i = 0; i < v.n_team; i++)
		if (v.t.assignee_id.set && v.team[i].id == v.t.assignee_id.v)
			v.assignee_name = v.team[i].name;
	for (size_t i = 0; i < v.n_teams; i++)
		if (v.t.team_id.set && v.teams[i].id == v.t.team_id.v)
			v.team_name = v.teams[i].name;
	TRY(customer(c, &v));
	TRY(thread(w, &v));
	TRY(around(w, &v));
	TRY(asked(c, &v));
	TRY(clocks(w, &v));
	struct case_summary_of_row summary;
	TRY(summary_of(c, v.t.id, &summary, &v.has_summary));
	TRY(summary_seen_before(c, v.t.id, ALIKE, &v.alike, &v.n_alike));
	v.write = (struct write_view){ .newest_message = v.newest_message, .me_next = v.me_next };
	if (v.can_note && v.writable)
		TRY(write_read(w, &v.t, v.has_org ? &v.org : NULL, v.has_requester ? &v.requester : NULL, preview, &v.write));
	v.first_name = v.write.first_name;
	other_error(w, &v);
	TRY(web_cards(w, CARD_TICKET_TOP, v.t.id, &v.cards_top));
	TRY(web_cards(w, CARD_TICKET_SIDE, v.t.id, &v.cards_side));
	TRY(hint_next(c, HINT_CASE, &v.hint));
	case_html(&w->html, &v);
	return OK;
}

static enum err case_page(struct web *w)
{
	return case_show(w, false);
}

/* ---- the whole history ---- */

static enum err history_page(struct web *w)
{
	struct ctx *c = w->c;
	struct ticket_get_row t;
	struct event *events;
	struct teammate *team;
	struct case_teams_row *teams;
	size_t n, n_team, n_teams;
	enum { PAGE = 200 };
	TRY(ticket_load(c, web_param_id(w, "id"), &t));
	TRY(people_active(c, &team, &n_team));
	TRY(case_teams(c->db, c->arena, &teams, &n_teams, .max = TEAMS));
	const struct case_names names = { team, n_team, teams, n_teams };
	TRY(event_by_ticket(c, t.id, web_query_i64(w, "after", 0), PAGE + 1, &events, &n));
	bool more = n > PAGE;
	n -= more;
	struct history_view v = { .layout = web_layout(w, S("History")), .id = t.id, .subject = t.subject, .n = n, .next_url = S(""),
				  .rows = arena_array(c->arena, struct history_row, n + 1) };
	for (size_t i = 0; i < n; i++)
		v.rows[i] = (struct history_row){
			.at_us = events[i].at_us, .seq = events[i].seq, .who = events[i].actor_name, .did = case_event_did(c, &events[i]),
			.why = arena_fmt(c->arena, "%.*s%s%.*s", STR_ARG(events[i].rule), events[i].rule.n && events[i].reason.n ? ": " : "",
					 STR_ARG(case_event_reason(&events[i]))),
			.door = events[i].door, .message_id = str_eq(events[i].entity, S("message")) ? events[i].entity_id : 0,
			.changes = case_event_changes(c, &events[i], &names),
		};
	if (more)
		v.next_url = arena_fmt(c->arena, "/tickets/%lld/history?after=%lld", (long long)t.id, (long long)events[n - 1].seq);
	history_html(&w->html, &v);
	return OK;
}

/* ---- a new ticket ---- */

static enum err new_page(struct web *w)
{
	struct new_view v = { .layout = web_layout(w, S("New ticket")), .error = web_form_error(w, "ticket.create") };
	v.typed.subject = web_typed(w, "ticket.create", "subject", S(""));
	v.typed.body = web_typed(w, "ticket.create", "body", S(""));
	v.typed.name = web_typed(w, "ticket.create", "name", S(""));
	v.typed.email = web_typed(w, "ticket.create", "email", S(""));
	v.typed.priority = web_typed(w, "ticket.create", "priority", S(""));
	v.wrong.subject = web_field_error(w, "ticket.create", "subject");
	v.wrong.body = web_field_error(w, "ticket.create", "body");
	v.wrong.email = web_field_error(w, "ticket.create", "email");
	v.wrong.requester = web_field_error(w, "ticket.create", "requester");
	new_html(&w->html, &v);
	return OK;
}

/* ---- files ---- */

static enum err file_get(struct web *w)
{
	struct ctx *c = w->c;
	struct attachment_get_row f;
	struct ticket_get_row t;
	struct str type = S("application/octet-stream");
	bool found;
	int fd;
	int64_t bytes;
	TRY(attachment_get(c->db, c->arena, &f, &found, .id = web_param_id(w, "id")));
	if (!found)
		return fail(c, ERR_NOT_FOUND, "There is no such file.");
	TRY(ticket_load(c, f.ticket_id, &t));   /* who may not see the ticket does not see its files */
	TRY(blob_open(c->desk->blobs, &c->fault, f.blob, &fd, &bytes));
	bool in_place = web_query_i64(w, "inline", 0) == 1 && upload_inline_image(f.content_type);
	if (in_place)
		type = f.content_type;
	web_file(w, fd, bytes, type, f.blob);
	web_header(w, "Content-Disposition", arena_fmt(c->arena, "%s; filename*=UTF-8''%.*s", in_place ? "inline" : "attachment",
						       STR_ARG(url_encode(c->arena, f.filename))));
	web_header(w, "Content-Security-Policy", S("default-src 'none'; sandbox"));
	web_header(w, "Cache-Control", S("private, no-cache"));
	return OK;
}

/* ---- the customer's answer ---- */

static enum err confirm_page(struct web *w)
{
	struct ctx *c = w->c;
	struct ticket_confirm_view k;
	struct confirm_view v = { .token = web_param(w, "token"), .error = web_form_error(w, "ticket.confirm"), .subject = S(""), .name = S("") };
	enum err e = ticket_confirm_look(c, v.token, &k);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	fault_clear(&c->fault);
	v.layout = web_layout(w, S("Is it solved?"));
	v.layout->signed_in = false;
	v.found = e == OK;
	if (v.found) {
		v.subject = k.subject;
		v.name = k.contact_name;
		v.answered = k.answer.p != NULL;
		v.yes = str_eq(k.answer, S("yes"));
		v.expired = k.expired;
	} else {
		w->res->status = 404;
	}
	confirm_html(&w->html, &v);
	return OK;
}

const struct route case_routes[] = {
	{ "GET", "/tickets/new", ROUTE_TEAMMATE, CAN_NOTE, new_page, 0, "A new ticket" },
	{ "GET", "/tickets/:id", ROUTE_TEAMMATE, CAN_READ, case_page, 0, "A ticket" },
	{ "GET", "/tickets/:id/history", ROUTE_TEAMMATE, CAN_READ, history_page, 0, "Everything that happened on a ticket" },
	{ "GET", "/files/:id/:name", ROUTE_TEAMMATE, CAN_READ, file_get, 0, "An attachment" },
	{ "GET", "/confirm/:token", ROUTE_PUBLIC, 0, confirm_page, 0, "The customer's answer whether it is solved" },
	{ 0 },
};
