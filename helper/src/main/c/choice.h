/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the source that was asked for, or the best that works, and says why. */
#ifndef CHOICE_H
#define CHOICE_H

#include <stddef.h>

#include "log.h"
#include "mbal_wire.h"
#include "sampler.h"

/* Lines: why this source, and why none of the better ones. */
struct choice {
	char why[MBAL_WHY_BYTES];
	size_t why_bytes;
};

/* MBAL_SOURCE_NONE asks for the best one. Returns 0, or -errno with the reason and nothing left open. */
int choice_open(struct choice *choice, struct sampler *sampler, enum mbal_source asked,
		const struct sampler_settings *settings, struct reason *reason);

#endif
