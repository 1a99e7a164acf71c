// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

#define PAGE_BYTES	4096
#define ARRAY_PAGES	61	/* prime, and so few that no array takes longer for want of a TLB */
#define BATCH		1009
#define RUN		16

/* Memory on one node, touched. NULL when it cannot be had there. */
static uint64_t *allocate(int node, struct area *area)
{
	unsigned long mask = 1UL << node;
	size_t bytes = ARRAY_PAGES * PAGE_BYTES;
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	if (syscall(SYS_mbind, memory, bytes, MPOL_BIND, &mask, sizeof(mask) * 8, 0))
		return NULL;
	memset(memory, 1, bytes);
	area->start = (uint64_t)(uintptr_t)memory;
	area->end = area->start + bytes;
	return memory;
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#define SLOTS	100	/* one for each percent of the runs */

struct arrays {
	uint64_t *slot[SLOTS];	/* the first HOT_PERCENT are the hot array */
};

/* RUN accesses from an element on, loads or stores; so many that most samples meet one. */
static uint64_t touch(volatile uint64_t *element, bool store, uint64_t value)
{
	uint64_t sum = 0;
	int i;

#pragma GCC unroll 16
	for (i = 0; i < RUN; i++) {
		if (store)
			element[i] = value;
		else
			sum += element[i];
	}
	return sum;
}

/*
 * One run in an array each turn. Returns how many were in the hot one. Hot or not, a turn takes the
 * same instructions: samples are drawn by time, so else the slower turns would have more of them.
 */
static uint64_t run_batch(const struct arrays *arrays, uint64_t *random)
{
	uint64_t hot_runs = 0, sum = 0, draw, run;
	unsigned int slot;
	int i;

	for (i = 0; i < BATCH; i++) {
		draw = next_random(random);
		slot = (unsigned int)(draw % SLOTS);
		run = (draw >> 8) % (ARRAY_PAGES * PAGE_BYTES / sizeof(uint64_t) / RUN);
		sum += touch(arrays->slot[slot] + run * RUN, draw >> 63, sum);
		hot_runs += slot < HOT_PERCENT;
	}
	return hot_runs;
}

static int prepare(const struct nodes *nodes, int hot_node, struct worker_page *page,
		   struct arrays *arrays)
{
	uint64_t *cold[NODES_MAX], *hot = allocate(hot_node, &page->hot);
	unsigned int slot, colds = 0;
	int node;

	for (node = 0; node < NODES_MAX; node++) {
		if (!nodes->has_memory[node])
			continue;
		cold[colds] = allocate(node, &page->cold[node]);
		if (!cold[colds++])
			return -ENOMEM;
	}
	for (slot = 0; slot < SLOTS; slot++)
		arrays->slot[slot] = slot < HOT_PERCENT ? hot : cold[slot % colds];
	return hot ? 0 : -ENOMEM;
}

static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		_exit(1);
}

static int nth_memory_node(const struct nodes *nodes, int n)
{
	int node, count = 0;

	for (node = 0; node < NODES_MAX; node++)
		count += nodes->has_memory[node];
	n %= count;
	for (node = 0; node < NODES_MAX; node++)
		if (nodes->has_memory[node] && n-- == 0)
			break;
	return node;
}

static void work(const struct nodes *nodes, unsigned int cpu, struct worker_page *page)
{
	uint64_t random = 88172645463325252ULL + cpu;
	struct arrays arrays = { 0 };
	uint64_t hot_runs;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pin(cpu);
	if (prepare(nodes, nth_memory_node(nodes, (int)cpu), page, &arrays))
		_exit(1);
	__atomic_store_n(&page->ready, 1, __ATOMIC_RELEASE);
	for (;;) {
		hot_runs = run_batch(&arrays, &random);
		__atomic_fetch_add(&page->hot_accesses, hot_runs * RUN, __ATOMIC_RELAXED);
		__atomic_fetch_add(&page->accesses, BATCH * RUN, __ATOMIC_RELAXED);
	}
}

static int wait_ready(const struct worker *worker)
{
	int status;

	while (!__atomic_load_n(&worker->page->ready, __ATOMIC_ACQUIRE)) {
		if (waitpid(worker->pid, &status, WNOHANG) == worker->pid)
			return -ENOMEM;
		usleep(1000);
	}
	return 0;
}

static int start_worker(struct worker *worker, const struct nodes *nodes, int cpu)
{
	worker->page = mmap(NULL, sizeof(*worker->page), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (worker->page == MAP_FAILED)
		return -errno;
	worker->pid = fork();
	if (worker->pid < 0)
		return -errno;
	if (!worker->pid)
		work(nodes, (unsigned int)cpu, worker->page);
	return wait_ready(worker);
}

int workload_start(struct workload *workload, const struct nodes *nodes)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int err;

	for (workload->count = 0; workload->count < cpus && workload->count < WORKERS_MAX;) {
		err = start_worker(&workload->worker[workload->count], nodes, workload->count);
		workload->count++;
		if (err) {
			workload_stop(workload);
			return err;
		}
	}
	return 0;
}

void workload_stop(struct workload *workload)
{
	int i;

	for (i = 0; i < workload->count; i++) {
		if (workload->worker[i].pid <= 0)
			continue;
		kill(workload->worker[i].pid, SIGKILL);
		waitpid(workload->worker[i].pid, NULL, 0);
	}
}

int workload_find(const struct workload *workload, pid_t pid)
{
	int i;

	for (i = 0; i < workload->count; i++)
		if (workload->worker[i].pid == pid)
			return i;
	return -1;
}

static bool in_area(const struct area *area, uint64_t address)
{
	return address >= area->start && address < area->end;
}

bool worker_is_hot(const struct worker *worker, uint64_t address)
{
	return in_area(&worker->page->hot, address);
}

bool worker_is_counted(const struct worker *worker, uint64_t address)
{
	int node;

	for (node = 0; node < NODES_MAX; node++)
		if (in_area(&worker->page->cold[node], address))
			return true;
	return worker_is_hot(worker, address);
}
