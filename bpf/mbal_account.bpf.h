/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * account(): where every source ends. An access finds its process's group and is counted in the group's heat,
 * thread and recent tables; what the heat table says is the sample's one outcome.
 *
 * Time comes with the access, so that recorded accesses decay on replay as they did when they happened.
 */
#ifndef MBAL_ACCOUNT_BPF_H
#define MBAL_ACCOUNT_BPF_H

#include "mbal_counters.bpf.h"
#include "mbal_table.bpf.h"

/* Verified once each, whoever calls them: a program that injects a thousand accesses costs no more than one. */
#define MBAL_GLOBAL __attribute__((noinline))

#define MBAL_ACCESS_SHIFT 6
_Static_assert(sizeof(struct mbal_access) == 1u << MBAL_ACCESS_SHIFT, "an element of the recent ring");

static __always_inline u64 mbal_heat_key(const struct mbal_access *access)
{
	return access->vaddr >> page_shift;
}

static __always_inline u32 mbal_epoch_of(const struct mbal_access *access)
{
	return (u32)(access->time_ns >> epoch_shift);
}

/*
 * A CPU of a node that came after load is counted with the last node that was known. In arithmetic, as all that comes
 * before the probe loop: the verifier follows that loop once for each path to it.
 */
static __always_inline u32 mbal_known_node(u32 node)
{
	u32 last = node_count - 1;

	return node - ((node - last) & (u32)mbal_mask_if_less(last, node));
}

/* All ones for a stall, else 0. */
static __always_inline u32 mbal_stall_mask(const struct mbal_access *access)
{
	return 0 - ((u32)access->flags / MBAL_ACCESS_STALL & 1);
}

MBAL_GLOBAL int mbal_heat_add(const struct mbal_access *access, u64 group_id)
{
	struct mbal_update update = { .second_count = MBAL_NO_COUNT };
	u32 stall;

	if (!access)
		return MBAL_TABLE_NONE;
	stall = mbal_stall_mask(access);
	update.key = mbal_heat_key(access);
	update.epoch = mbal_epoch_of(access);
	update.count = mbal_known_node(access->cpu_node) + (node_count & stall);
	update.latency = access->latency;
	update.flags = access->flags & ~stall;
	return (int)mbal_table_add(&mbal_heat, group_id, &update);
}

/* A benchmark counts heat in a map of another kind, to compare with; the rest of account() stays. */
#ifndef MBAL_HEAT_ADD
#define MBAL_HEAT_ADD mbal_heat_add
#endif

/* Accesses only: that the thread also waited for one of them says nothing new about where it works. */
MBAL_GLOBAL int mbal_thread_add(const struct mbal_access *access, u64 group_id)
{
	struct mbal_update update = { .second_count = MBAL_NO_COUNT };

	if (!access || (access->flags & MBAL_ACCESS_STALL))
		return MBAL_TABLE_NONE;
	update.key = MBAL_KEY_THREAD | access->tid;
	update.epoch = mbal_epoch_of(access);
	update.count = mbal_known_node(access->cpu_node);
	/* MBAL_NODE_UNKNOWN, and a node that came after load, are behind all counts: nothing is raised. */
	update.second_count = node_count + access->memory_node;
	update.latency = access->latency;
	update.flags = access->flags;
	return (int)mbal_table_add(&mbal_threads, group_id, &update);
}

/*
 * Without the physical address, which the kernel hides from the unprivileged, as peers are (/proc/PID/pagemap).
 * The ring wraps over its oldest access. A reader that is overtaken sees it by header.recorded.
 */
MBAL_GLOBAL int mbal_recent_add(const struct mbal_access *access, u64 group_id)
{
	const u32 first = MBAL_HEADER_BYTES >> MBAL_ACCESS_SHIFT;
	void *ring = bpf_map_lookup_elem(&mbal_recent, &group_id);
	struct mbal_header_counters *counters;
	struct mbal_access *place, seen_by_peer;
	u32 elements, index;

	if (!access || !ring)
		return MBAL_TABLE_NONE;
	elements = ((struct bpf_map *)ring)->max_entries;
	counters = mbal_header_counters(ring, MBAL_ACCESS_SHIFT);
	if (elements <= first || !counters)
		return MBAL_TABLE_NONE;
	index = first + (u32)(__sync_fetch_and_add(&counters->recorded, 1) % (elements - first));
	place = bpf_map_lookup_elem(ring, &index);
	if (!place)
		return MBAL_TABLE_NONE;
	seen_by_peer = *access;
	seen_by_peer.paddr = 0;
	*place = seen_by_peer;
	return MBAL_TABLE_COUNTED;
}

/* The counter that says what became of the sample. */
static __always_inline u32 mbal_outcome_counter(u32 table_outcome)
{
	switch (table_outcome) {
	case MBAL_TABLE_NONE:
		return MBAL_COUNTER_DROP_NO_TABLE;
	case MBAL_TABLE_FULL:
		return MBAL_COUNTER_DROP_TABLE_FULL;
	case MBAL_TABLE_RACE:
		return MBAL_COUNTER_DROP_TABLE_RACE;
	default:
		return MBAL_COUNTER_RECORDED;
	}
}

static __always_inline u32 mbal_account_in_group(const struct mbal_access *access, u64 group_id)
{
	u32 table_outcome;

	if ((s64)access->vaddr < 0)
		return MBAL_COUNTER_DROP_KERNEL;
	/* Page 0 is no address, and page 1 would be taken for MBAL_KEY_BUSY. */
	if (mbal_heat_key(access) <= MBAL_KEY_BUSY)
		return MBAL_COUNTER_DROP_NO_ADDRESS;

	table_outcome = (u32)MBAL_HEAT_ADD(access, group_id);
	if (table_outcome == MBAL_TABLE_NONE)
		return MBAL_COUNTER_DROP_NO_TABLE;
	mbal_thread_add(access, group_id);
	mbal_recent_add(access, group_id);

	if (table_outcome == MBAL_TABLE_INSERTED)
		mbal_count(MBAL_COUNTER_INSERTED);
	if (table_outcome == MBAL_TABLE_REPLACED)
		mbal_count(MBAL_COUNTER_REPLACED);
	return mbal_outcome_counter(table_outcome);
}

/* Counts one access once. Returns enum mbal_counter: what became of it. */
MBAL_GLOBAL int mbal_account(const struct mbal_access *access)
{
	u32 tgid, outcome = MBAL_COUNTER_DROP_NOT_TARGET;
	u64 *group_id;

	if (!access)
		return MBAL_COUNTER_DROP_NO_ADDRESS;
	tgid = access->tgid;
	group_id = bpf_map_lookup_elem(&mbal_targets, &tgid);
	if (group_id)
		outcome = mbal_account_in_group(access, *group_id);
	mbal_count_outcome(outcome);
	if (outcome == MBAL_COUNTER_RECORDED && (access->flags & MBAL_ACCESS_STALL))
		mbal_count(MBAL_COUNTER_STALLS);
	return (int)outcome;
}

#endif
