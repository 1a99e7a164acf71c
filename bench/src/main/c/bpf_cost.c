// SPDX-License-Identifier: Apache-2.0
/*
 * bpf-cost ROUNDS: what one sample costs in BPF, by source and by what keeps the heat. Every round runs all of them on the
 * same zipf stream (but for those that go on for a while, which have another), in an order that alternates, and prints one
 * line: for each the CPU time of a sample in ns, under a line of names. Whoever reads it makes ratios within a line. The last
 * line, after `recorded`, has the share of samples that were recorded. Needs root.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "interrupted.h"
#include "mbal_ibs_record.bpf.h"
#include "subject.h"

#define MAX_ROUNDS 100000
#define WARM_ROUNDS 64			/* until every table is full */
#define FEW_PAGES 64
#define STEADY_BATCHES 64		/* that a row goes through before, and that are measured */
#define STEADY_PAGES 32768		/* half as many as each keeps */
#define SAMPLE_DISTANCE_NS 500000ULL	/* as at 1 kHz on two CPUs, so that decay is part of it */
#define FIRST_PAGE 0x7f0000000ULL
#define USER_IP 0x401000ULL
#define IBS_FETCH_MISSED (MBAL_IBS_FETCH_VALID | MBAL_IBS_FETCH_COMPLETE | MBAL_IBS_FETCH_CACHE_MISS | \
			  MBAL_IBS_FETCH_PHYSICAL_VALID | 300ULL << 32)
#define IBS_LOAD_MISSED (MBAL_IBS_LOAD | MBAL_IBS_CACHE_MISS | MBAL_IBS_L2_MISS | MBAL_IBS_LINEAR_VALID | \
			 MBAL_IBS_PHYSICAL_VALID | 300ULL << 32)

/* The row that only reads its input, and counts nothing. */
#define HARNESS "steady.harness"

/* Where a source finds its input. */
enum input {
	INPUT_ACCESSES,
	INPUT_FEW_PAGES,	/* the same with all of them in few pages, whose counts stay in the caches */
	INPUT_STEADY,		/* many in a row, to pages that are all known; the first half of them only brings things to where they stay */
	INPUT_IBS,
	INPUT_FETCHES,
	INPUT_CONTEXTS,	/* captured once; a round walks from each of them */
};

static const struct {
	const char *name, *program;
	enum subject_heat heat;
	enum input input;
	int empties;	/* before each round, as the prototype does after each of its own */
} rows[] = {
	{ "replay.table", "mbal_on_replay", SUBJECT_TABLE, INPUT_ACCESSES, 0 },
	{ "replay.lru", "mbal_on_replay", SUBJECT_LRU, INPUT_ACCESSES, 0 },
	{ "heat.table", "mbal_on_heat", SUBJECT_TABLE, INPUT_ACCESSES, 0 },
	{ "heat.lru", "mbal_on_heat", SUBJECT_LRU, INPUT_ACCESSES, 0 },
	{ "few.replay", "mbal_on_replay", SUBJECT_TABLE, INPUT_FEW_PAGES, 0 },
	{ "few.heat", "mbal_on_heat", SUBJECT_TABLE, INPUT_FEW_PAGES, 0 },
	{ "few.update", "mbal_on_update", SUBJECT_TABLE, INPUT_FEW_PAGES, 1 },
	{ "steady.replay", "mbal_on_replay", SUBJECT_TABLE, INPUT_STEADY, 0 },
	{ "steady.heat", "mbal_on_heat", SUBJECT_TABLE, INPUT_STEADY, 0 },
	{ "steady.update", "mbal_on_update", SUBJECT_TABLE, INPUT_STEADY, 0 },
	{ HARNESS, "mbal_on_harness", SUBJECT_TABLE, INPUT_STEADY, 0 },
	{ "target", "mbal_on_target", SUBJECT_TABLE, INPUT_ACCESSES, 0 },
	{ "faults.table", "mbal_on_faults", SUBJECT_TABLE, INPUT_ACCESSES, 0 },
	{ "faults.lru", "mbal_on_faults", SUBJECT_LRU, INPUT_ACCESSES, 0 },
	{ "ibs.table", "mbal_on_ibs", SUBJECT_TABLE, INPUT_IBS, 0 },
	{ "ibs.lru", "mbal_on_ibs", SUBJECT_LRU, INPUT_IBS, 0 },
	{ "ibs_fetch.table", "mbal_on_fetch", SUBJECT_TABLE, INPUT_FETCHES, 0 },
	{ "ibs_fetch.lru", "mbal_on_fetch", SUBJECT_LRU, INPUT_FETCHES, 0 },
	{ "pebs.table", "mbal_on_pebs", SUBJECT_TABLE, INPUT_ACCESSES, 0 },
	{ "pebs.lru", "mbal_on_pebs", SUBJECT_LRU, INPUT_ACCESSES, 0 },
	{ "soft.table", "mbal_on_soft", SUBJECT_TABLE, INPUT_CONTEXTS, 0 },
	{ "soft.lru", "mbal_on_soft", SUBJECT_LRU, INPUT_CONTEXTS, 0 },
	{ "prototype.update", "mbal_on_update", SUBJECT_TABLE, INPUT_ACCESSES, 1 },
	{ "prototype.whole", "mbal_on_whole", SUBJECT_TABLE, INPUT_ACCESSES, 1 },
	{ "prototype.inplace", "mbal_on_inplace", SUBJECT_TABLE, INPUT_ACCESSES, 1 },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

struct bench {
	struct zipf zipf;
	struct interrupted_memory memory;
	struct subject subjects[ROWS];
	struct mbal_access stream[MBAL_INJECT_SLOTS];
	__u32 steady_pages[2 * STEADY_BATCHES][MBAL_INJECT_BATCH];
	struct bench_ibs_record ibs_stream[MBAL_INJECT_SLOTS], fetch_stream[MBAL_INJECT_SLOTS];
	__u64 time_ns;			/* of the stream's last access */
	__u64 steady_time_ns[ROWS];	/* of a steady row's own last one, of which it has more in a round */
};

static int fail(const char *what, int err)
{
	fprintf(stderr, "bpf-cost: %s: %s%s\n", what, strerror(-err), err == -EPERM ? " (needs root)" : "");
	return err;
}

static int open_subjects(struct bench *bench)
{
	int err;

	for (size_t i = 0; i < ROWS; i++) {
		err = subject_open(&bench->subjects[i], rows[i].heat, rows[i].program);
		if (err)
			return fail(rows[i].name, err);
	}
	return 0;
}

static int capture_contexts(struct bench *bench)
{
	static struct bench_context contexts[BENCH_CONTEXTS];
	int err = interrupted_capture(&bench->memory, contexts);

	if (err)
		return fail("capturing interrupted registers", err);
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].input == INPUT_CONTEXTS)
			memcpy(bench->subjects[i].contexts, contexts, sizeof(contexts));
	return 0;
}

