/* openapi.c: the OpenAPI 3.1 document of all commands, made from their descriptors. */
#include "web/app.h"

#include <string.h>

#include "base/banned.h"

static void field_schema(struct json_out *j, const struct field *f)
{
	bool list = f->c == FIELD_C_IDS || f->c == FIELD_C_STRS || f->c == FIELD_C_FILES;
	json_obj(j);
	if (f->help)
		json_kstr(j, "description", str_c(f->help));
	if (f->example && !list)
		json_kstr(j, "example", str_c(f->example));
	if (list) {
		json_kstr(j, "type", S("array"));
		json_ki64(j, "maxItems", 1000);
		json_key(j, "items");
		json_obj(j);
	}
	switch (f->type) {
	case FIELD_ID:
	case FIELD_IDS:
		json_kstr(j, "type", S("integer"));
		json_ki64(j, "minimum", 1);
		break;
	case FIELD_INT:
		json_kstr(j, "type", S("integer"));
		if (f->min || f->max) {
			json_ki64(j, "minimum", f->min);
			json_ki64(j, "maximum", f->max);
		}
		break;
	case FIELD_BOOL:
		json_kstr(j, "type", S("boolean"));
		break;
	case FIELD_TIME:
		json_kstr(j, "type", S("string"));
		json_kstr(j, "format", S("date-time"));
		break;
	case FIELD_DATE:
		json_kstr(j, "type", S("string"));
		json_kstr(j, "format", S("date"));
		break;
	case FIELD_EMAIL:
		json_kstr(j, "type", S("string"));
		json_kstr(j, "format", S("email"));
		break;
	case FIELD_FILES:
		json_kstr(j, "type", S("string"));
		json_kstr(j, "format", S("binary"));
		break;
	case FIELD_SECRET:
		json_kstr(j, "type", S("string"));
		json_kstr(j, "format", S("password"));
		break;
	case FIELD_STR:
	case FIELD_TEXT:
	case FIELD_ENUM:
	case FIELD_ZONE:
	case FIELD_STRS:
		json_kstr(j, "type", S("string"));
		if (f->max && !list)
			json_ki64(j, "maxLength", f->max);
		break;
	}
	if (f->choices) {
		json_key(j, "enum");
		json_arr(j);
		for (size_t i = 0; f->choices[i]; i++)
			json_str(j, str_c(f->choices[i]));
		json_arr_end(j);
	}
	if (list)
		json_obj_end(j);
	json_obj_end(j);
}

static void command_schema(struct json_out *j, const struct command *cmd)
{
	json_obj(j);
	json_kstr(j, "type", S("object"));
	json_kbool(j, "additionalProperties", false);
	bool any = false;
	for (size_t i = 0; i < cmd->n_fields; i++)
		any |= cmd->fields[i].required;
	if (any) {
		json_key(j, "required");
		json_arr(j);
		for (size_t i = 0; i < cmd->n_fields; i++)
			if (cmd->fields[i].required)
				json_str(j, str_c(cmd->fields[i].name));
		json_arr_end(j);
	}
	json_key(j, "properties");
	json_obj(j);
	for (size_t i = 0; i < cmd->n_fields; i++) {
		json_key(j, cmd->fields[i].name);
		field_schema(j, &cmd->fields[i]);
	}
	json_obj_end(j);
	json_obj_end(j);
}

static void content(struct json_out *j, const char *type, const struct command *cmd)
{
	json_key(j, type);
	json_obj(j);
	json_key(j, "schema");
	command_schema(j, cmd);
	json_obj_end(j);
}

static void responses(struct json_out *j, const struct command *cmd)
{
	json_key(j, "responses");
	json_obj(j);
	json_key(j, "200");
	json_obj(j);
	json_kstr(j, "description", cmd->reads ? S("What was asked for") : S("Done; “event” is its place in the log"));
	json_key(j, "content");
	json_raw(j, S("{\"application/json\":{\"schema\":{}}}"));
	json_obj_end(j);
	json_key(j, "default");
	json_raw(j, S("{\"$ref\":\"#/components/responses/problem\"}"));
	json_obj_end(j);
}

static void operation(struct json_out *j, const struct command *cmd, struct str tag, bool get)
{
	json_key(j, get ? "get" : "post");
	json_obj(j);
	json_kstr(j, "operationId", get ? arena_fmt(j->buf.arena, "%s.get", cmd->name) : str_c(cmd->name));
	json_kstr(j, "summary", str_c(cmd->help));
	json_key(j, "tags");
	json_arr(j);
	json_str(j, tag);
	json_arr_end(j);
	if (get && cmd->n_fields) {
		json_key(j, "parameters");
		json_arr(j);
		for (size_t i = 0; i < cmd->n_fields; i++) {
			json_obj(j);
			json_kstr(j, "name", str_c(cmd->fields[i].name));
			json_kstr(j, "in", S("query"));
			json_kbool(j, "required", cmd->fields[i].required);
			json_key(j, "schema");
			field_schema(j, &cmd->fields[i]);
			json_obj_end(j);
		}
		json_arr_end(j);
	}
	if (!get) {
		bool files = false;
		for (size_t i = 0; i < cmd->n_fields; i++)
			files |= cmd->fields[i].type == FIELD_FILES;
		json_key(j, "parameters");
		json_raw(j, S("[{\"$ref\":\"#/components/parameters/idempotency_key\"}]"));
		json_key(j, "requestBody");
		json_obj(j);
		json_key(j, "content");
		json_obj(j);
		content(j, "application/json", cmd);
		if (files)
			content(j, "multipart/form-data", cmd);
		json_obj_end(j);
		json_obj_end(j);
	}
	responses(j, cmd);
	json_obj_end(j);
}

struct str web_openapi(struct arena *a, const struct feature *const *features)
{
	struct json_out j;
	json_init(&j, a, 8 << 20);
	json_obj(&j);
	json_kstr(&j, "openapi", S("3.1.0"));
	json_key(&j, "info");
	json_obj(&j);
	json_kstr(&j, "title", S("tend"));
	json_kstr(&j, "version", S(TEND_VERSION));
	json_kstr(&j, "description", S("Every command of the desk, as forms, the command line and jobs use them too."));
	json_key(&j, "license");
	json_raw(&j, S("{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}"));
	json_obj_end(&j);
	json_key(&j, "security");
	json_raw(&j, S("[{\"token\":[]}]"));
	json_key(&j, "paths");
	json_obj(&j);
	for (const struct feature *const *f = features; *f; f++)
		for (const struct command *const *cmd = (*f)->commands; cmd && *cmd; cmd++) {
			if ((*cmd)->inside)
				continue;
			json_key(&j, arena_fmt(a, "/api/v1/%s", (*cmd)->name).p);
			json_obj(&j);
			operation(&j, *cmd, str_c((*f)->name), false);
			if ((*cmd)->reads)
				operation(&j, *cmd, str_c((*f)->name), true);
			json_obj_end(&j);
		}
	json_obj_end(&j);
	json_key(&j, "components");
	json_raw(&j, S("{\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}},"
		       "\"parameters\":{\"idempotency_key\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,"
		       "\"schema\":{\"type\":\"string\",\"maxLength\":255},\"description\":\"The first answer under a key is given again for 24 hours\"}},"
		       "\"responses\":{\"problem\":{\"description\":\"What went wrong (RFC 9457)\",\"content\":{\"application/problem+json\":{\"schema\":"
		       "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
		       "\"detail\":{\"type\":\"string\"},\"request_id\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
		       "\"properties\":{\"field\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"}}}}}}}}}}}"));
	json_obj_end(&j);
	return json_done(&j);
}
