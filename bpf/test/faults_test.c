// SPDX-License-Identifier: Apache-2.0
/* Source "faults" end to end: every page that a child touches for the first time is in the table, once. */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sampled_events.h"
#include "sampler.h"
#include "tap.h"

#define GROUP 41u
#define SLOTS 65536u
#define PAGES 4099u
#define PAGE_BYTES 4096ul

/* The child touches the pages when told to by a byte, and ends. */
static pid_t child_start(volatile char *pages, int go[2])
{
	pid_t pid = fork();
	char byte;

	if (pid)
		return pid;
	close(go[1]);
	if (read(go[0], &byte, 1) != 1)
		_exit(1);
	for (unsigned long i = 0; i < PAGES; i++)
		pages[i * PAGE_BYTES] = 1;
	_exit(0);
}

static void check_pages(const struct group *group, __u64 first)
{
	__u32 once = 0, missing = 0;

	for (__u64 page = first; page < first + PAGES; page++) {
		const struct mbal_slot *slot = table_find(&group->heat, page);

		missing += !slot;
		once += slot && slot_weight(&group->heat, slot) == 1;
	}
	tap_check(once == PAGES, "%u of %u pages are counted once, %u are missing", once, PAGES, missing);
}

static void check_faults(struct sampler *sampler, struct group *group, struct sampled_events *events, char *pages)
{
	struct perf_event_attr attributes = fault_event(PERF_COUNT_SW_PAGE_FAULTS_MIN);
	struct counters counters;
	int go[2], status = -1;
	pid_t pid;

	if (pipe(go))
		abort();
	pid = child_start(pages, go);
	if (!tap_check(!group_open(sampler, group, GROUP, (__u32)pid, SLOTS) &&
			       !sampled_events_open(events, &attributes, sampler->skeleton->progs.mbal_page_fault),
		       "the child is sampled")) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		return;
	}
	if (write(go[1], "", 1) != 1)
		abort();
	waitpid(pid, &status, 0);
	sampled_events_close(events);
	tap_check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child touched its pages");
	counters = sampler_counters(sampler);
	check_sum(&counters, counters.of[MBAL_COUNTER_SEEN], "all faults");
	tap_check(counters.of[MBAL_COUNTER_RECORDED] >= PAGES, "%llu faults recorded, %llu of others",
		  counters.of[MBAL_COUNTER_RECORDED], counters.of[MBAL_COUNTER_DROP_NOT_TARGET]);
	check_pages(group, (__u64)pages >> MBAL_PAGE_SHIFT);
}

int main(void)
{
	struct sampler_knobs knobs = { .node_count = 2 };
	static struct sampled_events events;
	struct sampler sampler;
	struct group group;
	char *pages;

	if (!sampler_possible())
		return tap_done();
	pages = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED || madvise(pages, PAGES * PAGE_BYTES, MADV_NOHUGEPAGE))
		abort();
	if (!tap_check(!sampler_open(&sampler, &knobs), "opens"))
		return tap_done();
	check_faults(&sampler, &group, &events, pages);
	group_close(&sampler, &group);
	sampler_close(&sampler);
	return tap_done();
}
