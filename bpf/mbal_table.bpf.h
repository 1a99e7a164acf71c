/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The open-addressing table behind heat and threads: one array map a group, laid out as mbal_abi.h says.
 *
 * A key lives in one of the MBAL_PROBE_WINDOW slots after its home. A window full of other keys gives up its coldest
 * slot with probability 1/(weight+1), so that a steady trickle of cold pages cannot push out hot ones while a newly
 * hot page gets in soon. Counts halve every epoch, lazily, when their slot is next written.
 *
 * Safe in an NMI: array lookups and atomics on their elements only, no locks, no loop that waits. Whoever meets
 * another CPU in a slot gives the sample up and says so. Counters within a slot are added to without atomics: on one
 * page hammered by two CPUs that loses counts, over many pages nearly none.
 */
#ifndef MBAL_TABLE_BPF_H
#define MBAL_TABLE_BPF_H

#include <bpf/bpf_helpers.h>

#include "mbal_abi.h"
#include "mbal_kernel_types.bpf.h"
#include "mbal_knobs.bpf.h"

/* Verified once each, whoever calls them: a program that injects a thousand accesses costs no more than one. */
#define MBAL_GLOBAL __attribute__((noinline))

#define MBAL_NO_COUNT 0xffffffffu	/* an index into mbal_slot's counts that means: none */
#define MBAL_MAX_COUNTS (2u * MBAL_MAX_NODES)
#define MBAL_MAX_COUNT_WORDS 30	/* u64s behind the mbal_slot of the largest slot */

#define mbal_read_once(x) (*(const volatile typeof(x) *)&(x))
#define mbal_hide(x) asm volatile("" : "+r"(x))	/* the compiler knows nothing about x from here on */
#define mbal_compare_swap(place, old, new) __sync_val_compare_and_swap((place), (old), (new))
/* Also a full barrier: what was written before is visible to whoever sees the new value. */
#define mbal_publish(place, value) ((void)__sync_lock_test_and_set((place), (value)))

/* What one sample adds to a slot. */
struct mbal_update {
	u64 key;
	u32 epoch;
	u32 count;		/* index of the count to raise: of counts, then counts2 */
	u32 amount;		/* by how much */
	u32 second_count;	/* another one, or MBAL_NO_COUNT */
	u32 second_amount;	/* may be 0 */
	u32 latency;		/* 0: unknown */
	u32 flags;		/* enum mbal_access_flag, as far as stores and codes are to be counted */
};

enum mbal_table_outcome {
	MBAL_TABLE_NONE,	/* no such table */
	MBAL_TABLE_COUNTED,	/* the slot was there */
	MBAL_TABLE_INSERTED,
	MBAL_TABLE_REPLACED,
	MBAL_TABLE_FULL,	/* the window is full of keys that are too hot to replace */
	MBAL_TABLE_RACE,	/* another CPU has the slot */
};

/* counts and counts2 of a slot as one array; mbal_table_header.counts2_offset is counts_offset + 2 * node_count. */
static __always_inline u16 *mbal_slot_counts(struct mbal_slot *slot)
{
	return (u16 *)(slot + 1);
}

/* log2 of slot_bytes. Chosen, not computed: the verifier knows no quotient of constants, but skips branches not taken. */
static __always_inline u32 mbal_slot_shift(void)
{
	if (slot_bytes == 32)
		return 5;
	if (slot_bytes == 64)
		return 6;
	return slot_bytes == 128 ? 7 : 8;
}

static __always_inline u32 mbal_count_words(void)
{
	return (slot_bytes - (u32)sizeof(struct mbal_slot)) >> 3;
}

/* The top bits of a Fibonacci hash, brought into range by multiplication: the low bits of the product hash badly. */
static __always_inline u32 mbal_home(u64 key, u32 slot_count)
{
	return (u32)((key * 0x9E3779B97F4A7C15ULL >> 32) * slot_count >> 32);
}

/*
 * All ones if a < b, else 0. Every branch in the probe loop doubles the paths that the verifier follows, so that loop
 * computes instead; the barriers keep the compiler from finding the branch again. For |a - b| < 2^63.
 */
static __always_inline u64 mbal_mask_if_less(s64 a, s64 b)
{
	s64 mask = a - b;

	mbal_hide(mask);
	mask >>= 63;
	mbal_hide(mask);
	return (u64)mask;
}

/*
 * Epochs that a slot lags behind, at most 31: what is left then, one 2^31st of a count, is as good as nothing. None
 * when the sample is the older one, as between two CPUs at an epoch's turn.
 */
static __always_inline u32 mbal_slot_lag(u32 slot_epoch, u32 epoch)
{
	s64 lag = (s32)(epoch - slot_epoch);

	lag &= ~mbal_mask_if_less(lag, 0);
	return (u32)((lag | mbal_mask_if_less(31, lag)) & 31);
}

static __always_inline u32 mbal_next_random(u32 random)
{
	return random * 1664525u + 1013904223u;
}

/*
 * count / 2^lag, lag 1..31, rounded up with the probability of what is cut off, so that on average nothing is. Cut off
 * always, a page of one access an epoch would never be seen.
 */
