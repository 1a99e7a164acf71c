// SPDX-License-Identifier: Apache-2.0
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

#define OP "bus/event_source/devices/ibs_op/"
#define FETCH "bus/event_source/devices/ibs_fetch/"

/* A machine's sysfs, and what is asked of it. */
struct machine {
	char root[256];
	struct source_settings settings;
	struct source_plan plan;
	struct reason reason;
};

static void machine_make(struct machine *machine, const char *name)
{
	*machine = (struct machine){ .settings = { .sysfs_root = machine->root, .rate_hz = 997 } };
	snprintf(machine->root, sizeof(machine->root), "%s/%s", tap_folder(), name);
}

static int plan_of(struct machine *machine, enum mbal_source id)
{
	machine->plan = (struct source_plan){ .count = 0 };
	return source_find(id)->plan(&machine->settings, &machine->plan, &machine->reason);
}

static const struct perf_event_attr *attr_of(const struct machine *machine, unsigned int index)
{
	return &machine->plan.events[index].attr;
}

static void make_zen3(struct machine *machine, const char *name)
{
	machine_make(machine, name);
	tap_write(machine->root, OP "type", "11\n");
	tap_write(machine->root, OP "format/cnt_ctl", "config:19\n");
	tap_write(machine->root, FETCH "type", "10\n");
	tap_write(machine->root, FETCH "format/rand_en", "config:57\n");
}

static void make_zen4(struct machine *machine, const char *name)
{
	make_zen3(machine, name);
	tap_write(machine->root, OP "format/l3missonly", "config:16\n");
	tap_write(machine->root, FETCH "format/l3missonly", "config:59\n");
}

/* With the kernel of 6.15 and later. */
static void make_zen5(struct machine *machine, const char *name)
{
	make_zen4(machine, name);
	tap_write(machine->root, OP "format/swfilt", "config2:0\n");
	tap_write(machine->root, FETCH "format/swfilt", "config2:0\n");
	tap_write(machine->root, OP "format/ldlat", "config1:0-11\n");
}

/* The rules of the IBS driver: a wrong attribute is EINVAL, or a sample without its raw record. */
static void respects_the_ibs_driver(void)
{
	const __u64 types = PERF_SAMPLE_RAW | PERF_SAMPLE_ADDR | PERF_SAMPLE_PHYS_ADDR;
	const __u64 configs[] = { 1ull << 19, 1ull << 57 };
	struct machine machine;

	make_zen4(&machine, "zen4");
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), 0, "ibs of a Zen 4");
	CHECK_EQUAL(machine.plan.count, 2, "is ops and fetches");
	CHECK_TEXT(machine.plan.note.text, "", "with nothing left out");
	CHECK(machine.plan.events[0].program == SOURCE_PROGRAM_IBS_OP && machine.plan.events[1].program == SOURCE_PROGRAM_IBS_FETCH,
	      "each with its program");
	CHECK(!machine.plan.events[0].is_optional && machine.plan.events[1].is_optional, "fetches may be missing, ops not");
	CHECK(attr_of(&machine, 0)->type == 11 && attr_of(&machine, 1)->type == 10, "on the PMUs that sysfs names");
	for (unsigned int i = 0; i < 2; i++) {
		const struct perf_event_attr *attr = attr_of(&machine, i);

		CHECK_EQUAL(attr->config, configs[i], i ? "with random low bits" : "counts dispatched ops");
		CHECK(attr->freq && attr->sample_freq == (i ? 124 : 997), "has a frequency: %llu", attr->sample_freq);
		CHECK_EQUAL(attr->sample_type, types, "delivers record and addresses");
		CHECK(!attr->exclude_kernel && !attr->exclude_user && !attr->exclude_hv && !attr->exclude_idle && !attr->exclude_guest,
		      "excludes nothing");
		CHECK(!attr->config1 && !attr->config2, "has no other bits");
		CHECK(attr->disabled && attr->size == sizeof(*attr), "starts stopped, and says its size");
	}
}

static void takes_a_period(void)
{
	struct machine machine;

	make_zen4(&machine, "period");
	machine.settings.period = 100003;
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), 0, "a period");
	CHECK(!attr_of(&machine, 0)->freq && attr_of(&machine, 0)->sample_period == 100000, "in steps of 16: %llu",
	      attr_of(&machine, 0)->sample_period);
	CHECK_EQUAL(attr_of(&machine, 1)->sample_period, 800000, "eight times that for fetches");
	CHECK_EQUAL(source_thinned_period(&machine.plan.events[1], 160000), 1280000, "also when it is lengthened");
	CHECK_EQUAL(source_find(MBAL_SOURCE_IBS)->period(&machine.settings, 500), 200000, "half of the samples is twice the period");
	CHECK_EQUAL(source_rate_hz(source_find(MBAL_SOURCE_IBS), &machine.settings, 1000), 0, "there is no rate then");
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_SOFT) || plan_of(&machine, MBAL_SOURCE_FAULTS), 1, "others refuse it");
	CHECK_CONTAINS(machine.reason.text, "--period=100003 needs ibs or pebs", "and say so");
}

