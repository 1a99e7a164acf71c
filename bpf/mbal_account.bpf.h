/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * account(): where every source ends. An access finds its process's groups and is counted in the heat, thread and
 * recent tables of each; it has one outcome all the same: recorded, if any heat table took it.
 *
 * Time comes with the access, so that recorded accesses decay on replay as they did when they happened.
 */
#ifndef MBAL_ACCOUNT_BPF_H
#define MBAL_ACCOUNT_BPF_H

#include "mbal_counters.bpf.h"
#include "mbal_targets.bpf.h"

#define MBAL_ACCESS_SHIFT 6
_Static_assert(sizeof(struct mbal_access) == 1u << MBAL_ACCESS_SHIFT, "an element of the recent ring");

static __always_inline u64 mbal_heat_key(const struct mbal_access *access)
{
	return (u64)access->process_tag << MBAL_KEY_PAGE_BITS | access->vaddr >> page_shift;
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

static __always_inline u32 mbal_at_least_one(u32 number)
{
	return number + ((u32)mbal_mask_if_less(number, 1) & 1);
}

/* What one access is worth. */
static __always_inline u32 mbal_access_amount(const struct mbal_access *access)
{
	return mbal_at_least_one(access->weight);
}

/*
 * What the access cost its thread, in units of MBAL_STALL_CYCLES: a miss that shares its time with others was waited for
 * in part only. Rounded up with the probability of what is cut off. 0 where the source tells no latency: nothing is divided for
 * that, but the verifier is not shown that it is 0, else it would follow all that comes once more.
 */
static __always_inline u32 mbal_stall_amount(const struct mbal_access *access, u32 random)
{
	u64 cycles = access->latency, any = cycles << 1;

	mbal_hide(any);
	if (any)
		cycles = (cycles / mbal_at_least_one(access->open_misses) + (random & (MBAL_STALL_CYCLES - 1))) / MBAL_STALL_CYCLES;
	return (u32)cycles;
}

static __always_inline bool mbal_heat_open(struct mbal_window *window, const struct mbal_access *access, u64 group_id)
{
	if (!mbal_window_open(window, &mbal_heat, group_id, mbal_heat_key(access)))
		return false;
	mbal_window_touch(window);
	return true;
}

static __always_inline u32 mbal_heat_add(const struct mbal_window *window, const struct mbal_access *access, u64 group_id)
{
	struct mbal_update update = { 0 };
	u32 stall = mbal_stall_mask(access), node = mbal_known_node(access->cpu_node);

	(void)group_id;
	update.key = mbal_heat_key(access);
	update.epoch = mbal_epoch_of(access);
	update.count = node + (node_count & stall);
	update.amount = mbal_access_amount(access);
	update.second_count = node_count + node;
	update.second_amount = mbal_stall_amount(access, (u32)(mbal_random_of(window->header, update.key) >> 32)) & ~stall;
	update.latency = access->latency;
	update.flags = access->flags & ~stall;
	return mbal_window_add(window, &update);
}

static __always_inline void mbal_heat_count(const struct mbal_window *window, u32 outcome)
{
	mbal_header_count(window->header, outcome);
}

/* A benchmark counts heat in a map of another kind, to compare with; the rest of account() stays. */
#ifndef MBAL_HEAT
#define MBAL_HEAT(step) mbal_heat_##step
#endif

/* Accesses only: that the thread also waited for one of them says nothing new about where it works. */
static __always_inline void mbal_thread_add(const struct mbal_access *access, u64 group_id)
{
	struct mbal_update update = { 0 };
	struct mbal_window window;

	update.key = MBAL_KEY_THREAD | access->tid;
	if (access->flags & MBAL_ACCESS_STALL || !mbal_window_open(&window, &mbal_threads, group_id, update.key))
		return;
	update.epoch = mbal_epoch_of(access);
	update.count = mbal_known_node(access->cpu_node);
	update.amount = mbal_access_amount(access);
	update.second_amount = update.amount;
	/* MBAL_NODE_UNKNOWN, and a node that came after load, are behind all counts: nothing is raised. */
	update.second_count = node_count + access->memory_node;
	update.latency = access->latency;
	update.flags = access->flags;
	mbal_header_count(window.header, mbal_window_add(&window, &update));
}

/* Where the next access goes: its number in the ring, from 0. Mostly a power of two long, which needs no division. */
static __always_inline u32 mbal_ring_index(u64 number, u32 length)
{
	return length & (length - 1) ? (u32)(number % length) : (u32)number & (length - 1);
}

/* Without the physical address, which the kernel hides from the unprivileged, as peers are (/proc/PID/pagemap). */
static __always_inline void mbal_access_copy(struct mbal_access *to, const struct mbal_access *from)
{
	const u32 hidden = __builtin_offsetof(struct mbal_access, paddr) / sizeof(u64);
	const u64 *words = (const u64 *)from;
	u64 *copies = (u64 *)to;
	u32 i;

#pragma unroll
	for (i = 0; i < sizeof(*to) / sizeof(u64); i++)
		copies[i] = i == hidden ? 0 : words[i];
}

/* The ring wraps over its oldest access. A reader that is overtaken sees it by header.recorded. */
static __always_inline void mbal_ring_add(void *ring, const struct mbal_access *access)
{
	const u32 first = MBAL_HEADER_BYTES >> MBAL_ACCESS_SHIFT;
	struct mbal_header_counters *counters = mbal_header_counters(ring);
	u32 elements = ((struct bpf_map *)ring)->max_entries, index;
	struct mbal_access *place;

	if (elements <= first || !counters)
		return;
	index = first + mbal_ring_index(__sync_fetch_and_add(&counters->recorded, 1), elements - first);
	place = bpf_map_lookup_elem(ring, &index);
	if (place)
		mbal_access_copy(place, access);
}

MBAL_GLOBAL int mbal_own_recent_add(const struct mbal_access *access, u64 group_id)
{
	void *ring = mbal_table_at(&mbal_own_recent, group_id);

	if (!access || !ring)
		return -ENOENT;
	mbal_ring_add(ring, access);
	return 0;
}

/* Called after the heat table was found to be the group's, which its ring is then too. */
static __always_inline void mbal_recent_add(const struct mbal_access *access, u64 group_id)
{
	void *ring = mbal_table_at(&mbal_recent, group_id);

	if (ring)
		mbal_ring_add(ring, access);
	else
		mbal_own_recent_add(access, group_id);
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

static __always_inline bool mbal_is_in_ranges(u64 ip, u64 group_id)
{
	struct mbal_group_rule *rule = bpf_map_lookup_elem(&mbal_rules, &group_id);
	u32 i;

	for (i = 0; rule && i < MBAL_MAX_RANGES; i++)
		if (i < rule->range_count && ip >= rule->ranges[i].start && ip < rule->ranges[i].end)
			return true;
	return false;
}

/* Why a group does not want an access; 0 when it does. Called for groups that do not want all. */
MBAL_GLOBAL int mbal_filter(const struct mbal_access *access, u64 group_id, u32 flags)
{
	if (!access)
		return MBAL_COUNTER_DROP_NO_ADDRESS;
	if (flags & MBAL_MEMBER_USER_ONLY && access->flags & MBAL_ACCESS_KERNEL)
		return MBAL_COUNTER_DROP_USER_ONLY;
	return flags & MBAL_MEMBER_RANGES && !mbal_is_in_ranges(access->ip, group_id) ? MBAL_COUNTER_DROP_OUTSIDE : 0;
}

/*
 * Counts an access in one group. Returns enum mbal_counter: what became of it there. The only call on a sample's way: with the
 * mitigations of some CPUs a return takes as long as a third of what is done for a table.
 */
MBAL_GLOBAL int mbal_account_in_group(const struct mbal_access *access, u64 group_id, u32 flags)
{
	struct mbal_window heat;
	u32 table_outcome, unwanted;

	if (!access)
		return MBAL_COUNTER_DROP_NO_ADDRESS;
	unwanted = flags & MBAL_MEMBER_FILTERS ? (u32)mbal_filter(access, group_id, flags) : 0;
	if (unwanted)
		return (int)unwanted;
	if (!MBAL_HEAT(open)(&heat, access, group_id))
		return MBAL_COUNTER_DROP_NO_TABLE;
	mbal_thread_add(access, group_id);	/* while the page's slot is on its way from memory */
	table_outcome = MBAL_HEAT(add)(&heat, access, group_id);
	MBAL_HEAT(count)(&heat, table_outcome);
	table_outcome = (u32)mbal_forget(table_outcome, group_id);
	mbal_recent_add(access, group_id);

	if (table_outcome == MBAL_TABLE_INSERTED)
		mbal_count(MBAL_COUNTER_INSERTED);
	if (table_outcome == MBAL_TABLE_REPLACED)
		mbal_count(MBAL_COUNTER_REPLACED);
	if (flags & MBAL_MEMBER_PLACED && mbal_outcome_counter(table_outcome) == MBAL_COUNTER_RECORDED)
		mbal_process_recorded(group_id, access->process_tag);
	return (int)mbal_outcome_counter(table_outcome);
}

/* Why no table can count an access, whosever it is; 0 when one can. */
static __always_inline u32 mbal_account_reject(const struct mbal_access *access)
{
	if ((s64)access->vaddr < 0)
		return MBAL_COUNTER_DROP_KERNEL;
	/* Page 0 is no address, and page 1 would be taken for MBAL_KEY_BUSY. */
	return access->vaddr >> page_shift <= MBAL_KEY_BUSY ? MBAL_COUNTER_DROP_NO_ADDRESS : 0;
}

/* Counts an access in every group of its process. Overwrites access->process_tag. */
static __always_inline u32 mbal_account_in_groups(struct mbal_access *access, struct mbal_target *target)
{
	u32 i, outcome = MBAL_COUNTER_DROP_NOT_TARGET, in_group, rejected = mbal_account_reject(access);

	for (i = 0; i < MBAL_MEMBERSHIPS; i++) {
		u64 group_id = mbal_read_once(target->memberships[i].group_id);
		u32 flags = target->memberships[i].flags;

		if (!mbal_is_group(group_id) || !(flags & MBAL_MEMBER_COUNTED))
			continue;
		access->process_tag = target->memberships[i].process_tag;
		in_group = rejected ? rejected : (u32)mbal_account_in_group(access, group_id, flags);
		if (outcome != MBAL_COUNTER_RECORDED)
			outcome = in_group;
		outcome = (u32)mbal_forget(outcome, group_id);
	}
	return outcome;
}

/* What recorded samples say besides. */
static __always_inline void mbal_count_recorded(struct mbal_cpu_counters *counters, const struct mbal_access *access)
{
	if (access->flags & MBAL_ACCESS_STALL)
		mbal_count_in(counters, MBAL_COUNTER_STALLS);
	if (access->flags & MBAL_ACCESS_CODE)
		mbal_count_in(counters, MBAL_COUNTER_FETCHES);
	if (access->paddr && access->memory_node == MBAL_NODE_UNKNOWN)
		mbal_count_in(counters, MBAL_COUNTER_NODE_UNKNOWN);
}

static __always_inline void mbal_count_account(const struct mbal_access *access, u32 outcome)
{
	struct mbal_cpu_counters *counters = mbal_cpu_counters();

	if (!counters)
		return;
	mbal_count_in(counters, MBAL_COUNTER_SEEN);
	mbal_count_in(counters, outcome);
	if (outcome == MBAL_COUNTER_RECORDED)
		mbal_count_recorded(counters, access);
}

/* Counts one access of a target once, NULL: of none. Returns enum mbal_counter: what became of it. */
static __always_inline int mbal_account_target(struct mbal_access *access, struct mbal_target *target)
{
	u32 outcome = MBAL_COUNTER_DROP_NOT_TARGET;

	if (target)
		outcome = mbal_account_in_groups(access, target);
	mbal_count_account(access, outcome);
	return (int)outcome;
}

/* The same for an access of whatever process. */
static __always_inline int mbal_account(struct mbal_access *access)
{
	u32 tgid = access->tgid;

	return mbal_account_target(access, bpf_map_lookup_elem(&mbal_targets, &tgid));
}

/* The same by a call, for who does it in several places. */
MBAL_GLOBAL int mbal_account_called(struct mbal_access *access)
{
	return access ? mbal_account(access) : MBAL_COUNTER_DROP_NO_ADDRESS;
}

/* The same in one group, whosever the access was, under the tag it has: for recorded ones. */
MBAL_GLOBAL int mbal_account_replayed(const struct mbal_access *access, u64 group_id)
{
	struct mbal_group_rule *rule = bpf_map_lookup_elem(&mbal_rules, &group_id);
	u32 outcome = MBAL_COUNTER_DROP_NOT_TARGET, flags = MBAL_MEMBER_COUNTED | MBAL_MEMBER_PLACED;

	if (!access)
		return MBAL_COUNTER_DROP_NO_ADDRESS;
	if (rule) {
		outcome = mbal_account_reject(access);
		flags |= mbal_filters_of(rule);
		mbal_process_note(access, group_id);
		outcome = outcome ? outcome : (u32)mbal_account_in_group(access, group_id, flags);
	}
	mbal_count_account(access, outcome);
	return (int)outcome;
}

#endif