static struct mbal_ibs_op ibs_op_at(__u64 address)
{
	return (struct mbal_ibs_op){
		.control = MBAL_IBS_OP_VALID,
		.rip = USER_IP,
		.data2 = 3,
		.data3 = IBS_LOAD_MISSED,
		.linear_address = address,
		.physical_address = address & 0xffffffffULL,
	};
}

static struct mbal_ibs_fetch ibs_fetch_at(__u64 address)
{
	return (struct mbal_ibs_fetch){
		.capabilities = MBAL_IBS_CAP_FETCH_CONTROL_EXTENDED,
		.control = IBS_FETCH_MISSED,
		.linear_address = address,
		.physical_address = address & 0xffffffffULL,
	};
}

/* The next access by that clock. */
static void make_access(struct mbal_access *access, __u64 *time_ns, __u32 page, __u32 i)
{
	static __u32 tgid;

	if (!tgid)
		tgid = (__u32)getpid();
	*time_ns += SAMPLE_DISTANCE_NS;
	*access = (struct mbal_access){
		.time_ns = *time_ns,
		.vaddr = (FIRST_PAGE + page) << MBAL_PAGE_SHIFT,
		.ip = USER_IP,
		.tgid = tgid,
		.tid = tgid,
		.cpu_node = (__u16)(i & 1),
		.memory_node = MBAL_NODE_UNKNOWN,
		.flags = MBAL_ACCESS_LOAD,
	};
}

/* The accesses of one round, for every source the same. */
static void draw_streams(struct bench *bench)
{
	for (__u32 i = 0; i < MBAL_INJECT_SLOTS; i++) {
		struct mbal_ibs_op op;
		struct mbal_ibs_fetch fetch;

		make_access(&bench->stream[i], &bench->time_ns, zipf_page(&bench->zipf), i);
		op = ibs_op_at(bench->stream[i].vaddr);
		fetch = ibs_fetch_at(bench->stream[i].vaddr);
		memcpy(&bench->ibs_stream[i], &op, sizeof(op));
		memcpy(&bench->fetch_stream[i], &fetch, sizeof(fetch));
	}
	for (int batch = 0; batch < 2 * STEADY_BATCHES; batch++)
		for (__u32 i = 0; i < MBAL_INJECT_BATCH; i++)
			bench->steady_pages[batch][i] = zipf_page(&bench->zipf) % STEADY_PAGES;
}

static void feed_few_pages(const struct bench *bench, struct mbal_access *accesses)
{
	memcpy(accesses, bench->stream, sizeof(bench->stream));
	for (__u32 i = 0; i < MBAL_INJECT_SLOTS; i++)
		accesses[i].vaddr = (FIRST_PAGE << MBAL_PAGE_SHIFT) + accesses[i].vaddr % (FEW_PAGES << MBAL_PAGE_SHIFT);
}

static void feed(struct bench *bench, size_t row)
{
	struct subject *subject = &bench->subjects[row];

	if (rows[row].input == INPUT_IBS)
		memcpy(subject->ibs_records, bench->ibs_stream, sizeof(bench->ibs_stream));
	if (rows[row].input == INPUT_FETCHES)
		memcpy(subject->ibs_records, bench->fetch_stream, sizeof(bench->fetch_stream));
	if (rows[row].input == INPUT_ACCESSES)
		memcpy(subject->accesses, bench->stream, sizeof(bench->stream));
	if (rows[row].input == INPUT_FEW_PAGES)
		feed_few_pages(bench, subject->accesses);
}

