// SPDX-License-Identifier: Apache-2.0
/* That the hot accesses which the patterns count are those that they make. */
#include "../../main/c/access_patterns.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_BYTES (32u << 20)
#define HOT_BYTES (4u << 20)

static int tests, failures;

static void expect(bool good, const char *name, double got)
{
	tests++;
	failures += !good;
	printf("%sok %d - %s: %g\n", good ? "" : "not ", tests, name, got);
}

static void open_run(struct pattern_run *run, const struct pattern *pattern, double share)
{
	*run = (struct pattern_run){ .share = share };
	if (working_set_open(&run->set, SIZE_BYTES, HOT_BYTES, &(struct node_list){ 0 })) {
		perror("working_set_open");
		exit(EXIT_FAILURE);
	}
	if (pattern->prepare(run) == -EOPNOTSUPP) {
		printf("1..0 # SKIP this processor has no AVX\n");
		exit(EXIT_SUCCESS);
	}
}

static double share_after(const struct pattern *pattern, double share, int rounds)
{
	struct pattern_run run;
	double counted;

	open_run(&run, pattern, share);
	for (int i = 0; i < rounds; i++)
		pattern->round(&run);
	counted = (double)run.hot_operations / (double)run.operations;
	working_set_close(&run.set);
	return counted;
}

/* The ring as it lies in memory, followed by other means than the pattern's own. */
static void check_ring(void)
{
	struct pattern_run run;
	uint64_t hot = 0, length = 0, cell;

	open_run(&run, pattern_find("chase"), 0.9);
	cell = run.place;
	do {
		hot += cell >= run.set.hot_begin;
		length++;
		cell = run.set.cells[cell];
	} while (cell != run.place && length <= run.set.cell_count);
	expect(length > 500000 && length < run.set.cell_count, "the ring is closed, of so many cells", (double)length);
	expect(fabs((double)hot / (double)length - 0.9) < 1e-5, "nine tenths of it are hot", (double)hot / (double)length);
	working_set_close(&run.set);
}

/* Every number read is counted once, in the hot part. */
static void check_histogram(void)
{
	struct pattern_run run, before;
	uint64_t sum = 0;

	open_run(&run, pattern_find("histogram"), 0.5);
	open_run(&before, pattern_find("histogram"), 0.5);
	pattern_find("histogram")->round(&run);
	for (uint64_t cell = run.set.hot_begin; cell < run.set.cell_count; cell++) {
		uint64_t now = run.set.cells[cell], then = before.set.cells[cell];

		sum += (uint32_t)((uint32_t)now - (uint32_t)then) + (uint32_t)((uint32_t)(now >> 32) - (uint32_t)(then >> 32));
	}
	expect(sum == run.hot_operations, "counted in the hot part", (double)sum);
	expect(!memcmp(run.set.cells, before.set.cells, run.set.hot_begin * 8), "what is read stays", 0);
	working_set_close(&run.set);
	working_set_close(&before.set);
}

/* A pass changes all cells of one part, and nothing else. */
static void check_stream(void)
{
	struct pattern_run run;
	uint64_t changed = 0;
	double one = 1;

	open_run(&run, pattern_find("stream"), 1);
	pattern_find("stream")->round(&run);
	for (uint64_t cell = 0; cell < run.set.cell_count; cell++)
		changed += (memcmp(&run.set.cells[cell], &one, 8) != 0) == (cell >= run.set.hot_begin);
	expect(changed == run.set.cell_count, "a hot pass computes in the hot part only", (double)changed);
	working_set_close(&run.set);
}

static void check_shares(const char *name, double share, int rounds)
{
	double counted = share_after(pattern_find(name), share, rounds);

	expect(fabs(counted - share) < 0.001, name, counted);
}

int main(void)
{
	check_ring();
	check_histogram();
	check_stream();
	check_shares("chase", 0.9, 2);
	check_shares("chase", 0, 1);
	check_shares("chase", 1, 1);
	check_shares("histogram", 0.5, 3);
	check_shares("histogram", 0, 2);
	check_shares("histogram", 1, 2);
	check_shares("stream", 0.9, 20);
	check_shares("stream", 0, 9);
	expect(!pattern_find("no-such"), "no other pattern", 0);
	expect(!pattern_find("histogram")->allows(0.3), "no other share of a histogram", 0);
	printf("1..%d\n", tests);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
