/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bpf-cost HOT_SET: what one sample costs in BPF.
 *  1. account() with the heat table against account() with an LRU_HASH of as many entries, on the same zipf stream of
 *     accesses, in turn; the ratio must be at most LIMIT.
 *  2. each source of this machine, on the hot-set workload, as a multiple of account().
 * Needs root. Prints ratios only.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/perf_event.h>

#include "mbal_inject.h"
#include "mbal_lru.skel.h"
#include "mbal_sampler.skel.h"

#define LIMIT 0.70
#define SLOTS 65536u
#define NODES 2u
#define SLOT_BYTES 32u
#define ZIPF_PAGES (1u << 20)
#define ZIPF_EXPONENT 0.99
#define ROUNDS 15
#define FILLS_PER_ROUND 48		/* of MBAL_INJECT_SLOTS accesses each */
#define SAMPLE_DISTANCE_NS 500000ULL	/* as at 1 kHz on two CPUs, so that decay is part of it */
#define GROUP 1ULL
#define FIRST_PAGE 0x7f0000000ULL
#define SOURCE_SAMPLES 3000u

/* What both objects have: the maps and the program to run. */
struct subject {
	int targets_fd, heat_fd, threads_fd, recent_fd, injected_fd, program_fd;
	struct mbal_access *injected;
};

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int fail(const char *what, int err)
{
	fprintf(stderr, "bpf-cost: %s: %s\n", what, strerror(-err));
	return err;
}

/* A table without header: the programs find everything they need in the knobs. */
static int table_insert(int outer_fd, __u32 value_bytes, __u32 slots)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__u32 elements = MBAL_HEADER_BYTES / value_bytes + slots;
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "mbal_bench", sizeof(__u32), value_bytes, elements, &options);
	__u64 group = GROUP;
	int err;

	if (fd < 0)
		return -errno;
	err = bpf_map_update_elem(outer_fd, &group, &fd, BPF_ANY) ? -errno : 0;
	close(fd);
	return err;
}

static int subject_prepare(struct subject *subject, __u32 tgid)
{
	__u64 group = GROUP;
	int err;

	err = table_insert(subject->heat_fd, SLOT_BYTES, SLOTS);
	if (!err)
		err = table_insert(subject->threads_fd, SLOT_BYTES, 4096);
	if (!err)
		err = table_insert(subject->recent_fd, sizeof(struct mbal_access), 4096);
	if (err)
		return err;
	if (bpf_map_update_elem(subject->targets_fd, &tgid, &group, BPF_ANY))
		return -errno;
	if (subject->injected_fd < 0)
		return 0;
	subject->injected = mmap(NULL, MBAL_INJECT_SLOTS * sizeof(struct mbal_access), PROT_READ | PROT_WRITE,
				 MAP_SHARED, subject->injected_fd, 0);
	return subject->injected == MAP_FAILED ? -errno : 0;
}

/* Cumulative shares of the ranks, for drawing by bisection. */
static double *zipf_make(void)
{
	double *share = malloc(ZIPF_PAGES * sizeof(*share)), sum = 0;

	if (!share)
		return NULL;
	for (__u32 i = 0; i < ZIPF_PAGES; i++)
		share[i] = sum += pow(i + 1.0, -ZIPF_EXPONENT);
	for (__u32 i = 0; i < ZIPF_PAGES; i++)
		share[i] /= sum;
	return share;
}

