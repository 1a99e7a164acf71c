// SPDX-License-Identifier: Apache-2.0
#include "soft_window.h"

#include "mbal_soft.h"

#define LONG_WINDOW_NS 12000u		/* a tick of it, caches cold; docs/soft-sampling.md */
#define PERCENT_NS 10000000u		/* of a second */
#define LEAST_PART 4u			/* of the rate */

unsigned int soft_window(unsigned int rate_hz, unsigned int max_cpu_percent)
{
	unsigned int budget_ns = PERCENT_NS * max_cpu_percent / rate_hz;

	return budget_ns * LEAST_PART >= LONG_WINDOW_NS ? MBAL_SOFT_LONG_WINDOW : MBAL_SOFT_SHORT_WINDOW;
}
