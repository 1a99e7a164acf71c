// SPDX-License-Identifier: Apache-2.0
/* Do samples of a process arrive in its tables, is each counted once, and what may they cost? */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "samples.h"
#include "tap.h"

/* New pages again and again. */
static void touch_fresh(void)
{
	make_hot();
	for (size_t at = 0; at < HOT_BYTES; at += PAGE_BYTES)
		hot[at] = 1;
	munmap((void *)hot, HOT_BYTES);
}

static const struct mbal_slot *slot_at(const struct mbal_table_header *header, __u32 index)
{
	return (const void *)((const char *)header + header->header_bytes + (size_t)index * header->slot_bytes);
}

static __u32 slot_counts(const struct mbal_table_header *header, const struct mbal_slot *slot)
{
	const __u16 *counts = (const void *)((const char *)slot + header->counts_offset);
	__u32 sum = 0;

	for (__u32 i = 0; i < 2 * header->node_count; i++)
		sum += counts[i];
	return sum;
}

static void heat_is_where_it_writes(const struct tables *tables)
{
	const struct mbal_table_header *header = tables->maps[0];
	__u32 pages = 0, inside = 0, all = 0;

	for (__u32 i = 0; i < header->slot_count; i++) {
		const struct mbal_slot *slot = slot_at(header, i);

		if (slot->key <= MBAL_KEY_BUSY)
			continue;
		all += slot_counts(header, slot);
		if (!is_hot(slot->key << header->page_shift))
			continue;
		inside += slot_counts(header, slot);
		pages++;
	}
	CHECK(pages > 50, "%u of the 256 pages that the process writes to have heat", pages);
	CHECK(inside * 10 > all * 9, "and %u of %u counts are theirs", inside, all);
}

static void thread_is_known(const struct tables *tables, pid_t tid)
{
	const struct mbal_table_header *header = tables->maps[1];
	__u32 threads = 0, found = 0;

	for (__u32 i = 0; i < header->slot_count; i++) {
		const struct mbal_slot *slot = slot_at(header, i);

		threads += slot->key > MBAL_KEY_BUSY;
		found += slot->key == (MBAL_KEY_THREAD | (__u32)tid);
	}
	CHECK(threads == 1 && found == 1, "its one thread is in the thread table: %u threads, %u of them it", threads, found);
}

static bool has_rate(void *fd)
{
	return client_status(*(int *)fd).rate_real_hz > 0;
}

static void says_what_it_costs(int fd)
{
	struct mbal_status status;
	bool rated = fixture_wait(has_rate, &fd);

	status = client_status(fd);
	CHECK(rated, "samples come at %u a second and CPU, %u were asked for", status.rate_real_hz, status.rate_asked_hz);
	CHECK(status.bpf_cost_permille <= status.cost_permille, "BPF costs %u permille of %u in all", status.bpf_cost_permille,
	      status.cost_permille);
	CHECK_EQUAL(status.event_count, status.cpu_count, "one event on each CPU");
}

static void soft_samples_a_loop(const struct helper_process *helper)
{
	struct client_process child;
	struct tables tables;

	client_process_start(&child, ALICE, helper->socket_path, write_hot);
	tables_open(&tables, helper, child.pid);
	CHECK_EQUAL(tables.group_id, child.group_id, "root gets the same tables as the process itself");
	CHECK(fixture_wait(has_enough, &tables), "a process that works gets samples: %llu", recorded(&tables, MBAL_TABLE_HEAT));
	heat_is_where_it_writes(&tables);
	thread_is_known(&tables, child.pid);
	recent_is_of_it(&tables, child.pid);
	counters_add_up(tables.fd);
	says_what_it_costs(tables.fd);
	CHECK_EQUAL(((const struct mbal_table_header *)tables.maps[0])->source, MBAL_SOURCE_SOFT, "the table says what fills it");
	client_process_kill(&child);
	close(tables.fd);
}

static bool has_no_groups(void *fd)
{
	return client_status(*(int *)fd).group_count == 0;
}

static void use_cpu(long ms)
{
	struct timespec start, now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < ms);
}

static void rests_without_groups(const struct helper_process *helper)
{
	int fd = client_connect(helper->socket_path);
	__u64 seen;

	REQUIRE(fd >= 0 && fixture_wait(has_no_groups, &fd));
	seen = client_status(fd).counters[MBAL_COUNTER_SEEN];
	use_cpu(200);
	CHECK_EQUAL(client_status(fd).counters[MBAL_COUNTER_SEEN] - seen, 0, "without a group nothing is sampled");
	close(fd);
}

static bool is_lowered(void *fd)
{
	struct mbal_status status = client_status(*(int *)fd);

	return status.rate_hz < status.rate_asked_hz;
}

