// SPDX-License-Identifier: Apache-2.0
/*
 * hot-set: a workload with a known answer. Threads access a working set at random; a known contiguous part of it gets
 * a known share of the accesses. What a sampler measures can be held against the lines that this prints.
 */
#define _GNU_SOURCE
#include "hot_set_jumper.h"
#include "hot_set_memory.h"
#include "hot_set_options.h"
#include "hot_set_progress.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PAIRS 2048
#define ROUNDS 64

struct walker {
	pthread_t thread;
	struct draw draw;
	const struct working_set *set;
	uint64_t deadline_ns;
	struct progress *progress;	/* NULL: nobody wants to know */
	uint64_t operations;
	uint64_t hot_operations;
	uint64_t damage;	/* bits in which a load found something else than the cell's pattern */
	uint64_t pairs[PAIRS];	/* a cell to load from in the lower half, one to store to in the upper */
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static void draw_cells(struct walker *walker)
{
	struct draw draw = walker->draw;
	uint64_t hot_count = 0;

	draw.hot_begin = working_set_hot_begin(walker->set);
	for (unsigned int i = 0; i < PAIRS; i++) {
		uint64_t loaded = draw_cell(&draw, draw_next(&draw), &hot_count);

		walker->pairs[i] = loaded | draw_cell(&draw, draw_next(&draw), &hot_count) << 32;
	}
	walker->draw = draw;
	walker->hot_operations += hot_count;
}

/*
 * Accesses the cells drawn, by loads, which check what they find, and stores in turns.
 *
 * Cells are drawn ahead, so that this loop takes a few instructions an access, the same for hot and cold ones and
 * without a branch on which it is. Samplers that walk over instructions from where a thread was interrupted, and end
 * after so many, then meet several accesses, and cold ones as often as they are made. The array of draws adds one access
 * to every two, outside the working set.
 */
static __attribute__((noinline)) void access_cells(struct walker *walker)
{
	uint64_t *cells = walker->set->cells;
	uint64_t damage = 0;

	for (unsigned int i = 0; i < PAIRS; i++) {
		uint64_t pair = walker->pairs[i], loaded = pair & UINT32_MAX, stored = pair >> 32;

		damage |= cells[loaded] ^ cell_pattern(loaded);
		cells[stored] = cell_pattern(stored);
	}
	walker->damage |= damage;
	walker->operations += 2 * PAIRS;
}

static void *walker_main(void *argument)
{
	struct walker *walker = argument;

	do {
		for (unsigned int i = 0; i < ROUNDS; i++) {
			draw_cells(walker);
			access_cells(walker);
			if (walker->progress)
				progress_publish(walker->progress, walker->operations);
		}
	} while (now_ns() < walker->deadline_ns);
	return NULL;
}

static int start_walker(struct walker *walker, const struct hot_set_options *options, unsigned int number)
{
	pthread_attr_t attributes;
	cpu_set_t cpus;
	int err;

	pthread_attr_init(&attributes);
	err = 0;
	if (options->cpu_count) {
		CPU_ZERO(&cpus);
		CPU_SET((size_t)options->cpus[number % (unsigned int)options->cpu_count], &cpus);
		err = pthread_attr_setaffinity_np(&attributes, sizeof(cpus), &cpus);
	}
	if (!err)
		err = pthread_create(&walker->thread, &attributes, walker_main, walker);
	pthread_attr_destroy(&attributes);
	return -err;
}

/* Runs all threads to the end and adds up what they did. Returns 0 or -errno of a thread that did not start. */
static int run_walkers(struct walker *total, const struct working_set *set, const struct hot_set_options *options,
		       struct progress *progress)
{
	struct walker *walkers = calloc(options->threads, sizeof(*walkers));
	uint64_t deadline_ns = now_ns() + (uint64_t)(options->seconds * 1e9);
	unsigned int started;
	int err = walkers ? 0 : -ENOMEM;

