/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One slot of a heat or thread table: its counts, how they are raised, and how they halve with every epoch.
 *
 * Computed rather than branched: the verifier follows each way through a branch, and the CPU guesses none wrong.
 */
#ifndef MBAL_SLOT_BPF_H
#define MBAL_SLOT_BPF_H

#include <bpf/bpf_helpers.h>

#include "mbal_abi.h"
#include "mbal_kernel_types.bpf.h"
#include "mbal_knobs.bpf.h"

#define MBAL_NO_COUNT 0xffffffffu	/* an index into mbal_slot's counts that means: none */
#define MBAL_MAX_COUNT_WORDS 30	/* u64s behind the mbal_slot of the largest slot */

#define mbal_read_once(x) (*(const volatile typeof(x) *)&(x))
#define mbal_write_once(x, value) (*(volatile typeof(x) *)&(x) = (value))
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

/* x, of which the verifier knows nothing from here on: what it cannot tell apart it follows once. */
static __always_inline u64 mbal_forget(u64 x, u64 any)
{
	asm volatile("%0 ^= %1\n\t%0 ^= %1" : "+r"(x) : "r"(any));
	return x;
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

/* All ones if a == b, else 0. */
static __always_inline u64 mbal_mask_if_equal(u64 a, u64 b)
{
	s64 difference = (s64)(a ^ b), mask = (difference - 1) & ~difference;

	mbal_hide(mask);
	mask >>= 63;
	mbal_hide(mask);
	return (u64)mask;
}

/* counts and counts2 of a slot as one array; mbal_table_header.counts2_offset is counts_offset + 2 * node_count. */
static __always_inline u16 *mbal_slot_counts(struct mbal_slot *slot)
{
	return (u16 *)(slot + 1);
}

static __always_inline u32 mbal_count_words(void)
{
	return (slot_bytes - (u32)sizeof(struct mbal_slot)) >> 3;
}

/* What BPF looks at of struct mbal_table_header. */
struct mbal_header_start {
	u64 before[6];
	u64 group_id;
	u64 between[5];
	u64 recorded;
	u64 replaced;
	u64 dropped;
	u64 used;
};
_Static_assert(__builtin_offsetof(struct mbal_header_start, group_id) == __builtin_offsetof(struct mbal_table_header, group_id) &&
		       __builtin_offsetof(struct mbal_header_start, recorded) == MBAL_HEADER_COUNTERS_OFFSET,
	       "the start of the header");
_Static_assert(sizeof(struct mbal_header_start) <= 32 * MBAL_HALF_WINDOW, "in the smallest element");

/* Another number for each sample of a table, mixed until every bit depends on every other (MurmurHash3's end). */
static __always_inline u64 mbal_random_of(const struct mbal_header_start *header, u64 key)
{
	u64 random = (header->recorded + (header->dropped << 32)) ^ key * 0x9E3779B97F4A7C15ULL;

	random ^= random >> 33;
	random *= 0xff51afd7ed558ccdULL;
	random ^= random >> 33;
	random *= 0xc4ceb9fe1a85ec53ULL;
	return random ^ random >> 33;
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

#define MBAL_LAG_ALL 31	/* nothing is left */

/* What is left after so many epochs, 1..MBAL_LAG_ALL. Four counts at a time, of which nothing is left that lags 16 and more. */
static __always_inline void mbal_slot_halve(struct mbal_slot *slot, u32 lag, u64 random)
{
	const u64 ones = 0x0001000100010001ULL, some = (u64)(lag >> 4) - 1;
	u32 shift = lag & 15, words = mbal_count_words(), i;
	u64 cut = ones * ((1u << shift) - 1), whole = ones * (0xffffu >> shift) & some, one = ones & some;
	u64 *word = (u64 *)(slot + 1);

	slot->stores = (u8)mbal_decayed(slot->stores, lag, (u32)random);
	slot->codes = (u8)mbal_decayed(slot->codes, lag, (u32)(random >> 32));
	for (i = 0; i < MBAL_MAX_COUNT_WORDS; i++) {
		u64 counts;

		if (i >= words)
			break;
		counts = word[i];
		random = random * 6364136223846793005ULL + 1442695040888963407ULL;
		word[i] = (counts >> shift & whole) + (((counts & cut) + ((random >> 3 ^ random >> 32) & cut)) >> shift & one);
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

#define MBAL_RANK_NOTHING 2	/* nothing is left of its counts; an empty slot has 1 less */

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

/* Whether a slot is to give way: with probability 1/(weight+1). */
static __always_inline bool mbal_slot_yields(u32 rank, u32 random)
{
	return (u64)random * (rank - 1) >> 32 == 0;
}

#endif