/* The cost is that of a second, and asking for it often would be most of it. */
static bool is_within_cap(void *fd)
{
	static unsigned int looks;
	struct mbal_status status;

	if (looks++ % 25)
		return false;
	status = client_status(*(int *)fd);
	return status.rate_hz < status.rate_asked_hz && status.cost_permille <= status.max_cpu_permille;
}

static bool is_restored(void *fd)
{
	struct mbal_status status = client_status(*(int *)fd);

	return status.rate_hz == status.rate_asked_hz;
}

/* A process that takes all of a CPU at 20 kHz costs more than the cap, whatever the CPU. */
static void bounds_its_cost(void)
{
	struct helper_process helper;
	struct client_process child;
	struct mbal_status status;
	char said[65536];
	int fd;

	fixture_start(&helper, "--source soft --rate 20000");
	fd = client_connect(helper.socket_path);
	client_process_start(&child, ALICE, helper.socket_path, write_hot);
	REQUIRE(!setpriority(PRIO_PROCESS, (id_t)child.pid, -20)); /* on a busy machine too */
	CHECK(fixture_wait(is_lowered, &fd), "at 20 kHz the cost is above the cap, and the rate is lowered");
	status = client_status(fd);
	CHECK_EQUAL(status.rate_asked_hz, 20000, "from what was asked for");
	CHECK_CONTAINS(status.why, "of what was asked for: --max-cpu-percent=1\n", "which STATUS says");
	CHECK(fixture_wait(is_within_cap, &fd), "until the cost is within the cap: %u of %u permille", client_status(fd).cost_permille,
	      status.max_cpu_permille);
	client_process_kill(&child);
	CHECK(fixture_wait(is_restored, &fd), "when the process ends the rate is restored: %u Hz", client_status(fd).rate_hz);
	CHECK_TEXT(client_status(fd).why, "soft: asked for: a timer and a walk over the interrupted instructions\n", "and STATUS says so");
	fixture_read_log(&helper, said, sizeof(said));
	CHECK_CONTAINS(said, " % of one CPU is above the cap of ", "the log has the one");
	CHECK_CONTAINS(said, "cost is below the cap: rate restored\n", "and the other");
	close(fd);
	CHECK_EQUAL(fixture_stop(&helper), 0, "and the helper ends");
}

static void faults_samples_new_pages(void)
{
	struct helper_process helper;
	struct client_process child;
	struct tables tables;

	fixture_start(&helper, "--source faults");
	CHECK(strstr(helper.ready, "source faults, every event on "), "says that it takes every event: %s", helper.ready);
	client_process_start(&child, ALICE, helper.socket_path, touch_fresh);
	tables_open(&tables, &helper, child.pid);
	CHECK(fixture_wait(has_enough, &tables), "page faults are sampled: %llu", recorded(&tables, MBAL_TABLE_HEAT));
	CHECK_EQUAL(client_status(tables.fd).source, MBAL_SOURCE_FAULTS, "STATUS names the source");
	CHECK_EQUAL(client_status(tables.fd).rate_hz, 0, "which has no rate");
	CHECK_EQUAL(client_status(tables.fd).event_count, 2 * client_status(tables.fd).cpu_count, "two events on each CPU");
	counters_add_up(tables.fd);
	client_process_kill(&child);
	close(tables.fd);
	CHECK_EQUAL(fixture_stop(&helper), 0, "and the helper ends");
}

/* A filter that the source cannot apply is refused, never left out. */
static void refuses_what_a_source_cannot_do(void)
{
	static const struct {
		const char *options, *expected;
	} cases[] = {
		{ "--source soft --l3miss", "source soft is not available: it knows nothing of caches: --l3miss needs ibs\n" },
		{ "--source soft --period 4000", "source soft is not available: it counts no events of a PMU: --period=4000 needs ibs or pebs\n" },
		{ "--source faults --min-latency 200", "source faults is not available: it knows no latency: --min-latency=200 needs ibs or pebs\n" },
	};
	char said[4096];

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_EQUAL(fixture_run(cases[i].options, said, sizeof(said)), 1, cases[i].options);
		CHECK_CONTAINS(said, cases[i].expected, "says why");
	}
}

int main(void)
{
	struct helper_process helper;

	if (!fixture_can_run("samples of real processes"))
		return tap_end();
#if defined(__x86_64__)
	make_hot();
	fixture_start(&helper, "--source soft");
	soft_samples_a_loop(&helper);
	rests_without_groups(&helper);
	CHECK_EQUAL(fixture_stop(&helper), 0, "and the helper ends");
	bounds_its_cost();
#else
	(void)helper;
	tap_skip("the soft source", "it understands x86-64 only");
#endif
	faults_samples_new_pages();
	refuses_what_a_source_cannot_do();
	return tap_end();
}
