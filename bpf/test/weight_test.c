// SPDX-License-Identifier: Apache-2.0
/* What one access is worth: its weight in counts, and what it cost its thread in counts2. */
#include <stdio.h>
#include <stdlib.h>

#include "sampler.h"
#include "tap.h"

#define GROUP 87u
#define TGID 4000001u		/* above any pid_max: no process of this machine */
#define FIRST_PAGE 0x7f1234000ULL
#define SLOTS 4096u
#define NODE 1u

struct fixture {
	struct sampler sampler;
	struct group group;
	__u64 page;		/* the next that no check has used */
};

static struct mbal_access access_to(__u64 page)
{
	return (struct mbal_access){
		.time_ns = 1,
		.vaddr = page << MBAL_PAGE_SHIFT,
		.ip = 0x400000,
		.tgid = TGID,
		.tid = TGID,
		.cpu_node = NODE,
		.memory_node = MBAL_NODE_UNKNOWN,
		.flags = MBAL_ACCESS_LOAD,
		.source = MBAL_SOURCE_REPLAY,
	};
}

static struct mbal_access fresh(struct fixture *fixture)
{
	return access_to(FIRST_PAGE + fixture->page++);
}

static const struct mbal_slot *inject_times(struct fixture *fixture, const struct mbal_access *access, unsigned int times)
{
	struct mbal_access *accesses = calloc(times, sizeof(*accesses));

	if (!accesses)
		abort();
	for (unsigned int i = 0; i < times; i++)
		accesses[i] = *access;
	if (sampler_inject(&fixture->sampler, accesses, times))
		abort();
	free(accesses);
	return table_find(&fixture->group.heat, access->vaddr >> MBAL_PAGE_SHIFT);
}

static void check_slot(struct fixture *fixture, const struct mbal_slot *slot, unsigned int count, unsigned int stalls, const char *what)
{
	const struct table *heat = &fixture->group.heat;

	tap_check(slot && slot_count(heat, slot, NODE) == count && slot_count2(heat, slot, NODE) == stalls &&
			  slot_weight(heat, slot) == count + stalls,
		  "%s: count %d of %u, stalls %d of %u", what, slot ? slot_count(heat, slot, NODE) : -1, count,
		  slot ? slot_count2(heat, slot, NODE) : -1, stalls);
}

static void check_weights(struct fixture *fixture)
{
	struct mbal_access access = fresh(fixture);
	const struct mbal_slot *slot;

	access.flags = MBAL_ACCESS_STORE;
	check_slot(fixture, inject_times(fixture, &access, 3), 3, 0, "no weight counts once");
	access.weight = 5;
	slot = inject_times(fixture, &access, 2);
	check_slot(fixture, slot, 13, 0, "a weight of 5 counts five times");
	tap_check(slot && slot->stores == 13, "as stores too: %d of 13", slot ? slot->stores : -1);
	access.flags = MBAL_ACCESS_STORE | MBAL_ACCESS_STALL;
	check_slot(fixture, inject_times(fixture, &access, 1), 13, 5, "and as a stall");
	access = fresh(fixture);
	access.weight = 0xffff;
	access.flags = MBAL_ACCESS_CODE;
	slot = inject_times(fixture, &access, 2);
	check_slot(fixture, slot, 0xffff, 0, "the largest weight saturates");
	tap_check(slot && slot->codes == 0xff, "also the instruction fetches: %d", slot ? slot->codes : -1);
}

static void check_threads(struct fixture *fixture)
{
	struct mbal_access access = fresh(fixture);
	const struct table *threads = &fixture->group.threads;
	const struct mbal_slot *slot;

	access.tid = 0xfffffff2u;
	access.weight = 7;
	access.memory_node = 2;
	inject_times(fixture, &access, 2);
	slot = table_find(threads, MBAL_KEY_THREAD | access.tid);
	tap_check(slot && slot_count(threads, slot, NODE) == 14 && slot_count2(threads, slot, 2) == 14,
		  "a thread's accesses by weight: %d by CPU node, %d by memory node, of 14",
		  slot ? slot_count(threads, slot, NODE) : -1, slot ? slot_count2(threads, slot, 2) : -1);
}

