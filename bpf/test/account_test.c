// SPDX-License-Identifier: Apache-2.0
/* account(): every access in one outcome, every count in its place. */
#include <stdlib.h>
#include <string.h>

#include "sampler.h"
#include "tap.h"

#define GROUP 77u
#define TGID 4000001u		/* above any pid_max: no process of this machine */
#define FIRST_PAGE 0x7f1234000ULL
#define PAGES 997u
#define SLOTS 8192u

static struct mbal_access access_to(__u64 page)
{
	return (struct mbal_access){
		.time_ns = 1,
		.vaddr = page << MBAL_PAGE_SHIFT | (page * 8 & 0xfff),
		.ip = 0x400000,
		.tgid = TGID,
		.tid = TGID,
		.memory_node = MBAL_NODE_UNKNOWN,
		.flags = MBAL_ACCESS_LOAD,
		.source = MBAL_SOURCE_REPLAY,
	};
}

/* How often page p is accessed from a node, and stalled on: numbers that differ from page to page and node to node. */
static __u32 expected_accesses(__u32 page, __u32 node)
{
	return (page + 3 * node) % 5;
}

static __u32 expected_stalls(__u32 page, __u32 node)
{
	return (page + node) % 3;
}

static int inject_page(struct sampler *sampler, __u32 page, __u32 node)
{
	struct mbal_access accesses[8];
	__u32 i, n = 0;

	for (i = 0; i < expected_accesses(page, node); i++) {
		accesses[n] = access_to(FIRST_PAGE + page);
		accesses[n++].cpu_node = (__u16)node;
	}
	for (i = 0; i < expected_stalls(page, node); i++) {
		accesses[n] = access_to(FIRST_PAGE + page);
		accesses[n].flags |= MBAL_ACCESS_STALL;
		accesses[n++].cpu_node = (__u16)node;
	}
	return sampler_inject(sampler, accesses, n);
}

static bool is_page_right(const struct table *heat, __u32 page)
{
	const struct mbal_slot *slot = table_find(heat, FIRST_PAGE + page);

	for (__u32 node = 0; node < heat->node_count; node++) {
		__u32 accesses = slot ? slot_count(heat, slot, node) : 0;
		__u32 stalls = slot ? slot_count2(heat, slot, node) : 0;

		if (accesses != expected_accesses(page, node) || stalls != expected_stalls(page, node))
			return false;
	}
	return true;
}

static __u32 wrong_pages(const struct group *group)
{
	__u32 wrong = 0;

	for (__u32 page = 0; page < PAGES; page++)
		wrong += !is_page_right(&group->heat, page);
	return wrong;
}

static void check_nodes(__u32 node_count)
{
	struct sampler_knobs knobs = { .node_count = node_count };
	__u64 accesses = 0, stalls = 0, failed = 0;
	struct sampler sampler;
	struct counters counters;
	struct group group;

	if (sampler_open(&sampler, &knobs) || group_open(&sampler, &group, GROUP, TGID, SLOTS)) {
		tap_check(false, "%u nodes: cannot open", node_count);
		return;
	}
	for (__u32 page = 0; page < PAGES; page++) {
		for (__u32 node = 0; node < node_count; node++) {
			failed += !!inject_page(&sampler, page, node);
			accesses += expected_accesses(page, node);
			stalls += expected_stalls(page, node);
		}
	}
	counters = sampler_counters(&sampler);
	tap_note("%u nodes, slots of %u bytes", node_count, sampler.slot_bytes);
	tap_check(!failed, "%llu test runs failed", failed);
	check_sum(&counters, accesses + stalls, "all pages");
	check_counter(&counters, MBAL_COUNTER_RECORDED, accesses + stalls, "all pages");
	check_counter(&counters, MBAL_COUNTER_STALLS, stalls, "all pages");
	tap_check(wrong_pages(&group) == 0, "%u of %u pages have wrong counts", wrong_pages(&group), PAGES);
	tap_check(table_header(&group.heat)->recorded == accesses + stalls, "heat header: recorded %llu of %llu",
		  table_header(&group.heat)->recorded, accesses + stalls);
	tap_check(table_header(&group.threads)->recorded == accesses, "threads header: recorded %llu of %llu",
		  table_header(&group.threads)->recorded, accesses);
	group_close(&sampler, &group);
	sampler_close(&sampler);
}

/* One sampler and group for the checks below, which each use pages of their own. */
struct fixture {
	struct sampler sampler;
	struct group group;
};

static void inject(struct fixture *fixture, struct mbal_access access)
{
	if (sampler_inject(&fixture->sampler, &access, 1))
		abort();
}

static void check_drop(struct fixture *fixture, struct mbal_access access, enum mbal_counter outcome, const char *what)
{
	struct counters before = sampler_counters(&fixture->sampler), added;

	inject(fixture, access);
	added = counters_since(&fixture->sampler, &before);
	check_sum(&added, 1, what);
	check_counter(&added, outcome, 1, what);
}

