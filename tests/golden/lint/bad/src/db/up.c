/* up.c */
#include "core/ctx.h"
#include <curl/curl.h>

#include "base/banned.h"
