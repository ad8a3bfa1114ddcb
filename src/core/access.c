/* access.c: levels, scopes and the names of capabilities; see access.h. */
#include "core/access.h"

#include "base/banned.h"

const char *const access_levels[] = { "light", "agent", "lead", "admin", NULL };

enum {
	CAPS_LIGHT = CAN_SIGNED_IN | CAN_READ | CAN_NOTE,
	CAPS_AGENT = CAPS_LIGHT | CAN_REPLY,
	CAPS_LEAD = CAPS_AGENT | CAN_LEAD,
	CAPS_ADMIN = CAPS_LEAD | CAN_ADMIN,
};

uint32_t access_caps(struct str level)
{
	static const uint32_t CAPS[] = { CAPS_LIGHT, CAPS_AGENT, CAPS_LEAD, CAPS_ADMIN };
	for (size_t i = 0; access_levels[i]; i++)
		if (str_eq(level, str_c(access_levels[i])))
			return CAPS[i];
	return 0;
}

uint32_t access_scope(uint32_t caps, struct str scope)
{
	if (str_eq(scope, S("read")))
		return caps & (CAN_SIGNED_IN | CAN_READ);
	if (str_eq(scope, S("write")))
		return caps & (CAPS_LEAD);
	if (str_eq(scope, S("admin")))
		return caps;
	return 0;
}

const char *access_cap_name(uint32_t bit)
{
	switch (bit) {
	case CAN_SIGNED_IN:
		return "signed in";
	case CAN_READ:
		return "read";
	case CAN_NOTE:
		return "note";
	case CAN_REPLY:
		return "reply";
	case CAN_LEAD:
		return "lead";
	case CAN_ADMIN:
		return "admin";
	case CAN_OPERATE:
		return "operate";
	}
	return NULL;
}

const char *actor_kind_name(enum actor_kind k)
{
	static const char *const NAMES[] = {
		[ACTOR_NOBODY] = "nobody", [ACTOR_TEAMMATE] = "teammate", [ACTOR_CONTACT] = "contact",
		[ACTOR_SYSTEM] = "system", [ACTOR_OPERATOR] = "operator",
	};
	return NAMES[k];
}
