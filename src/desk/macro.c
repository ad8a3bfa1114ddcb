/* macro.c: macros: written, offered, made into a draft; see macro.h. */
#include "desk/macro.h"

#include "account/account.h"
#include "base/civil.h"
#include "base/utf8.h"
#include "people/people.h"
#include "ticket/ticket.h"

#include <string.h>

static const struct {
	const char *slug, *name, *family, *mode, *body, *status, *kind, *tags, *from, *to, *source;
} PRESETS[] = {
#define MACRO(slug, name, family, mode, status, kind, tags, from, to, source, body) { slug, name, family, mode, body, status, kind, tags, from, to, source },
#include "handbook/macros.def"
#undef MACRO
};

#include "base/banned.h"

enum { BODY_MAX_BYTES = 32 << 10, DRAFT_MAX_BYTES = 64 << 10 };
_Static_assert(sizeof(struct macro_get_row) == sizeof(struct macro_rows_row), "macro.sql");
_Static_assert(sizeof(struct macro_offered_row) == sizeof(struct macro_rows_row), "macro.sql");

const struct carry macro_carries[] = {
	{ "macro", &macro_rows_stmt, .refs = "owner_id teammate", .key = "slug, valid_from", .words = "mode note|reply" }, { 0 },
};
const struct fold macro_fold_rows[] = { { "macro", &macro_rows_stmt }, { 0 } };

/* ---- variables ---- */

enum variable {
	V_REQUESTER_NAME, V_REQUESTER_FIRST, V_REQUESTER_EMAIL, V_ORG_NAME, V_ORG_PLAN, V_TICKET_ID, V_TICKET_SUBJECT, V_TICKET_LINK, V_TICKET_VERSION,
	V_TICKET_DEPLOYMENT, V_TICKET_PRIORITY, V_ASSIGNEE_NAME, V_ME_NAME, V_ME_FIRST, V_ME_SIGNATURE, V_TODAY, V_PROMISE,
};
static const struct {
	const char *name, *missing;
} VARIABLES[] = {
	[V_REQUESTER_NAME] = { "requester.name", "the requester's name" },
	[V_REQUESTER_FIRST] = { "requester.first_name", "the requester's first name" },
	[V_REQUESTER_EMAIL] = { "requester.email", "the requester's address" },
	[V_ORG_NAME] = { "organisation.name", "the customer" },
	[V_ORG_PLAN] = { "organisation.plan", "their plan" },
	[V_TICKET_ID] = { "ticket.id", "the ticket's number" },
	[V_TICKET_SUBJECT] = { "ticket.subject", "the subject" },
	[V_TICKET_LINK] = { "ticket.link", "the ticket's address" },
	[V_TICKET_VERSION] = { "ticket.version", "the version they run" },
	[V_TICKET_DEPLOYMENT] = { "ticket.deployment", "how it is deployed" },
	[V_TICKET_PRIORITY] = { "ticket.priority", "the priority" },
	[V_ASSIGNEE_NAME] = { "assignee.name", "who holds it" },
	[V_ME_NAME] = { "me.name", "your name" },
	[V_ME_FIRST] = { "me.first_name", "your first name" },
	[V_ME_SIGNATURE] = { "me.signature", "your signature" },
	[V_TODAY] = { "today", "today's date" },
	[V_PROMISE] = { "promise", "when they hear from you next" },
};

static bool variable_named(struct str name, enum variable *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(VARIABLES); i++)
		if (str_eq(name, str_c(VARIABLES[i].name))) {
			*ret = (enum variable)i;
			return true;
		}
	return false;
}

static enum err unknown(struct ctx *c, struct str name)
{
	struct buf b;
	buf_init(&b, c->arena, 2000);
	for (size_t i = 0; i < ARRAY_LEN(VARIABLES); i++)
		buf_fmt(&b, "%s%s", i ? ", " : "", VARIABLES[i].name);
	return fail_field(c, S("body"), "There is no variable “%.*s”. There are: %.*s.", STR_ARG(utf8_clip(name, 60)), STR_ARG(buf_str(&b)));
}

