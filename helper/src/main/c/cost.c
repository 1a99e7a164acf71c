// SPDX-License-Identifier: Apache-2.0
#include "cost.h"

#include "source.h"

#define MILLION UINT64_C(1000000)

void cost_open(struct cost *cost, unsigned int max_permille, const struct cost_reading *start)
{
	*cost = (struct cost){
		.last = *start,
		.max_ppm = (uint64_t)max_permille * 1000,
		.share_permille = SOURCE_FULL_SHARE,
	};
}

/*
 * The share that would cost nine tenths of the cap: taken at once when above the cap, approached by doubling when
 * below. In between nothing changes, so that the rate does not swing with every breath of the machine.
 */
static unsigned int next_share(const struct cost *cost)
{
	uint64_t share = cost->share_permille;
	uint64_t fitting = cost->ppm ? share * cost->max_ppm * 9 / (cost->ppm * 10) : SOURCE_FULL_SHARE;

	if (cost->ppm <= cost->max_ppm && fitting * 10 <= share * 11)
		return cost->share_permille;
	if (fitting > share * 2)
		fitting = share * 2;
	if (fitting > SOURCE_FULL_SHARE)
		fitting = SOURCE_FULL_SHARE;
	return fitting ? (unsigned int)fitting : 1;
}

bool cost_update(struct cost *cost, const struct cost_reading *reading)
{
	uint64_t used_ns = reading->own_cpu_ns - cost->last.own_cpu_ns + reading->bpf_ns - cost->last.bpf_ns;
	uint64_t elapsed_ns = reading->now_ns - cost->last.now_ns;
	unsigned int share;

	if (!elapsed_ns)
		return false;
	cost->ppm = used_ns * MILLION / elapsed_ns;
	cost->last = *reading;
	share = next_share(cost);
	if (share == cost->share_permille)
		return false;
	cost->share_permille = share;
	return true;
}

unsigned int cost_permille(const struct cost *cost)
{
	return (unsigned int)((cost->ppm + 500) / 1000);
}
