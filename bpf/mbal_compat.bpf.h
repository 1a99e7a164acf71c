/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between kernels, and nothing else: one function a change, with the commit that made it. */
#ifndef MBAL_COMPAT_BPF_H
#define MBAL_COMPAT_BPF_H

#include <linux/perf_event.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "mbal_kernel_types.bpf.h"

/*
 * Since 6.2 (a35b9af4ec2c, "bpf: Add a kfunc for generic type cast") the verifier takes a pointer for one to the type that we
 * name, and its fields are plain loads, which yield 0 where the address is bad. Before, each field is a call. Asked of a type
 * that came with 6.4, since two kernels between have the function and refuse its address (58aa2afbb1e6).
 */
extern void *bpf_rdonly_cast(const void *object, __u32 type_id) __ksym __weak;

struct bpf_iter_num___since_6_4 {
	u64 opaque;
};

#define MBAL_FIELD(object, type, field) \
	(bpf_core_type_exists(struct bpf_iter_num___since_6_4) ? \
		 ((type *)bpf_rdonly_cast((object), bpf_core_type_id_kernel(type)))->field : BPF_CORE_READ(object, field))

/*
 * The raw record of a sample, or NULL. Since 6.1 (838d9bb62d13, "perf: Use sample_flags for raw_data")
 * perf_sample_data.raw is set only when sample_flags says so. Before, the event must have been opened with
 * PERF_SAMPLE_RAW, else `raw` is whatever lay on the stack.
 */
static __always_inline struct perf_raw_record *mbal_raw_record(struct perf_sample_data *data)
{
	if (bpf_core_field_exists(data->sample_flags) && !(MBAL_FIELD(data, struct perf_sample_data, sample_flags) & PERF_SAMPLE_RAW))
		return NULL;
	return MBAL_FIELD(data, struct perf_sample_data, raw);
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

/*
 * What only some kernels have is read in a function of its own, which no other kernel calls: the compiler would move the
 * field's offset out of the branch that asks whether there is such a field, and the verifier refuse it.
 */
#define MBAL_ONLY_WHERE_CALLED static __attribute__((noinline))

/* Before 6.1: ids instead of pointers. */
struct cgroup___with_ancestor_ids {
	u64 ancestor_ids[1];
} MBAL_CO_RE;

MBAL_ONLY_WHERE_CALLED u64 mbal_cgroup_ancestor_id(const struct cgroup___with_ancestor_ids *cgroup, u32 level)
{
	u64 id = 0;

	bpf_probe_read_kernel(&id, sizeof(id), (const u64 *)&cgroup->ancestor_ids + level);
	return id;
}

struct cgroup___with_ancestors {
	struct cgroup *ancestors[1];
} MBAL_CO_RE;

MBAL_ONLY_WHERE_CALLED u64 mbal_cgroup_ancestor_of(const struct cgroup___with_ancestors *cgroup, u32 level)
{
	struct cgroup *ancestor = NULL;

	bpf_probe_read_kernel(&ancestor, sizeof(ancestor), (struct cgroup *const *)&cgroup->ancestors + level);
	return ancestor ? BPF_CORE_READ(ancestor, kn, id) : 0;
}

/*
 * Inode number of a cgroup's ancestor of that level, itself included. Since 6.1 (7f203bc89eb6, "cgroup: Replace
 * cgroup->ancestor_ids[] with ->ancestors[]") there is a pointer where the id was.
 */
static __always_inline u64 mbal_cgroup_ancestor(const struct cgroup *cgroup, u32 level)
{
	if (bpf_core_field_exists(((struct cgroup___with_ancestors *)0)->ancestors))
		return mbal_cgroup_ancestor_of((const void *)cgroup, level);
	return mbal_cgroup_ancestor_id((const void *)cgroup, level);
}

struct mm_struct___with_flag_words {
	struct {
		unsigned long __mm_flags[1];
	} flags;
} MBAL_CO_RE;

MBAL_ONLY_WHERE_CALLED u64 mbal_mm_flag_word(const struct mm_struct___with_flag_words *mm)
{
	unsigned long flags = 0;

	bpf_probe_read_kernel(&flags, sizeof(flags), &mm->flags.__mm_flags);
	return flags;
}

MBAL_ONLY_WHERE_CALLED u64 mbal_mm_plain_flags(const struct mm_struct *mm)
{
	return BPF_CORE_READ(mm, flags);
}

/* Since 6.18 (bb6525f2f8c4, "mm: add bitmap mm->flags field") a bitmap is where the word was. */
static __always_inline u64 mbal_mm_flags(const struct mm_struct *mm)
{
	if (bpf_core_field_exists(((struct mm_struct___with_flag_words *)0)->flags.__mm_flags))
		return mbal_mm_flag_word((const void *)mm);
	return mbal_mm_plain_flags(mm);
}

#endif
