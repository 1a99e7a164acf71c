/* SPDX-License-Identifier: GPL-2.0-only */
/* Every map that user space meets. */
#ifndef MBAL_MAPS_BPF_H
#define MBAL_MAPS_BPF_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "mbal_abi.h"
#include "mbal_inject.h"
#include "mbal_ints.bpf.h"
#include "mbal_targets.h"

/*
 * The shape of a group's table. The loader's are the value size (half a window, before load) and the number of elements: one for
 * all groups, or, as here by BPF_F_INNER_MAP, of each its own, which costs a call a look-up.
 */
struct mbal_table_shape {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(u32));
	__uint(value_size, MBAL_HALF_WINDOW * 32);
};

/* Elements of 64 bytes: a struct mbal_access of the recent ring, of which most groups have as many, or a struct mbal_process. */
struct mbal_ring_shape {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(struct mbal_access));
};

/* Process (tgid) -> the groups it is in. Only BPF programs write it, see mbal_targets.bpf.h. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MBAL_MAX_TARGETS);
	__type(key, u32);
	__type(value, struct mbal_target);
} mbal_targets SEC(".maps");

/* Group id -> what it keeps. Made before its first member, deleted before its tables. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MBAL_MAX_GROUPS);
	__type(key, u64);
	__type(value, struct mbal_group_rule);
} mbal_rules SEC(".maps");

/* The groups that take processes in wherever they come from. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct mbal_wide_groups);
} mbal_wide SEC(".maps");

/*
 * A group's place -> its tables: an array, so that finding one costs no hash. A place passes from group to group, and a
 * member may be left behind: the id in the header says whose a table is, and a sample whose group's heat table is not there is
 * dropped as "no table" and looks at no other. The recent ring, whose id nobody compares, rests on that: a group's rule is made
 * after all its tables, so that nobody comes in before they are there, and its heat table is deleted first. Emptying a
 * place waits for the programs that may still use what was there.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MBAL_MAX_GROUPS);
	__type(key, u32);
	__array(values, struct mbal_table_shape);
} mbal_heat SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MBAL_MAX_GROUPS);
	__type(key, u32);
	__array(values, struct mbal_table_shape);
} mbal_threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MBAL_MAX_GROUPS);
	__type(key, u32);
	__array(values, struct mbal_ring_shape);
} mbal_recent SEC(".maps");

/* Of groups whose ring has a length of its own; they have none in mbal_recent. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MBAL_MAX_GROUPS);
	__type(key, u32);
	__array(values, struct mbal_ring_shape);
} mbal_own_recent SEC(".maps");

/* Only of groups that may have several processes. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MBAL_MAX_GROUPS);
	__type(key, u32);
	__array(values, struct mbal_ring_shape);
} mbal_processes SEC(".maps");

/* One element with all of enum mbal_counter: a sample's are counted after one look-up. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct mbal_cpu_counters);
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