/* The next piece of a text: words, or a variable. False at the end; an error at one that is unknown or does not end. */
struct pieces {
	struct str rest;
	struct str words;
	bool is_variable;
	enum variable variable;
};

static enum err next_piece(struct ctx *c, struct pieces *p, bool *ret_more)
{
	*ret_more = p->rest.n > 0;
	if (!p->rest.n)
		return OK;
	ptrdiff_t at = str_find(p->rest, S("{{"));
	p->is_variable = at == 0;
	if (at != 0) {
		size_t n = at < 0 ? p->rest.n : (size_t)at;
		p->words = str_slice(p->rest, 0, n);
		p->rest = str_slice(p->rest, n, p->rest.n);
		return OK;
	}
	ptrdiff_t end = str_find(p->rest, S("}}"));
	if (end < 0)
		return fail_field(c, S("body"), "A variable begins with {{ and does not end with }}: “%.*s”.", STR_ARG(utf8_clip(p->rest, 40)));
	struct str name = str_trim(str_slice(p->rest, 2, (size_t)end));
	p->rest = str_slice(p->rest, (size_t)end + 2, p->rest.n);
	return variable_named(name, &p->variable) ? OK : unknown(c, name);
}

enum err macro_check(struct ctx *c, struct str body)
{
	struct pieces p = { .rest = body };
	bool more = true;
	while (more)
		TRY(next_piece(c, &p, &more));
	return OK;
}

static struct str first_word(struct str name)
{
	struct str first, rest;
	str_cut(name, ' ', &first, &rest);
	return first;
}

struct values {
	struct ticket_get_row t;
	struct contact requester;
	struct organisation_card org;
	struct teammate me, assignee;
	const struct zone *zone;
};

static enum err read_values(struct ctx *c, int64_t ticket_id, struct values *v)
{
	*v = (struct values){ 0 };
	TRY(ticket_load(c, ticket_id, &v->t));
	if (v->t.requester_id.set)
		TRY(contact_get(c, v->t.requester_id.v, &v->requester));
	if (v->t.organisation_id.set)
		TRY(organisation_card(c, v->t.organisation_id.v, &v->org));
	if (c->actor.kind == ACTOR_TEAMMATE)
		TRY(people_get(c, c->actor.id, &v->me));
	if (v->t.assignee_id.set)
		TRY(people_get(c, v->t.assignee_id.v, &v->assignee));
	v->zone = zone_find(c->actor.zone);
	if (!v->zone)
		v->zone = zone_find(S("UTC"));
	return OK;
}

static struct str value(struct ctx *c, const struct values *v, enum variable what)
{
	switch (what) {
	case V_REQUESTER_NAME:
		return v->requester.name;
	case V_REQUESTER_FIRST:
		return first_word(v->requester.name);
	case V_REQUESTER_EMAIL:
		return v->requester.email;
	case V_ORG_NAME:
		return v->org.name;
	case V_ORG_PLAN:
		return v->org.plan;
	case V_TICKET_ID:
		return arena_fmt(c->arena, "%lld", (long long)v->t.id);
	case V_TICKET_SUBJECT:
		return v->t.subject;
	case V_TICKET_LINK:
		return arena_fmt(c->arena, "%s/tickets/%lld", c->desk->cfg.public_url ? c->desk->cfg.public_url : "", (long long)v->t.id);
	case V_TICKET_VERSION:
		return v->t.version.n ? v->t.version : v->org.version;
	case V_TICKET_DEPLOYMENT:
		return v->t.deployment.n ? v->t.deployment : v->org.deployment.n ? str_c(account_words(v->org.deployment)) : STR_NULL;
	case V_TICKET_PRIORITY:
		return v->t.priority;
	case V_ASSIGNEE_NAME:
		return v->assignee.name;
	case V_ME_NAME:
		return c->actor.name;
	case V_ME_FIRST:
		return first_word(c->actor.name);
	case V_ME_SIGNATURE:
		return v->me.signature;
	case V_TODAY:
		return people_date(c->arena, c->now_us);
	case V_PROMISE:
		return v->t.promised_us.set ? civil_short(c->arena, v->zone, v->t.promised_us.v, c->now_us) : STR_NULL;
	}
	return STR_NULL;
}

