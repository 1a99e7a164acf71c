/* SPDX-License-Identifier: GPL-2.0-only */
/* Nothing is lost in silence: every way out of a program adds to one of these. */
#ifndef MBAL_COUNTERS_BPF_H
#define MBAL_COUNTERS_BPF_H

#include "mbal_maps.bpf.h"
#include "mbal_table.bpf.h"

static __always_inline struct mbal_cpu_counters *mbal_cpu_counters(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&mbal_counters, &zero);
}

/* Atomic although the counters are per CPU: an NMI, or preemption of mbal_inject, may come between load and store. */
static __always_inline void mbal_count_in(struct mbal_cpu_counters *counters, u32 counter)
{
	u64 index = counter;

	mbal_hide(index);
	if (index < MBAL_COUNTER_MAX)
		__sync_fetch_and_add(&counters->of[index], 1);
}

static __always_inline void mbal_count(u32 counter)
{
	struct mbal_cpu_counters *counters = mbal_cpu_counters();

	if (counters)
		mbal_count_in(counters, counter);
}

/* One sample and what became of it. */
static __always_inline void mbal_count_outcome(u32 outcome)
{
	struct mbal_cpu_counters *counters = mbal_cpu_counters();

	if (!counters)
		return;
	mbal_count_in(counters, MBAL_COUNTER_SEEN);
	mbal_count_in(counters, outcome);
}

#endif
