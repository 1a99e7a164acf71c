// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each source's own code on made-up input, run from a system call: what the hardware would have said comes from maps.
 * Compiled twice: with the heat table, and with an LRU_HASH in its place (-DMBAL_BENCH_LRU).
 */
#include <stdbool.h>
#include <stddef.h>

#include "bench_records.h"

#ifdef MBAL_BENCH_LRU
#define MBAL_HEAT(step) mbal_lru_##step
struct mbal_window;
static bool mbal_lru_open(struct mbal_window *window, const struct mbal_access *access, __u64 group_id);
static __u32 mbal_lru_add(const struct mbal_window *window, const struct mbal_access *access, __u64 group_id);
static void mbal_lru_count(const struct mbal_window *window, __u32 outcome);
#endif

#include "mbal_ibs.bpf.h"
#include "mbal_inject.bpf.h"
#include "mbal_page_fault.bpf.h"
#include "mbal_pebs.bpf.h"
#include "mbal_soft.bpf.h"
#include "mbal_yardsticks.bpf.h"

char LICENSE[] SEC("license") = "GPL";

_Static_assert(sizeof(struct bench_context) == sizeof(struct mbal_perf_context), "one is cast to the other");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, BENCH_CONTEXTS);
	__type(key, u32);
	__type(value, struct bench_context);
} mbal_contexts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, MBAL_INJECT_SLOTS);
	__type(key, u32);
	__type(value, struct bench_ibs_record);
} mbal_ibs_ops SEC(".maps");

/*
 * An event of the kernel's, made up as far as a source looks at it: the context, which a source sees both as registers
 * and as the kernel's own structure, the sample and its raw record.
 */
struct bench_event {
	struct mbal_perf_context context;
	u8 sample[1024];
	u8 raw[64];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct bench_event);
} mbal_events SEC(".maps");

#define BENCH_USER_CS 0x33
/* Where the running kernel has the field. The mask tells the verifier what CO-RE knows only at load. */
#define BENCH_FIELD(object, type, field, mask) \
	((void *)((u8 *)(object) + (bpf_core_field_offset(type, field) & (mask))))

static __always_inline struct bench_event *bench_event(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&mbal_events, &zero);
}

/* Makes the event one with a sample that has fields of these types. */
static __always_inline void bench_begin_sample(struct bench_event *event, u64 types)
{
	if (bpf_core_field_exists(struct perf_sample_data, sample_flags))
		*(u64 *)BENCH_FIELD(event->sample, struct perf_sample_data, sample_flags, 0x1f8) = types;
	*(void **)BENCH_FIELD(&event->context, struct bpf_perf_event_data_kern, data, 0x38) = event->sample;
}

/* Makes `record` the raw record of the event's sample. */
static __always_inline void bench_set_record(struct bench_event *event, struct bench_ibs_record *record, u32 bytes)
{
	bench_begin_sample(event, PERF_SAMPLE_RAW);
	*(void **)BENCH_FIELD(event->sample, struct perf_sample_data, raw, 0x1f8) = event->raw;
	*(void **)BENCH_FIELD(event->raw, struct perf_raw_record, frag.data, 0x38) = record;
	*(u32 *)BENCH_FIELD(event->raw, struct perf_raw_record, frag.size, 0x3c) = bytes;
}

static __always_inline void bench_set_registers(struct bench_event *event, const struct mbal_access *access)
{
	event->context.ip = access->ip;
	event->context.addr = access->vaddr;
	event->context.cs = BENCH_USER_CS;
}

MBAL_GLOBAL int bench_ibs_one(u32 index, u64 group_id)
{
	struct bench_ibs_record *record = bpf_map_lookup_elem(&mbal_ibs_ops, &index);
	struct bench_event *event = bench_event();

	(void)group_id;
	if (!record || !event)
		return -1;
	bench_set_record(event, record, sizeof(struct mbal_ibs_op));
	mbal_ibs_op_sample(&event->context);
	return 0;
}

MBAL_GLOBAL int bench_fetch_one(u32 index, u64 group_id)
{
	struct bench_ibs_record *record = bpf_map_lookup_elem(&mbal_ibs_ops, &index);
	struct bench_event *event = bench_event();

	(void)group_id;
	if (!record || !event)
		return -1;
	bench_set_record(event, record, sizeof(struct mbal_ibs_fetch));
	mbal_ibs_fetch_sample(&event->context);
	return 0;
}

#define BENCH_LOAD_FROM_MEMORY (PERF_MEM_S(OP, LOAD) | PERF_MEM_S(LVLNUM, RAM) | PERF_MEM_S(TLB, HIT))
#define BENCH_LOAD_CYCLES 300

