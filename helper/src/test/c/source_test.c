// SPDX-License-Identifier: Apache-2.0
#include "source.h"

#include <errno.h>
#include <stdio.h>

#include "tap.h"

#define OP "bus/event_source/devices/ibs_op/"

static int ibs_of(const char *name, const char *type, const char *cnt_ctl, struct perf_event_attr *attr, struct reason *reason)
{
	char root[256];
	struct source_settings settings = { .sysfs_root = root, .rate_hz = 997 };

	snprintf(root, sizeof(root), "%s/%s", tap_folder(), name);
	if (type)
		tap_write(root, OP "type", type);
	if (cnt_ctl)
		tap_write(root, OP "format/cnt_ctl", cnt_ctl);
	return ibs_event(&settings, attr, reason);
}

/* The rules of the IBS driver: a wrong attribute is EINVAL, or a sample without its raw record. */
static void respects_the_ibs_driver(void)
{
	struct perf_event_attr attr;
	struct reason reason;

	CHECK_EQUAL(ibs_of("zen4", "11\n", "config:19\n", &attr, &reason), 0, "ibs_op of a Zen 4");
	CHECK_EQUAL(attr.type, 11, "is the PMU that sysfs names");
	CHECK_EQUAL(attr.config, 1 << 19, "counts dispatched ops");
	CHECK(attr.freq && attr.sample_freq == 997, "has a frequency");
	CHECK_EQUAL(attr.sample_type, PERF_SAMPLE_RAW | PERF_SAMPLE_ADDR | PERF_SAMPLE_PHYS_ADDR, "delivers record and addresses");
	CHECK(!attr.exclude_kernel && !attr.exclude_user && !attr.exclude_hv && !attr.exclude_idle && !attr.exclude_guest,
	      "excludes nothing");
	CHECK(attr.disabled, "starts stopped");
	CHECK_EQUAL(attr.size, sizeof(attr), "says its size");
	CHECK_EQUAL(ibs_of("old", "9\n", NULL, &attr, &reason), 0, "ibs_op without cnt_ctl");
	CHECK_EQUAL(attr.config, 0, "counts cycles");
}

static void says_why_no_ibs(void)
{
	struct perf_event_attr attr;
	struct reason reason;
	char expected[512];

	CHECK_EQUAL(ibs_of("intel", NULL, NULL, &attr, &reason), -ENOENT, "no ibs_op");
	snprintf(expected, sizeof(expected),
		 "%s/intel/bus/event_source/devices/ibs_op is missing: no AMD CPU with IBS, or the hypervisor hides it", tap_folder());
	CHECK_TEXT(reason.text, expected, "names the file");
	CHECK(ibs_of("odd", "eleven\n", NULL, &attr, &reason) < 0, "a type that is no number");
	CHECK_CONTAINS(reason.text, "odd/bus/event_source/devices/ibs_op/type cannot be read as a number", "names the file");
	CHECK_EQUAL(ibs_of("new", "11\n", "config1:0-11\n", &attr, &reason), -EPROTO, "a format that is no bit of config");
	CHECK_CONTAINS(reason.text, "format/cnt_ctl must be config:BIT: config1:0-11", "says what it is");
	CHECK_EQUAL(ibs_of("far", "11\n", "config:64\n", &attr, &reason), -EPROTO, "a bit beyond config");
}

static void has_software_sources(void)
{
	struct source_settings settings = { .sysfs_root = "/sys", .rate_hz = 1000 };
	struct perf_event_attr attr;
	struct reason reason;

	CHECK_EQUAL(source_find(MBAL_SOURCE_FAULTS)->event(&settings, &attr, &reason), 0, "faults works everywhere");
	CHECK(attr.type == PERF_TYPE_SOFTWARE && attr.config == PERF_COUNT_SW_PAGE_FAULTS, "counts page faults");
	CHECK_EQUAL(attr.sample_period, 1, "takes each");
	CHECK_EQUAL(attr.sample_type, PERF_SAMPLE_ADDR, "delivers the address");
#if defined(__x86_64__)
	CHECK_EQUAL(source_find(MBAL_SOURCE_SOFT)->event(&settings, &attr, &reason), 0, "soft works on x86-64");
	CHECK(attr.type == PERF_TYPE_SOFTWARE && attr.config == PERF_COUNT_SW_CPU_CLOCK, "counts time");
	CHECK_EQUAL(attr.sample_period, 1000000, "1000 Hz is one sample a million ns");
	CHECK(!attr.freq && attr.exclude_kernel, "as a period, in user mode");
#endif
}

static void lowers_rates(void)
{
	const struct source *soft = source_find(MBAL_SOURCE_SOFT), *faults = source_find(MBAL_SOURCE_FAULTS);
	const struct source *ibs = source_find(MBAL_SOURCE_IBS);

	CHECK_EQUAL(soft->period(1000, 500), 2000000, "half the rate of soft is twice the period");
	CHECK_EQUAL(soft->period(1, 1), 1000000000000, "the least rate of soft fits");
	CHECK_EQUAL(ibs->period(1000, 500), 500, "half the rate of ibs is half the frequency");
	CHECK_EQUAL(ibs->period(1, 1), 1, "the least frequency is 1");
	CHECK_EQUAL(faults->period(1000, 1000), 1, "faults takes each event");
	CHECK_EQUAL(faults->period(1000, 250), 4, "or one in four");
	CHECK_EQUAL(source_rate_hz(soft, 997, 500), 498, "STATUS says the rate of soft");
	CHECK_EQUAL(source_rate_hz(faults, 997, 1000), 0, "faults has none");
}

static void orders_by_worth(void)
{
	const struct source *best = source_next_best(MBAL_SOURCE_MAX);

	CHECK_EQUAL(best->id, MBAL_SOURCE_IBS, "ibs is the best");
	best = source_next_best(best->id);
	CHECK_EQUAL(best->id, MBAL_SOURCE_SOFT, "then soft");
	best = source_next_best(best->id);
	CHECK_EQUAL(best->id, MBAL_SOURCE_FAULTS, "then faults");
	CHECK(!source_next_best(best->id), "then none");
	CHECK(!source_find(MBAL_SOURCE_PEBS), "pebs is not here yet");
	CHECK_TEXT(source_name(MBAL_SOURCE_SOFT), "soft", "names are those of the ABI");
	CHECK_TEXT(source_name((enum mbal_source)99), "unknown", "a name for every number");
}

int main(void)
{
	respects_the_ibs_driver();
	says_why_no_ibs();
	has_software_sources();
	lowers_rates();
	orders_by_worth();
	return tap_end();
}