static void filters_l3_misses(void)
{
	char expected[512];
	struct machine machine;

	make_zen4(&machine, "l3");
	machine.settings.is_l3_miss_only = true;
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), 0, "--l3miss on a Zen 4");
	CHECK_EQUAL(attr_of(&machine, 0)->config, 1ull << 16 | 1ull << 19, "sets the bit of ops");
	CHECK_EQUAL(attr_of(&machine, 1)->config, 1ull << 57 | 1ull << 59, "and that of fetches");
	make_zen3(&machine, "l3-old");
	machine.settings.is_l3_miss_only = true;
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), -EOPNOTSUPP, "on a Zen 3 it is refused");
	snprintf(expected, sizeof(expected), "--l3miss needs a CPU that filters by L3 misses (Zen 4 or later): "
		 "%s/l3-old/bus/event_source/devices/ibs_op/format/l3missonly is missing", tap_folder());
	CHECK_TEXT(machine.reason.text, expected, "naming the file");
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_SOFT), -EOPNOTSUPP, "and by soft");
	CHECK_TEXT(machine.reason.text, "it knows nothing of caches: --l3miss needs ibs", "saying why");
}

static void filters_latency(void)
{
	struct machine machine;

	make_zen5(&machine, "ldlat");
	machine.settings.min_latency = 300;
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), 0, "--min-latency where sysfs has ldlat");
	CHECK_EQUAL(attr_of(&machine, 0)->config1, 300, "is config1");
	CHECK_EQUAL(machine.plan.count, 1, "and ops alone");
	CHECK_TEXT(machine.plan.note.text, "ibs_fetch is not sampled: --min-latency is about loads", "which is said");
	machine.settings.min_latency = 127;
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), -EINVAL, "127 cycles are too few for IBS");
	CHECK_TEXT(machine.reason.text, "--min-latency must be 128..2048 with ibs: 127", "which is said");
	make_zen4(&machine, "ldlat-old");
	machine.settings.min_latency = 300;
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), -EOPNOTSUPP, "without ldlat it is refused");
	CHECK_CONTAINS(machine.reason.text, "ldlat-old/bus/event_source/devices/ibs_op/format/ldlat is missing", "naming the file");
}

static void filters_the_kernel(void)
{
	struct machine machine;

	make_zen5(&machine, "swfilt");
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), 0, "a kernel with swfilt");
	CHECK(attr_of(&machine, 0)->config2 == 1 && attr_of(&machine, 0)->exclude_kernel, "leaves the kernel out of ops itself");
	CHECK(attr_of(&machine, 1)->config2 == 1 && attr_of(&machine, 1)->exclude_kernel, "and of fetches");
	machine.settings.has_kernel = true;
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), 0, "unless it is wanted");
	CHECK(!attr_of(&machine, 0)->config2 && !attr_of(&machine, 0)->exclude_kernel, "then nothing is left out");
}

static void works_without_fetches(void)
{
	struct machine machine;

	machine_make(&machine, "op-only");
	tap_write(machine.root, OP "type", "9\n");
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), 0, "ibs_op alone works");
	CHECK(machine.plan.count == 1 && attr_of(&machine, 0)->config == 0, "without cnt_ctl it counts cycles");
	CHECK_CONTAINS(machine.plan.note.text, "ibs_fetch is not sampled: ", "what is missing is said");
	CHECK_CONTAINS(machine.plan.note.text, "/op-only/bus/event_source/devices/ibs_fetch is missing", "with the file");
	make_zen4(&machine, "fetch-odd");
	tap_write(machine.root, FETCH "format/rand_en", "event:7\n");
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), 0, "also when fetches cannot be understood");
	CHECK_EQUAL(machine.plan.count, 1, "they are left out");
}

static void says_why_no_ibs(void)
{
	char expected[512];
	struct machine machine;

	machine_make(&machine, "intel");
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), -ENOENT, "no ibs_op");
	snprintf(expected, sizeof(expected),
		 "%s/intel/bus/event_source/devices/ibs_op is missing: no AMD CPU with IBS, or the hypervisor hides it", tap_folder());
	CHECK_TEXT(machine.reason.text, expected, "names the file");
	machine_make(&machine, "odd");
	tap_write(machine.root, OP "type", "eleven\n");
	CHECK(plan_of(&machine, MBAL_SOURCE_IBS) < 0, "a type that is no number");
	CHECK_CONTAINS(machine.reason.text, "odd/bus/event_source/devices/ibs_op/type cannot be read as a number", "names the file");
	make_zen3(&machine, "far");
	tap_write(machine.root, OP "format/cnt_ctl", "config:64\n");
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_IBS), -EPROTO, "a bit beyond config");
	CHECK_CONTAINS(machine.reason.text, "format/cnt_ctl must be bits of config, config1 or config2 (config:19, config1:0-11): config:64",
		       "says what it is");
}