enum err macro_expand(struct ctx *c, int64_t ticket_id, struct str body, struct str *ret)
{
	struct values v;
	struct pieces p = { .rest = body };
	struct buf b;
	bool more;
	TRY(read_values(c, ticket_id, &v));
	buf_init(&b, c->arena, DRAFT_MAX_BYTES);
	for (;;) {
		TRY(next_piece(c, &p, &more));
		if (!more)
			break;
		struct str s = p.is_variable ? value(c, &v, p.variable) : p.words;
		if (p.is_variable && !str_trim(s).n && p.variable != V_ME_SIGNATURE)
			buf_fmt(&b, "[%s]", VARIABLES[p.variable].missing);
		else
			buf_add(&b, s);
	}
	if (buf_err(&b) != OK)
		return fail(c, ERR_LIMIT, "With its variables filled in this macro is too long.");
	*ret = buf_str(&b);
	return OK;
}

struct str macro_changes_words(struct arena *a, const struct macro_get_row *m)
{
	struct buf b;
	buf_init(&b, a, 1000);
	if (m->priority.n)
		buf_fmt(&b, "priority %.*s", STR_ARG(m->priority));
	if (m->kind.n)
		buf_fmt(&b, "%skind %.*s", b.n ? ", " : "", STR_ARG(m->kind));
	if (m->tags.n)
		buf_fmt(&b, "%stags %.*s", b.n ? ", " : "", STR_ARG(m->tags));
	return buf_str(&b);
}

/* ---- writing them ---- */

struct macro_in {
	int64_t macro;
	struct str name, family, mode, body, status, kind, priority, valid_from, valid_to;
	struct str_list tags;
	bool mine;
};

static bool word_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
}

static struct str slug_of(struct arena *a, struct str name, int64_t owner)
{
	struct buf b;
	buf_init(&b, a, 200);
	for (size_t i = 0; i < name.n && b.n < 60; i++) {
		char ch = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i];
		if (word_char(ch))
			buf_ch(&b, ch);
		else if (b.n && b.p[b.n - 1] != '-')
			buf_ch(&b, '-');
	}
	while (b.n && b.p[b.n - 1] == '-')
		b.n--;
	if (owner)
		buf_fmt(&b, "@%lld", (long long)owner);
	return buf_str(&b);
}

static enum err tags_text(struct ctx *c, const struct str_list *tags, struct str *ret)
{
	struct buf b;
	buf_init(&b, c->arena, 1000);
	for (size_t i = 0; i < tags->n; i++) {
		struct str kind, tag;
		TRY(ticket_tag_parse(c, tags->v[i], &kind, &tag));
		buf_fmt(&b, "%s%.*s:%.*s", i ? " " : "", STR_ARG(kind), STR_ARG(tag));
	}
	if (buf_err(&b) != OK)
		return fail_field(c, S("tags"), "These are too many tags for one macro.");
	*ret = tags->n ? buf_str(&b) : STR_NULL;
	return OK;
}

static enum err insert(struct ctx *c, struct macro_rows_row *m, struct str rule)
{
	struct macro_insert_row id;
	m->created_us = c->now_us;
	TRY(macro_insert(c->db, c->arena, &id, .slug = m->slug, .name = m->name, .family = m->family, .mode = m->mode, .body = m->body, .status = m->status,
			 .kind = m->kind, .priority = m->priority, .tags = m->tags, .owner_id = m->owner_id, .valid_from = m->valid_from,
			 .valid_to = m->valid_to, .source = m->source, .created_us = m->created_us));
	m->id = id.id;
	return event_append(c, &(struct event_new){ .kind = "macro.created", .entity = "macro", .entity_id = id.id, .rule = rule,
						    .data = fold_set_all(c->arena, &macro_rows_stmt, m) }, NULL);
}

