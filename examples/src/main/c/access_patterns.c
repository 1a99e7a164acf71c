// SPDX-License-Identifier: Apache-2.0
#include "access_patterns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROUND_OPERATIONS (1u << 20)
#define VECTOR_CELLS 4u

static bool allows_any(double share)
{
	return share >= 0 && share <= 1;
}

/* --- chase: each cell holds the number of the next one, in one ring over hot and cold cells --- */

static void shuffle(uint32_t *numbers, uint64_t count)
{
	uint64_t state = 88172645463325252u;

	for (uint64_t i = count - 1; i > 0; i--) {
		uint64_t j;
		uint32_t other;

		state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		j = (state >> 32) * (i + 1) >> 32;
		other = numbers[j];
		numbers[j] = numbers[i];
		numbers[i] = other;
	}
}

/* The numbers of `count` cells from `first` on, in a random order. */
static uint32_t *shuffled_cells(uint64_t first, uint64_t count)
{
	uint32_t *numbers = malloc(count * sizeof(*numbers));

	for (uint64_t i = 0; numbers && i < count; i++)
		numbers[i] = (uint32_t)(first + i);
	if (numbers)
		shuffle(numbers, count);
	return numbers;
}

/* As long as no cell has to come twice. */
static void link_ring(struct pattern_run *run, const uint32_t *hot, const uint32_t *cold)
{
	struct working_set *set = &run->set;
	uint64_t hot_left = set->cell_count - set->hot_begin, cold_left = set->hot_begin, length = 0;
	uint64_t first = 0, previous = 0;

	for (;;) {
		bool is_hot = pattern_is_hot(run->share, length);
		uint64_t cell;

		if (!(is_hot ? hot_left : cold_left))
			break;
		cell = is_hot ? hot[--hot_left] : cold[--cold_left];
		if (length++)
			set->cells[previous] = cell;
		else
			first = cell;
		previous = cell;
	}
	set->cells[previous] = first;
	run->place = first;
}

static int chase_prepare(struct pattern_run *run)
{
	uint32_t *hot = shuffled_cells(run->set.hot_begin, run->set.cell_count - run->set.hot_begin);
	uint32_t *cold = shuffled_cells(0, run->set.hot_begin);
	int err = hot && cold ? 0 : -ENOMEM;

	if (!err)
		link_ring(run, hot, cold);
	free(hot);
	free(cold);
	return err;
}

static __attribute__((noinline)) uint64_t chase(const uint64_t *cells, uint64_t cell, uint64_t hot_begin,
						uint64_t *hot_count)
{
	uint64_t count = 0;

	for (unsigned int i = 0; i < ROUND_OPERATIONS; i++) {
		count += cell >= hot_begin;
		cell = cells[cell];
	}
	*hot_count += count;
	return cell;
}

static void chase_round(struct pattern_run *run)
{
	run->place = chase(run->set.cells, run->place, run->set.hot_begin, &run->hot_operations);
	run->operations += ROUND_OPERATIONS;
}

/* --- histogram: numbers are read from the cold part in order, and counted at random in the hot part --- */

static bool allows_histogram(double share)
{
	return share == 0 || share == 0.5 || share == 1;
}

static int histogram_prepare(struct pattern_run *run)
{
	for (uint64_t cell = 0; cell < run->set.cell_count; cell++)
		run->set.cells[cell] = cell * UINT64_C(0x9E3779B97F4A7C15);
	return 0;
}

struct histogram {
	const uint64_t *numbers;
	uint32_t *counters;
	uint64_t counter_count;
};

static inline uint32_t *counter_of(const struct histogram *histogram, uint64_t number)
{
	uint64_t mixed = number * UINT64_C(0xD1342543DE82EF95);

	return &histogram->counters[(mixed >> 32) * histogram->counter_count >> 32];
}

static __attribute__((noinline)) void count_numbers(const struct histogram *histogram)
{
	for (unsigned int i = 0; i < ROUND_OPERATIONS; i++)
		++*counter_of(histogram, histogram->numbers[i]);
}

/* The two halves alone. */
static __attribute__((noinline)) void count_only(const struct histogram *histogram, uint64_t first)
{
	for (unsigned int i = 0; i < ROUND_OPERATIONS; i++)
		++*counter_of(histogram, first + i);
}

static __attribute__((noinline)) uint64_t read_only(const struct histogram *histogram)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < ROUND_OPERATIONS; i++)
		sum += histogram->numbers[i] * UINT64_C(0xD1342543DE82EF95) >> 32;
	return sum;
}

static void histogram_round(struct pattern_run *run)
{
	struct working_set *set = &run->set;
	struct histogram histogram = {
		.numbers = set->cells + run->place,
		.counters = (uint32_t *)(set->cells + set->hot_begin),
		.counter_count = (set->cell_count - set->hot_begin) * 2,
	};
	uint64_t read = run->share < 1 ? ROUND_OPERATIONS : 0, counted = run->share > 0 ? ROUND_OPERATIONS : 0;

	if (!counted)
		run->value += read_only(&histogram);
	else if (!read)
		count_only(&histogram, run->operations);
	else
		count_numbers(&histogram);
	run->place += ROUND_OPERATIONS;
	if (run->place + ROUND_OPERATIONS > set->hot_begin)
		run->place = 0;
	run->operations += read + counted;
	run->hot_operations += counted;
}

/* --- stream: passes over as many cells as are hot, in order, with AVX: load, compute, store --- */

static int stream_prepare(struct pattern_run *run)
{
	if (!__builtin_cpu_supports("avx"))
		return -EOPNOTSUPP;
	for (uint64_t cell = 0; cell < run->set.cell_count; cell++) {
		double one = 1;

		memcpy(&run->set.cells[cell], &one, sizeof(one));
	}
	return 0;
}

typedef double vector __attribute__((vector_size(32)));

static __attribute__((noinline, target("avx"))) void stream(vector *vectors, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		vectors[i] = vectors[i] * 0.999 + 0.5;
}

/* One pass: run->place counts them. Cold ones take turns. */
static void stream_round(struct pattern_run *run)
{
	struct working_set *set = &run->set;
	uint64_t hot_cells = set->cell_count - set->hot_begin, chunks = set->hot_begin / hot_cells;
	bool is_hot = pattern_is_hot(run->share, run->place);
	uint64_t first = is_hot || !chunks ? set->hot_begin : run->value++ % chunks * hot_cells;

	stream((vector *)(set->cells + first), hot_cells / VECTOR_CELLS);
	run->operations += 2 * (hot_cells / VECTOR_CELLS);
	run->hot_operations += is_hot ? 2 * (hot_cells / VECTOR_CELLS) : 0;
	run->place++;
}

static const struct pattern patterns[] = {
	{ "chase", 0.9, allows_any, chase_prepare, chase_round },
	{ "histogram", 0.5, allows_histogram, histogram_prepare, histogram_round },
	{ "stream", 0.9, allows_any, stream_prepare, stream_round },
};

const struct pattern *pattern_find(const char *name)
{
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		if (!strcmp(patterns[i].name, name))
			return &patterns[i];
	}
	return NULL;
}