static void has_software_sources(void)
{
	struct machine machine;

	machine_make(&machine, "any");
	machine.settings.rate_hz = 1000;
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_FAULTS), 0, "faults works everywhere");
	CHECK_EQUAL(machine.plan.count, 2, "by two events");
	CHECK(attr_of(&machine, 0)->config == PERF_COUNT_SW_PAGE_FAULTS_MIN && attr_of(&machine, 1)->config == PERF_COUNT_SW_PAGE_FAULTS_MAJ,
	      "that count handled page faults");
	for (unsigned int i = 0; i < 2; i++) {
		CHECK_EQUAL(attr_of(&machine, i)->type, PERF_TYPE_SOFTWARE, "without a PMU");
		CHECK_EQUAL(attr_of(&machine, i)->sample_period, 1, "takes each");
		CHECK_EQUAL(attr_of(&machine, i)->sample_type, PERF_SAMPLE_ADDR, "delivers the address");
	}
#if defined(__x86_64__)
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_SOFT), 0, "soft works on x86-64");
	CHECK(attr_of(&machine, 0)->type == PERF_TYPE_SOFTWARE && attr_of(&machine, 0)->config == PERF_COUNT_SW_CPU_CLOCK, "counts time");
	CHECK_EQUAL(attr_of(&machine, 0)->sample_period, 1000000, "1000 Hz is one sample a million ns");
	CHECK(!attr_of(&machine, 0)->freq && attr_of(&machine, 0)->exclude_kernel, "as a period, in user mode");
	machine.settings.has_kernel = true;
	CHECK_EQUAL(plan_of(&machine, MBAL_SOURCE_SOFT), -EOPNOTSUPP, "and cannot walk over the kernel's instructions");
#endif
}

static void lowers_rates(void)
{
	const struct source *soft = source_find(MBAL_SOURCE_SOFT), *faults = source_find(MBAL_SOURCE_FAULTS);
	const struct source *ibs = source_find(MBAL_SOURCE_IBS);
	const struct source_settings fast = { .rate_hz = 1000 }, slow = { .rate_hz = 1 }, usual = { .rate_hz = 997 };

	CHECK_EQUAL(soft->period(&fast, 500), 2000000, "half the rate of soft is twice the period");
	CHECK_EQUAL(soft->period(&slow, 1), 1000000000000, "the least rate of soft fits");
	CHECK_EQUAL(ibs->period(&fast, 500), 500, "half the rate of ibs is half the frequency");
	CHECK_EQUAL(ibs->period(&slow, 1), 1, "the least frequency is 1");
	CHECK_EQUAL(source_thinned_period(&(struct source_event){ .thinning = 8, .attr = { .freq = 1 } }, 5), 1, "however thinned out");
	CHECK_EQUAL(faults->period(&fast, 1000), 1, "faults takes each event");
	CHECK_EQUAL(faults->period(&fast, 250), 4, "or one in four");
	CHECK_EQUAL(source_rate_hz(soft, &usual, 500), 498, "STATUS says the rate of soft");
	CHECK_EQUAL(source_rate_hz(faults, &usual, 1000), 0, "faults has none");
}

static void orders_by_worth(void)
{
	static const enum mbal_source order[] = { MBAL_SOURCE_IBS, MBAL_SOURCE_PEBS, MBAL_SOURCE_SOFT, MBAL_SOURCE_FAULTS };
	const struct source *best = source_next_best(MBAL_SOURCE_MAX);

	for (unsigned int i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		CHECK(best && best->id == order[i], "number %u is %s", i + 1, source_name(order[i]));
		best = source_next_best(order[i]);
	}
	CHECK(!best, "then there is none");
	CHECK_TEXT(source_name(MBAL_SOURCE_SOFT), "soft", "names are those of the ABI");
	CHECK_TEXT(source_name((enum mbal_source)99), "unknown", "a name for every number");
}

int main(void)
{
	respects_the_ibs_driver();
	takes_a_period();
	filters_l3_misses();
	filters_latency();
	filters_the_kernel();
	works_without_fetches();
	says_why_no_ibs();
	has_software_sources();
	lowers_rates();
	orders_by_worth();
	return tap_end();
}