static void check_drops(struct fixture *fixture)
{
	struct mbal_access access = access_to(FIRST_PAGE);

	access.tgid = TGID + 1;
	check_drop(fixture, access, MBAL_COUNTER_DROP_NOT_TARGET, "a process in no group");
	if (target_set(&fixture->sampler, TGID + 2, GROUP + 1))
		abort();
	access.tgid = TGID + 2;
	check_drop(fixture, access, MBAL_COUNTER_DROP_NO_TABLE, "a group without tables");
	access = access_to(FIRST_PAGE);
	access.vaddr = 0xffff888000001000ULL;
	check_drop(fixture, access, MBAL_COUNTER_DROP_KERNEL, "a kernel address");
	access.vaddr = 0;
	check_drop(fixture, access, MBAL_COUNTER_DROP_NO_ADDRESS, "no address");
	access.vaddr = MBAL_KEY_BUSY << MBAL_PAGE_SHIFT;
	check_drop(fixture, access, MBAL_COUNTER_DROP_NO_ADDRESS, "page 1, whose number is MBAL_KEY_BUSY");
	access.vaddr = 2ULL << MBAL_PAGE_SHIFT;
	check_drop(fixture, access, MBAL_COUNTER_RECORDED, "page 2");
}

static void check_late_node(struct fixture *fixture)
{
	struct mbal_access access = access_to(FIRST_PAGE + 5000);
	const struct mbal_slot *slot;

	access.cpu_node = (__u16)(fixture->sampler.node_count + 3);
	inject(fixture, access);
	slot = table_find(&fixture->group.heat, FIRST_PAGE + 5000);
	tap_check(slot && slot_count(&fixture->group.heat, slot, fixture->sampler.node_count - 1) == 1 &&
			  slot_weight(&fixture->group.heat, slot) == 1,
		  "a node that came after load counts as the last one");
}

static void check_kinds(struct fixture *fixture)
{
	struct mbal_access access = access_to(FIRST_PAGE + 6000);
	const struct mbal_slot *slot;

	access.flags = MBAL_ACCESS_LOAD | MBAL_ACCESS_STORE;
	inject(fixture, access);
	access.flags = MBAL_ACCESS_CODE;
	inject(fixture, access);
	access.flags = MBAL_ACCESS_LOAD;
	inject(fixture, access);
	access.flags = MBAL_ACCESS_STORE | MBAL_ACCESS_STALL;
	inject(fixture, access);
	slot = table_find(&fixture->group.heat, FIRST_PAGE + 6000);
	tap_check(slot && slot->stores == 1 && slot->codes == 1, "stores %d, codes %d of a store, a code fetch, a load and a stall",
		  slot ? slot->stores : -1, slot ? slot->codes : -1);
}

static void check_latency(struct fixture *fixture)
{
	struct mbal_access access = access_to(FIRST_PAGE + 7000);
	const struct mbal_slot *slot;

	access.latency = 800;
	inject(fixture, access);
	slot = table_find(&fixture->group.heat, FIRST_PAGE + 7000);
	tap_check(slot && slot->latency == 800, "the first latency is the mean: %d", slot ? slot->latency : -1);
	access.latency = 0;
	inject(fixture, access);
	tap_check(slot && slot->latency == 800, "an unknown latency changes nothing: %d", slot ? slot->latency : -1);
	access.latency = 1600;
	inject(fixture, access);
	tap_check(slot && slot->latency == 900, "the second moves it by an eighth: %d", slot ? slot->latency : -1);
	access.latency = 1000000;
	for (int i = 0; i < 200; i++)
		inject(fixture, access);
	tap_check(slot && slot->latency > 65500, "it saturates: %d", slot ? slot->latency : -1);
}

static void check_saturation(struct fixture *fixture)
{
	enum { MANY = 70001 };
	struct mbal_access *accesses = calloc(MANY, sizeof(*accesses));
	const struct mbal_slot *slot;

	if (!accesses)
		abort();
	for (int i = 0; i < MANY; i++) {
		accesses[i] = access_to(FIRST_PAGE + 8000);
		accesses[i].flags = MBAL_ACCESS_STORE;
	}
	if (sampler_inject(&fixture->sampler, accesses, MANY))
		abort();
	slot = table_find(&fixture->group.heat, FIRST_PAGE + 8000);
	tap_check(slot && slot_count(&fixture->group.heat, slot, 0) == 65535 && slot->stores == 255,
		  "%d stores of one page: count %d, stores %d", MANY,
		  slot ? slot_count(&fixture->group.heat, slot, 0) : -1, slot ? slot->stores : -1);
	free(accesses);
}

