/* SPDX-License-Identifier: GPL-2.0-only */
/* Source "pebs": Intel's precise memory events, one retired load or store a sample. Runs in NMI context. */
#ifndef MBAL_PEBS_BPF_H
#define MBAL_PEBS_BPF_H

#include "mbal_compat.bpf.h"
#include "mbal_data_src.bpf.h"
#include "mbal_memory_nodes.bpf.h"
#include "mbal_source.bpf.h"

/* Why the event is no sample of a user's access; 0 when it is one. */
static __always_inline u32 mbal_pebs_reject(const struct mbal_current *current, u64 address, u64 cs)
{
	if (!current->target)
		return MBAL_COUNTER_DROP_NOT_TARGET;
	if (user_only && !mbal_in_user_mode(cs))
		return MBAL_COUNTER_DROP_KERNEL;
	return address ? 0 : MBAL_COUNTER_DROP_NO_ADDRESS;
}

static __always_inline void mbal_pebs_sample(struct mbal_perf_context *context)
{
	u64 address = context->addr, ip = context->ip, cs = context->cs;
	struct bpf_perf_event_data_kern *kernel_context = (void *)context;
	struct perf_sample_data *sample = BPF_CORE_READ(kernel_context, data);
	struct mbal_current current = mbal_current();
	u32 rejected = mbal_pebs_reject(&current, address, cs);
	struct mbal_access access;

	if (rejected) {
		mbal_count_outcome(rejected);
		return;
	}
	mbal_access_begin(&access, current.pid_tgid, MBAL_SOURCE_PEBS, ip);
	access.vaddr = address;
	access.paddr = mbal_sample_physical_address(sample);
	access.memory_node = mbal_memory_node(access.paddr);
	mbal_data_src_fill(&access, mbal_sample_data_src(sample), mbal_sample_latency(sample));
	if (!mbal_in_user_mode(cs))
		access.flags |= MBAL_ACCESS_KERNEL;
	mbal_account_target(&access, current.target);
}

#endif
