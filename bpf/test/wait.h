/* SPDX-License-Identifier: Apache-2.0 */
/* Waits for conditions, not for time: the limit only keeps a broken test from hanging. */
#ifndef WAIT_H
#define WAIT_H

#include <stdbool.h>
#include <time.h>

#define WAIT_LIMIT_S 600

struct wait {
	time_t started_s;
};

static inline struct wait wait_begin(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct wait){ .started_s = now.tv_sec };
}

/* Lets others run for a moment. Returns false when the limit is reached. */
static inline bool wait_more(const struct wait *wait)
{
	struct timespec now, moment = { .tv_nsec = 1000000 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec - wait->started_s > WAIT_LIMIT_S)
		return false;
	nanosleep(&moment, NULL);
	return true;
}

#endif