static enum err macro_create(struct ctx *c, const struct macro_in *in)
{
	struct macro_by_slug_row old;
	bool found;
	int64_t owner = in->mine && c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : 0;
	if (!owner && !(c->actor.caps & CAN_REPLY))
		return fail_field(c, S("mine"), "Everybody's macros are made by engineers. Make one of your own: “mine”.");
	TRY(macro_check(c, in->body));
	struct macro_rows_row m = {
		.slug = slug_of(c->arena, in->name, owner), .name = in->name, .family = in->family.n ? in->family : S("Others"),
		.mode = in->mode.n ? in->mode : S("reply"), .body = in->body, .status = in->status.n ? in->status : STR_NULL,
		.kind = in->kind.n ? in->kind : STR_NULL, .priority = in->priority.n ? in->priority : STR_NULL, .owner_id = owner ? SOME(owner) : NONE,
		.valid_from = in->valid_from.n ? in->valid_from : people_date(c->arena, c->now_us), .valid_to = in->valid_to.n ? in->valid_to : STR_NULL,
		.source = S("made at this desk"),
	};
	if (!str_trim(m.slug).n || m.slug.p[0] == '@')
		return fail_field(c, S("name"), "A name needs a letter or a digit of the Latin alphabet.");
	if (m.valid_to.n && str_cmp(m.valid_to, m.valid_from) <= 0)
		return fail_field(c, S("valid_to"), "It must end after it begins.");
	TRY(tags_text(c, &in->tags, &m.tags));
	TRY(macro_by_slug(c->db, c->arena, &old, &found, .slug = m.slug, .valid_from = m.valid_from));
	if (found)
		return fail_field(c, S("name"), "There is a macro of that name already. Change that one, or choose another name.");
	TRY(insert(c, &m, STR_NULL));
	json_ki64(c->out, "macro", m.id);
	json_kstr(c->out, "said", arena_fmt(c->arena, "“%.*s” is offered from %.*s.", STR_ARG(m.name), STR_ARG(m.valid_from)));
	return OK;
}

static enum err macro_read(struct ctx *c, int64_t id, struct macro_get_row *ret)
{
	bool found;
	TRY(macro_get(c->db, c->arena, ret, &found, .id = id));
	if (!found || (ret->owner_id.set && (c->actor.kind != ACTOR_TEAMMATE || ret->owner_id.v != c->actor.id) && !(c->actor.caps & CAN_OPERATE)))
		return fail(c, ERR_NOT_FOUND, "There is no macro %lld.", (long long)id);
	return OK;
}

static enum err save(struct ctx *c, const struct macro_get_row *before, const struct macro_get_row *m, const char *kind)
{
	struct str diff = fold_set_diff(c->arena, &macro_rows_stmt, before, m);
	json_ki64(c->out, "macro", m->id);
	if (!diff.p)
		return OK;
	TRY(macro_put(c->db, .id = m->id, .name = m->name, .family = m->family, .mode = m->mode, .body = m->body, .status = m->status, .kind = m->kind,
		      .priority = m->priority, .tags = m->tags, .valid_to = m->valid_to));
	return event_append(c, &(struct event_new){ .kind = kind, .entity = "macro", .entity_id = m->id, .data = diff }, NULL);
}

static enum err may_change(struct ctx *c, const struct macro_get_row *m)
{
	return m->owner_id.set || (c->actor.caps & CAN_REPLY) ? OK : fail(c, ERR_FORBIDDEN, "Everybody's macros are changed by engineers.");
}

