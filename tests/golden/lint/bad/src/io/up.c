/* up.c */
#include "db/db.h"

#include "base/banned.h"
