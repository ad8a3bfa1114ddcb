/* sla_preset.h: the texts of presets/handbook that the program carries with it. */
#ifndef TEND_SLA_SLA_PRESET_H
#define TEND_SLA_SLA_PRESET_H

#include <stddef.h>

extern const struct sla_preset {
	const char *name, *text;
	const size_t *n;
} sla_presets[];
extern const size_t sla_n_presets;

#endif
