/* SPDX-License-Identifier: GPL-2.0-only */
/* Source "ibs": AMD Instruction Based Sampling, one dispatched op a sample. Runs in NMI context. */
#ifndef MBAL_IBS_BPF_H
#define MBAL_IBS_BPF_H

#include "mbal_compat.bpf.h"
#include "mbal_ibs_record.bpf.h"
#include "mbal_source.bpf.h"

/* The record of the sample, 0, or an error when there is none or it is too short. */
static __always_inline int mbal_ibs_read(void *context, struct mbal_ibs_op *op)
{
	struct bpf_perf_event_data_kern *kernel_context = context;
	struct perf_raw_record *raw = mbal_raw_record(BPF_CORE_READ(kernel_context, data));

	if (!raw || BPF_CORE_READ(raw, frag.size) < sizeof(*op))
		return -1;
	return (int)bpf_probe_read_kernel(op, sizeof(*op), BPF_CORE_READ(raw, frag.data));
}

static __always_inline void mbal_ibs_sample(struct mbal_perf_context *context)
{
	u64 interrupted_ip = context->ip, ip;
	struct mbal_access access;
	struct mbal_ibs_op op;
	u32 rejected;

	if (!mbal_current_is_target()) {
		mbal_count_outcome(MBAL_COUNTER_DROP_NOT_TARGET);
		return;
	}
	if (mbal_ibs_read(context, &op)) {
		mbal_count_outcome(MBAL_COUNTER_DROP_BAD_RECORD);
		return;
	}
	ip = mbal_ibs_ip(&op, interrupted_ip);
	rejected = mbal_ibs_reject(&op, ip, user_only);
	if (rejected) {
		mbal_count_outcome(rejected);
		return;
	}
	mbal_access_begin(&access, MBAL_SOURCE_IBS, ip);
	mbal_ibs_fill(&access, &op);
	mbal_account(&access);
}

#endif