static enum err macro_update(struct ctx *c, const struct macro_in *in)
{
	struct macro_get_row before, m;
	TRY(macro_read(c, in->macro, &before));
	TRY(may_change(c, &before));
	m = before;
	if (in->name.n)
		m.name = in->name;
	if (in->family.n)
		m.family = in->family;
	if (in->mode.n)
		m.mode = in->mode;
	if (in->body.n) {
		TRY(macro_check(c, in->body));
		m.body = in->body;
	}
	bool whole = c->door == DOOR_FORM;      /* the form shows every field, so what is empty there was emptied */
	m.status = in->status.n || whole ? (in->status.n ? in->status : STR_NULL) : m.status;
	m.kind = in->kind.n || whole ? (in->kind.n ? in->kind : STR_NULL) : m.kind;
	m.priority = in->priority.n || whole ? (in->priority.n ? in->priority : STR_NULL) : m.priority;
	if (in->tags.n || whole)
		TRY(tags_text(c, &in->tags, &m.tags));
	if (in->valid_to.n) {
		if (str_cmp(in->valid_to, m.valid_from) <= 0)
			return fail_field(c, S("valid_to"), "It must end after it begins.");
		m.valid_to = in->valid_to;
	}
	json_kstr(c->out, "said", S("Changed. Drafts that were made of it stay as they are."));
	return save(c, &before, &m, "macro.changed");
}

struct macro_only_in {
	int64_t macro;
};

static enum err macro_remove(struct ctx *c, const struct macro_only_in *in)
{
	struct macro_get_row before, m;
	TRY(macro_read(c, in->macro, &before));
	TRY(may_change(c, &before));
	m = before;
	m.valid_to = people_date(c->arena, c->now_us);
	json_kstr(c->out, "said", arena_fmt(c->arena, "“%.*s” is no longer offered.", STR_ARG(m.name)));
	return save(c, &before, &m, "macro.ended");
}

enum err macro_offer(struct ctx *c, struct macro_offered_row **ret, size_t *ret_n)
{
	return macro_offered(c->db, c->arena, ret, ret_n, .me = c->actor.kind == ACTOR_TEAMMATE ? c->actor.id : -1, .day = people_date(c->arena, c->now_us));
}

static enum err macro_list(struct ctx *c, const void *in)
{
	(void)in;
	struct macro_offered_row *rows;
	size_t n;
	TRY(macro_offer(c, &rows, &n));
	json_list(c->out);
	for (size_t i = 0; i < n; i++) {
		json_obj(c->out);
		json_ki64(c->out, "macro", rows[i].id);
		json_kstr(c->out, "name", rows[i].name);
		json_kstr(c->out, "family", rows[i].family);
		json_kstr(c->out, "mode", rows[i].mode);
		json_kstr(c->out, "body", rows[i].body);
		json_kstr(c->out, "status", rows[i].status);
		json_kstr(c->out, "kind", rows[i].kind);
		json_kstr(c->out, "priority", rows[i].priority);
		json_kstr(c->out, "tags", rows[i].tags);
		json_kbool(c->out, "mine", rows[i].owner_id.set);
		json_kstr(c->out, "valid_from", rows[i].valid_from);
		json_kstr(c->out, "valid_to", rows[i].valid_to);
		json_kstr(c->out, "source", rows[i].source);
		json_obj_end(c->out);
	}
	json_list_end(c->out, NONE);
	return OK;
}

/* ---- using one ---- */

struct macro_draft_in {
	int64_t macro, ticket;
};

static enum err macro_draft(struct ctx *c, const struct macro_draft_in *in)
{
	struct macro_get_row m;
	struct ticket_get_row t;
	struct draft_find_row old;
	struct str text;
	bool found;
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_INPUT, "A macro becomes a teammate's draft. Say who you are (--as).");
	TRY(macro_read(c, in->macro, &m));
	TRY(ticket_load(c, in->ticket, &t));
	enum ticket_status status;
	if (!ticket_status_parse(t.status, &status) || !ticket_status_writable(status))
		return fail(c, ERR_CONFLICT, "Nothing can be written to ticket %lld as it is now.", (long long)t.id);
	if (str_eq(m.mode, S("reply")) && !(c->actor.caps & CAN_REPLY))
		return fail(c, ERR_FORBIDDEN, "This macro answers the customer, which wants the access of an engineer.");
	TRY(macro_expand(c, t.id, m.body, &text));
	TRY(draft_find(c->db, c->arena, &old, &found, .ticket_id = t.id, .teammate_id = c->actor.id));
	if (found && str_trim(old.body).n)
		text = arena_fmt(c->arena, "%.*s\n\n%.*s", STR_ARG(str_trim(old.body)), STR_ARG(text));
	TRY(draft_put(c->db, .ticket_id = t.id, .teammate_id = c->actor.id, .mode = m.mode, .body = text,
		      .seen_message_id = found ? old.seen_message_id : NONE, .saved_us = c->now_us));
	TRY(draft_set_macro(c->db, .ticket_id = t.id, .teammate_id = c->actor.id, .macro_id = SOME(m.id)));
	json_ki64(c->out, "ticket", t.id);
	json_ki64(c->out, "macro", m.id);
	json_kstr(c->out, "body", text);
	struct str with = macro_changes_words(c->arena, &m);
	json_kstr(c->out, "said", arena_fmt(c->arena, "“%.*s” is in your draft%s%.*s. Nothing is sent until you send it.", STR_ARG(m.name),
					    with.n ? ", and sets with it: " : "", STR_ARG(with)));
	return OK;
}

