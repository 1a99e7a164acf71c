// SPDX-License-Identifier: GPL-2.0-only
/*
 * The yardstick of the BPF benchmark: account() as it is, but heat kept in a BPF_MAP_TYPE_LRU_HASH, which is what one
 * would use without a table of one's own. Everything else (target, thread table, recent ring, counters) is the same code.
 */
#include <stdbool.h>
#include <stddef.h>

#include "mbal_inject.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define MBAL_LRU_NODES 8

struct mbal_lru_key {
	u64 group_id;
	u64 page;
};

struct mbal_lru_heat {
	u32 epoch;
	u32 latency;
	u32 counts[MBAL_LRU_NODES];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct mbal_lru_key);
	__type(value, struct mbal_lru_heat);
} mbal_lru SEC(".maps");

static __always_inline u32 mbal_lru_node(const struct mbal_access *access)
{
	u64 node = mbal_known_node(access->cpu_node);

	mbal_hide(node);
	return (u32)(node & (MBAL_LRU_NODES - 1));
}

static __always_inline void mbal_lru_decay(struct mbal_lru_heat *heat, u32 epoch)
{
	u32 old = mbal_read_once(heat->epoch), lag = mbal_slot_lag(old, epoch), i;

	if (!lag || mbal_compare_swap(&heat->epoch, old, epoch) != old)
		return;
	for (i = 0; i < MBAL_LRU_NODES; i++)
		heat->counts[i] >>= lag;
}

static __always_inline u32 mbal_lru_add(const struct mbal_access *access, u64 group_id)
{
	struct mbal_lru_key key = { .group_id = group_id, .page = mbal_heat_key(access) };
	struct mbal_lru_heat *heat = bpf_map_lookup_elem(&mbal_lru, &key);
	struct mbal_lru_heat fresh = { .epoch = mbal_epoch_of(access) };

	if (heat) {
		mbal_lru_decay(heat, mbal_epoch_of(access));
		__sync_fetch_and_add(&heat->counts[mbal_lru_node(access)], 1);
		return MBAL_COUNTER_RECORDED;
	}
	fresh.counts[mbal_lru_node(access)] = 1;
	if (bpf_map_update_elem(&mbal_lru, &key, &fresh, BPF_NOEXIST))
		return MBAL_COUNTER_DROP_TABLE_RACE;
	mbal_count(MBAL_COUNTER_INSERTED);
	return MBAL_COUNTER_RECORDED;
}

MBAL_GLOBAL int mbal_lru_account(const struct mbal_access *access)
{
	u32 tgid, outcome = MBAL_COUNTER_DROP_NOT_TARGET;
	u64 *group_id;

	if (!access)
		return MBAL_COUNTER_DROP_NO_ADDRESS;
	tgid = access->tgid;
	group_id = bpf_map_lookup_elem(&mbal_targets, &tgid);
	if (group_id) {
		outcome = mbal_lru_add(access, *group_id);
		mbal_thread_add(access, *group_id);
		mbal_recent_add(access, *group_id);
	}
	mbal_count_outcome(outcome);
	return (int)outcome;
}

SEC("syscall")
int mbal_lru_inject(struct mbal_inject_args *args)
{
	u32 i, index;
	struct mbal_access *access;

	args->injected = 0;
	for (i = 0; i < MBAL_INJECT_BATCH; i++) {
		if (i >= args->count)
			break;
		index = (args->start + i) & (MBAL_INJECT_SLOTS - 1);
		access = bpf_map_lookup_elem(&mbal_injected, &index);
		if (!access)
			break;
		mbal_lru_account(access);
		args->injected = i + 1;
	}
	return 0;
}
