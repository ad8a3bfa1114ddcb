/* server.c: bytes in. */
#include "io/server.h"

#include <microhttpd.h>

#include "base/banned.h"
