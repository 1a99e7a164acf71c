/* SPDX-License-Identifier: GPL-2.0-only */
/* Every map that user space meets. */
#ifndef MBAL_MAPS_BPF_H
#define MBAL_MAPS_BPF_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "mbal_abi.h"
#include "mbal_inject.h"
#include "mbal_ints.bpf.h"

#define MBAL_MAX_GROUPS 1024
#define MBAL_MAX_TARGETS 16384

/*
 * The shape of a group's table. Two things are the loader's: the value size (slot_bytes, before load) and the number
 * of elements (BPF_F_INNER_MAP lets every group have its own).
 */
struct mbal_table_shape {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(u32));
	__uint(value_size, 32);
};

struct mbal_ring_shape {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(struct mbal_access));
};

/* Process (tgid) -> group id. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MBAL_MAX_TARGETS);
	__type(key, u32);
	__type(value, u64);
} mbal_targets SEC(".maps");

/* Group id -> its tables. Fill the heat table last: without it a sample is dropped as "no table". */
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, MBAL_MAX_GROUPS);
	__type(key, u64);
	__array(values, struct mbal_table_shape);
} mbal_heat SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, MBAL_MAX_GROUPS);
	__type(key, u64);
	__array(values, struct mbal_table_shape);
} mbal_threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, MBAL_MAX_GROUPS);
	__type(key, u64);
	__array(values, struct mbal_ring_shape);
} mbal_recent SEC(".maps");

/* One element per enum mbal_counter. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MBAL_COUNTER_MAX);
	__type(key, u32);
	__type(value, u64);
} mbal_counters SEC(".maps");

/* What mbal_inject feeds to account(). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, MBAL_INJECT_SLOTS);
	__type(key, u32);
	__type(value, struct mbal_access);
} mbal_injected SEC(".maps");

#endif