struct macro_leave_in {
	int64_t ticket;
};

static enum err macro_leave(struct ctx *c, const struct macro_leave_in *in)
{
	json_ki64(c->out, "ticket", in->ticket);
	if (c->actor.kind != ACTOR_TEAMMATE)
		return OK;
	return draft_set_macro(c->db, .ticket_id = in->ticket, .teammate_id = c->actor.id, .macro_id = NONE);
}

enum err macro_on_message(struct ctx *c, const struct event_new *e, int64_t seq)
{
	(void)seq;
	struct draft_find_row d;
	struct macro_get_row m;
	bool found;
	if (c->actor.kind != ACTOR_TEAMMATE)
		return OK;
	TRY(draft_find(c->db, c->arena, &d, &found, .ticket_id = e->entity_id, .teammate_id = c->actor.id));
	if (!found || !d.macro_id.set)
		return OK;
	TRY(macro_get(c->db, c->arena, &m, &found, .id = d.macro_id.v));
	if (!found)
		return OK;
	struct ticket_get_row before, t;
	TRY(ticket_load(c, e->entity_id, &t));
	before = t;
	if (m.priority.n)
		t.priority = m.priority;
	if (m.kind.n)
		t.kind = m.kind;
	struct ticket_note_to_log log = { .rule = S("macro"), .reason = arena_fmt(c->arena, "with the macro “%.*s”", STR_ARG(m.name)) };
	TRY(ticket_save(c, "ticket.updated", &before, &t, &log));
	struct str rest = m.tags, one;
	bool more = rest.n > 0;
	while (more) {
		struct str kind, tag;
		more = str_cut(rest, ' ', &one, &rest);
		if (str_cut(one, ':', &kind, &tag))
			TRY(ticket_tag_put(c, t.id, kind, tag, true, 0));
	}
	return OK;
}

/* ---- presets ---- */

enum err macro_presets(struct ctx *c)
{
	for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++) {
		struct macro_by_slug_row old;
		bool found;
		struct macro_rows_row m = {
			.slug = str_c(PRESETS[i].slug), .name = str_c(PRESETS[i].name), .family = str_c(PRESETS[i].family), .mode = str_c(PRESETS[i].mode),
			.body = str_c(PRESETS[i].body), .status = str_c(PRESETS[i].status), .kind = str_c(PRESETS[i].kind), .priority = STR_NULL,
			.tags = str_c(PRESETS[i].tags), .valid_from = str_c(PRESETS[i].from), .valid_to = str_c(PRESETS[i].to),
			.source = str_c(PRESETS[i].source),
		};
		TRY(macro_by_slug(c->db, c->arena, &old, &found, .slug = m.slug, .valid_from = m.valid_from));
		if (found)
			continue;
		TRY(macro_check(c, m.body));
		TRY(insert(c, &m, S("handbook")));
	}
	return OK;
}

/* ---- descriptors ---- */

