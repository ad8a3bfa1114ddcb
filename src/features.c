/* features.c: THE list of slices, in order. Read this to know the product: a slice may include headers of those above it only. */
#include "slices.h"

#include "core/core.h"

#include "base/banned.h"

const struct feature *const features[] = {
	&core_feature,      /* settings, jobs, the outbox */
	NULL,
};
