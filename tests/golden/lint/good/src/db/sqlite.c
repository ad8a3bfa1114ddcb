/* sqlite.c: an engine. */
#include "base/a.h"

#include <sqlite3.h>

#include "base/banned.h"
