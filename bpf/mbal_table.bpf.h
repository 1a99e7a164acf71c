/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The open-addressing table behind heat and threads: one array map a group, laid out as mbal_abi.h says.
 *
 * A key lives in one of the MBAL_PROBE_WINDOW slots of its window: two neighbouring elements of the map, each half a window,
 * so that a window takes two look-ups and yet shares its halves with those beside it. A window full of other keys gives up its coldest slot with probability 1/(weight+1), so that a
 * steady trickle of cold pages cannot push out hot ones while a newly hot page gets in soon. Counts halve every epoch,
 * lazily, when their slot is next written.
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
#include "mbal_targets.h"

/* Verified once each, whoever calls them: a program that injects a thousand accesses costs no more than one. */
#define MBAL_GLOBAL __attribute__((noinline))

#define MBAL_NO_COUNT 0xffffffffu	/* an index into mbal_slot's counts that means: none */
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

static __always_inline u32 mbal_count_words(void)
{
	return (slot_bytes - (u32)sizeof(struct mbal_slot)) >> 3;
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

/* Slots 0 to 3 of a window lie in `low`, the others in `high`. */
struct mbal_window {
	void *table;
	u32 home;
	void *low, *high;
};

/* The verifier follows a product only when the second factor is the constant (up to 6.8), which the compiler does not know. */
static __always_inline struct mbal_slot *mbal_slot_in(void *half, u32 place)
{
	u64 offset = place & (MBAL_HALF_WINDOW - 1), bytes = slot_bytes;

	asm volatile("%0 *= %1" : "+r"(offset) : "r"(bytes));
	return half + offset;
}

/* By a look-up of its own: for the verifier that is one path, and a choice of two pointers would be two. */
static __always_inline struct mbal_slot *mbal_slot_of(const struct mbal_window *window, u32 place)
{
	u32 index = window->home + (place / MBAL_HALF_WINDOW & 1);
	void *half = bpf_map_lookup_elem(window->table, &index);

	return half ? mbal_slot_in(half, place) : NULL;
}

/* Returns whether there is one. */
static __always_inline bool mbal_window_open(struct mbal_window *window, void *table, u64 key)
{
	u32 index = mbal_home(key, ((struct bpf_map *)table)->max_entries);

	window->table = table;
	window->home = index;
	window->low = bpf_map_lookup_elem(table, &index);
	index++;
	window->high = bpf_map_lookup_elem(table, &index);
	return window->low && window->high;
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
	u32 lag = mbal_slot_lag(mbal_read_once(slot->epoch), epoch), count = mbal_count_words(), i;
	const u64 *words = (const u64 *)(slot + 1);
	const u64 halves = 0x0000ffff0000ffffULL;
	u64 sums = 0;

	for (i = 0; i < MBAL_MAX_COUNT_WORDS; i += 2) {	/* slots of any size have an even number of them */
		if (i >= count)
			break;
		sums += (words[i] & halves) + (words[i] >> 16 & halves);
		sums += (words[i + 1] & halves) + (words[i + 1] >> 16 & halves);
	}
	return ((u32)sums + (u32)(sums >> 32)) >> lag;
}

/* The same for four counts at a time; none is left of what lags 16 epochs and more. */
static __always_inline u64 mbal_decayed_word(u64 counts, u32 lag, u64 random)
{
	const u64 ones = 0x0001000100010001ULL;
	u32 shift = lag & 15;
	u64 cut = ones * ((1u << shift) - 1), whole = counts >> shift & ones * (0xffffu >> shift);
	u64 up = ((counts & cut) + (random & cut)) >> shift & ones;

	return (whole + up) & mbal_mask_if_less(lag, 16);
}

/* Brings a slot to the current epoch. The CAS lets one CPU do it; an increment of another meanwhile may be lost. */
static __always_inline void mbal_slot_decay(struct mbal_slot *slot, u32 epoch)
{
	u32 slot_epoch = mbal_read_once(slot->epoch), lag = mbal_slot_lag(slot_epoch, epoch);
	u32 count = mbal_count_words(), i;
	u64 *words = (u64 *)(slot + 1), random;

	if (!lag || mbal_compare_swap(&slot->epoch, slot_epoch, epoch) != slot_epoch)
		return;
	random = bpf_get_prandom_u32() * 0x9E3779B97F4A7C15ULL;
	slot->stores = (u8)mbal_decayed(slot->stores, lag, (u32)random);
	slot->codes = (u8)mbal_decayed(slot->codes, lag, (u32)(random >> 32));
	for (i = 0; i < MBAL_MAX_COUNT_WORDS; i++) {
		if (i >= count)
			break;
		random = random * 6364136223846793005ULL + 1442695040888963407ULL;
		words[i] = mbal_decayed_word(words[i], lag, random >> 3 ^ random >> 32);
	}
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
		if (i >= mbal_count_words()) /* read each time: a loop that the compiler understands becomes a call of memset */
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

/* All ones if a == b, else 0. */
static __always_inline u64 mbal_mask_if_equal(u64 a, u64 b)
{
	s64 difference = (s64)(a ^ b), mask = (difference - 1) & ~difference;

	mbal_hide(mask);
	mask >>= 63;
	mbal_hide(mask);
	return (u64)mask;
}

/* `index`, or which of the half's slots has the key. Without branches: the verifier follows one path, the CPU guesses nothing. */
static __always_inline u32 mbal_find_in_half(const void *half, u64 key, u32 first, u32 index)
{
	const struct mbal_slot *slot = half;
	u32 bytes = slot_bytes, i;

#pragma unroll
	for (i = first; i < first + MBAL_HALF_WINDOW; i++) {
		index ^= (index ^ i) & (u32)mbal_mask_if_equal(mbal_read_once(slot->key), key);
		slot = (const void *)slot + bytes;
	}
	return index;
}

/* MBAL_PROBE_WINDOW when the window has not the key. */
static __always_inline u32 mbal_find_key(const struct mbal_window *window, u64 key)
{
	u32 index = mbal_find_in_half(window->low, key, 0, MBAL_PROBE_WINDOW);

	return mbal_find_in_half(window->high, key, MBAL_HALF_WINDOW, index);
}

/*
 * What a slot is worth: 0 if it is BUSY or has our key, so that it is, or is becoming, what we look for; 1 if it is empty,
 * where no count is; else 2 plus its weight.
 */
static __always_inline u32 mbal_slot_rank(struct mbal_slot *slot, const struct mbal_update *update)
{
	u64 key = mbal_read_once(slot->key);
	u64 is_ours = mbal_mask_if_equal(key, MBAL_KEY_BUSY) | mbal_mask_if_equal(key, update->key);
	u32 rank = 2 + mbal_slot_weight(slot, update->epoch) + (u32)mbal_mask_if_equal(key, MBAL_KEY_EMPTY);

	return rank & ~(u32)is_ours;
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

/* Whether a slot is to give way: with probability 1/(weight+1). */
static __always_inline bool mbal_slot_yields(u32 rank)
{
	return rank <= 2 || (u64)bpf_get_prandom_u32() * (rank - 1) >> 32 == 0;
}

/* Brings a key into its window. */
static __always_inline u32 mbal_window_enter(const struct mbal_window *window, const struct mbal_update *update)
{
	u64 coldest = mbal_coldest_in_half(window->low, update, 0, ~0ULL >> 1), key;
	struct mbal_slot *slot;
	u32 rank;

	coldest = mbal_coldest_in_half(window->high, update, MBAL_HALF_WINDOW, coldest);
	rank = (u32)(coldest >> 32);
	slot = mbal_slot_of(window, (u32)coldest);
	if (!slot)
		return MBAL_TABLE_NONE;
	key = mbal_read_once(slot->key);
	if (!rank || key == MBAL_KEY_BUSY || key == update->key)
		return MBAL_TABLE_RACE; /* do not risk having the key twice */
	if (key != MBAL_KEY_EMPTY && !mbal_slot_yields(rank))
		return MBAL_TABLE_FULL;
	if (!mbal_slot_take(slot, key, update))
		return MBAL_TABLE_RACE;
	return key == MBAL_KEY_EMPTY ? MBAL_TABLE_INSERTED : MBAL_TABLE_REPLACED;
}

/* Counts a sample in the slots of a table, without the header's counters. */
static __always_inline u32 mbal_slots_add(void *table, const struct mbal_update *update)
{
	struct mbal_window window;
	struct mbal_slot *slot;
	u32 place;

	if (!mbal_window_open(&window, table, update->key))
		return MBAL_TABLE_NONE;
	place = mbal_find_key(&window, update->key);
	if (place == MBAL_PROBE_WINDOW)
		return mbal_window_enter(&window, update);
	slot = mbal_slot_of(&window, place);
	if (!slot)
		return MBAL_TABLE_NONE;
	mbal_slot_decay(slot, update->epoch);
	mbal_slot_add(slot, update);
	return MBAL_TABLE_COUNTED;
}

/* What BPF looks at of struct mbal_table_header. */
struct mbal_header_start {
	u64 before[6];
	u64 group_id;
	u64 between[5];
	u64 recorded;
	u64 replaced;
	u64 dropped;
	u64 reserved_counter;
};
_Static_assert(__builtin_offsetof(struct mbal_header_start, group_id) == __builtin_offsetof(struct mbal_table_header, group_id) &&
		       __builtin_offsetof(struct mbal_header_start, recorded) == MBAL_HEADER_COUNTERS_OFFSET,
	       "the start of the header");
_Static_assert(sizeof(struct mbal_header_start) <= 32 * MBAL_HALF_WINDOW, "in the smallest element");

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

static __always_inline void mbal_header_count(struct mbal_header_start *header, u32 outcome)
{
	if (outcome == MBAL_TABLE_FULL || outcome == MBAL_TABLE_RACE) {
		__sync_fetch_and_add(&header->dropped, 1);
		return;
	}
	__sync_fetch_and_add(&header->recorded, 1);
	if (outcome == MBAL_TABLE_REPLACED)
		__sync_fetch_and_add(&header->replaced, 1);
}

/* Counts a sample in the group's table in `tables`, mbal_heat or mbal_threads. Returns enum mbal_table_outcome. */
static __always_inline u32 mbal_table_add(void *tables, u64 group_id, const struct mbal_update *update)
{
	void *table = mbal_table_at(tables, group_id);
	struct mbal_header_start *header;
	u32 outcome;

	if (!table)
		return MBAL_TABLE_NONE;
	header = mbal_header_of(table, group_id);
	if (!header)
		return MBAL_TABLE_NONE;
	outcome = mbal_slots_add(table, update);
	if (outcome != MBAL_TABLE_NONE)
		mbal_header_count(header, outcome);
	return outcome;
}

#endif