/* A load that memory answered. */
MBAL_GLOBAL int bench_pebs_one(u32 index, u64 group_id)
{
	struct mbal_access *access = bpf_map_lookup_elem(&mbal_injected, &index);
	struct bench_event *event = bench_event();

	(void)group_id;
	if (!access || !event)
		return -1;
	bench_set_registers(event, access);
	bench_begin_sample(event, PERF_SAMPLE_DATA_SRC | PERF_SAMPLE_WEIGHT | PERF_SAMPLE_PHYS_ADDR);
	*(u64 *)BENCH_FIELD(event->sample, struct perf_sample_data, data_src, 0x1f8) = BENCH_LOAD_FROM_MEMORY;
	*(u64 *)BENCH_FIELD(event->sample, struct perf_sample_data, weight, 0x1f8) = BENCH_LOAD_CYCLES;
	*(u64 *)BENCH_FIELD(event->sample, struct perf_sample_data, phys_addr, 0x1f8) = access->vaddr & 0xffffffff;
	mbal_pebs_sample(&event->context);
	return 0;
}

MBAL_GLOBAL int bench_fault_one(u32 index, u64 group_id)
{
	struct mbal_access *access = bpf_map_lookup_elem(&mbal_injected, &index);
	struct bench_event *event = bench_event();

	(void)group_id;
	if (!access || !event)
		return -1;
	bench_set_registers(event, access);
	mbal_page_fault_sample(&event->context);
	return 0;
}

/* Inlined: the walk's own calls are as deep as the kernel allows. */
static __always_inline int bench_soft_one(u32 index, u64 group_id)
{
	u32 place = index & (BENCH_CONTEXTS - 1);
	struct bench_context *context = bpf_map_lookup_elem(&mbal_contexts, &place);

	(void)group_id;
	if (!context)
		return -1;
	mbal_soft_sample((struct mbal_perf_context *)context);
	return 0;
}

/* What each of the others does besides. */
MBAL_GLOBAL int bench_harness_one(u32 index, u64 group_id)
{
	struct mbal_access *access = bpf_map_lookup_elem(&mbal_injected, &index);

	(void)group_id;
	return access ? !access->tgid : -1;
}

MBAL_GLOBAL int bench_heat_one(u32 index, u64 group_id)
{
	struct mbal_access *access = bpf_map_lookup_elem(&mbal_injected, &index);

	(void)group_id;
	if (!access)
		return -1;
	mbal_heat_account(access);
	return 0;
}

static __always_inline int bench_target_one(u32 index, u64 group_id)
{
	struct mbal_access *access = bpf_map_lookup_elem(&mbal_injected, &index);

	(void)group_id;
	if (!access)
		return -1;
	mbal_target_account(access);
	return 0;
}

MBAL_GLOBAL int bench_page_account(u32 index, bool in_place)
{
	struct mbal_access *access = bpf_map_lookup_elem(&mbal_injected, &index);

	if (!access)
		return -1;
	mbal_page_account(access, in_place);
	return 0;
}

static __always_inline int bench_page_update_one(u32 index, u64 group_id)
{
	(void)group_id;
	return bench_page_account(index, false);
}

static __always_inline int bench_page_in_place_one(u32 index, u64 group_id)
{
	(void)group_id;
	return bench_page_account(index, true);
}

MBAL_GLOBAL int bench_prototype_one(u32 index, u64 group_id)
{
	struct mbal_access *access = bpf_map_lookup_elem(&mbal_injected, &index);

	(void)group_id;
	if (!access)
		return -1;
	mbal_count_outcome(mbal_prototype_account(access));
	return 0;
}

SEC("syscall")
int mbal_on_replay(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, mbal_inject_element);
	return 0;
}

SEC("syscall")
int mbal_on_harness(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, bench_harness_one);
	return 0;
}

SEC("syscall")
int mbal_on_heat(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, bench_heat_one);
	return 0;
}

SEC("syscall")
int mbal_on_target(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, bench_target_one);
	return 0;
}

SEC("syscall")
int mbal_on_ibs(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, bench_ibs_one);
	return 0;
}

SEC("syscall")
int mbal_on_fetch(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, bench_fetch_one);
	return 0;
}

SEC("syscall")
int mbal_on_pebs(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, bench_pebs_one);
	return 0;
}

SEC("syscall")
int mbal_on_faults(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, bench_fault_one);
	return 0;
}

SEC("syscall")
int mbal_on_soft(struct mbal_inject_args *args)
{
	mbal_inject_each(args, BENCH_SOFT_BATCH, bench_soft_one);
	return 0;
}

/* The prototype's scheme: a hash update for every sample. */
SEC("syscall")
int mbal_on_update(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, bench_page_update_one);
	return 0;
}

/* The same with counts raised where they lie, and an update only for a new page. */
SEC("syscall")
int mbal_on_inplace(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, bench_page_in_place_one);
	return 0;
}

/* All that the prototype does for a sample. */
SEC("syscall")
int mbal_on_whole(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, bench_prototype_one);
	return 0;
}
