// SPDX-License-Identifier: Apache-2.0
/* Source "soft" end to end: a timer event, the walk, the table; the hot share it measures is the true one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sampled_events.h"
#include "sampler.h"
#include "tap.h"
#include "wait.h"
#include "workload.h"

#define GROUP 31u
#define SLOTS 65536u
#define PERIOD_NS 200000u		/* 5 kHz of running time */
#define SAMPLES 10000u			/* one standard deviation of the share is then below 0.005 */
#define TOLERANCE 0.03
#define NO_DECAY 60u			/* an epoch of 36 years: counts are sums, however long the samples take */

struct fixture {
	struct sampler sampler;
	struct group group;
	struct sampled_events events;
	struct workload workload;
};

struct shares {
	double hot, cold;	/* accesses */
	double stalls_hot, stalls_cold;
	double stores, all;	/* of the whole array */
};

static bool is_in(__u64 address, __u64 start, __u64 end)
{
	return address >= start && address < end;
}

static struct shares read_shares(const struct fixture *fixture)
{
	const struct workload *workload = &fixture->workload;
	const struct table *heat = &fixture->group.heat;
	struct shares shares = { 0 };

	for (__u32 i = 0; i < heat->slot_count; i++) {
		const struct mbal_slot *slot = table_slot(heat, i);
		__u64 address = slot->key << MBAL_PAGE_SHIFT;
		bool hot = is_in(address, workload->hot_start, workload->hot_end);
		__u32 accesses = 0, stalls = 0;

		if (!is_in(address, workload->start, workload->end))
			continue;
		for (__u32 node = 0; node < heat->node_count; node++) {
			accesses += slot_count(heat, slot, node);
			stalls += slot_count2(heat, slot, node);
		}
		*(hot ? &shares.hot : &shares.cold) += accesses;
		*(hot ? &shares.stalls_hot : &shares.stalls_cold) += stalls;
		shares.all += accesses;
		shares.stores += slot->stores;
	}
	return shares;
}

static bool wait_for_samples(struct fixture *fixture)
{
	struct wait wait = wait_begin();
	struct counters counters;

	do {
		counters = sampler_counters(&fixture->sampler);
		if (counters.of[MBAL_COUNTER_RECORDED] >= SAMPLES)
			return true;
	} while (workload_is_alive(&fixture->workload) && wait_more(&wait));
	return false;
}

static void print_counters(const struct counters *counters)
{
	for (int i = 0; i < MBAL_COUNTER_MAX; i++) {
		if (counters->of[i])
			tap_note("%s %llu", counter_name((enum mbal_counter)i), counters->of[i]);
	}
}

/* Samples of the program, seen from its process id and thread id to its accesses' addresses. */
static void check_recent(const struct fixture *fixture)
{
	__u64 wrong = 0, newest = table_header(&fixture->group.recent)->recorded;

	for (__u64 i = newest > SLOTS ? newest - SLOTS : 0; i < newest; i++) {
		const struct mbal_access *access = table_access(&fixture->group.recent, i);

		wrong += access->tgid != (__u32)fixture->workload.pid || access->tid != access->tgid ||
			 access->source != MBAL_SOURCE_SOFT || !access->ip || !access->time_ns ||
			 !(access->flags & (MBAL_ACCESS_LOAD | MBAL_ACCESS_STORE));
	}
	tap_check(newest && !wrong, "%llu of %llu recent samples are not of the workload", wrong, newest);
}

static void check_results(struct fixture *fixture)
{
	struct counters counters = sampler_counters(&fixture->sampler);
	double truth = (double)fixture->workload.counts->hot / (double)fixture->workload.counts->accesses;
	struct shares shares = read_shares(fixture);
	double measured = shares.hot / (shares.hot + shares.cold);

	print_counters(&counters);
	check_sum(&counters, counters.of[MBAL_COUNTER_SEEN], "all ticks");
	tap_check(fabs(measured - truth) <= TOLERANCE, "hot share measured %.4f, true %.4f, of %.0f samples of the array",
		  measured, truth, shares.all);
	tap_note("hot share of stalls %.4f of %.0f", shares.stalls_hot / (shares.stalls_hot + shares.stalls_cold),
		 shares.stalls_hot + shares.stalls_cold);
	/* A half of the accesses store, but a slot's stores saturate at 255 and its accesses do not. */
	tap_check(shares.stores > 0.3 * shares.all && shares.stores < 0.7 * shares.all, "stores %.3f, expected 0.5",
		  shares.stores / shares.all);
	tap_check(counters.of[MBAL_COUNTER_STALLS] > 0, "%llu stalls found by looking back",
		  counters.of[MBAL_COUNTER_STALLS]);
	check_recent(fixture);
}

static int start(struct fixture *fixture)
{
	struct perf_event_attr attributes = software_event(PERF_COUNT_SW_CPU_CLOCK, PERIOD_NS);
	struct sampler_knobs knobs = { .node_count = 2, .epoch_shift = NO_DECAY };
	int err = sampler_open(&fixture->sampler, &knobs);

	if (!err)
		err = workload_start(&fixture->workload);
	if (!err)
		err = group_open(&fixture->sampler, &fixture->group, GROUP, (__u32)fixture->workload.pid, SLOTS);
	if (!err)
		err = sampled_events_open(&fixture->events, &attributes,
					  fixture->sampler.skeleton->progs.mbal_soft_tick);
	return err;
}

int main(void)
{
	static struct fixture fixture;
	int err;

	if (!sampler_possible())
		return tap_done();
	err = start(&fixture);
	if (!tap_check(!err, "the workload is sampled: error %d", err))
		return tap_done();
	tap_check(wait_for_samples(&fixture), "%u samples recorded", SAMPLES);
	sampled_events_close(&fixture.events);
	check_results(&fixture);
	workload_stop(&fixture.workload);
	group_close(&fixture.sampler, &fixture.group);
	sampler_close(&fixture.sampler);
	return tap_done();
}
