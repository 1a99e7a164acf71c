/* SPDX-License-Identifier: Apache-2.0 */
/* The declaration of one option; private to options.c and options_help.c. */
#ifndef OPTION_SPEC_H
#define OPTION_SPEC_H

#include <stddef.h>

#include "options.h"

struct option_spec {
	const char *name;	/* without the dashes */
	const char *value;	/* what --help calls the value; NULL: the option takes none */
	const char *unit;	/* NULL: none */
	const char *fallback;	/* the default, as one would type it; NULL: see fallback_text */
	const char *fallback_text;	/* what happens without the option, where no value says it */
	unsigned long min, max;	/* of a number; max 0: not a number */
	const char *range;	/* of anything else, completes "must be ..." */
	const char *text;
	/* Stores the value ("" for an option without one). Returns 0, or -EINVAL when it is out of range. */
	int (*set)(struct options *options, const struct option_spec *spec, const char *value);
	size_t offset;		/* of the member that a common setter stores to */
};

/* All options, in the order of --help; ends with a spec without a name. */
extern const struct option_spec option_specs[];

#define OPTION_RANGE_BYTES 128
/* What may follow "must be"; "" for an option without a value. */
void option_range(const struct option_spec *spec, char range[OPTION_RANGE_BYTES]);

#endif
