/* rota.c: a slice that nobody listed. */
#include "base/banned.h"