static __always_inline u32 mbal_decayed(u32 count, u32 lag, u32 random)
{
	return (u32)(((u64)count + (random >> (32 - lag))) >> lag);
}

/* All counts of a slot, four at a time: behind the last one a slot is zero. */
static __always_inline u32 mbal_slot_weight(struct mbal_slot *slot, u32 epoch)
{
	u32 lag = mbal_slot_lag(mbal_read_once(slot->epoch), epoch), i;
	const u64 *words = (const u64 *)(slot + 1);
	const u64 halves = 0x0000ffff0000ffffULL;
	u64 sums = 0;

	for (i = 0; i < MBAL_MAX_COUNT_WORDS; i++) {
		if (i >= mbal_count_words())
			break;
		sums += (words[i] & halves) + (words[i] >> 16 & halves);
	}
	return ((u32)sums + (u32)(sums >> 32)) >> lag;
}

/* Brings a slot to the current epoch. The CAS lets one CPU do it; an increment of another meanwhile may be lost. */
static __always_inline void mbal_slot_decay(struct mbal_slot *slot, u32 epoch)
{
	u32 slot_epoch = mbal_read_once(slot->epoch), lag = mbal_slot_lag(slot_epoch, epoch), random, i;
	u16 *counts = mbal_slot_counts(slot);

	if (!lag || mbal_compare_swap(&slot->epoch, slot_epoch, epoch) != slot_epoch)
		return;
	random = bpf_get_prandom_u32();
	for (i = 0; i < MBAL_MAX_COUNTS; i++) {
		if (i >= 2 * node_count)
			break;
		random = mbal_next_random(random);
		counts[i] = (u16)mbal_decayed(counts[i], lag, random);
	}
	random = mbal_next_random(random);
	slot->stores = (u8)mbal_decayed(slot->stores, lag, random);
	random = mbal_next_random(random);
	slot->codes = (u8)mbal_decayed(slot->codes, lag, random);
}

/* a + b, at most `most`, for a and b far below 2^32. */
static __always_inline u32 mbal_saturated_sum(u32 a, u32 b, u32 most)
{
	u32 sum = a + b;

	return sum - ((sum - most) & (u32)mbal_mask_if_less(most, sum));
}

static __always_inline void mbal_slot_raise(struct mbal_slot *slot, u32 count, u32 amount)
{
	u16 *counts = mbal_slot_counts(slot);

	if (count < 2 * node_count)
		counts[count] = (u16)mbal_saturated_sum(counts[count], amount, 0xffff);
}

/* A moving average over about eight misses. */
static __always_inline u16 mbal_mean_latency(u32 mean, u32 latency)
{
	if (latency > 0xffff)
		latency = 0xffff;
	return (u16)(mean ? (7 * mean + latency + 4) / 8 : latency);
}

static __always_inline void mbal_slot_add(struct mbal_slot *slot, const struct mbal_update *update)
{
	mbal_slot_raise(slot, update->count, update->amount);
	mbal_slot_raise(slot, update->second_count, update->second_amount);
	if (update->flags & MBAL_ACCESS_STORE)
		slot->stores = (u8)mbal_saturated_sum(slot->stores, update->amount, 0xff);
	if (update->flags & MBAL_ACCESS_CODE)
		slot->codes = (u8)mbal_saturated_sum(slot->codes, update->amount, 0xff);
	if (update->latency)
		slot->latency = mbal_mean_latency(slot->latency, update->latency);
}

static __always_inline void mbal_slot_clear(struct mbal_slot *slot, u32 epoch)
{
	u64 *words = (u64 *)(slot + 1);
	u32 i;

	for (i = 0; i < MBAL_MAX_COUNT_WORDS; i++) {
		if (i >= mbal_count_words())
			break;
		words[i] = 0;
	}
	slot->latency = 0;
	slot->stores = 0;
	slot->codes = 0;
	slot->epoch = epoch;
}

/* Gives the slot of `old_key` to update->key. Readers and other CPUs skip it while its key is BUSY. */
static __always_inline bool mbal_slot_take(struct mbal_slot *slot, u64 old_key, const struct mbal_update *update)
{
	if (mbal_compare_swap(&slot->key, old_key, MBAL_KEY_BUSY) != old_key)
		return false;
	mbal_slot_clear(slot, update->epoch);
	mbal_slot_add(slot, update);
	mbal_publish(&slot->key, update->key);
	return true;
}

/* Whether a slot is to give way: with probability 1/rank = 1/(weight+1). */
static __always_inline bool mbal_slot_yields(u32 rank)
{
	return (u64)bpf_get_prandom_u32() * rank >> 32 == 0;
}

/* Where a key belongs. */
struct mbal_place {
	u32 index;	/* of the slot, among the table's elements */
	u32 rank;	/* while looking for the coldest: 0 for a BUSY slot, else weight + 1 */
	u64 key;	/* the slot's key when we looked */
};