	for (started = 0; !err && started < options->threads; started++) {
		walkers[started].set = set;
		walkers[started].deadline_ns = deadline_ns;
		walkers[started].progress = progress ? progress + started : NULL;
		draw_open(&walkers[started].draw, set, options->share, started + 1);
		err = start_walker(&walkers[started], options, started);
		if (err)
			break;
	}
	for (unsigned int i = 0; i < started; i++) {
		pthread_join(walkers[i].thread, NULL);
		total->operations += walkers[i].operations;
		total->hot_operations += walkers[i].hot_operations;
		total->damage |= walkers[i].damage;
	}
	free(walkers);
	if (err)
		fprintf(stderr, "hot-set: cannot start a thread%s: %s\n", options->cpu_count ? " on its CPU" : "", strerror(-err));
	return err;
}

static int run(struct walker *total, const struct working_set *set, const struct hot_set_options *options)
{
	struct progress *progress = NULL;
	int err = options->progress_path ? progress_open(&progress, options->progress_path, options->threads) : 0;

	if (err) {
		fprintf(stderr, "hot-set: cannot make --progress=%s: %s\n", options->progress_path, strerror(-err));
		return err;
	}
	err = run_walkers(total, set, options, progress);
	progress_close(progress, options->threads);
	return err;
}

static int check(const struct working_set *set)
{
	uint64_t cell = working_set_check(set);

	if (cell < set->cell_count) {
		fprintf(stderr, "hot-set: check failed: cell %" PRIu64 " holds %#" PRIx64 " instead of %#" PRIx64 "\n", cell,
			set->cells[cell], cell_pattern(cell));
		return EXIT_FAILURE;
	}
	printf("hot-set: check passed: %" PRIu64 " cells\n", cell);
	fflush(stdout);
	return EXIT_SUCCESS;
}

static void hold(void)
{
	int character;

	do
		character = getchar();
	while (character != EOF && character != '\n');
}

static int run_and_print(struct working_set *set, const struct hot_set_options *options)
{
	struct walker total = { 0 };
	struct jumper jumper = { 0 };
	int err, status = EXIT_SUCCESS;

	err = options->jump ? jumper_open(&jumper, set) : 0;
	if (err) {
		fprintf(stderr, "hot-set: cannot wait for signals: %s\n", strerror(-err));
		return EXIT_FAILURE;
	}
	printf("hot-set: pid %d ", (int)getpid());
	working_set_print_ranges(set, "");
	err = run(&total, set, options);
	jumper_close(&jumper);
	if (err)
		return EXIT_FAILURE;
	printf("hot-set: operations %" PRIu64 ", hot share %.4f (true), ", total.operations,
	       (double)total.hot_operations / (double)total.operations);
	working_set_print_ranges(set, ",");
	if (total.damage) {
		fputs("hot-set: check failed: a load did not find what was stored\n", stderr);
		status = EXIT_FAILURE;
	}
	if (options->check && status == EXIT_SUCCESS)
		status = check(set);
	if (options->hold)
		hold();
	return status;
}

static void print_open_error(const struct hot_set_options *options, int err)
{
	fprintf(stderr, "hot-set: cannot make %zu bytes", options->size_bytes);
	for (int i = 0; i < options->nodes.count; i++)
		fprintf(stderr, "%s%d", i ? "," : " on node ", options->nodes.ids[i]);
	fprintf(stderr, ": %s\n",
		err == -EINVAL && options->nodes.count ? "there is no such node with memory" : strerror(-err));
}

int main(int argc, char **argv)
{
	struct hot_set_options options;
	struct working_set set;
	char error[256];
	int err, status;

	if (hot_set_options_parse(&options, argc, argv, error, sizeof(error))) {
		fprintf(stderr, "hot-set: %s\n", error);
		return 2;
	}
	if (options.help) {
		fputs(hot_set_usage, stdout);
		return EXIT_SUCCESS;
	}
	err = working_set_open(&set, options.size_bytes, options.hot_bytes, &options.nodes);
	if (err) {
		print_open_error(&options, err);
		return EXIT_FAILURE;
	}
	status = run_and_print(&set, &options);
	working_set_close(&set);
	return status;
}
