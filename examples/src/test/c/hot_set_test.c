// SPDX-License-Identifier: Apache-2.0
/* The command line of hot-set, and that the hot accesses it counts are the hot accesses it makes. */
#include "../../main/c/hot_set_jumper.h"
#include "../../main/c/hot_set_memory.h"
#include "../../main/c/hot_set_options.h"
#include "../../main/c/hot_set_progress.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int tests, failures;

static void expect(bool good, const char *name)
{
	tests++;
	failures += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", tests, name);
}

/* Parses up to seven words; returns the error, "" when there is none. */
static const char *parse(struct hot_set_options *options, const char *words)
{
	static char error[256];
	static char copy[256];
	char *argv[9] = { "hot-set" };
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *word = strtok(copy, " "); word && argc < 8; word = strtok(NULL, " "))
		argv[argc++] = word;
	error[0] = '\0';
	if (hot_set_options_parse(options, argc, argv, error, sizeof(error)) == 0 && error[0])
		return "an error text without an error";
	return error;
}

static void expect_error(const char *words, const char *error)
{
	struct hot_set_options options;
	const char *got = parse(&options, words);

	expect(!strcmp(got, error), words);
	if (strcmp(got, error))
		printf("# got '%s' instead of '%s'\n", got, error);
}

static void test_options(void)
{
	struct hot_set_options options;

	expect(!*parse(&options, "") && options.size_bytes == 256u << 20 && options.hot_bytes == 16u << 20 &&
	       options.threads == 2 && options.nodes.count == 0 && !options.hold && !options.check, "defaults");
	expect(!*parse(&options, "--size 1GiB --hot-size=65536 --share 0.25"), "sizes parse");
	expect(options.size_bytes == 1u << 30 && options.hot_bytes == 65536 && options.share == 0.25, "sizes are right");
	expect(!*parse(&options, "--cpus 0-2,7 --node 3 --hold --check"), "flags parse");
	expect(options.cpu_count == 4 && options.cpus[2] == 2 && options.cpus[3] == 7 && options.nodes.count == 1 && options.nodes.ids[0] == 3 &&
	       options.hold && options.check, "flags are right");
	expect(!options.jump, "nothing jumps that was not asked to");
	expect(!*parse(&options, "--jump") && options.jump, "--jump");
	expect_error("--sise 1GiB", "unknown option --sise");
	expect_error("--size", "option --size needs a value");
	expect_error("--size 12Q", "--size must be a multiple of 64KiB up to 16GiB, as in 256MiB: --size=12Q");
	expect_error("--size 100KiB", "--size must be a multiple of 64KiB up to 16GiB, as in 256MiB: --size=100KiB");
	expect_error("--size 99999999999999999999", "--size must be a multiple of 64KiB up to 16GiB, as in 256MiB: "
		     "--size=99999999999999999999");
	expect_error("--size 17GiB", "--size must be a multiple of 64KiB up to 16GiB, as in 256MiB: --size=17GiB");
	expect_error("--hot-size 256MiB", "--hot-size must be less than --size: --hot-size=268435456 --size=268435456");
	expect_error("--share 1.1", "--share must be 0 to 1: --share=1.1");
	expect_error("--share nan", "--share must be 0 to 1: --share=nan");
	expect(!*parse(&options, "--node 0,2-3") && options.nodes.count == 3 && options.nodes.ids[1] == 2 &&
	       options.nodes.ids[2] == 3, "a list of nodes");
	expect_error("--node 1024", "--node must be a node or a list of them, as in 0,2: --node=1024");
	expect_error("--node 0,", "--node must be a node or a list of them, as in 0,2: --node=0,");
	expect_error("--jump=1", "unknown option --jump=1");
	expect_error("--threads 0", "--threads must be 1 to 1024: --threads=0");
	expect_error("--threads -1", "--threads must be 1 to 1024: --threads=-1");
	expect_error("--cpus 3-1", "--cpus must be a list of CPUs, as in 0-3,7: --cpus=3-1");
	expect_error("--cpus 1,", "--cpus must be a list of CPUs, as in 0-3,7: --cpus=1,");
	expect_error("--seconds 0", "--seconds must be 0.001 to 1e9: --seconds=0");
	expect_error("more", "unexpected argument more");
}

static void test_share(double share, uint64_t seed)
{
	enum { DRAWS = 1000003 };
	struct working_set set;
	struct draw draw;
	uint64_t counted = 0, made = 0, outside = 0;
	char name[80];
	double got;

	if (working_set_open(&set, 7 * 65536, 3 * 65536, &(struct node_list){ 0 })) {
		expect(false, "a working set of 448 KiB");
		return;
	}
	draw_open(&draw, &set, share, seed);
	for (int i = 0; i < DRAWS; i++) {
		uint64_t cell = draw_cell(&draw, draw_next(&draw), &counted);

		outside += cell >= set.cell_count;
		made += cell >= set.hot_begin;
	}
	got = (double)made / DRAWS;
	snprintf(name, sizeof(name), "share %.3f: counted %lu, made %lu, outside %lu", share, counted, made, outside);
	expect(counted == made && !outside && got > share - 0.003 && got < share + 0.003, name);
	working_set_close(&set);
}

