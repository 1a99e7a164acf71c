// SPDX-License-Identifier: Apache-2.0
/*
 * Decay: counts halve with each epoch of the accesses' own time, and rounding is fair. Statistical bounds are
 * Hoeffding's, P(|mean - expectation| > t) <= 2 exp(-2 n t^2), for a false alarm in less than one run of 10^12.
 */
#include <math.h>
#include <stdlib.h>

#include "sampler.h"
#include "tap.h"

#define GROUP 5u
#define TGID 4000001u
#define EPOCH_SHIFT 20u
#define FIRST_PAGE 0x10000ULL
#define PAGES 20011u
#define SLOTS 131072u
#define ROOMY_SLOTS (1u << 20)	/* no window is full with 2 * PAGES */

static double hoeffding_bound(double n)
{
	return sqrt(log(2e12) / (2 * n));
}

struct fixture {
	struct sampler sampler;
	struct group group;
	struct mbal_access *accesses;	/* PAGES of them */
};

static struct mbal_access access_in(__u64 page, __u32 epoch)
{
	return (struct mbal_access){
		.time_ns = (__u64)epoch << EPOCH_SHIFT,
		.vaddr = page << MBAL_PAGE_SHIFT,
		.tgid = TGID,
		.tid = TGID,
		.memory_node = MBAL_NODE_UNKNOWN,
		.flags = MBAL_ACCESS_STORE,
		.source = MBAL_SOURCE_REPLAY,
	};
}

/* `times` accesses to each of PAGES pages from `first` on, all in one epoch. */
static void inject_pages(struct fixture *fixture, __u64 first, __u32 epoch, int times)
{
	for (__u32 page = 0; page < PAGES; page++)
		fixture->accesses[page] = access_in(first + page, epoch);
	for (int i = 0; i < times; i++) {
		if (sampler_inject(&fixture->sampler, fixture->accesses, PAGES))
			abort();
	}
}

/* Keys to slots, since looking through the table once a page takes long. */
static double sum_counts(const struct fixture *fixture, __u64 first, __u32 *pages, double *stores)
{
	double sum = 0;

	*pages = 0;
	*stores = 0;
	for (__u32 i = 0; i < fixture->group.heat.slot_count; i++) {
		const struct mbal_slot *slot = table_slot(&fixture->group.heat, i);

		if (slot->key < first || slot->key >= first + PAGES)
			continue;
		sum += slot_count(&fixture->group.heat, slot, 0);
		*stores += slot->stores;
		(*pages)++;
	}
	return sum;
}

/* `times` accesses in one epoch, one more `lag` epochs later: on average times / 2^lag + 1 are left. */
static void check_mean(struct fixture *fixture, __u64 first, int times, __u32 lag)
{
	double expected = ldexp(times, -(int)lag) + 1, stores, sum, mean, bound = hoeffding_bound(PAGES);
	__u32 pages;

	inject_pages(fixture, first, 1000, times);
	inject_pages(fixture, first, 1000 + lag, 1);
	sum = sum_counts(fixture, first, &pages, &stores);
	mean = sum / PAGES;
	tap_check(pages == PAGES && fabs(mean - expected) <= bound && fabs(stores / PAGES - expected) <= bound,
		  "%u pages of %d accesses, %u epochs later: mean %.4f, of stores %.4f, expected %.4f +- %.4f", pages,
		  times, lag, mean, stores / PAGES, expected, bound);
}

static __u32 count_of(const struct fixture *fixture, __u64 page)
{
	const struct mbal_slot *slot = table_find(&fixture->group.heat, page);

	return slot ? slot_count(&fixture->group.heat, slot, 0) : 0;
}

static void inject_times(struct fixture *fixture, __u64 page, __u32 epoch, int times)
{
	struct mbal_access access = access_in(page, epoch);

	for (int i = 0; i < times; i++) {
		if (sampler_inject(&fixture->sampler, &access, 1))
			abort();
	}
}

static void check_exact(struct fixture *fixture, __u64 page)
{
	inject_times(fixture, page, 100, 64);
	inject_times(fixture, page, 101, 1);
	tap_check(count_of(fixture, page) == 33, "64 halve to 32, and one more: %u", count_of(fixture, page));
	inject_times(fixture, page, 101, 31);
	inject_times(fixture, page, 107, 1);
	tap_check(count_of(fixture, page) == 2, "six epochs take 64 to 1, and one more: %u", count_of(fixture, page));
}

