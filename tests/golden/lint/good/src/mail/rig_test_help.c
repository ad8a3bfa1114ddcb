/* rig_test_help.c: what several tests share counts as a test. */
#include "io/mime.h"

#include "base/banned.h"

static int seen;
