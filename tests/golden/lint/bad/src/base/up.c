/* up.c: base looks up, and banned.h is not last. */
#include "db/db.h"
#include "base/banned.h"
#include <string.h>
