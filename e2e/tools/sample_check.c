// SPDX-License-Identifier: Apache-2.0
/*
 * sample_check PID SAMPLES SECONDS WORKING HOT: holds the samples of a process against what is true.
 *
 * Opens its tables at the helper. Again and again, until so many accesses to the range WORKING were met, but no longer than
 * so many seconds: waits until the ring of recent samples is full of new ones; stops the process, so that no sample comes and
 * no page of it moves; and asks move_pages for the node of each sample's page. WORKING and HOT are ranges of addresses,
 * START-END in hex. Prints
 *   compared N, disagree N, untold N, unanswered N, working N, hot N, code N
 * untold: the sample names no node; unanswered: the kernel does not tell of that page, such as one that is not there;
 * working, hot: data accesses in these ranges; code: instruction fetches.
 */
#include "wire_client.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LOOK_EVERY_US 100000
#define NS_PER_SECOND 1000000000ULL
#define PAGE_BYTES 4096UL

enum { RECENT = 2, STEADY_LOOKS = 3, DISAGREEMENTS_SHOWN = 10 };

struct range {
	uint64_t start, end;
};

struct plan {
	pid_t pid;
	unsigned long samples, seconds;
	struct range working, hot;
};

struct ring {
	const struct mbal_table_header *header;
	const struct mbal_access *accesses;
};

struct tally {
	unsigned long compared, disagree, untold, unanswered, working, hot, code;
};

static uint64_t recorded(const struct ring *ring)
{
	return __atomic_load_n(&ring->header->recorded, __ATOMIC_ACQUIRE);
}

static int map_ring(struct ring *ring, pid_t pid)
{
	int fds[MBAL_WIRE_TABLES];
	struct mbal_reply reply;
	int socket_fd = wire_connect();
	int err = socket_fd < 0 ? socket_fd : wire_open_process(socket_fd, (__u32)pid, &reply, fds);
	void *map;

	if (err)
		return err;
	map = mmap(NULL, reply.table_bytes[RECENT], PROT_READ, MAP_SHARED, fds[RECENT], 0);
	if (map == MAP_FAILED)
		return -errno;
	ring->header = map;
	ring->accesses = (const struct mbal_access *)((const char *)map + ring->header->header_bytes);
	return ring->header->kind == MBAL_TABLE_RECENT ? 0 : -EPROTO;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static void wait_for_samples(const struct ring *ring, uint64_t wanted, uint64_t deadline_ns)
{
	while (recorded(ring) < wanted && now_ns() < deadline_ns)
		usleep(LOOK_EVERY_US);
}

/* A sample that was on its way when the process was stopped still comes in. */
static void wait_until_steady(const struct ring *ring)
{
	uint64_t before;
	int steady = 0;

	while (steady < STEADY_LOOKS) {
		before = recorded(ring);
		usleep(LOOK_EVERY_US);
		steady = recorded(ring) == before ? steady + 1 : 0;
	}
}

static void count_range(struct tally *tally, const struct mbal_access *access, const struct plan *plan)
{
	if (access->flags & MBAL_ACCESS_CODE)
		tally->code++;
	if (access->flags & (MBAL_ACCESS_CODE | MBAL_ACCESS_STALL))
		return;
	tally->working += access->vaddr >= plan->working.start && access->vaddr < plan->working.end;
	tally->hot += access->vaddr >= plan->hot.start && access->vaddr < plan->hot.end;
}

static void compare_node(struct tally *tally, const struct mbal_access *access, pid_t pid)
{
	void *page = (void *)(uintptr_t)(access->vaddr & ~(PAGE_BYTES - 1));
	int node = -1;

	if (access->memory_node == MBAL_NODE_UNKNOWN) {
		tally->untold++;
	} else if (syscall(SYS_move_pages, (long)pid, 1UL, &page, NULL, &node, 0) || node < 0) {
		tally->unanswered++;
	} else {
		tally->compared++;
		if (node == access->memory_node)
			return;
		if (tally->disagree++ < DISAGREEMENTS_SHOWN)
			fprintf(stderr, "%#llx: the sample says node %u, the kernel node %d\n", access->vaddr,
				access->memory_node, node);
	}
}

/* The newest of the ring, so many as came since `before`. */
static void take_round(struct tally *tally, const struct ring *ring, uint64_t before, const struct plan *plan)
{
	uint64_t end = recorded(ring), slots = ring->header->slot_count, start = before;

	if (end - start > slots)
		start = end - slots;
	for (uint64_t i = start; i < end; i++) {
		count_range(tally, &ring->accesses[i % slots], plan);
		compare_node(tally, &ring->accesses[i % slots], plan->pid);
	}
}

/* Returns 0 or -errno. */
static int check_round(const struct plan *plan, const struct ring *ring, uint64_t deadline_ns, struct tally *tally)
{
	uint64_t before = recorded(ring);

	wait_for_samples(ring, before + ring->header->slot_count, deadline_ns);
	if (kill(plan->pid, SIGSTOP))
		return -errno;
	wait_until_steady(ring);
	take_round(tally, ring, before, plan);
	return kill(plan->pid, SIGCONT) ? -errno : 0;
}

static int check_process(const struct plan *plan, struct tally *tally)
{
	uint64_t deadline_ns = now_ns() + plan->seconds * NS_PER_SECOND;
	struct ring ring = { 0 };
	int err = map_ring(&ring, plan->pid);

	while (!err && tally->working < plan->samples && now_ns() < deadline_ns)
		err = check_round(plan, &ring, deadline_ns, tally);
	return err;
}

static bool parse_count(const char *text, unsigned long *number)
{
	char *end;

	errno = 0;
	*number = strtoul(text, &end, 10);
	return !errno && end != text && !*end && *number && *number <= INT32_MAX;
}

static bool parse_range(const char *text, struct range *range)
{
	char rest;

	return sscanf(text, "%lx-%lx%c", &range->start, &range->end, &rest) == 2 && range->start < range->end;
}

static bool parse_plan(int argc, char **argv, struct plan *plan)
{
	unsigned long pid;

	if (argc != 6 || !parse_count(argv[1], &pid))
		return false;
	plan->pid = (pid_t)pid;
	return parse_count(argv[2], &plan->samples) && parse_count(argv[3], &plan->seconds) &&
	       parse_range(argv[4], &plan->working) && parse_range(argv[5], &plan->hot);
}

int main(int argc, char **argv)
{
	struct tally tally = { 0 };
	struct plan plan;
	int err;

	if (!parse_plan(argc, argv, &plan)) {
		fprintf(stderr, "usage: sample_check PID SAMPLES SECONDS WORKING HOT (ranges as START-END in hex)\n");
		return 2;
	}
	err = check_process(&plan, &tally);
	if (err) {
		fprintf(stderr, "sample_check: pid %d: %s\n", (int)plan.pid, strerror(-err));
		return 1;
	}
	printf("compared %lu, disagree %lu, untold %lu, unanswered %lu, working %lu, hot %lu, code %lu\n",
	       tally.compared, tally.disagree, tally.untold, tally.unanswered, tally.working, tally.hot, tally.code);
	return 0;
}