/* 0 for a BUSY slot, else 1 plus its weight. */
static __always_inline u32 mbal_slot_rank(struct mbal_slot *slot, u64 key, u32 epoch)
{
	/* Halved, since a process tag may reach the sign bit. */
	return (mbal_slot_weight(slot, epoch) + 1) & (u32)mbal_mask_if_less(MBAL_KEY_BUSY >> 1, (s64)(key >> 1));
}

/* Notes the slot if it is the coldest so far. A BUSY one beats all: it may be becoming ours. */
static __always_inline void mbal_place_if_colder(struct mbal_place *coldest, struct mbal_slot *slot, u64 key,
						  u32 index, u32 epoch)
{
	u32 rank = mbal_slot_rank(slot, key, epoch);
	u64 mask = mbal_mask_if_less(rank, coldest->rank);

	coldest->rank ^= (coldest->rank ^ rank) & (u32)mask;
	coldest->index ^= (coldest->index ^ index) & (u32)mask;
	coldest->key ^= (coldest->key ^ key) & mask;
}

/*
 * Looks through the key's window. COUNTED: the key is at place->index. INSERTED: an empty slot is. REPLACED: the
 * coldest is. RACE: the window has not the key but a BUSY slot, which may be becoming ours: do not risk having the
 * key twice. NONE: not a table.
 */
static __always_inline u32 mbal_find_place(void *table, u64 key, u32 epoch, struct mbal_place *place)
{
	u32 first = MBAL_HEADER_BYTES >> mbal_slot_shift(), elements = ((struct bpf_map *)table)->max_entries, i;
	u32 home;

	if (elements <= first)
		return MBAL_TABLE_NONE;
	home = first + mbal_home(key, elements - first);
	for (i = 0; i < MBAL_PROBE_WINDOW; i++) {
		u32 index = home + i;
		struct mbal_slot *slot;
		u64 found;

		index -= (elements - first) & (u32)mbal_mask_if_less(elements - 1, index);
		slot = bpf_map_lookup_elem(table, &index);
		if (!slot)
			return MBAL_TABLE_NONE;
		found = mbal_read_once(slot->key);
		if (found == key || found == MBAL_KEY_EMPTY) {
			place->key = found;
			place->index = index;
			return found == key ? MBAL_TABLE_COUNTED : place->rank ? MBAL_TABLE_INSERTED : MBAL_TABLE_RACE;
		}
		mbal_place_if_colder(place, slot, found, index, epoch);
	}
	return place->rank ? MBAL_TABLE_REPLACED : MBAL_TABLE_RACE;
}

/* Counts a sample in the slots of a table, without the header's counters. */
static __always_inline u32 mbal_slots_add(void *table, const struct mbal_update *update)
{
	struct mbal_place place = { .rank = ~0u };
	u32 outcome = mbal_find_place(table, update->key, update->epoch, &place);
	struct mbal_slot *slot;

	if (outcome == MBAL_TABLE_NONE || outcome == MBAL_TABLE_RACE)
		return outcome;
	if (outcome == MBAL_TABLE_REPLACED && !mbal_slot_yields(place.rank))
		return MBAL_TABLE_FULL;
	slot = bpf_map_lookup_elem(table, &place.index);
	if (!slot)
		return MBAL_TABLE_NONE;
	if (outcome == MBAL_TABLE_COUNTED) {
		mbal_slot_decay(slot, update->epoch);
		mbal_slot_add(slot, update);
		return outcome;
	}
	return mbal_slot_take(slot, place.key, update) ? outcome : MBAL_TABLE_RACE;
}

/* The four counters of a table's header; they lie within one element whatever the slot size. */
struct mbal_header_counters {
	u64 recorded;
	u64 replaced;
	u64 dropped;
	u64 reserved;
};

static __always_inline struct mbal_header_counters *mbal_header_counters(void *table, u32 element_shift)
{
	u32 index = MBAL_HEADER_COUNTERS_OFFSET >> element_shift;
	char *element = bpf_map_lookup_elem(table, &index);

	if (!element)
		return NULL;
	return (struct mbal_header_counters *)(element + (MBAL_HEADER_COUNTERS_OFFSET & ((1u << element_shift) - 1)));
}

static __always_inline void mbal_header_count(void *table, u32 outcome)
{
	struct mbal_header_counters *counters = mbal_header_counters(table, mbal_slot_shift());

	if (!counters)
		return;
	if (outcome == MBAL_TABLE_FULL || outcome == MBAL_TABLE_RACE) {
		__sync_fetch_and_add(&counters->dropped, 1);
		return;
	}
	__sync_fetch_and_add(&counters->recorded, 1);
	if (outcome == MBAL_TABLE_REPLACED)
		__sync_fetch_and_add(&counters->replaced, 1);
}

/* Counts a sample in the group's table in `tables`, mbal_heat or mbal_threads. Returns enum mbal_table_outcome. */
static __always_inline u32 mbal_table_add(void *tables, u64 group_id, const struct mbal_update *update)
{
	void *table = bpf_map_lookup_elem(tables, &group_id);
	u32 outcome;

	if (!table)
		return MBAL_TABLE_NONE;
	outcome = mbal_slots_add(table, update);
	if (outcome != MBAL_TABLE_NONE)
		mbal_header_count(table, outcome);
	return outcome;
}

#endif
