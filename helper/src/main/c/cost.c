// SPDX-License-Identifier: Apache-2.0
#include "cost.h"

#include "source.h"

#define MILLION UINT64_C(1000000)
#define NS_PER_SECOND UINT64_C(1000000000)

void cost_open(struct cost *cost, unsigned int max_permille, const struct cost_reading *start)
{
	*cost = (struct cost){
		.last = *start,
		.share_permille = SOURCE_FULL_SHARE,
	};
	cost_set_max(cost, max_permille);
}

void cost_set_max(struct cost *cost, unsigned int max_permille)
{
	cost->max_ppm = (uint64_t)max_permille * 1000;
}

/* What BPF may cost: our own time is not lowered by sampling less, but must not stop the sampling either. */
static uint64_t bpf_max_ppm(const struct cost *cost)
{
	uint64_t own_ppm = cost->ppm - cost->bpf_ppm, target_ppm = cost->max_ppm * 4 / 5, least_ppm = cost->max_ppm / 4;

	return target_ppm > own_ppm + least_ppm ? target_ppm - own_ppm : least_ppm;
}

/*
 * The share that makes both cost four fifths of the cap: approached by quarters when above the cap, by doubling when a
 * third more would fit, so that one odd second (a virtual machine that was not run) costs little. In between nothing
 * changes: a change interrupts every sampled CPU and waits for each, which is a cost of its own.
 */
static unsigned int next_share(const struct cost *cost)
{
	uint64_t share = cost->share_permille;
	uint64_t fitting = cost->bpf_ppm ? share * bpf_max_ppm(cost) / cost->bpf_ppm : share * 2;

	if (fitting < share && cost->ppm <= cost->max_ppm)
		return cost->share_permille;
	if (fitting >= share && fitting * 3 < share * 4 && fitting < SOURCE_FULL_SHARE)
		return cost->share_permille;
	if (fitting > share * 2)
		fitting = share * 2;
	if (fitting < share / 4)
		fitting = share / 4;
	if (fitting > SOURCE_FULL_SHARE)
		fitting = SOURCE_FULL_SHARE;
	return fitting ? (unsigned int)fitting : 1;
}

bool cost_update(struct cost *cost, const struct cost_reading *reading)
{
	uint64_t own_ns = reading->own_cpu_ns - cost->last.own_cpu_ns, bpf_ns = reading->bpf_ns - cost->last.bpf_ns;
	uint64_t elapsed_ns = reading->now_ns - cost->last.now_ns;
	unsigned int share;

	if (!elapsed_ns)
		return false;
	cost->bpf_ppm = bpf_ns * MILLION / elapsed_ns;
	cost->ppm = cost->bpf_ppm + own_ns * MILLION / elapsed_ns;
	cost->samples_per_second = (reading->samples - cost->last.samples) * NS_PER_SECOND / elapsed_ns;
	if (cost->samples_per_second > cost->most_samples_per_second)
		cost->most_samples_per_second = cost->samples_per_second;
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

unsigned int cost_bpf_permille(const struct cost *cost)
{
	return (unsigned int)((cost->bpf_ppm + 500) / 1000);
}
