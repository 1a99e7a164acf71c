// SPDX-License-Identifier: Apache-2.0
/* The faults that the kernel's NUMA balancing provokes are told from others, and are one sample each. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sampled_events.h"
#include "sampler.h"
#include "tap.h"
#include "wait.h"

#define GROUP 43u
#define SLOTS 65536u
#define PAGES 1021u
#define PAGE_BYTES 4096ul
#define ENOUGH 100u
#define BALANCING "/proc/sys/kernel/numa_balancing"

/* What a file has in its first line, or behind a word that begins a line; -1 when there is none. */
static long read_number(const char *path, const char *word)
{
	FILE *file = fopen(path, "r");
	char line[256];
	long number = -1;

	while (file && number < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, word, strlen(word)))
			number = strtol(line + strlen(word), NULL, 10);
	if (file)
		fclose(file);
	return number;
}

static bool set_balancing(long value)
{
	FILE *file = fopen(BALANCING, "w");
	bool is_set = file && fprintf(file, "%ld\n", value) > 0;

	if (file)
		is_set &= !fclose(file);
	return is_set;
}

static void *touch_for_ever(void *pages)
{
	for (unsigned long page = 0;; page = (page + 1) % PAGES)
		((volatile char *)pages)[page * PAGE_BYTES]++;
	return NULL;
}

/* Two threads: of a process of one, the kernel leaves alone what lies on the node where it runs. */
static pid_t child_start(char *pages)
{
	pid_t pid = fork();
	pthread_t second;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pthread_create(&second, NULL, touch_for_ever, pages))
		_exit(1);
	touch_for_ever(pages);
	_exit(1);
}

struct seen {
	__u64 hints, hints_inside, others;
};

static struct seen look_at_recent(const struct group *group, const char *pages)
{
	__u64 recorded = table_header(&group->recent)->recorded, first = recorded > SLOTS ? recorded - SLOTS : 0;
	__u64 start = (__u64)(unsigned long)pages;
	struct seen seen = { 0 };

	for (; first < recorded; first++) {
		const struct mbal_access *access = table_access(&group->recent, first);
		bool is_hint = access->flags & MBAL_ACCESS_HINT_FAULT;

		seen.hints += is_hint;
		seen.hints_inside += is_hint && access->vaddr >= start && access->vaddr < start + PAGES * PAGE_BYTES;
		seen.others += !is_hint;
	}
	return seen;
}

static bool wait_for_hints(const struct group *group, const char *pages)
{
	struct wait wait = wait_begin();

	while (look_at_recent(group, pages).hints_inside < ENOUGH)
		if (!wait_more(&wait))
			return false;
	return true;
}

static void check_hints(struct sampler *sampler, struct group *group, const char *pages, long faults_before)
{
	struct counters counters;
	struct seen seen;
	bool came = wait_for_hints(group, pages);

	seen = look_at_recent(group, pages);
	counters = sampler_counters(sampler);
	tap_check(came, "%llu hint faults on the child's %u pages, %llu elsewhere, %llu other faults", seen.hints_inside, PAGES,
		  seen.hints - seen.hints_inside, seen.others);
	tap_check((__u64)(read_number("/proc/vmstat", "numa_hint_faults ") - faults_before) >= seen.hints,
		  "the kernel counts %ld hint faults of all processes, we %llu", read_number("/proc/vmstat", "numa_hint_faults ") - faults_before,
		  seen.hints);
	check_counter(&counters, MBAL_COUNTER_DROP_NO_TABLE, 0, "all faults");
}

static void check_child(struct sampler *sampler, struct sampled_events *events, char *pages)
{
	struct perf_event_attr attributes = fault_event(PERF_COUNT_SW_PAGE_FAULTS_MIN);
	struct bpf_link *hook = bpf_program__attach(sampler->skeleton->progs.mbal_hint_fault);
	long before = read_number("/proc/vmstat", "numa_hint_faults ");
	pid_t pid = child_start(pages);
	struct group group;

	if (tap_check(hook && !group_open(sampler, &group, GROUP, (__u32)pid, SLOTS) &&
			      !sampled_events_open(events, &attributes, sampler->skeleton->progs.mbal_page_fault),
		      "the child is sampled")) {
		check_hints(sampler, &group, pages, before);
		sampled_events_close(events);
		group_close(sampler, &group);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	bpf_link__destroy(hook);
}

int main(void)
{
	struct sampler_knobs knobs = { .node_count = 2 };
	static struct sampled_events events;
	long balancing = read_number(BALANCING, "");
	struct sampler sampler;
	char *pages;

	if (!sampler_possible())
		return tap_done();
	pages = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED || madvise(pages, PAGES * PAGE_BYTES, MADV_NOHUGEPAGE))
		abort();
	if (!tap_check(!sampler_open(&sampler, &knobs), "opens"))
		return tap_done();
	if (!sampler.has_hint_faults)
		tap_skip("this kernel takes no program at mpol_misplaced()");
	else if (balancing < 0 || !set_balancing(1))
		tap_skip("%s cannot be set", BALANCING);
	else
		check_child(&sampler, &events, pages);
	if (balancing >= 0)
		set_balancing(balancing);
	sampler_close(&sampler);
	return tap_done();
}