static void check_stall(struct fixture *fixture, unsigned int latency, unsigned int open_misses, unsigned int stalls)
{
	struct mbal_access access = fresh(fixture);
	char what[64];

	access.latency = latency;
	access.open_misses = (__u8)open_misses;
	snprintf(what, sizeof(what), "latency %u, %u misses open", latency, open_misses);
	check_slot(fixture, inject_times(fixture, &access, 1), 1, stalls, what);
}

/* A fraction of MBAL_STALL_CYCLES counts as often as it should: within five standard deviations. */
static void check_fraction(struct fixture *fixture, unsigned int latency, unsigned int open_misses)
{
	enum { TIMES = 20000 };
	struct mbal_access access = fresh(fixture);
	double cycles = latency / open_misses, mean = TIMES * cycles / MBAL_STALL_CYCLES, allowed = 5 * 0.5 * 141.4;
	const struct mbal_slot *slot;
	int stalls;

	access.latency = latency;
	access.open_misses = (__u8)open_misses;
	slot = inject_times(fixture, &access, TIMES);
	stalls = slot ? slot_count2(&fixture->group.heat, slot, NODE) : -1;
	tap_check(stalls > mean - allowed && stalls < mean + allowed, "%d times latency %u with %u misses open: %d stalls of %.0f",
		  TIMES, latency, open_misses, stalls, mean);
}

static void check_stalls(struct fixture *fixture)
{
	struct mbal_access access = fresh(fixture);

	check_stall(fixture, 0, 0, 0);
	check_stall(fixture, 2 * MBAL_STALL_CYCLES, 0, 2);
	check_stall(fixture, 2 * MBAL_STALL_CYCLES, 1, 2);
	check_stall(fixture, 4 * MBAL_STALL_CYCLES, 4, 1);
	check_stall(fixture, 0xffffffffu, 1, 0xffff);
	check_fraction(fixture, 100, 1);
	check_fraction(fixture, 300, 1);
	check_fraction(fixture, 500, 63);
	access.latency = 10 * MBAL_STALL_CYCLES;
	access.flags |= MBAL_ACCESS_STALL;
	check_slot(fixture, inject_times(fixture, &access, 1), 0, 1, "what is a stall already is weighed by time, not by latency");
}

static void check_counters(struct fixture *fixture)
{
	struct counters before = sampler_counters(&fixture->sampler), added;
	struct mbal_access access = fresh(fixture);

	access.flags = MBAL_ACCESS_CODE;
	inject_times(fixture, &access, 3);
	access.flags = MBAL_ACCESS_LOAD;
	access.paddr = 4096;
	inject_times(fixture, &access, 2);
	access.memory_node = 0;
	inject_times(fixture, &access, 1);
	access.tgid = TGID + 1;
	access.memory_node = MBAL_NODE_UNKNOWN;
	access.flags = MBAL_ACCESS_CODE;
	inject_times(fixture, &access, 4);
	added = counters_since(&fixture->sampler, &before);
	check_sum(&added, 10, "fetches and unknown nodes");
	check_counter(&added, MBAL_COUNTER_FETCHES, 3, "recorded fetches");
	check_counter(&added, MBAL_COUNTER_NODE_UNKNOWN, 2, "recorded physical addresses without a node");
}

int main(void)
{
	struct sampler_knobs knobs = { .node_count = 4 };
	struct fixture fixture = { .page = 0 };

	if (!sampler_possible())
		return tap_done();
	if (!tap_check(!sampler_open(&fixture.sampler, &knobs) &&
			       !group_open(&fixture.sampler, &fixture.group, GROUP, TGID, SLOTS),
		       "opens"))
		return tap_done();
	check_weights(&fixture);
	check_threads(&fixture);
	check_stalls(&fixture);
	check_counters(&fixture);
	group_close(&fixture.sampler, &fixture.group);
	sampler_close(&fixture.sampler);
	return tap_done();
}
