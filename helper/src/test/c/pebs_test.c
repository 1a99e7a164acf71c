// SPDX-License-Identifier: Apache-2.0
/* The events of Intel's machines, by what their sysfs says. No such machine is here: none of them was ever opened. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source.h"
#include "tap.h"

struct file {
	const char *path;	/* below bus/event_source/devices/; NULL ends the tree */
	const char *text;
};

#define CORE_FORMATS(pmu) \
	{ pmu "/format/event", "config:0-7" }, { pmu "/format/umask", "config:8-15" }, { pmu "/format/edge", "config:18" }, \
	{ pmu "/format/inv", "config:23" }, { pmu "/format/cmask", "config:24-31" }, { pmu "/format/offcore_rsp", "config1:0-63" }, \
	{ pmu "/format/ldlat", "config1:0-15" }, { pmu "/format/frontend", "config1:0-23" }

static const struct file skylake_sp[] = {
	{ "cpu/type", "4" }, CORE_FORMATS("cpu"), { "cpu/format/any", "config:21" }, { "cpu/format/in_tx", "config:32" },
	{ "cpu/caps/pmu_name", "skylake" }, { "cpu/caps/max_precise", "3" }, { "cpu/caps/branches", "32" },
	{ "cpu/events/cpu-cycles", "event=0x3c" },
	{ "cpu/events/mem-loads", "event=0xcd,umask=0x1,ldlat=3" },
	{ "cpu/events/mem-stores", "event=0xd0,umask=0x82" },
	{ NULL, NULL },
};

static const struct file sapphire_rapids[] = {
	{ "cpu/type", "4" }, CORE_FORMATS("cpu"),
	{ "cpu/caps/pmu_name", "sapphire_rapids" }, { "cpu/caps/max_precise", "3" },
	{ "cpu/events/cpu-cycles", "event=0x3c" },
	{ "cpu/events/mem-loads", "event=0xcd,umask=0x1,ldlat=3" },
	{ "cpu/events/mem-loads-aux", "event=0x03,umask=0x82" },
	{ "cpu/events/mem-stores", "event=0xcd,umask=0x2" },
	{ NULL, NULL },
};

static const struct file alder_lake[] = {
	{ "cpu_core/type", "4" }, { "cpu_core/cpus", "0-15" }, CORE_FORMATS("cpu_core"),
	{ "cpu_core/caps/pmu_name", "alderlake_hybrid" }, { "cpu_core/caps/max_precise", "3" },
	{ "cpu_core/events/mem-loads", "event=0xcd,umask=0x1,ldlat=3" },
	{ "cpu_core/events/mem-loads-aux", "event=0x03,umask=0x82" },
	{ "cpu_core/events/mem-stores", "event=0xcd,umask=0x2" },
	{ "cpu_atom/type", "10" }, { "cpu_atom/cpus", "16-23" }, CORE_FORMATS("cpu_atom"),
	{ "cpu_atom/caps/pmu_name", "alderlake_hybrid" }, { "cpu_atom/caps/max_precise", "3" },
	{ "cpu_atom/events/mem-loads", "event=0xd0,umask=0x5,ldlat=3" },
	{ "cpu_atom/events/mem-stores", "event=0xd0,umask=0x6" },
	{ NULL, NULL },
};

static const struct file amd_zen4[] = {
	{ "cpu/type", "4" }, { "cpu/format/event", "config:0-7,32-35" }, { "cpu/format/umask", "config:8-15" },
	{ "cpu/caps/max_precise", "0" }, { "cpu/events/cpu-cycles", "event=0x76" },
	{ "ibs_op/type", "11" }, { "ibs_op/format/cnt_ctl", "config:19" },
	{ NULL, NULL },
};

/* A guest that has the core's counters, but no PEBS. */
static const struct file guest_without_pebs[] = {
	{ "cpu/type", "4" }, CORE_FORMATS("cpu"),
	{ "cpu/caps/pmu_name", "skylake" }, { "cpu/caps/max_precise", "0" },
	{ "cpu/events/mem-loads", "event=0xcd,umask=0x1,ldlat=3" },
	{ "cpu/events/mem-stores", "event=0xd0,umask=0x82" },
	{ NULL, NULL },
};

