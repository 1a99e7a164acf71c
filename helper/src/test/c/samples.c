// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "samples.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tap.h"

volatile char *hot;

void make_hot(void)
{
	hot = mmap(NULL, HOT_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(hot != MAP_FAILED);
	REQUIRE(!madvise((void *)hot, HOT_BYTES, MADV_NOHUGEPAGE));
}

/* A step of a prime number of bytes comes by every page. Sanitizers would add accesses of their own. */
__attribute__((no_sanitize("address", "undefined"))) void write_hot(void)
{
	volatile char *bytes = hot;	/* which is not read again for each */
	size_t at = 0;

	for (int i = 0; i < 1000000; i++) {
		bytes[at] = (char)i;
		at = (at + 4099) % HOT_BYTES;
	}
}

void tables_ask(struct tables *tables, const struct helper_process *helper, const struct mbal_request *request)
{
	struct mbal_reply reply;
	int fds[CLIENT_FDS];

	tables->fd = client_connect(helper->socket_path);
	REQUIRE(tables->fd >= 0 && !client_ask(tables->fd, request, &reply, fds));
	tables->group_id = reply.group_id;
	for (int i = 0; i < 3; i++) {
		tables->maps[i] = mmap(NULL, reply.table_bytes[i], PROT_READ, MAP_SHARED, fds[i], 0);
		REQUIRE(tables->maps[i] != MAP_FAILED);
	}
	client_close_fds(fds);
}

void tables_open(struct tables *tables, const struct helper_process *helper, pid_t tgid)
{
	struct mbal_request request = client_request(MBAL_REQUEST_OPEN);

	request.tgid = (__u32)tgid;
	tables_ask(tables, helper, &request);
}

__u64 recorded(const struct tables *tables, enum mbal_table_kind kind)
{
	const struct mbal_table_header *header = tables->maps[kind - 1];

	return __atomic_load_n(&header->recorded, __ATOMIC_RELAXED);
}

bool has_enough(void *tables)
{
	return recorded(tables, MBAL_TABLE_HEAT) >= ENOUGH_SAMPLES;
}

bool is_hot(__u64 address)
{
	return address >= (__u64)(uintptr_t)hot && address < (__u64)(uintptr_t)hot + HOT_BYTES;
}

void recent_is_of_it(const struct tables *tables, pid_t tgid)
{
	const struct mbal_table_header *header = tables->maps[2];
	const struct mbal_access *ring = (const void *)((const char *)header + header->header_bytes);
	__u32 mine = 0, hot_ones = 0, all = 0;

	for (__u32 i = 0; i < header->slot_count; i++) {
		if (!ring[i].time_ns)
			continue;
		all++;
		mine += ring[i].tgid == (__u32)tgid && ring[i].source == MBAL_SOURCE_SOFT;
		hot_ones += is_hot(ring[i].vaddr);
	}
	CHECK(all >= ENOUGH_SAMPLES && mine == all, "all %u recent accesses are of the process: %u", all, mine);
	CHECK(hot_ones > 0, "%u of them where it writes", hot_ones);
}

/* A sample may be between its two counters when they are read; what is lost stays lost. */
static bool adds_up(void *fd)
{
	struct mbal_status status = client_status(*(int *)fd);

	return status.counters[MBAL_COUNTER_SEEN] == client_sum_of_outcomes(&status);
}

void counters_add_up(int fd)
{
	struct mbal_status status;
	bool whole = fixture_wait(adds_up, &fd);

	status = client_status(fd);
	CHECK(whole, "seen = recorded + each drop: %llu, %llu", status.counters[MBAL_COUNTER_SEEN], client_sum_of_outcomes(&status));
	CHECK(status.counters[MBAL_COUNTER_RECORDED] >= ENOUGH_SAMPLES, "with %llu recorded", status.counters[MBAL_COUNTER_RECORDED]);
	CHECK(status.run_count >= status.counters[MBAL_COUNTER_RECORDED] / 2 && status.run_time_ns > 0,
	      "BPF ran %llu times for %llu ns", status.run_count, status.run_time_ns);
}