COMMAND_RUN(macro_create)
COMMAND_RUN(macro_update)
COMMAND_RUN(macro_remove)
COMMAND_RUN(macro_draft)
COMMAND_RUN(macro_leave)
static const char *const MODES[] = { "reply", "note", NULL };
static const char *const THEN[] = { "open", "pending", "on_hold", "solved", NULL };
#define SHARED(name_wanted, body_wanted)                                                                                                             \
	FIELD(struct macro_in, name, FIELD_STR, .required = name_wanted, .max = 80, .help = "what it is called"),                                   \
	FIELD(struct macro_in, body, FIELD_TEXT, .required = body_wanted, .max = BODY_MAX_BYTES, .help = "the text, in Markdown, with variables",    \
	      .example = "Hello {{requester.first_name}}"),                                                                                         \
	FIELD(struct macro_in, family, FIELD_STR, .max = 40, .help = "under which heading it stands"),                                              \
	FIELD(struct macro_in, mode, FIELD_ENUM, .choices = MODES, .help = "a reply to the customer (unless said) or an internal note"),            \
	FIELD(struct macro_in, status, FIELD_ENUM, .choices = THEN, .help = "the status that is proposed with it"),                                \
	FIELD(struct macro_in, kind, FIELD_ENUM, .choices = ticket_kinds, .help = "the kind the ticket gets with the message"),                      \
	FIELD(struct macro_in, priority, FIELD_ENUM, .choices = ticket_priorities, .help = "the priority it gets"),                                  \
	FIELD(struct macro_in, tags, FIELD_STRS, .max = 10, .help = "tags it gets"),                                                                \
	FIELD(struct macro_in, valid_to, FIELD_DATE, .help = "the first day on which it is no longer offered")
static const struct field create_fields[] = {
	SHARED(true, true),
	FIELD(struct macro_in, valid_from, FIELD_DATE, .help = "the first day on which it is offered; today unless said"),
	FIELD(struct macro_in, mine, FIELD_BOOL, .help = "only for you"),
};
static const struct field update_fields[] = {
	FIELD(struct macro_in, macro, FIELD_ID, .required = true, .positional = true, .help = "number of the macro"),
	SHARED(false, false),
};
static const struct field only_fields[] = {
	FIELD(struct macro_only_in, macro, FIELD_ID, .required = true, .positional = true, .help = "number of the macro"),
};
static const struct field draft_fields[] = {
	FIELD(struct macro_draft_in, macro, FIELD_ID, .required = true, .positional = true, .help = "number of the macro"),
	FIELD(struct macro_draft_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket"),
};
static const struct field leave_fields[] = {
	FIELD(struct macro_leave_in, ticket, FIELD_ID, .required = true, .positional = true, .help = "number of the ticket"),
};
static const char QUIET[] = "a draft is no part of a ticket until it is saved as a message";
const struct command macro_create_cmd = {
	.name = "macro.create", .help = "Keep a text with variables for everybody, or for yourself", FIELDS(create_fields, struct macro_in), .need = CAN_NOTE,
	.run = RUN(macro_create),
};
const struct command macro_update_cmd = {
	.name = "macro.update", .help = "Change a macro", FIELDS(update_fields, struct macro_in), .need = CAN_NOTE, .run = RUN(macro_update),
};
const struct command macro_remove_cmd = {
	.name = "macro.remove", .help = "Offer a macro no longer", FIELDS(only_fields, struct macro_only_in), .need = CAN_NOTE, .run = RUN(macro_remove),
};
const struct command macro_list_cmd = {
	.name = "macro.list", .help = "Macros that are offered today", NO_FIELDS, .need = CAN_READ, .reads = true, .run = macro_list,
};
const struct command macro_draft_cmd = {
	.name = "macro.draft", .help = "Put a macro's text into your draft of a ticket; nothing is sent", FIELDS(draft_fields, struct macro_draft_in),
	.need = CAN_NOTE, .quiet_because = QUIET, .run = RUN(macro_draft),
};
const struct command macro_leave_cmd = {
	.name = "macro.leave", .help = "Leave out what a macro would change besides the text", FIELDS(leave_fields, struct macro_leave_in), .need = CAN_NOTE,
	.quiet_because = QUIET, .run = RUN(macro_leave),
};
