/* account.c: what the account slice lets people do, and which tables its events must be able to rebuild. The feature itself stands in
 * account_page.c, which knows routes. account.h is the manual. */
#include "account/account_parts.h"
#include "account_import.sql.h"

#include "base/banned.h"

const struct command *const account_commands[] = {
	&organisation_create_cmd,
	&organisation_update_cmd,
	&organisation_list_cmd,
	&organisation_show_cmd,
	&organisation_delete_cmd,
	&organisation_restore_cmd,
	&organisation_domain_add_cmd,
	&organisation_domain_remove_cmd,
	&organisation_person_add_cmd,
	&organisation_person_remove_cmd,
	&organisation_entitle_cmd,
	&organisation_end_entitlement_cmd,
	&organisation_except_cmd,
	&organisation_end_exception_cmd,
	&contact_create_cmd,
	&contact_update_cmd,
	&contact_list_cmd,
	&contact_show_cmd,
	&contact_delete_cmd,
	&contact_restore_cmd,
	&contact_address_add_cmd,
	&contact_address_remove_cmd,
	&contact_merge_cmd,
	&contact_unmerge_cmd,
	&contact_mail_works_cmd,
	&account_import_csv_cmd,
	&account_upload_csv_cmd,
	&account_apply_csv_cmd,
	NULL,
};

const struct fold account_folds[] = {
	{ "organisation", &org_rows_stmt },
	{ "org_domain", &org_domain_rows_stmt },
	{ "org_person", &org_person_rows_stmt },
	{ "org_entitlement", &org_entitlement_rows_stmt },
	{ "org_exception", &org_exception_rows_stmt },
	{ "contact", &contact_rows_stmt },
	{ "contact_address", &contact_address_rows_stmt },
	{ "account_import", &account_import_rows_stmt },
	{ 0 },
};
