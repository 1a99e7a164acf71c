// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "checks.h"

#define BATCH			1024
#define PAGE_SHIFT		12
#define SHARE_TOLERANCE		0.02

struct page_results {
	unsigned long nodes_compared;
	unsigned long nodes_wrong;
	unsigned long frames_compared;
	unsigned long frames_wrong;
	unsigned long unanswered;
};

static void compare_batch(const struct checks *checks, pid_t pid,
			  const struct page_seen *const *pages, unsigned long count,
			  struct page_results *results)
{
	void *addresses[BATCH];
	int status[BATCH];
	unsigned long i;

	for (i = 0; i < count; i++)
		addresses[i] = (void *)(uintptr_t)(pages[i]->address >> PAGE_SHIFT << PAGE_SHIFT);
	if (nodes_of_pages(pid, count, addresses, status)) {
		results->unanswered += count;
		return;
	}
	for (i = 0; i < count; i++) {
		if (status[i] < 0) {
			results->unanswered++;
			continue;
		}
		results->nodes_compared++;
		results->nodes_wrong += status[i] !=
					node_of_physical(checks->nodes, pages[i]->physical);
	}
}

static void compare_frames(const struct checks *checks, int worker, struct page_results *results)
{
	char path[64];
	unsigned long i;
	uint64_t frame;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", checks->workload->worker[worker].pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return;
	for (i = 0; i < checks->page_count; i++) {
		if (checks->pages[i].worker != worker)
			continue;
		frame = frame_of_page(fd, checks->pages[i].address);
		if (!frame)
			continue;
		results->frames_compared++;
		results->frames_wrong += frame != checks->pages[i].physical >> PAGE_SHIFT;
	}
	close(fd);
}

static void compare_worker(const struct checks *checks, int worker, struct page_results *results)
{
	const struct page_seen *batch[BATCH];
	pid_t pid = checks->workload->worker[worker].pid;
	unsigned long i, count = 0;

	for (i = 0; i < checks->page_count; i++) {
		if (checks->pages[i].worker == worker)
			batch[count++] = &checks->pages[i];
		if (count == BATCH || (count && i + 1 == checks->page_count)) {
			compare_batch(checks, pid, batch, count, results);
			count = 0;
		}
	}
	compare_frames(checks, worker, results);
}

static void report_pages(struct checks *checks, const char *what)
{
	struct page_results results = { 0 };
	int i;

	for (i = 0; i < checks->workload->count; i++)
		compare_worker(checks, i, &results);
	tap_check(checks->tap, results.nodes_compared && !results.nodes_wrong,
		  "%s: node of the physical address is move_pages' answer: "
		  "%lu compared, %lu disagree, %lu not answered", what, results.nodes_compared,
		  results.nodes_wrong, results.unanswered);
	tap_check(checks->tap, results.frames_compared && !results.frames_wrong,
		  "%s: physical address is pagemap's: %lu compared, %lu disagree", what,
		  results.frames_compared, results.frames_wrong);
}

static void report_hot_share(struct checks *checks, const char *what)
{
	uint64_t hot = 0, accesses = 0;
	double measured, truth;
	int i;

	for (i = 0; i < checks->workload->count; i++) {
		hot += checks->workload->worker[i].page->hot_accesses;
		accesses += checks->workload->worker[i].page->accesses;
	}
	hot -= checks->hot_before;
	accesses -= checks->accesses_before;
	truth = accesses ? (double)hot / (double)accesses : 0;
	measured = checks->counted ? (double)checks->hot / (double)checks->counted : 0;
	tap_check(checks->tap, fabs(measured - truth) <= SHARE_TOLERANCE,
		  "%s: share of the hot area is the true one: measured %.4f, true %.4f", what,
		  measured, truth);
}

static void report_op(struct checks *checks, const char *what)
{
	tap_check(checks->tap, checks->with_address && !checks->wrong_address,
		  "%s: perf's address is LinAd: %lu with one (%lu loads, %lu stores), %lu wrong",
		  what, checks->with_address, checks->loads, checks->stores, checks->wrong_address);
	tap_check(checks->tap, checks->with_physical && !checks->wrong_physical,
		  "%s: perf's physical address is PhysAd: %lu with one, %lu wrong", what,
		  checks->with_physical, checks->wrong_physical);
	tap_check(checks->tap, !checks->wrong_source && !checks->wrong_weight,
		  "%s: data_src and weight say what Data3 says: %lu and %lu of %lu wrong", what,
		  checks->wrong_source, checks->wrong_weight, checks->with_address);
	tap_check(checks->tap, checks->from_memory && !checks->wrong_node_bits,
		  "%s: RmtNode and DataSrc fit the page's node: %lu loads from memory, %lu remote, "
		  "%lu from a node without CPUs, %lu wrong", what, checks->from_memory,
		  checks->remote, checks->extension, checks->wrong_node_bits);
	report_hot_share(checks, what);
}

void checks_report_record(struct checks *checks, const char *what)
{
	tap_check(checks->tap, checks->seen && !checks->wrong_layout,
		  "%s: raw record has the size and caps of 0x%x: %lu samples, %lu wrong", what,
		  checks->caps, checks->seen, checks->wrong_layout);
	tap_check(checks->tap, !checks->wrong_period,
		  "%s: period is %llu: %lu samples, %lu wrong", what,
		  (unsigned long long)checks->period, checks->seen, checks->wrong_period);
	tap_check(checks->tap, !checks->wrong_filter, "%s: config 0x%llx is obeyed: %lu of %lu wrong",
		  what, (unsigned long long)checks->config, checks->wrong_filter, checks->seen);
	tap_check(checks->tap, !checks->wrong_ip,
		  "%s: perf's ip is the register's: %lu of %lu wrong, %lu without a valid one", what,
		  checks->wrong_ip, checks->of_workers, checks->without_rip);
}

void checks_report(struct checks *checks, const char *what)
{
	checks_report_record(checks, what);
	tap_check(checks->tap, checks->kernel, "%s: the kernel is sampled too: %lu samples", what,
		  checks->kernel);
	if (checks->is_op)
		report_op(checks, what);
	report_pages(checks, what);
}
