/* me.c: what teammates change about themselves: name, zone, hours, signature, keys, address. */
#include "people/inside.h"

#include "core/secret.h"

#include "sign_in.sql.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

static enum err me(struct ctx *c, struct str said, struct teammate_row_row *ret)
{
	if (c->actor.kind != ACTOR_TEAMMATE)
		return fail(c, ERR_INPUT, "This changes a teammate's own settings, and you are none here. Say --as ADDRESS to act as one.");
	TRY(teammate_read(c, c->actor.id, ret));
	json_ki64(c->out, "teammate", ret->id);
	json_kstr(c->out, "said", said);
	return OK;
}

struct me_update_in {
	struct str name, zone;
};

static const struct field me_update_fields[] = {
	FIELD(struct me_update_in, name, FIELD_STR, .max = 120, .help = "your name, as customers see it"),
	FIELD(struct me_update_in, zone, FIELD_ZONE, .help = "your time zone", .example = "Europe/Berlin"),
};

static enum err me_update(struct ctx *c, const struct me_update_in *in)
{
	struct teammate_row_row before, after;
	bool changed;
	TRY(me(c, S("Saved."), &before));
	after = before;
	if (in->name.p)
		after.name = in->name;
	if (in->zone.p)
		after.zone = in->zone;
	return teammate_write(c, "teammate.updated", &before, &after, STR_NULL, &changed);
}
COMMAND_RUN(me_update)

const struct command me_update_cmd = {
	.name = "me.update", .help = "Change your name or time zone; what is left out stays", FIELDS(me_update_fields, struct me_update_in),
	.need = CAN_CHANGE_SELF, .run = RUN(me_update),
};

/* ---- hours ---- */

enum err hours_check(struct ctx *c, struct str hours, struct str *ret_json)
{
	struct work_span spans[WORK_SPANS_MAX];
	size_t n;
	const char *why;
	if (!people_hours_parse(hours.p ? hours : S(""), spans, &n, &why))
		return fail_field(c, S("hours"), "%s", why);
	*ret_json = people_hours_json(c->arena, spans, n);
	return OK;
}

struct me_hours_in {
	struct str hours;
};

static const struct field me_hours_fields[] = {
	FIELD(struct me_hours_in, hours, FIELD_TEXT, .max = 4000, .example = "mon-fri 09:00-17:00",
	      .help = "days and hours in your zone, a line each (or JSON); none when left out"),
};

static enum err me_hours(struct ctx *c, const struct me_hours_in *in)
{
	struct teammate_row_row before, after;
	bool changed;
	TRY(me(c, S("Saved."), &before));
	after = before;
	TRY(hours_check(c, in->hours, &after.work_hours));
	return teammate_write(c, "teammate.hours_changed", &before, &after, STR_NULL, &changed);
}
COMMAND_RUN(me_hours)

const struct command me_hours_cmd = {
	.name = "me.hours", .help = "Say when you work", FIELDS(me_hours_fields, struct me_hours_in), .need = CAN_CHANGE_SELF, .run = RUN(me_hours),
};

/* ---- signature ---- */

struct me_signature_in {
	struct str signature;
};

static const struct field me_signature_fields[] = {
	FIELD(struct me_signature_in, signature, FIELD_TEXT, .max = 2000, .help = "Markdown below your replies; none when left out"),
};

static enum err me_signature(struct ctx *c, const struct me_signature_in *in)
{
	struct teammate_row_row before, after;
	bool changed;
	TRY(me(c, S("Saved."), &before));
	after = before;
	after.signature = in->signature.p ? in->signature : S("");
	return teammate_write(c, "teammate.signature_changed", &before, &after, STR_NULL, &changed);
}
COMMAND_RUN(me_signature)

const struct command me_signature_cmd = {
	.name = "me.signature", .help = "Change what stands below your replies", FIELDS(me_signature_fields, struct me_signature_in),
	.need = CAN_CHANGE_SELF, .run = RUN(me_signature),
};

/* ---- keys ---- */

const struct key_action people_keys[] = {
	{ "down", "j", "Move down" },
	{ "up", "k", "Move up" },
	{ "open", "o", "Open" },
	{ "back", "u", "Back to the list" },
	{ "select", "x", "Select" },
	{ "next", "q", "What next? The first case that fits you" },
	{ "take", "t", "Take the ticket" },
	{ "reply", "r", "Reply to the customer" },
	{ "note", "i", "Internal note" },
	{ "resolve", "e", "Resolve" },
	{ "hand_over", "h", "Hand over" },
	{ "get_help", "g", "Get help" },
	{ "assign", "a", "Assign" },
	{ "fields", "l", "Labels and fields" },
	{ "priority", "p", "Priority" },
	{ "macros", "m", "Macros" },
	{ "preview", "v", "Preview what you write" },
	{ "known", "w", "What we know already" },
	{ "summary", "y", "Case summary" },
	{ "bulk", "b", "Change what is selected" },
	{ "tell_me", "f", "Tell me of new matches" },
	{ "create", "c", "New view or macro; save a search" },
	{ "wait", "s", "Snooze or wait" },
	{ "spam", "#", "Spam or delete" },
	{ "undo", "z", "Undo" },
	{ "search", "/", "Search" },
	{ "new", "n", "New ticket" },
	{ 0 },
};

static const char *const ACTIONS[] = { "down", "up", "open", "back", "select", "next", "take", "reply", "note", "resolve", "hand_over", "get_help", "assign",
				       "fields", "priority", "macros", "preview", "known", "summary", "bulk", "tell_me", "create", "wait", "spam", "undo", "search", "new", NULL };
