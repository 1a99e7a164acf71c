/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between kernels, and nothing else: one function a change, with the commit that made it. */
#ifndef MBAL_COMPAT_BPF_H
#define MBAL_COMPAT_BPF_H

#include <linux/perf_event.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "mbal_kernel_types.bpf.h"

/*
 * The raw record of a sample, or NULL. Since 6.1 (838d9bb62d13, "perf: Use sample_flags for raw_data")
 * perf_sample_data.raw is set only when sample_flags says so. Before, the event must have been opened with
 * PERF_SAMPLE_RAW, else `raw` is whatever lay on the stack.
 */
static __always_inline struct perf_raw_record *mbal_raw_record(struct perf_sample_data *data)
{
	if (bpf_core_field_exists(data->sample_flags) && !(BPF_CORE_READ(data, sample_flags) & PERF_SAMPLE_RAW))
		return NULL;
	return BPF_CORE_READ(data, raw);
}

/*
 * Whether a field of the sample is set. Before 6.1 nothing says so: then those are that PEBS itself fills, which it did
 * whenever the event asked for them.
 */
static __always_inline bool mbal_sample_has(struct perf_sample_data *data, u64 sample_type)
{
	return !bpf_core_field_exists(data->sample_flags) || (BPF_CORE_READ(data, sample_flags) & sample_type);
}

static __always_inline u64 mbal_sample_data_src(struct perf_sample_data *data)
{
	return mbal_sample_has(data, PERF_SAMPLE_DATA_SRC) ? BPF_CORE_READ(data, data_src.val) : 0;
}

/* The whole weight is the latency for an event that was opened with PERF_SAMPLE_WEIGHT. */
static __always_inline u64 mbal_sample_latency(struct perf_sample_data *data)
{
	return mbal_sample_has(data, PERF_SAMPLE_WEIGHT_TYPE) ? BPF_CORE_READ(data, weight.full) : 0;
}

/*
 * 0 where it is not known. perf itself finds it, in perf_prepare_sample(), which runs before BPF since 6.3 (0eed28220504,
 * "perf/core: Call perf_prepare_sample() before running BPF") and after it before.
 */
static __always_inline u64 mbal_sample_physical_address(struct perf_sample_data *data)
{
	if (!bpf_core_field_exists(data->sample_flags) || !(BPF_CORE_READ(data, sample_flags) & PERF_SAMPLE_PHYS_ADDR))
		return 0;
	return BPF_CORE_READ(data, phys_addr);
}

#endif
