/* SPDX-License-Identifier: Apache-2.0 */
/* Ways of accessing a working set of which a known share goes to the hot part. */
#ifndef ACCESS_PATTERNS_H
#define ACCESS_PATTERNS_H

#include "hot_set_memory.h"

/* What a pattern has done, and where it goes on. */
struct pattern_run {
	struct working_set set;
	double share;		/* of the accesses that go to the hot part */
	uint64_t operations;	/* accesses of the working set */
	uint64_t hot_operations;
	uint64_t place;		/* what the pattern makes of it */
	uint64_t value;		/* so that what is loaded is needed */
};

struct pattern {
	const char *name;
	double default_share;
	/* Whether it can have that share. */
	bool (*allows)(double share);
	/* Fills the working set. Returns 0 or -errno. */
	int (*prepare)(struct pattern_run *run);
	/* Some milliseconds of accesses. */
	void (*round)(struct pattern_run *run);
};

/* The pattern of that name, or NULL. */
const struct pattern *pattern_find(const char *name);

/* Whether operation number `number` is one to the hot part, so that each stretch of them has the share it should. */
static inline bool pattern_is_hot(double share, uint64_t number)
{
	return (uint64_t)((double)(number + 1) * share) > (uint64_t)((double)number * share);
}

#endif
