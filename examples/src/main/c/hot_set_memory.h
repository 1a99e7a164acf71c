/* SPDX-License-Identifier: Apache-2.0 */
/* The working set, its hot part, and the random draw that both the workload and its test use. */
#ifndef HOT_SET_MEMORY_H
#define HOT_SET_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Cells 0 to cell_count - 1, of which hot_count from hot_begin on are hot: at first the last ones. */
struct working_set {
	void *mapping;
	size_t mapping_bytes;
	uint64_t *cells;
	uint64_t cell_count;
	uint64_t hot_begin;	/* read and changed while threads draw: working_set_hot_begin, working_set_jump */
	uint64_t hot_count;
};

#define MAX_NODES 1024

/* Nodes to make memory on; none: where the kernel likes. */
struct node_list {
	int count;
	int ids[MAX_NODES];
};

/* The state of one thread's draws. */
struct draw {
	uint64_t state;
	uint64_t hot_limit;	/* draws below it, of 2^32, go to the hot part */
	uint64_t hot_scale;	/* hot cells per draw below the limit, times 2^32 */
	uint64_t cold_scale;	/* cold cells per draw from the limit on, times 2^32 */
	uint64_t hot_begin;
	uint64_t hot_count;
};

/*
 * Maps the working set, on a node, on several in turns, or where the kernel likes, and fills every cell with its pattern.
 * The binding is taken back afterwards, so that pages may be moved. Returns 0, or -errno with nothing left mapped.
 */
int working_set_open(struct working_set *set, size_t size_bytes, size_t hot_bytes, const struct node_list *nodes);

/* Unmaps; accepts a half-open set. */
void working_set_close(struct working_set *set);

/* Returns the first cell that does not hold its pattern, or cell_count when all do. */
uint64_t working_set_check(const struct working_set *set);

/* Where the hot part begins now. */
uint64_t working_set_hot_begin(const struct working_set *set);

/* Makes the part before the hot one the hot one; before the first comes the last. */
void working_set_jump(struct working_set *set);

/* "hot C-D", as one line. */
void working_set_print_hot(const struct working_set *set);

/* "working A-B hot C-D", a separator between the two, as one line. */
void working_set_print_ranges(const struct working_set *set, const char *separator);

static inline uint64_t cell_pattern(uint64_t cell)
{
	return ~cell;
}

static inline void draw_open(struct draw *draw, const struct working_set *set, double share, uint64_t seed)
{
	uint64_t hot_limit = (uint64_t)(share * 4294967296.0);
	uint64_t cold_limit = (UINT64_C(1) << 32) - hot_limit;

	draw->state = seed * UINT64_C(0xD1342543DE82EF95);
	draw->hot_limit = hot_limit;
	draw->hot_scale = hot_limit ? (set->hot_count << 32) / hot_limit : 0;
	draw->cold_scale = cold_limit ? ((set->cell_count - set->hot_count) << 32) / cold_limit : 0;
	draw->hot_begin = working_set_hot_begin(set);
	draw->hot_count = set->hot_count;
}

/* The next of 2^32 draws: the upper half of a linear congruential generator (Knuth's MMIX). */
static inline uint64_t draw_next(struct draw *draw)
{
	draw->state = draw->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return draw->state >> 32;
}

/* The cell of a draw; one more in *hot_count when it is hot. A cold one is never in the hot part. */
static inline uint64_t draw_cell(const struct draw *draw, uint64_t random, uint64_t *hot_count)
{
	uint64_t cold;

	if (random < draw->hot_limit) {
		++*hot_count;
		return draw->hot_begin + (random * draw->hot_scale >> 32);
	}
	cold = (random - draw->hot_limit) * draw->cold_scale >> 32;
	return cold < draw->hot_begin ? cold : cold + draw->hot_count;
}

#endif
