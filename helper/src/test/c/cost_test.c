// SPDX-License-Identifier: Apache-2.0
#include "cost.h"

#include "source.h"
#include "tap.h"

#define SECOND_NS UINT64_C(1000000000)
#define MS_NS UINT64_C(1000000)

/* One second more, of which so many ms were spent. */
static bool spend(struct cost *cost, uint64_t own_ms, uint64_t bpf_ms)
{
	struct cost_reading reading = cost->last;

	reading.now_ns += SECOND_NS;
	reading.own_cpu_ns += own_ms * MS_NS;
	reading.bpf_ns += bpf_ms * MS_NS;
	return cost_update(cost, &reading);
}

static struct cost cost_of(unsigned int max_permille)
{
	const struct cost_reading start = { .now_ns = 7 * SECOND_NS, .own_cpu_ns = 3 * MS_NS, .bpf_ns = 11 * MS_NS };
	struct cost cost;

	cost_open(&cost, max_permille, &start);
	return cost;
}

static void measures(void)
{
	struct cost cost = cost_of(20);

	CHECK_EQUAL(cost_permille(&cost), 0, "costs nothing yet");
	CHECK(!spend(&cost, 3, 4), "below the cap the rate stays");
	CHECK_EQUAL(cost_permille(&cost), 7, "own time and BPF time, 7 ms of a second, are 7 permille");
	CHECK(!spend(&cost, 0, 20), "at the cap the rate stays");
	CHECK_EQUAL(cost.share_permille, SOURCE_FULL_SHARE, "in full");
	CHECK(!cost_update(&cost, &cost.last), "two readings of one moment change nothing");
}

static void counts_samples(void)
{
	struct cost cost = cost_of(20);
	struct cost_reading reading = cost.last;

	reading.now_ns += 2 * SECOND_NS;
	reading.samples += 1994;
	reading.bpf_ns += 6 * MS_NS;
	reading.own_cpu_ns += 4 * MS_NS;
	cost_update(&cost, &reading);
	CHECK_EQUAL(cost.samples_per_second, 997, "1994 samples in two seconds are 997 a second");
	CHECK_EQUAL(cost_bpf_permille(&cost), 3, "6 ms of them in BPF are 3 permille");
	CHECK_EQUAL(cost_permille(&cost), 5, "of 5 in all");
	reading.now_ns += SECOND_NS;
	reading.samples += 101;
	cost_update(&cost, &reading);
	CHECK_EQUAL(cost.samples_per_second, 101, "fewer in the next second,");
	CHECK_EQUAL(cost.most_samples_per_second, 997, "which leaves the busiest one");
}

static void follows_the_number_of_cpus(void)
{
	struct cost cost = cost_of(10);

	CHECK(spend(&cost, 0, 15), "15 permille are above the cap of one CPU");
	cost_set_max(&cost, 20);
	while (spend(&cost, 0, 15 * cost.share_permille / 1000))
		;
	CHECK_EQUAL(cost.share_permille, SOURCE_FULL_SHARE, "and below that of two");
}

static void lowers_and_restores(void)
{
	struct cost cost = cost_of(20);
	unsigned int steps = 0;

	CHECK(spend(&cost, 0, 40), "twice the cap lowers the rate");
	CHECK_EQUAL(cost.share_permille, 400, "to what costs four fifths of the cap");
	CHECK(!spend(&cost, 0, 16), "which is then left alone");
	CHECK(!spend(&cost, 0, 20), "also when it costs a little more");
	CHECK(!spend(&cost, 0, 13), "or a little less");
	CHECK(spend(&cost, 0, 11), "where a third more fits it is raised");
	CHECK_EQUAL(cost.share_permille, 581, "by that");
	cost.share_permille = 450;
	CHECK(spend(&cost, 0, 1), "a cheap second raises it");
	CHECK_EQUAL(cost.share_permille, 900, "at most to twice");
	while (spend(&cost, 0, 0))
		steps++;
	CHECK_EQUAL(cost.share_permille, SOURCE_FULL_SHARE, "and nothing to do restores it in full");
	CHECK_EQUAL(steps, 1, "soon");
	cost.share_permille = 970;
	CHECK(spend(&cost, 0, 0), "also when little is missing");
	CHECK_EQUAL(cost.share_permille, SOURCE_FULL_SHARE, "in full");
}

static void never_stops(void)
{
	struct cost cost = cost_of(10);

	for (int i = 0; i < 20; i++)
		spend(&cost, 900, 900);
	CHECK_EQUAL(cost.share_permille, 1, "however dear, one thousandth is left");
	for (int i = 0; i < 20; i++)
		spend(&cost, 0, 0);
	CHECK_EQUAL(cost.share_permille, SOURCE_FULL_SHARE, "from which it comes back");
}

/* Peers that keep the helper busy must not take everybody's samples away. */
static void is_not_stopped_by_its_own_time(void)
{
	struct cost cost = cost_of(20);

	CHECK(!spend(&cost, 500, 5), "own time far above the cap lowers nothing while BPF is within a quarter of it");
	CHECK(spend(&cost, 500, 20), "above that it does");
	CHECK_EQUAL(cost.share_permille, 250, "to a quarter of the cap");
	CHECK(spend(&cost, 500, 0), "and when BPF costs nothing");
	CHECK_EQUAL(cost.share_permille, 500, "the rate comes back");
	cost = cost_of(20);
	CHECK(spend(&cost, 8, 20), "own time within the cap");
	CHECK_EQUAL(cost.share_permille, 400, "leaves the rest to BPF");
}

/* A load of which every sample costs the same must settle below the cap and stay there. */
static void settles(void)
{
	struct cost cost = cost_of(20);
	unsigned int changes = 0;

	for (int i = 0; i < 50; i++)
		changes += spend(&cost, 1, 130 * cost.share_permille / 1000);
	CHECK(cost_permille(&cost) <= 20, "settles at %u permille, the cap is 20", cost_permille(&cost));
	CHECK(cost_permille(&cost) >= 15, "and not far below it: %u", cost_permille(&cost));
	CHECK(changes <= 4, "after few changes: %u", changes);
}

int main(void)
{
	measures();
	counts_samples();
	follows_the_number_of_cpus();
	lowers_and_restores();
	never_stops();
	is_not_stopped_by_its_own_time();
	settles();
	return tap_end();
}