static void check_late_sample(struct fixture *fixture, __u64 page)
{
	inject_times(fixture, page, 200, 7);
	inject_times(fixture, page, 199, 1);
	tap_check(count_of(fixture, page) == 8 && table_find(&fixture->group.heat, page)->epoch == 200,
		  "an access of the epoch before counts and does not turn time back: %u in epoch %u",
		  count_of(fixture, page), table_find(&fixture->group.heat, page)->epoch);
}

static void check_long_silence(struct fixture *fixture, __u64 page)
{
	inject_times(fixture, page, 300, 100);
	inject_times(fixture, page, 300 + 1000000, 1);
	tap_check(count_of(fixture, page) == 1, "a million epochs leave nothing: %u", count_of(fixture, page));
	inject_times(fixture, page, 300 + 1000000, 99);
	inject_times(fixture, page, 300 + 1000000 + 0x80000000u, 1);
	tap_check(count_of(fixture, page) == 101, "half of all epochs ahead is taken for the past: %u",
		  count_of(fixture, page));
}

/* Accesses of a steady rate r an epoch settle at r / (1 - 1/2) = 2 r, counted at the epoch's end. */
static void check_steady(struct fixture *fixture, __u64 first)
{
	enum { EPOCHS = 20, RATE = 3 };
	double expected = RATE * (2 - ldexp(1, 1 - EPOCHS)), bound, stores, mean;
	__u32 pages;

	for (__u32 epoch = 0; epoch < EPOCHS; epoch++)
		inject_pages(fixture, first, 5000 + epoch, RATE);
	mean = sum_counts(fixture, first, &pages, &stores) / PAGES;
	/* A page's count is the sum of one rounding an epoch, each then halved: within 2 of its expectation. */
	bound = 4 * hoeffding_bound(PAGES);
	tap_check(fabs(mean - expected) <= bound, "%d accesses an epoch settle at %.4f, expected %.4f +- %.4f", RATE,
		  mean, expected, bound);
}

/* One access to each of PAGES pages that lie irregularly: in a row they would spread too evenly to meet in a window. */
static void inject_squares(struct fixture *fixture, __u64 first_root, __u32 epoch)
{
	for (__u64 i = 0; i < PAGES; i++)
		fixture->accesses[i] = access_in(FIRST_PAGE + (first_root + i) * (first_root + i), epoch);
	if (sampler_inject(&fixture->sampler, fixture->accesses, PAGES))
		abort();
}

/* Pages whose counts have decayed to nothing keep their slots as long as others are empty. */
static void check_room(struct fixture *fixture)
{
	struct counters before = sampler_counters(&fixture->sampler), added;

	if (group_open(&fixture->sampler, &fixture->group, GROUP, TGID, ROOMY_SLOTS))
		abort();
	inject_squares(fixture, 0, 6000);
	inject_squares(fixture, PAGES, 6010);
	added = counters_since(&fixture->sampler, &before);
	check_counter(&added, MBAL_COUNTER_INSERTED, 2 * PAGES, "pages of two times, ten epochs apart");
	check_counter(&added, MBAL_COUNTER_REPLACED, 0, "and room for all of them");
	group_close(&fixture->sampler, &fixture->group);
}

int main(void)
{
	struct sampler_knobs knobs = { .node_count = 2, .epoch_shift = EPOCH_SHIFT };
	struct fixture fixture = { 0 };

	if (!sampler_possible())
		return tap_done();
	fixture.accesses = calloc(PAGES, sizeof(*fixture.accesses));
	if (!fixture.accesses || sampler_open(&fixture.sampler, &knobs) ||
	    group_open(&fixture.sampler, &fixture.group, GROUP, TGID, SLOTS)) {
		tap_check(false, "cannot open");
		return tap_done();
	}
	check_exact(&fixture, 0x900000);
	check_late_sample(&fixture, 0x900001);
	check_long_silence(&fixture, 0x900002);
	check_mean(&fixture, FIRST_PAGE, 5, 1);
	check_mean(&fixture, FIRST_PAGE + 1 * PAGES, 7, 2);
	check_mean(&fixture, FIRST_PAGE + 2 * PAGES, 1, 3);
	check_mean(&fixture, FIRST_PAGE + 3 * PAGES, 100, 9);
	group_close(&fixture.sampler, &fixture.group);
	if (group_open(&fixture.sampler, &fixture.group, GROUP, TGID, SLOTS))
		abort();
	check_steady(&fixture, FIRST_PAGE);
	group_close(&fixture.sampler, &fixture.group);
	check_room(&fixture);
	sampler_close(&fixture.sampler);
	free(fixture.accesses);
	return tap_done();
}
