/* features.c: the slices, in order. */
#include "core/feature.h"

#include "base/banned.h"

const struct feature *const FEATURES[] = {
	&ticket_feature,
	&mail_feature,
	NULL,
};
