/* account_parts.h: what the files of the account slice share; other slices include account.h. */
#ifndef TEND_ACCOUNT_PARTS_H
#define TEND_ACCOUNT_PARTS_H

#include "account/account.h"
#include "contact.sql.h"
#include "organisation.sql.h"

/* NULL-ended closed lists. */
extern const char *const org_tiers[], *const org_stages[], *const org_segments[], *const org_deployments[], *const org_telemetries[],
	*const org_parts[], *const contact_kinds[], *const contact_roles[], *const yes_no[], *const import_kinds[];

bool one_of(const char *const *list, struct str s);
/* The roles as they are stored, in the order of the list; false with the first word that is none of them. */
bool roles_clean(struct arena *a, const struct str *v, size_t n, struct str *ret, struct str *ret_bad);
/* The words of a list separated by commas, semicolons or white space. */
size_t split_list(struct arena *a, struct str s, struct str **ret);

/* The row as a slice of ours reads and writes it. */
enum err org_read(struct ctx *c, int64_t id, struct org_by_id_row *ret);
/* Adds a row (slug, id and instants are filled in) with organisation.created. */
enum err org_insert(struct ctx *c, struct org_by_id_row *row);
/* Writes what differs, with an event of `kind`; nothing differs: nothing happens. */
enum err org_write(struct ctx *c, const struct org_by_id_row *before, const struct org_by_id_row *after, const char *kind, struct str reason);
/* Gives a clean domain to an organisation; ERR_CONFLICT when another one holds it. *ret_changed: it was not its own already. */
enum err org_take_domain(struct ctx *c, int64_t organisation_id, struct str domain, bool *ret_changed);
/* Sets who is `part` to an organisation; *ret_changed as above. */
enum err org_take_person(struct ctx *c, int64_t organisation_id, int64_t teammate_id, struct str part, bool *ret_changed);

enum err contact_read(struct ctx *c, int64_t id, struct contact_by_id_row *ret);
enum err contact_insert(struct ctx *c, struct contact_by_id_row *row);
enum err contact_write(struct ctx *c, const struct contact_by_id_row *before, const struct contact_by_id_row *after, const char *kind,
		       struct str reason);
/* The bare UPDATE: the caller appends the event. */
enum err contact_put_row(struct ctx *c, const struct contact_by_id_row *row);
/* A clean address that is nobody's becomes a further one of a contact. */
enum err contact_take_address(struct ctx *c, int64_t contact_id, struct str email);
/* The kind that follows from an address and its organisation (0 = none). */
enum err contact_guess_kind(struct ctx *c, struct str address, int64_t organisation_id, struct str *ret);
/* The contact that an address leads to, after merges; *ret_id 0 = nobody. */
enum err contact_id_of_address(struct ctx *c, struct str address, int64_t *ret_id);

/* "%words%" for LIKE … ESCAPE '!', in ASCII lower case; STR_NULL when nothing was typed. */
struct str like_pattern(struct arena *a, struct str typed);
/* Today's date in UTC, "2026-11-24". */
struct str today(struct ctx *c);
/* An empty text becomes NULL. */
static inline struct str str_or_null(struct str s)
{
	return s.n ? s : STR_NULL;
}
static inline struct str str_or_empty(struct str s)
{
	return s.p ? s : S("");
}

extern const struct command organisation_create_cmd, organisation_update_cmd, organisation_list_cmd, organisation_show_cmd,
	organisation_delete_cmd, organisation_restore_cmd, organisation_domain_add_cmd, organisation_domain_remove_cmd,
	organisation_person_add_cmd, organisation_person_remove_cmd, organisation_entitle_cmd, organisation_end_entitlement_cmd,
	organisation_except_cmd, organisation_end_exception_cmd;
extern const struct command contact_create_cmd, contact_update_cmd, contact_list_cmd, contact_show_cmd, contact_delete_cmd,
	contact_restore_cmd, contact_address_add_cmd, contact_address_remove_cmd, contact_merge_cmd, contact_unmerge_cmd,
	contact_mail_works_cmd;
extern const struct command account_import_csv_cmd, account_upload_csv_cmd, account_apply_csv_cmd;
/* NULL-ended and {0}-ended. */
extern const struct command *const account_commands[];
extern const struct fold account_folds[];

#endif
