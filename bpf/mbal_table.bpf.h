/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The open-addressing table behind heat and threads: one array map a group, laid out as mbal_abi.h says.
 *
 * A key lives in one of the MBAL_PROBE_WINDOW slots of its window: two neighbouring elements of the map, each half a window,
 * that it shares with the windows beside it. Most keys are in the first half, so that a sample waits for memory once. A window
 * full of other keys gives up its coldest slot with probability 1/(weight+1), so that a steady trickle of cold pages cannot
 * push out hot ones while a newly hot page gets in soon. Counts halve every epoch, lazily, when their slot is next written.
 *
 * Safe in an NMI: array lookups and atomics on their elements only, no locks, no loop that waits. Whoever meets
 * another CPU in a slot gives the sample up and says so. Counters within a slot are added to without atomics: on one
 * page hammered by two CPUs that loses counts, over many pages nearly none.
 */
#ifndef MBAL_TABLE_BPF_H
#define MBAL_TABLE_BPF_H

#include "mbal_slot.bpf.h"
#include "mbal_targets.h"

/* Verified once each, whoever calls them: a program that injects a thousand accesses costs no more than one. */
#define MBAL_GLOBAL __attribute__((noinline))

enum mbal_table_outcome {
	MBAL_TABLE_NONE,	/* no such table */
	MBAL_TABLE_FULL,	/* the window is full of keys that are too hot to replace */
	MBAL_TABLE_RACE,	/* another CPU has the slot */
	MBAL_TABLE_COUNTED,	/* the slot was there */
	MBAL_TABLE_INSERTED,
	MBAL_TABLE_REPLACED,
};

static __always_inline bool mbal_is_recorded(u32 outcome)
{
	return outcome >= MBAL_TABLE_COUNTED;
}

/* Elements that the header takes. */
static __always_inline u32 mbal_header_elements(void)
{
	return slot_bytes * MBAL_HALF_WINDOW < MBAL_HEADER_BYTES ? 2 : 1;
}

/*
 * The first of the two elements of the key's window. The top bits of a Fibonacci hash, brought into range by multiplication:
 * the low bits of the product hash badly.
 */
static __always_inline u32 mbal_home(u64 key, u32 elements)
{
	u32 homes = elements - mbal_header_elements() - 1;

	return mbal_header_elements() + (u32)((key * 0x9E3779B97F4A7C15ULL >> 32) * homes >> 32);
}

/* The verifier follows a product only when the second factor is the constant (up to 6.8), which the compiler does not know. */
static __always_inline struct mbal_slot *mbal_slot_in(void *half, u32 place)
{
	u64 offset = place & (MBAL_HALF_WINDOW - 1), bytes = slot_bytes;

	asm volatile("%0 *= %1" : "+r"(offset) : "r"(bytes));
	return half + offset;
}

/* A group's table among `tables`, or whatever has its place now. */
static __always_inline void *mbal_table_at(void *tables, u64 group_id)
{
	u32 place = MBAL_GROUP_PLACE(group_id);

	return bpf_map_lookup_elem(tables, &place);
}

/*
 * The start of the header of a table of windows; NULL if it is not the group's. A group that is gone may have left a member
 * behind, and its place may be another's.
 */
static __always_inline struct mbal_header_start *mbal_header_of(void *table, u64 group_id)
{
	struct mbal_header_start *header;
	u32 zero = 0;

	header = bpf_map_lookup_elem(table, &zero);
	return header && header->group_id == group_id ? header : NULL;
}

/* Where a key may be: slots 0 to 3 of its window lie in `low`, the others in the element behind it. */
struct mbal_window {
	void *table;
	struct mbal_header_start *header;
	u32 home;
	void *low;
};

/* Opens the key's window in the group's table in `tables`, mbal_heat or mbal_threads. Returns whether there is one. */
static __always_inline bool mbal_window_open(struct mbal_window *window, void *tables, u64 group_id, u64 key)
{
	void *table = mbal_table_at(tables, group_id);
	u32 index;

	if (!table)
		return false;
	window->table = table;
	window->header = mbal_header_of(table, group_id);
	if (!window->header)
		return false;
	index = mbal_home(key, ((struct bpf_map *)table)->max_entries);
	window->home = index;
	window->low = bpf_map_lookup_elem(table, &index);
	return window->low;
}

/* Has the CPU fetch what is needed soon, the slots of a half of 128 bytes, and do other things meanwhile. */
static __always_inline void mbal_window_touch(const struct mbal_window *window)
{
	const u64 *words = window->low;

	(void)mbal_read_once(words[0]);
	(void)mbal_read_once(words[8]);
}

static __always_inline void *mbal_high_half(const struct mbal_window *window)
{
	u32 index = window->home + 1;

	return bpf_map_lookup_elem(window->table, &index);
}

/* By a look-up of its own: for the verifier that is one path, and a choice of two pointers would be two. */
static __always_inline struct mbal_slot *mbal_slot_of(const struct mbal_window *window, u32 place)
{
	u32 index = window->home + (place / MBAL_HALF_WINDOW & 1);
	void *half = bpf_map_lookup_elem(window->table, &index);

	return half ? mbal_slot_in(half, place) : NULL;
}

/* Which of the half's slots has the key, or MBAL_HALF_WINDOW. */
static __always_inline u32 mbal_find_in_half(const void *half, u64 key)
{
	const struct mbal_slot *slot = half;
	u32 bytes = slot_bytes, place = MBAL_HALF_WINDOW, i;

#pragma unroll
	for (i = 0; i < MBAL_HALF_WINDOW; i++) {
		place ^= (place ^ i) & (u32)mbal_mask_if_equal(mbal_read_once(slot->key), key);
		slot = (const void *)slot + bytes;
	}
	return place;
}