static const struct file guest_without_counters[] = {
	{ "software/type", "1" }, { "tracepoint/type", "2" }, { "msr/type", "9" },
	{ NULL, NULL },
};

/* What was asked of a machine, and what came of it. */
struct machine {
	char root[256];
	struct source_settings settings;
	struct source_plan plan;
	struct reason reason;
};

static void machine_make(struct machine *machine, const char *name, const struct file *tree)
{
	char path[128], text[64];

	*machine = (struct machine){ .settings = { .sysfs_root = machine->root, .rate_hz = 997 } };
	snprintf(machine->root, sizeof(machine->root), "%s/%s", tap_folder(), name);
	for (; tree->path; tree++) {
		snprintf(path, sizeof(path), "bus/event_source/devices/%s", tree->path);
		snprintf(text, sizeof(text), "%s\n", tree->text);
		tap_write(machine->root, path, text);
	}
}

static int plan(struct machine *machine)
{
	machine->plan = (struct source_plan){ .count = 0 };
	return pebs_plan(&machine->settings, &machine->plan, &machine->reason);
}

static void check_event(const struct machine *machine, unsigned int index, const char *name, __u32 type, __u64 config, __u64 config1)
{
	const struct source_event *event = &machine->plan.events[index];

	CHECK(index < machine->plan.count, "there is an event %u", index);
	CHECK_TEXT(event->name, name, "its name");
	CHECK(event->attr.type == type && event->attr.config == config && event->attr.config1 == config1,
	      "%s: type %u, config %llx, config1 %llx", name, event->attr.type, event->attr.config, event->attr.config1);
}

static void check_sampled(const struct machine *machine, unsigned int index)
{
	const __u64 types = PERF_SAMPLE_ADDR | PERF_SAMPLE_DATA_SRC | PERF_SAMPLE_WEIGHT | PERF_SAMPLE_PHYS_ADDR;
	const struct source_event *event = &machine->plan.events[index];

	CHECK_EQUAL(event->program, SOURCE_PROGRAM_PEBS, "is sampled");
	CHECK_EQUAL(event->attr.precise_ip, 3, "as precisely as it can be");
	CHECK_EQUAL(event->attr.sample_type, types, "with addresses, source and latency");
	CHECK(event->attr.freq && event->attr.sample_freq == 997 && event->attr.exclude_kernel, "at the rate, without the kernel");
}

static void samples_skylake(void)
{
	struct machine machine;

	machine_make(&machine, "skylake", skylake_sp);
	CHECK_EQUAL(plan(&machine), 0, "Skylake-SP");
	CHECK_EQUAL(machine.plan.count, 2, "has loads and stores");
	check_event(&machine, 0, "cpu/mem-loads", 4, 0x1cd, 30);
	check_event(&machine, 1, "cpu/mem-stores", 4, 0x82d0, 0);
	check_sampled(&machine, 0);
	check_sampled(&machine, 1);
	CHECK(!machine.plan.events[0].is_grouped && !machine.plan.events[0].has_cpus, "in no group, on all CPUs");
	machine.settings.min_latency = 200;
	CHECK_EQUAL(plan(&machine), 0, "with a least latency");
	CHECK_EQUAL(machine.plan.count, 1, "stores are left out");
	check_event(&machine, 0, "cpu/mem-loads", 4, 0x1cd, 200);
	CHECK_TEXT(machine.plan.note.text, "mem-stores are not sampled: --min-latency is about loads", "which is said");
	machine.settings.min_latency = 0;
	machine.settings.has_kernel = true;
	CHECK_EQUAL(plan(&machine) || machine.plan.events[0].attr.exclude_kernel, 0, "the kernel too, when wanted");
	machine.settings.is_l3_miss_only = true;
	CHECK_EQUAL(plan(&machine), -EOPNOTSUPP, "it has no filter for L3 misses");
}