_Static_assert(ARRAY_LEN(ACTIONS) == ARRAY_LEN(people_keys), "the same actions in both");

/* The keymap's own keys, by action; STR_NULL where the standard one holds. */
static void keymap_read(struct arena *a, struct str keymap, struct str own[ARRAY_LEN(ACTIONS)])
{
	json_error_t e;
	json_t *root = keymap.p ? json_loadb(keymap.p, keymap.n, 0, &e) : NULL;
	for (size_t i = 0; people_keys[i].name; i++) {
		const char *key = json_string_value(json_object_get(root, people_keys[i].name));
		own[i] = key ? arena_str(a, str_c(key)) : STR_NULL;
	}
	json_decref(root);
}

struct str people_key(struct arena *a, struct str keymap, const char *action)
{
	struct str own[ARRAY_LEN(ACTIONS)];
	keymap_read(a, keymap, own);
	for (size_t i = 0; people_keys[i].name; i++)
		if (strcmp(people_keys[i].name, action) == 0)
			return own[i].p ? own[i] : str_c(people_keys[i].key);
	return S("");
}

struct me_key_in {
	struct str action, key;
};

static const struct field me_key_fields[] = {
	FIELD(struct me_key_in, action, FIELD_ENUM, .required = true, .choices = ACTIONS, .help = "what the key does"),
	FIELD(struct me_key_in, key, FIELD_STR, .max = 1, .help = "one letter, digit or sign; the standard key when left out"),
};

static enum err me_key(struct ctx *c, const struct me_key_in *in)
{
	struct teammate_row_row before, after;
	struct str own[ARRAY_LEN(ACTIONS)];
	bool changed, any = false;
	TRY(me(c, S("Saved."), &before));
	if (in->key.p && (in->key.n != 1 || in->key.p[0] <= ' ' || in->key.p[0] > '~' || in->key.p[0] == '?'))
		return fail_field(c, S("key"), "One letter, digit or sign of the keyboard; “?” always shows the keys.");
	keymap_read(c->arena, before.keymap, own);
	for (size_t i = 0; people_keys[i].name; i++) {
		struct str now = own[i].p ? own[i] : str_c(people_keys[i].key);
		if (str_eq(in->action, str_c(people_keys[i].name)))
			own[i] = in->key.p && !str_eq(in->key, str_c(people_keys[i].key)) ? in->key : STR_NULL;
		else if (in->key.p && str_eq(now, in->key))
			return fail_field(c, S("key"), "This key is taken: it does “%s”. Give that another key first.", people_keys[i].help);
	}
	for (size_t i = 0; !in->key.p && people_keys[i].name; i++) /* back to the standard key: is it free? */
		for (size_t k = 0; people_keys[k].name; k++)
			if (str_eq(in->action, str_c(people_keys[i].name)) && own[k].p && str_eq(own[k], str_c(people_keys[i].key)))
				return fail_field(c, S("key"), "Its standard key does “%s” now. Give that another key first.", people_keys[k].help);
	struct json_out j;
	json_init(&j, c->arena, 4096);
	json_obj(&j);
	for (size_t i = 0; people_keys[i].name; i++)
		if (own[i].p) {
			json_kstr(&j, people_keys[i].name, own[i]);
			any = true;
		}
	json_obj_end(&j);
	after = before;
	after.keymap = any ? json_done(&j) : STR_NULL;
	return teammate_write(c, "teammate.keys_changed", &before, &after, STR_NULL, &changed);
}
COMMAND_RUN(me_key)

const struct command me_key_cmd = {
	.name = "me.key", .help = "Choose the key for an action", FIELDS(me_key_fields, struct me_key_in), .need = CAN_CHANGE_SELF, .run = RUN(me_key),
};

/* ---- address ---- */

struct me_email_in {
	struct str email;
};

static const struct field me_email_fields[] = {
	FIELD(struct me_email_in, email, FIELD_EMAIL, .required = true, .help = "your new mail address"),
};

static enum err me_email(struct ctx *c, const struct me_email_in *in)
{
	struct teammate_row_row t;
	struct teammate other;
	struct str token, email = lower(c->arena, in->email);
	bool found;
	TRY(me(c, arena_fmt(c->arena, "A link went to %.*s. The new address counts once it is opened.", STR_ARG(email)), &t));
	TRY(people_find(c, email, &other, &found));
	if (found)
		return fail_field(c, S("email"), "%s", other.id == t.id ? "This is your address already." : "Another teammate has this address.");
	int64_t hours = setting_i64(c, "people.reset_hours");
	TRY(one_time_make(c, ONE_TIME_EMAIL, t.id, email, hours * UTIME_US_PER_HOUR, &token));
	TRY(people_mail(c, email, S("Confirm your new mail address"),
			arena_fmt(c->arena, "This address is to become the one of %.*s at %.*s.\n\nConfirm it within %lld h:\n%.*s\n\n"
					    "If you did not ask for that, there is nothing to do.\n",
				  STR_ARG(t.name), STR_ARG(people_link(c, "", STR_NULL)), (long long)hours,
				  STR_ARG(people_link(c, "/sign-in/email/", token))),
			arena_fmt(c->arena, "email:%.*s", STR_ARG(secret_sha256_hex(c->arena, token)))));
	return teammate_event(c, "teammate.email_asked", t.id, STR_NULL, STR_NULL);
}
COMMAND_RUN(me_email)

const struct command me_email_cmd = {
	.name = "me.email", .help = "Ask to change your mail address: a link goes to the new one", FIELDS(me_email_fields, struct me_email_in),
	.need = CAN_CHANGE_SELF, .fresh = true, .run = RUN(me_email),
};