/* The colder of `coldest` and the half's slots: its rank, and below that its place in the window. */
static __always_inline u64 mbal_coldest_in_half(void *half, const struct mbal_update *update, u32 first, u64 coldest)
{
	struct mbal_slot *slot = half;
	u32 bytes = slot_bytes, i;

	for (i = first; i < first + MBAL_HALF_WINDOW; i++) {
		u64 found = (u64)mbal_slot_rank(slot, update) << 32 | i;

		slot = (void *)slot + bytes;
		coldest -= (coldest - found) & mbal_mask_if_less((s64)found, (s64)coldest);
	}
	return coldest;
}

/* Takes a slot of that rank for another key. Readers and other CPUs skip it while its key is BUSY. */
static __always_inline u32 mbal_slot_take(struct mbal_slot *slot, u32 rank, const struct mbal_window *window,
					  const struct mbal_update *update)
{
	u64 key = mbal_read_once(slot->key);

	if (!rank || key == MBAL_KEY_BUSY || key == update->key)
		return MBAL_TABLE_RACE; /* do not risk having the key twice */
	if (rank > MBAL_RANK_NOTHING && !mbal_slot_yields(rank, (u32)mbal_random_of(window->header, update->key)))
		return MBAL_TABLE_FULL;
	if (mbal_compare_swap(&slot->key, key, MBAL_KEY_BUSY) != key)
		return MBAL_TABLE_RACE;
	slot->stores = 0;
	slot->codes = 0;
	slot->latency = 0;
	return key == MBAL_KEY_EMPTY ? MBAL_TABLE_INSERTED : MBAL_TABLE_REPLACED;
}

/* Where the key is, or MBAL_NOT_FOUND beside who is to give way to it: its rank, and below that its place. */
#define MBAL_NOT_FOUND (1U << 31)

/* 1 while one in sixteen slots of the table is empty, so that a window may well have one; else 0. */
static __always_inline u32 mbal_has_room(const struct mbal_window *window)
{
	u64 slots = (u64)((struct bpf_map *)window->table)->max_entries * MBAL_HALF_WINDOW;

	return (u32)mbal_mask_if_less((s64)window->header->used, (s64)(slots - slots / 16)) & 1;
}

/*
 * The other half is looked at only where no slot of the first has counted nothing, or another may be empty: of a table that is
 * full, most samples touch one half. A key that is in the other one, because the first was hot then, may so come into the
 * first as well when that has cooled: readers sum up both slots then, of which the older one decays.
 */
static __always_inline u64 mbal_find_place(const struct mbal_window *window, const struct mbal_update *update)
{
	u64 place = mbal_find_in_half(window->low, update->key), coldest, found;
	void *high;

	if (place < MBAL_HALF_WINDOW)
		return place;
	coldest = mbal_coldest_in_half(window->low, update, 0, ~0ULL >> 1);
	if (coldest >> 32 <= MBAL_RANK_NOTHING - mbal_has_room(window))
		return coldest | MBAL_NOT_FOUND;
	high = mbal_high_half(window);
	if (!high)
		return MBAL_NOT_FOUND;
	found = mbal_find_in_half(high, update->key);
	if (found < MBAL_HALF_WINDOW)
		return MBAL_HALF_WINDOW + found;
	return mbal_coldest_in_half(high, update, MBAL_HALF_WINDOW, coldest) | MBAL_NOT_FOUND;
}

/*
 * Brings a slot that was found, or is taken, to the epoch. Two CPUs that find it within the same nanoseconds halve it
 * twice; what another adds meanwhile may be lost.
 */
static __always_inline void mbal_slot_renew(struct mbal_slot *slot, u32 outcome, const struct mbal_window *window,
					    const struct mbal_update *update)
{
	u32 lag = mbal_slot_lag(mbal_read_once(slot->epoch), update->epoch);

	if (outcome != MBAL_TABLE_COUNTED)
		lag = MBAL_LAG_ALL;
	lag = (u32)mbal_forget(lag, update->key) & MBAL_LAG_ALL;
	if (!lag)
		return;
	mbal_write_once(slot->epoch, update->epoch);
	mbal_slot_halve(slot, lag, mbal_random_of(window->header, update->key));
}

/* Counts a sample in the slots of a table, without the header's counters. */
static __always_inline u32 mbal_window_add(const struct mbal_window *window, const struct mbal_update *update)
{
	u64 place = mbal_forget(mbal_find_place(window, update), update->key);
	struct mbal_slot *slot = mbal_slot_of(window, (u32)place & (MBAL_PROBE_WINDOW - 1));
	u32 outcome = MBAL_TABLE_COUNTED;

	if (!slot)
		return MBAL_TABLE_NONE;
	if (place & MBAL_NOT_FOUND)
		outcome = mbal_slot_take(slot, (u32)(place >> 32), window, update);
	outcome = (u32)mbal_forget(outcome, update->key);
	if (!mbal_is_recorded(outcome))
		return outcome;
	mbal_slot_renew(slot, outcome, window, update);
	mbal_slot_add(slot, update);
	if (outcome != MBAL_TABLE_COUNTED)
		mbal_publish(&slot->key, update->key);
	return outcome;
}

static __always_inline void mbal_header_count(struct mbal_header_start *header, u32 outcome)
{
	if (!mbal_is_recorded(outcome)) {
		__sync_fetch_and_add(&header->dropped, 1);
		return;
	}
	__sync_fetch_and_add(&header->recorded, 1);
	if (outcome == MBAL_TABLE_REPLACED)
		__sync_fetch_and_add(&header->replaced, 1);
	if (outcome == MBAL_TABLE_INSERTED)
		__sync_fetch_and_add(&header->used, 1);
}

#endif