static void groups_sapphire_rapids(void)
{
	struct machine machine;

	machine_make(&machine, "spr", sapphire_rapids);
	CHECK_EQUAL(plan(&machine), 0, "Sapphire Rapids");
	CHECK_EQUAL(machine.plan.count, 3, "has a leader, loads and stores");
	check_event(&machine, 0, "cpu/mem-loads-aux", 4, 0x8203, 0);
	check_event(&machine, 1, "cpu/mem-loads", 4, 0x1cd, 30);
	check_event(&machine, 2, "cpu/mem-stores", 4, 0x2cd, 0);
	CHECK(machine.plan.events[0].program == SOURCE_PROGRAM_NONE && !machine.plan.events[0].attr.sample_period, "the leader only counts");
	CHECK(!machine.plan.events[0].is_grouped && machine.plan.events[1].is_grouped && !machine.plan.events[2].is_grouped,
	      "and loads are in its group");
	check_sampled(&machine, 1);
	check_sampled(&machine, 2);
}

static void splits_alder_lake(void)
{
	struct machine machine;

	machine_make(&machine, "adl", alder_lake);
	CHECK_EQUAL(plan(&machine), 0, "Alder Lake");
	CHECK_EQUAL(machine.plan.count, 5, "has three events for one kind of core and two for the other");
	check_event(&machine, 1, "cpu_core/mem-loads", 4, 0x1cd, 30);
	check_event(&machine, 3, "cpu_atom/mem-loads", 10, 0x5d0, 30);
	check_event(&machine, 4, "cpu_atom/mem-stores", 10, 0x6d0, 0);
	for (unsigned int i = 0; i < 5; i++)
		CHECK(machine.plan.events[i].has_cpus && cpu_list_count(&machine.plan.events[i].cpus) == (i < 3 ? 16u : 8u) &&
			      cpu_list_has(&machine.plan.events[i].cpus, i < 3 ? 0 : 16),
		      "%s is for its own cores", machine.plan.events[i].name);
	CHECK(machine.plan.events[1].is_grouped && !machine.plan.events[3].is_grouped, "only the large cores need the group");
}

/* A kernel that knows no memory events of the small cores. */
static void says_which_cores_it_leaves_out(void)
{
	char path[512], expected[1024];
	struct machine machine;

	machine_make(&machine, "adl-old", alder_lake);
	snprintf(path, sizeof(path), "%s/bus/event_source/devices/cpu_atom/events/mem-loads", machine.root);
	CHECK_EQUAL(unlink(path), 0, "without mem-loads of the small cores");
	CHECK_EQUAL(plan(&machine), 0, "the large ones are sampled");
	CHECK_EQUAL(machine.plan.count, 3, "by their three events");
	snprintf(expected, sizeof(expected), "the CPUs of cpu_atom are not sampled: %s is missing", path);
	CHECK_TEXT(machine.plan.note.text, expected, "and the others are named");
	machine.settings.min_latency = 100;
	CHECK_EQUAL(plan(&machine), 0, "with a least latency as well");
	strcat(expected, "; mem-stores are not sampled: --min-latency is about loads");
	CHECK_TEXT(machine.plan.note.text, expected, "both are said");
}

static void says_why_not(void)
{
	struct machine machine;
	char expected[512];

	machine_make(&machine, "amd", amd_zen4);
	CHECK_EQUAL(plan(&machine), -ENOENT, "an AMD machine has none");
	CHECK_CONTAINS(machine.reason.text, "/{cpu,cpu_core}/events/mem-loads is missing: no Intel CPU with PEBS", "which is said");
	machine_make(&machine, "bare", guest_without_counters);
	CHECK_EQUAL(plan(&machine), -ENOENT, "a guest without counters neither");
	machine_make(&machine, "guest", guest_without_pebs);
	CHECK_EQUAL(plan(&machine), -EOPNOTSUPP, "one with counters but without PEBS neither");
	snprintf(expected, sizeof(expected), "%s/bus/event_source/devices/cpu/caps/max_precise is 0: no PEBS, or the hypervisor hides it",
		 machine.root);
	CHECK_TEXT(machine.reason.text, expected, "naming the file");
	tap_write(machine.root, "bus/event_source/devices/cpu/caps/max_precise", "2\n");
	tap_write(machine.root, "bus/event_source/devices/cpu/format/ldlat", "config9:1\n");
	CHECK_EQUAL(plan(&machine), -EPROTO, "and a format that nobody knows is an error");
}

int main(void)
{
	samples_skylake();
	groups_sapphire_rapids();
	splits_alder_lake();
	says_which_cores_it_leaves_out();
	says_why_not();
	return tap_end();
}