static void check_threads(struct fixture *fixture)
{
	struct mbal_access access = access_to(FIRST_PAGE + 9000);
	const struct mbal_slot *slot;

	access.tid = 0xfffffff1u;
	access.cpu_node = 1;
	access.memory_node = 2;
	for (int i = 0; i < 3; i++)
		inject(fixture, access);
	access.memory_node = MBAL_NODE_UNKNOWN;
	inject(fixture, access);
	access.memory_node = (__u16)fixture->sampler.node_count;
	inject(fixture, access);
	slot = table_find(&fixture->group.threads, MBAL_KEY_THREAD | 0xfffffff1u);
	tap_check(slot && slot_count(&fixture->group.threads, slot, 1) == 5 &&
			  slot_count2(&fixture->group.threads, slot, 2) == 3 &&
			  slot_weight(&fixture->group.threads, slot) == 8,
		  "a thread's accesses by CPU node and, where known, by memory node");
}

static void check_recent(struct fixture *fixture)
{
	const struct table *recent = &fixture->group.recent;
	__u64 start = table_header(recent)->recorded, wrong = 0, count = 2 * SLOTS + 13;

	for (__u64 i = 0; i < count; i++) {
		struct mbal_access access = access_to(FIRST_PAGE + 10000);

		access.time_ns = 1000 + i;
		access.paddr = 3 * i + 1;
		access.data_source = (__u8)i;
		inject(fixture, access);
	}
	tap_check(table_header(recent)->recorded == start + count, "recent header: recorded %llu, expected %llu",
		  table_header(recent)->recorded, start + count);
	for (__u64 i = count - SLOTS; i < count; i++) {
		const struct mbal_access *access = table_access(recent, start + i);

		wrong += access->time_ns != 1000 + i || access->paddr || access->data_source != (__u8)i ||
			 access->tgid != TGID;
	}
	tap_check(!wrong, "%llu of the newest %u accesses are wrong, or show a physical address", wrong, SLOTS);
}

/*
 * A group whose table is smaller than a window. One of 2000 cold pages takes a hot page's place by chance, 1 in 1000 each, and the
 * next ones take turns in that place: how many are dropped says little, that the other hot pages stay says it all.
 */
static void check_full(struct fixture *fixture)
{
	enum { ROUNDS = 2000, SMALL = 8, WEIGHT = 1000 };
	struct counters before, added;
	struct mbal_access access;
	struct group group;
	int kept = 0;

	if (group_open(&fixture->sampler, &group, GROUP + 2, TGID + 3, SMALL))
		abort();
	for (int i = 0; i < SMALL * WEIGHT; i++) {
		access = access_to(FIRST_PAGE + (__u64)(i % SMALL));
		access.tgid = TGID + 3;
		inject(fixture, access);
	}
	before = sampler_counters(&fixture->sampler);
	for (int i = 0; i < ROUNDS; i++) {
		access = access_to(FIRST_PAGE + 100 + (__u64)i);
		access.tgid = TGID + 3;
		inject(fixture, access);
	}
	added = counters_since(&fixture->sampler, &before);
	check_sum(&added, ROUNDS, "a full table");
	tap_check(added.of[MBAL_COUNTER_REPLACED] == added.of[MBAL_COUNTER_RECORDED] &&
			  added.of[MBAL_COUNTER_DROP_TABLE_FULL] + added.of[MBAL_COUNTER_RECORDED] == ROUNDS &&
			  added.of[MBAL_COUNTER_DROP_TABLE_FULL],
		  "a full table: %llu replaced, %llu dropped", added.of[MBAL_COUNTER_REPLACED],
		  added.of[MBAL_COUNTER_DROP_TABLE_FULL]);
	tap_check(table_header(&group.heat)->dropped == added.of[MBAL_COUNTER_DROP_TABLE_FULL] &&
			  table_header(&group.heat)->replaced == added.of[MBAL_COUNTER_REPLACED],
		  "its header: %llu replaced, %llu dropped", table_header(&group.heat)->replaced,
		  table_header(&group.heat)->dropped);
	for (int i = 0; i < SMALL; i++)
		kept += !!table_find(&group.heat, FIRST_PAGE + (__u64)i);
	tap_check(kept >= SMALL - 2, "%d of %d hot pages are still there", kept, SMALL);
	group_close(&fixture->sampler, &group);
}

int main(void)
{
	struct sampler_knobs knobs = { .node_count = 4 };
	static const __u32 node_counts[] = { 1, 4, 8, 24, MBAL_MAX_NODES };
	struct fixture fixture;

	if (!sampler_possible())
		return tap_done();
	for (size_t i = 0; i < sizeof(node_counts) / sizeof(*node_counts); i++)
		check_nodes(node_counts[i]);
	if (!tap_check(!sampler_open(&fixture.sampler, &knobs) &&
			       !group_open(&fixture.sampler, &fixture.group, GROUP, TGID, SLOTS),
		       "opens for the rest"))
		return tap_done();
	check_drops(&fixture);
	check_late_node(&fixture);
	check_kinds(&fixture);
	check_latency(&fixture);
	check_saturation(&fixture);
	check_threads(&fixture);
	check_recent(&fixture);
	check_full(&fixture);
	group_close(&fixture.sampler, &fixture.group);
	sampler_close(&fixture.sampler);
	return tap_done();
}
