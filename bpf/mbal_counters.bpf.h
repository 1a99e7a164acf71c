/* SPDX-License-Identifier: GPL-2.0-only */
/* Nothing is lost in silence: every way out of a program adds to one of these. */
#ifndef MBAL_COUNTERS_BPF_H
#define MBAL_COUNTERS_BPF_H

#include "mbal_maps.bpf.h"

/* Atomic although the counters are per CPU: an NMI, or preemption of mbal_inject, may come between load and store. */
static __always_inline void mbal_count(u32 counter)
{
	u64 *value = bpf_map_lookup_elem(&mbal_counters, &counter);

	if (value)
		__sync_fetch_and_add(value, 1);
}

/* One sample and what became of it. */
static __always_inline void mbal_count_outcome(u32 outcome)
{
	mbal_count(MBAL_COUNTER_SEEN);
	mbal_count(outcome);
}

#endif
