/* SPDX-License-Identifier: Apache-2.0 */
/* The working set, its hot part, and the random draw that both the workload and its test use. */
#ifndef HOT_SET_MEMORY_H
#define HOT_SET_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Cells 0 to cell_count - 1, of which hot_count from hot_begin on are hot. */
struct working_set {
	void *mapping;
	size_t mapping_bytes;
	uint64_t *cells;
	uint64_t cell_count;
	uint64_t hot_begin;
	uint64_t hot_count;
};

/* The state of one thread's draws. */
struct draw {
	uint64_t state;
	uint64_t hot_limit;	/* of 2^32: draws below it go to the hot part */
	uint64_t hot_begin;
	uint64_t hot_count;
	uint64_t cold_count;
};

/*
 * Maps the working set, on a node when node_id >= 0, and fills every cell with its pattern. The binding to the node
 * is taken back afterwards, so that pages may be moved. Returns 0, or -errno with nothing left mapped.
 */
int working_set_open(struct working_set *set, size_t size_bytes, size_t hot_bytes, int node_id);

/* Unmaps; accepts a half-open set. */
void working_set_close(struct working_set *set);

/* Returns the first cell that does not hold its pattern, or cell_count when all do. */
uint64_t working_set_check(const struct working_set *set);

static inline uint64_t cell_pattern(uint64_t cell)
{
	return cell * UINT64_C(0x9E3779B97F4A7C15) + 1;
}

static inline void draw_open(struct draw *draw, const struct working_set *set, double share, uint64_t seed)
{
	draw->state = seed * UINT64_C(0xD1342543DE82EF95) + 1;
	draw->hot_limit = (uint64_t)(share * 4294967296.0);
	draw->hot_begin = set->hot_begin;
	draw->hot_count = set->hot_count;
	draw->cold_count = set->cell_count - set->hot_count;
}

/* The next random number (splitmix64): low half chooses hot or cold, high half the cell, the lowest bit load or store. */
static inline uint64_t draw_next(struct draw *draw)
{
	uint64_t z = draw->state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static inline bool draw_is_hot(const struct draw *draw, uint64_t random)
{
	return (random & UINT32_MAX) < draw->hot_limit;
}

/* A cold draw never lands in the hot part, so that the hot draws counted are the hot accesses made. */
static inline uint64_t draw_cell(const struct draw *draw, uint64_t random, bool hot)
{
	uint64_t cell;

	if (hot)
		return draw->hot_begin + (uint64_t)(((unsigned __int128)random * draw->hot_count) >> 64);
	cell = (uint64_t)(((unsigned __int128)random * draw->cold_count) >> 64);
	return cell < draw->hot_begin ? cell : cell + draw->hot_count;
}

#endif
