/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The process table of a group of several: who is or was in it, and under which tag its pages are counted. A place is
 * given away again, under another tag, when its process has ended; those that ended last keep theirs longest.
 */
#ifndef MBAL_PROCESSES_BPF_H
#define MBAL_PROCESSES_BPF_H

#include "mbal_table.bpf.h"
#include "mbal_maps.bpf.h"

#define MBAL_PROCESS_SHIFT 6
_Static_assert(sizeof(struct mbal_process) == 1u << MBAL_PROCESS_SHIFT, "an element of the process table");

#define MBAL_PLACES_IN_TURN 16	/* looked at one after the other, then */
#define MBAL_PLACES_LOOKED_AT 64	/* at random, past those who stay for long */
#define MBAL_GENERATION_MASK ((1u << (MBAL_TAG_BITS - MBAL_TAG_PLACE_BITS)) - 1)

/* The header's counters, in a table of elements of 64 bytes: its second element. */
struct mbal_header_counters {
	u64 before[4];
	u64 recorded;
	u64 replaced;
	u64 dropped;
	u64 reserved;
};
_Static_assert(MBAL_HEADER_COUNTERS_OFFSET == 64 + __builtin_offsetof(struct mbal_header_counters, recorded),
	       "the counters are behind `before`");

static __always_inline struct mbal_header_counters *mbal_header_counters(void *table)
{
	u32 second = 1;

	return bpf_map_lookup_elem(table, &second);
}

/* Whether what has the group's place is the group's, in a table of elements of 64 bytes. */
static __always_inline bool mbal_is_table_of(void *table, u64 group_id)
{
	u32 zero = 0;
	const u64 *words = bpf_map_lookup_elem(table, &zero);

	return words && words[__builtin_offsetof(struct mbal_table_header, group_id) / sizeof(u64)] == group_id;
}

/* Element of a place in the table, or NULL. */
static __always_inline struct mbal_process *mbal_process_at(void *table, u32 place)
{
	u32 index = (MBAL_HEADER_BYTES >> MBAL_PROCESS_SHIFT) + place;

	return bpf_map_lookup_elem(table, &index);
}

/* 0 when the table has none. */
static __always_inline u32 mbal_process_places(void *table)
{
	const u32 first = MBAL_HEADER_BYTES >> MBAL_PROCESS_SHIFT;
	u32 elements = ((struct bpf_map *)table)->max_entries;

	return elements > first ? elements - first : 0;
}

/* Takes a place that nobody has. Returns whether it is ours: CHANGING. */
static __always_inline bool mbal_process_take(struct mbal_process *process)
{
	u32 state = mbal_read_once(process->state);

	if (state != MBAL_PROCESS_NONE && state != MBAL_PROCESS_ENDED)
		return false;
	return mbal_compare_swap(&process->state, state, MBAL_PROCESS_CHANGING) == state;
}

static __always_inline void mbal_process_write(struct mbal_process *process, u32 tag, const struct mbal_newcomer *newcomer)
{
	process->tag = tag;
	process->tgid = newcomer->tgid;
	process->parent_tgid = newcomer->parent_tgid;
	process->started_ns = bpf_ktime_get_ns();
	process->recorded = 0;
	__builtin_memcpy(process->command, newcomer->command, sizeof(process->command));
	mbal_publish(&process->state, MBAL_PROCESS_ALIVE);
}

static __always_inline u32 mbal_next_tag(u32 tag, u32 place)
{
	u32 generation = ((tag >> MBAL_TAG_PLACE_BITS) + 1) & MBAL_GENERATION_MASK;

	return generation << MBAL_TAG_PLACE_BITS | place;
}