/* A batch at a time, of which no more is kept than pages, so that the input leaves the caches to what is measured. */
static long long run_steady(struct bench *bench, size_t row, __u32 *count)
{
	const struct subject *subject = &bench->subjects[row];
	long long sum_ns = 0;

	for (int batch = 0; batch < 2 * STEADY_BATCHES; batch++) {
		long long took_ns;

		for (__u32 i = 0; i < MBAL_INJECT_BATCH; i++)
			make_access(&subject->accesses[i], &bench->steady_time_ns[row], bench->steady_pages[batch][i], i);
		took_ns = subject_run(subject, MBAL_INJECT_BATCH, MBAL_INJECT_BATCH);
		if (took_ns < 0)
			return took_ns;
		sum_ns += batch < STEADY_BATCHES ? 0 : took_ns;
	}
	*count = STEADY_BATCHES * MBAL_INJECT_BATCH;
	return sum_ns;
}

static long long run_row(struct bench *bench, size_t row, __u32 *count)
{
	int walks = rows[row].input == INPUT_CONTEXTS;

	if (rows[row].empties && subject_empty_pages(&bench->subjects[row]))
		return -EIO;
	if (rows[row].input == INPUT_STEADY)
		return run_steady(bench, row, count);
	*count = walks ? BENCH_CONTEXTS : MBAL_INJECT_SLOTS;
	feed(bench, row);
	return subject_run(&bench->subjects[row], *count, walks ? BENCH_SOFT_BATCH : MBAL_INJECT_BATCH);
}

/* Forward in even rounds, backward in odd ones, so that whatever drifts within a round hits all alike. */
static int run_round(struct bench *bench, int round, double cost_ns[ROWS])
{
	for (size_t i = 0; i < ROWS; i++) {
		size_t row = round & 1 ? ROWS - 1 - i : i;
		__u32 count;
		long long took_ns = run_row(bench, row, &count);

		if (took_ns < 0)
			return fail(rows[row].name, (int)took_ns);
		cost_ns[row] = (double)took_ns / count;
	}
	return 0;
}

static void print_names(const char *first)
{
	fputs(first, stdout);
	for (size_t i = 0; i < ROWS; i++)
		printf("%s%s", i ? " " : "", rows[i].name);
	putchar('\n');
}

static void print_line(const double values[ROWS])
{
	for (size_t i = 0; i < ROWS; i++)
		printf("%s%.4f", i ? " " : "", values[i]);
	putchar('\n');
}

static int print_recorded(struct bench *bench)
{
	double shares[ROWS];
	__u64 seen, recorded;
	int err;

	for (size_t i = 0; i < ROWS; i++) {
		int counts = strcmp(rows[i].name, HARNESS) != 0;

		err = subject_count(&bench->subjects[i], &seen, &recorded);
		if (err || (seen != 0) != counts)
			return fail(rows[i].name, err ? err : -ENODATA);
		if (rows[i].input == INPUT_STEADY && recorded < seen - seen / 100)
			return fail("steady accesses to pages that are all known were dropped", -ENOSPC);
		shares[i] = counts ? (double)recorded / (double)seen : 0;
	}
	puts("recorded");
	print_line(shares);
	return 0;
}

static int forget_counts(struct bench *bench)
{
	__u64 seen, recorded;
	int err = 0;

	for (size_t i = 0; !err && i < ROWS; i++)
		err = subject_count(&bench->subjects[i], &seen, &recorded);
	return err;
}

static int compare(struct bench *bench, int rounds)
{
	double cost_ns[ROWS];
	int err = 0;

	print_names("");
	for (int round = -WARM_ROUNDS; !err && round < rounds; round++) {
		if (round == 0)
			err = forget_counts(bench);
		draw_streams(bench);
		if (!err)
			err = run_round(bench, round, cost_ns);
		if (!err && round >= 0)
			print_line(cost_ns);
	}
	return err ? err : print_recorded(bench);
}

static int open_all(struct bench *bench)
{
	int err = zipf_open(&bench->zipf);

	if (!err)
		err = interrupted_open(&bench->memory, &bench->zipf);
	if (err)
		return fail("making the streams", err);
	bench->time_ns = 1ULL << 40;
	for (size_t i = 0; i < ROWS; i++)
		bench->steady_time_ns[i] = bench->time_ns;
	err = open_subjects(bench);
	return err ? err : capture_contexts(bench);
}

int main(int argc, char **argv)
{
	static struct bench bench;
	int rounds = argc == 2 ? atoi(argv[1]) : 0;

	if (rounds < 2 || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: bpf-cost ROUNDS (2 to %d)\n", MAX_ROUNDS);
		return 2;
	}
	return open_all(&bench) || compare(&bench, rounds) ? 1 : 0;
}