/* The draws at the ends of both parts, of a set whose products need all 64 bits. */
static void test_largest(double share)
{
	struct working_set set = {
		.cell_count = HOT_SET_MAX_BYTES / 8, .hot_begin = HOT_SET_MAX_BYTES / 8 - 8192, .hot_count = 8192,
	};
	uint64_t hot = 0, first_hot, last_hot, first_cold, last_cold;
	struct draw draw;
	char name[160];

	draw_open(&draw, &set, share, 1);
	first_hot = draw_cell(&draw, 0, &hot);
	last_hot = draw_cell(&draw, draw.hot_limit - 1, &hot);
	first_cold = draw_cell(&draw, draw.hot_limit, &hot);
	last_cold = draw_cell(&draw, UINT32_MAX, &hot);
	snprintf(name, sizeof(name), "share %g of 16 GiB: hot %lu-%lu, cold %lu-%lu of %lu", share, first_hot, last_hot,
		 first_cold, last_cold, set.cell_count);
	expect(hot == 2 && first_hot == set.hot_begin && last_hot == set.cell_count - 1 && first_cold == 0 &&
	       last_cold < set.hot_begin && last_cold + 1024 > set.hot_begin, name);
}

static void test_memory(void)
{
	struct working_set set;

	expect(working_set_open(&set, 5 * 65536, 65536, &(struct node_list){ 0 }) == 0, "a working set of 320 KiB");
	expect((uintptr_t)(set.cells + set.hot_begin) % 65536 == 0, "the hot part starts at a block");
	expect(working_set_check(&set) == set.cell_count, "every cell holds its pattern");
	set.cells[12347] ^= 1;
	expect(working_set_check(&set) == 12347, "a changed cell is found");
	working_set_close(&set);
	working_set_close(&set);
	expect(working_set_open(&set, 65536 * 2, 65536, &(struct node_list){ .count = 1, .ids = { 1000 } }) != 0, "a node that does not exist is an error");
	expect(working_set_open(&set, 65536 * 2, 65536, &(struct node_list){ .count = 2, .ids = { 0, 1000 } }) != 0,
	       "and one of two, too");
}

/* Draws go to where the hot part is: everywhere once, hot ones in it and cold ones outside. */
static void test_draws_after_jumps(unsigned int jumps, uint64_t hot_begin)
{
	enum { DRAWS = 100003 };
	struct working_set set;
	struct draw draw;
	uint64_t wrong = 0, outside = 0;
	char name[120];

	if (working_set_open(&set, 7 * 65536, 3 * 65536, &(struct node_list){ 0 })) {
		expect(false, "a working set of 448 KiB");
		return;
	}
	for (unsigned int i = 0; i < jumps; i++)
		working_set_jump(&set);
	draw_open(&draw, &set, 0.5, 5);
	for (int i = 0; i < DRAWS; i++) {
		uint64_t counted = 0, cell = draw_cell(&draw, draw_next(&draw), &counted);

		outside += cell >= set.cell_count;
		wrong += counted != (cell >= set.hot_begin && cell < set.hot_begin + set.hot_count);
	}
	snprintf(name, sizeof(name), "after %u jumps the hot part begins at %lu, %lu draws of the wrong part, %lu outside", jumps,
		 set.hot_begin, wrong, outside);
	expect(set.hot_begin == hot_begin * 65536 / 8 && !wrong && !outside, name);
	working_set_close(&set);
}

/* A signal that the process gets jumps once, and the end of the jumper is none. */
static void test_jumper(void)
{
	struct jumper jumper = { 0 };
	struct working_set set;
	uint64_t begin;

	jumper_close(&jumper);
	if (working_set_open(&set, 7 * 65536, 3 * 65536, &(struct node_list){ 0 })) {
		expect(false, "a working set of 448 KiB");
		return;
	}
	begin = working_set_hot_begin(&set);
	expect(jumper_open(&jumper, &set) == 0, "a jumper");
	kill(getpid(), SIGUSR1);
	while (working_set_hot_begin(&set) == begin)
		sched_yield();
	jumper_close(&jumper);
	expect(working_set_hot_begin(&set) == 65536 / 8, "one signal, one jump");
	working_set_close(&set);
}

static void test_progress(void)
{
	char path[] = "/tmp/hot-set-progress-XXXXXX";
	int fd = mkstemp(path);
	struct progress *progress, stored[2];
	uint64_t cpu_ns;

	expect(progress_open(&progress, "/nonexistent/file", 2) == -ENOENT, "progress in a folder that does not exist");
	expect(fd >= 0 && progress_open(&progress, path, 2) == 0, "progress of two threads");
	progress_publish(progress + 1, 7919);
	cpu_ns = progress[1].cpu_ns;
	progress_publish(progress + 1, 2 * 7919);
	progress_close(progress, 2);
	expect(pread(fd, stored, sizeof(stored), 0) == (ssize_t)sizeof(stored) && stored[1].operations == 2 * 7919 &&
	       stored[1].version == 4 && stored[1].cpu_ns >= cpu_ns && cpu_ns > 0, "others read it in the file");
	expect(stored[0].version == 0 && stored[0].operations == 0, "a thread that said nothing yet");
	close(fd);
	unlink(path);
}

int main(void)
{
	test_options();
	test_progress();
	test_memory();
	test_draws_after_jumps(1, 1);
	test_draws_after_jumps(2, 4);
	test_draws_after_jumps(3, 1);
	test_jumper();
	test_share(0.9, 1);
	test_share(0.5, 2);
	test_share(0, 3);
	test_share(1, 4);
	test_largest(0.9);
	test_largest(0.001);
	printf("1..%d\n", tests);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
