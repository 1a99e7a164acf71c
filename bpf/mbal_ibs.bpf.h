/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Source "ibs": AMD Instruction Based Sampling, one dispatched op or one instruction fetch a sample. Runs in NMI context.
 */
#ifndef MBAL_IBS_BPF_H
#define MBAL_IBS_BPF_H

#include "mbal_compat.bpf.h"
#include "mbal_ibs_record.bpf.h"
#include "mbal_memory_nodes.bpf.h"
#include "mbal_source.bpf.h"

/* Copies the first `bytes` of the record. Returns how long all of it is; 0 when there is none, or a shorter one. */
static __always_inline u32 mbal_ibs_read(void *context, void *record, u32 bytes)
{
	struct bpf_perf_event_data_kern *kernel_context = context;
	struct perf_raw_record *raw = mbal_raw_record(MBAL_FIELD(kernel_context, struct bpf_perf_event_data_kern, data));
	u32 record_bytes;

	if (!raw)
		return 0;
	record_bytes = MBAL_FIELD(raw, struct perf_raw_record, frag.size);
	if (record_bytes < bytes || bpf_probe_read_kernel(record, bytes, MBAL_FIELD(raw, struct perf_raw_record, frag.data)))
		return 0;
	return record_bytes;
}

static __always_inline void mbal_ibs_account(struct mbal_access *access, struct mbal_target *target)
{
	if (mbal_ibs_is_kernel(access->ip))
		access->flags |= MBAL_ACCESS_KERNEL;
	access->memory_node = mbal_memory_node(access->paddr);
	mbal_account_target(access, target);
}

static __always_inline void mbal_ibs_op_sample(struct mbal_perf_context *context)
{
	u64 interrupted_ip = context->ip, ip;
	struct mbal_current current = mbal_current();
	struct mbal_access access;
	struct mbal_ibs_op op;
	u32 bytes, rejected;

	if (!current.target) {
		mbal_count_outcome(MBAL_COUNTER_DROP_NOT_TARGET);
		return;
	}
	bytes = mbal_ibs_read(context, &op, sizeof(op));
	if (!bytes || bytes < mbal_ibs_op_bytes(op.capabilities)) {
		mbal_count_outcome(MBAL_COUNTER_DROP_BAD_RECORD);
		return;
	}
	ip = mbal_ibs_ip(&op, interrupted_ip);
	rejected = mbal_ibs_reject(&op, ip, user_only);
	if (rejected) {
		mbal_count_outcome(rejected);
		return;
	}
	mbal_access_begin(&access, current.pid_tgid, MBAL_SOURCE_IBS, ip);
	mbal_ibs_fill(&access, &op);
	mbal_ibs_account(&access, current.target);
}

/* All of the record, or the part that every CPU has. Returns an error when there is less than its capabilities promise. */
static __always_inline int mbal_ibs_read_fetch(void *context, struct mbal_ibs_fetch *fetch)
{
	u32 bytes = mbal_ibs_read(context, fetch, sizeof(*fetch));

	if (bytes)
		return 0;
	bytes = mbal_ibs_read(context, fetch, MBAL_IBS_FETCH_LEAST_BYTES);
	return bytes && bytes >= mbal_ibs_fetch_bytes(fetch->capabilities) ? 0 : -1;
}

static __always_inline void mbal_ibs_fetch_sample(struct mbal_perf_context *context)
{
	struct mbal_ibs_fetch fetch = { 0 };
	struct mbal_current current = mbal_current();
	struct mbal_access access;
	u32 rejected;

	if (!current.target) {
		mbal_count_outcome(MBAL_COUNTER_DROP_NOT_TARGET);
		return;
	}
	if (mbal_ibs_read_fetch(context, &fetch)) {
		mbal_count_outcome(MBAL_COUNTER_DROP_BAD_RECORD);
		return;
	}
	rejected = mbal_ibs_fetch_reject(&fetch, user_only);
	if (rejected) {
		mbal_count_outcome(rejected);
		return;
	}
	mbal_access_begin(&access, current.pid_tgid, MBAL_SOURCE_IBS, fetch.linear_address);
	mbal_ibs_fetch_fill(&access, &fetch);
	mbal_ibs_account(&access, current.target);
}

#endif