/* Gives the process a place and returns its tag, or -ENOSPC, or -ENOENT when the group has no process table. */
MBAL_GLOBAL int mbal_process_begin(const struct mbal_newcomer *newcomer)
{
	struct mbal_header_counters *counters;
	u32 i, places, place, tag;
	u64 group_id, turn;
	void *table;

	if (!newcomer)
		return -ENOENT;
	group_id = newcomer->group_id;
	table = mbal_table_at(&mbal_processes, group_id);
	if (!table || !mbal_is_table_of(table, group_id))
		return -ENOENT;
	places = mbal_process_places(table);
	counters = mbal_header_counters(table);
	if (!places || !counters)
		return -ENOENT;
	turn = __sync_fetch_and_add(&counters->reserved, 1);
	for (i = 0; i < MBAL_PLACES_LOOKED_AT; i++) {
		struct mbal_process *process;

		place = (u32)((i < MBAL_PLACES_IN_TURN ? turn + i : bpf_get_prandom_u32()) % places) & (MBAL_MAX_PROCESSES - 1);
		process = mbal_process_at(table, place);
		if (!process || !mbal_process_take(process))
			continue;
		tag = mbal_next_tag(process->tag, place);
		mbal_process_write(process, tag, newcomer);
		__sync_fetch_and_add(&counters->recorded, 1);
		return (int)tag;
	}
	__sync_fetch_and_add(&counters->dropped, 1);
	return -ENOSPC;
}

/* Frees the place of a tag. The second time it does nothing. */
MBAL_GLOBAL int mbal_process_end(u64 group_id, u32 tag)
{
	void *table = mbal_table_at(&mbal_processes, group_id);
	struct mbal_header_counters *counters;
	struct mbal_process *process;

	if (!table || !mbal_is_table_of(table, group_id))
		return -ENOENT;
	process = mbal_process_at(table, MBAL_TAG_PLACE(tag));
	if (!process || process->tag != tag)
		return -ENOENT;
	if (mbal_compare_swap(&process->state, MBAL_PROCESS_ALIVE, MBAL_PROCESS_ENDED) != MBAL_PROCESS_ALIVE)
		return -ENOENT;
	counters = mbal_header_counters(table);
	if (counters)
		__sync_fetch_and_add(&counters->replaced, 1);
	return 0;
}

/* Notes that one access of the process was recorded: its group's heat table took it, so this table is the group's too. */
MBAL_GLOBAL int mbal_process_recorded(u64 group_id, u32 tag)
{
	void *table = mbal_table_at(&mbal_processes, group_id);
	struct mbal_process *process;

	if (!table)
		return -ENOENT;
	process = mbal_process_at(table, MBAL_TAG_PLACE(tag));
	if (!process || process->tag != tag)
		return -ENOENT;
	__sync_fetch_and_add(&process->recorded, 1);
	return 0;
}

/*
 * Makes the place of a tag that somebody else gave away, as recorded samples bring them: whose samples they are is all
 * that is known.
 */
MBAL_GLOBAL int mbal_process_note(const struct mbal_access *access, u64 group_id)
{
	void *table = mbal_table_at(&mbal_processes, group_id);
	struct mbal_header_counters *counters;
	struct mbal_process *process;
	u32 state;

	if (!table || !access || !mbal_is_table_of(table, group_id))
		return -ENOENT;
	process = mbal_process_at(table, MBAL_TAG_PLACE(access->process_tag));
	counters = mbal_header_counters(table);
	if (!process || !counters)
		return -ENOENT;
	state = mbal_read_once(process->state);
	if (state == MBAL_PROCESS_ALIVE && process->tag == access->process_tag && process->tgid == access->tgid)
		return 0;
	if (mbal_compare_swap(&process->state, state, MBAL_PROCESS_CHANGING) != state)
		return -EBUSY;
	process->tag = access->process_tag;
	process->tgid = access->tgid;
	process->started_ns = access->time_ns;
	process->recorded = 0;
	mbal_publish(&process->state, MBAL_PROCESS_ALIVE);
	__sync_fetch_and_add(&counters->recorded, 1);
	if (state == MBAL_PROCESS_ALIVE)
		__sync_fetch_and_add(&counters->replaced, 1);
	return 0;
}

#endif