static __u32 zipf_draw(const double *share, __u64 *random)
{
	__u32 low = 0, high = ZIPF_PAGES - 1, middle;
	double draw;

	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	draw = (double)(*random >> 11) / 9007199254740992.0;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (share[middle] < draw)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Where a rank lies: hot pages are scattered over the address space. 2^20 and an odd factor: a permutation. */
static __u64 page_of(__u32 rank)
{
	return FIRST_PAGE + ((rank * 0x9E3779B1u) & (ZIPF_PAGES - 1));
}

static void fill(struct mbal_access *accesses, const double *share, __u64 *random, __u64 *time_ns, __u32 tgid)
{
	for (__u32 i = 0; i < MBAL_INJECT_SLOTS; i++) {
		*time_ns += SAMPLE_DISTANCE_NS;
		accesses[i] = (struct mbal_access){
			.time_ns = *time_ns,
			.vaddr = page_of(zipf_draw(share, random)) << MBAL_PAGE_SHIFT,
			.tgid = tgid,
			.tid = tgid,
			.cpu_node = (__u16)(i & 1),
			.memory_node = MBAL_NODE_UNKNOWN,
			.flags = MBAL_ACCESS_LOAD,
		};
	}
}

/* Runs what was filled in. Returns the time it took, ns, or -errno. */
static long long inject(struct subject *subject)
{
	long long took = now_ns();

	for (__u32 start = 0; start < MBAL_INJECT_SLOTS; start += MBAL_INJECT_BATCH) {
		struct mbal_inject_args args = { .start = start, .count = MBAL_INJECT_BATCH };
		/* The kernel writes the context back to where it came from. */
		LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &args, .ctx_size_in = sizeof(args));

		if (bpf_prog_test_run_opts(subject->program_fd, &options))
			return -errno;
		if (args.injected != MBAL_INJECT_BATCH)
			return -EIO;
	}
	return now_ns() - took;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median over the rounds of table time / LRU time; the same accesses for both, the order alternating. */
static int compare(struct subject *table, struct subject *lru, __u32 tgid, double *ratio, double *sample_ns)
{
	double *share = zipf_make(), ratios[ROUNDS], table_ns[ROUNDS];
	__u64 random = 88172645463325252ULL, time_ns = 1ULL << 40;

	if (!share)
		return -ENOMEM;
	for (int round = -1; round < ROUNDS; round++) {	/* round -1 warms both up */
		long long took[2] = { 0, 0 };

		for (int i = 0; i < FILLS_PER_ROUND; i++) {
			fill(table->injected, share, &random, &time_ns, tgid);
			memcpy(lru->injected, table->injected, MBAL_INJECT_SLOTS * sizeof(struct mbal_access));
			for (int turn = 0; turn < 2; turn++) {
				int which = (i + turn) & 1;
				long long one = inject(which ? lru : table);

				if (one < 0) {
					free(share);
					return (int)one;
				}
				took[which] += one;
			}
		}
		if (round >= 0) {
			ratios[round] = (double)took[0] / (double)took[1];
			table_ns[round] = (double)took[0] / (FILLS_PER_ROUND * (double)MBAL_INJECT_SLOTS);
		}
	}
	free(share);
	qsort(ratios, ROUNDS, sizeof(ratios[0]), by_size);
	qsort(table_ns, ROUNDS, sizeof(table_ns[0]), by_size);
	*ratio = ratios[ROUNDS / 2];
	*sample_ns = table_ns[ROUNDS / 2];
	return 0;
}

static struct mbal_sampler_bpf *sampler_load(const char *program)
{
	struct mbal_sampler_bpf *skeleton = mbal_sampler_bpf__open();
	struct bpf_program *each;

	if (!skeleton)
		return NULL;
	bpf_object__for_each_program(each, skeleton->obj)
		bpf_program__set_autoload(each, !strcmp(bpf_program__name(each), program));
	skeleton->rodata->node_count = NODES;
	skeleton->rodata->slot_bytes = SLOT_BYTES;
	if (!mbal_sampler_bpf__load(skeleton))
		return skeleton;
	mbal_sampler_bpf__destroy(skeleton);
	return NULL;
}

static struct mbal_lru_bpf *lru_load(void)
{
	struct mbal_lru_bpf *skeleton = mbal_lru_bpf__open();

	if (!skeleton)
		return NULL;
	skeleton->rodata->node_count = NODES;
	skeleton->rodata->slot_bytes = SLOT_BYTES;
	if (!mbal_lru_bpf__load(skeleton))
		return skeleton;
	mbal_lru_bpf__destroy(skeleton);
	return NULL;
}

static int event_open(__u64 config, __u64 rate, int by_frequency, int cpu)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attributes),
		.config = config,
		.sample_freq = rate,
		.freq = by_frequency ? 1 : 0,
		.sample_type = PERF_SAMPLE_ADDR,
		.exclude_kernel = by_frequency ? 1 : 0,
	};

	return (int)syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static pid_t workload_start(const char *hot_set)
{
	pid_t pid;

	fflush(stdout); /* or the child prints it again */
	pid = fork();

	if (pid)
		return pid;
	if (!freopen("/dev/null", "w", stdout))
		_exit(126);
	execl(hot_set, hot_set, "--size", "256MiB", "--hot-size", "16MiB", "--seconds", "600", (char *)NULL);
	_exit(127);
}

/* Runs and run time of a program so far. */
static int program_cost(int fd, __u64 *runs, __u64 *time_ns)
{
	struct bpf_prog_info info = { 0 };
	__u32 bytes = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &bytes))
		return -errno;
	*runs = info.run_cnt;
	*time_ns = info.run_time_ns;
	return 0;
}

static __u64 recorded_count(int counters_fd)
{
	int cpus = libbpf_num_possible_cpus();
	__u64 values[1024] = { 0 }, sum = 0;
	__u32 key = MBAL_COUNTER_RECORDED;

	if (cpus < 0 || cpus > 1024 || bpf_map_lookup_elem(counters_fd, &key, values))
		return 0;
	for (int i = 0; i < cpus; i++)
		sum += values[i];
	return sum;
}

