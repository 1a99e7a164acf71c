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

#endif
