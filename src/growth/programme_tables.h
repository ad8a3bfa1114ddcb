/* programme_tables.h: every table of this side with its statements of whole rows; see programme_tables.c. */
#ifndef TEND_GROWTH_PROGRAMME_TABLES_H
#define TEND_GROWTH_PROGRAMME_TABLES_H

#include "core/carry.h"

struct growth_table {
	const char *name;
	const struct db_stmt *rows, *row, *add, *put;   /* NULL = the table has none */
};
extern const struct growth_table growth_tables[];   /* {0}-ended */

/* What of it leaves with the desk (programme_carry.c). */
extern const struct carry growth_carries[];

#endif