/* Samples the workload until SOURCE_SAMPLES are recorded, or it ends. Mean ns of one program run. */
static int source_cost(const char *program, __u64 config, __u64 rate, int by_frequency, const char *hot_set,
		       double *run_ns)
{
	struct mbal_sampler_bpf *skeleton = sampler_load(program);
	struct bpf_program *tick;
	int cpus = libbpf_num_possible_cpus(), err = 0, status;
	__u64 runs = 0, time_ns = 0;
	pid_t pid;

	if (!skeleton)
		return -errno;
	struct subject subject = {
		bpf_map__fd(skeleton->maps.mbal_targets), bpf_map__fd(skeleton->maps.mbal_heat),
		bpf_map__fd(skeleton->maps.mbal_threads), bpf_map__fd(skeleton->maps.mbal_recent), -1, -1, NULL,
	};
	tick = bpf_object__find_program_by_name(skeleton->obj, program);
	pid = workload_start(hot_set);
	if (pid < 0)
		err = -errno;
	if (!err)
		err = subject_prepare(&subject, (__u32)pid);
	for (int cpu = 0; !err && cpu < cpus; cpu++) {
		int fd = event_open(config, rate, by_frequency, cpu);

		if (fd < 0 && errno == ENODEV)
			continue; /* offline */
		if (fd < 0 || !bpf_program__attach_perf_event(tick, fd))
			err = -errno;
	}
	while (!err && recorded_count(bpf_map__fd(skeleton->maps.mbal_counters)) < SOURCE_SAMPLES) {
		if (waitpid(pid, &status, WNOHANG) == pid) {
			pid = -1;
			err = -ECHILD;
		}
		usleep(10000);
	}
	if (!err)
		err = program_cost(bpf_program__fd(tick), &runs, &time_ns);
	if (!err)
		*run_ns = (double)time_ns / (double)runs;
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	mbal_sampler_bpf__destroy(skeleton);
	return err;
}

static int bench_table(double *sample_ns)
{
	struct mbal_sampler_bpf *sampler = sampler_load("mbal_inject");
	struct mbal_lru_bpf *lru = lru_load();
	__u32 tgid = (__u32)getpid();
	double ratio = 0;
	int err;

	if (!sampler || !lru)
		return fail("load (needs root)", -errno);
	struct subject table = {
		bpf_map__fd(sampler->maps.mbal_targets), bpf_map__fd(sampler->maps.mbal_heat),
		bpf_map__fd(sampler->maps.mbal_threads), bpf_map__fd(sampler->maps.mbal_recent),
		bpf_map__fd(sampler->maps.mbal_injected), bpf_program__fd(sampler->progs.mbal_inject), NULL,
	};
	struct subject hash = {
		bpf_map__fd(lru->maps.mbal_targets), bpf_map__fd(lru->maps.mbal_heat),
		bpf_map__fd(lru->maps.mbal_threads), bpf_map__fd(lru->maps.mbal_recent),
		bpf_map__fd(lru->maps.mbal_injected), bpf_program__fd(lru->progs.mbal_lru_inject), NULL,
	};
	err = subject_prepare(&table, tgid);
	if (!err)
		err = subject_prepare(&hash, tgid);
	if (!err)
		err = compare(&table, &hash, tgid, &ratio, sample_ns);
	mbal_sampler_bpf__destroy(sampler);
	mbal_lru_bpf__destroy(lru);
	if (err)
		return fail("comparing", err);
	printf("bench: account() with the heat table, zipf(%.2f) over %u pages, %u slots: %.2fx of an LRU_HASH of "
	       "%u entries (limit %.2fx): %s\n",
	       ZIPF_EXPONENT, ZIPF_PAGES, SLOTS, ratio, SLOTS, LIMIT, ratio <= LIMIT ? "ok" : "MISSED");
	return ratio <= LIMIT ? 0 : -ERANGE;
}

static int bench_source(const char *name, const char *program, __u64 config, __u64 rate, int by_frequency,
			const char *hot_set, double sample_ns)
{
	double run_ns;
	int err = source_cost(program, config, rate, by_frequency, hot_set, &run_ns);

	if (err)
		return fail(name, err);
	printf("bench: source %s: one sample of the hot-set costs %.1fx of account() on the zipf stream\n", name,
	       run_ns / sample_ns);
	return 0;
}

int main(int argc, char **argv)
{
	int stats, missed, err;
	double sample_ns = 1;

	if (argc != 2) {
		fprintf(stderr, "usage: bpf-cost HOT_SET\n");
		return 2;
	}
	missed = bench_table(&sample_ns);
	if (missed && missed != -ERANGE)
		return 1;
	stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (stats < 0)
		return fail("counting run time", -errno) ? 1 : 0;
	err = bench_source("soft", "mbal_soft_tick", PERF_COUNT_SW_CPU_CLOCK, 997, 1, argv[1], sample_ns);
	if (!err)
		err = bench_source("faults", "mbal_page_fault", PERF_COUNT_SW_PAGE_FAULTS, 1, 0, argv[1], sample_ns);
	close(stats);
	return missed || err ? 1 : 0;
}
