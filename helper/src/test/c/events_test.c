// SPDX-License-Identifier: Apache-2.0
/* Perf events of this kernel, on CPUs that come and go as far as the helper is told. */
#include "events.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "tap.h"

/* A program that does nothing, or -errno. */
static int load_program(void)
{
	const struct bpf_insn empty[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_PERF_EVENT, "mbal_test", "GPL", empty, 2, NULL);
}

struct setting {
	int program_fds[SOURCE_PROGRAM_MAX];
	struct source_plan plan;
	struct cpu_list cpus;	/* those that are online here */
	unsigned int cpu_count;
	struct reason reason;
};

static void setting_make(struct setting *setting, int program_fd)
{
	*setting = (struct setting){ .plan = { .count = 0 } };
	for (unsigned int i = 0; i < SOURCE_PROGRAM_MAX; i++)
		setting->program_fds[i] = program_fd;
	setting->cpu_count = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
	for (unsigned int cpu = 0; cpu < setting->cpu_count; cpu++)
		cpu_list_add(&setting->cpus, cpu);
}

static struct source_event *add_clock(struct setting *setting, const char *name)
{
	struct source_event *event = source_plan_add(&setting->plan, name, SOURCE_PROGRAM_SOFT_TICK);

	event->attr.type = PERF_TYPE_SOFTWARE;
	event->attr.config = PERF_COUNT_SW_CPU_CLOCK;
	event->attr.sample_period = 1000000000;
	return event;
}

/* A type that no PMU of this kernel has. */
static struct source_event *add_impossible(struct setting *setting, const char *name)
{
	struct source_event *event = add_clock(setting, name);

	event->attr.type = 0x7ffffff0;
	return event;
}

static int open_events(struct events *events, struct setting *setting)
{
	return events_open(events, &setting->plan, setting->program_fds, &setting->cpus, &setting->reason);
}

static void opens_each_event_on_each_cpu(int program_fd)
{
	struct setting setting;
	struct events events;

	setting_make(&setting, program_fd);
	add_clock(&setting, "one");
	add_clock(&setting, "two")->thinning = 8;
	CHECK_EQUAL(open_events(&events, &setting), 0, "two events");
	CHECK_EQUAL(events.count, 2 * setting.cpu_count, "are opened on each CPU");
	CHECK_EQUAL(events_rate_hz(&events, 800), 900, "at 800 and 100 samples a second there");
	CHECK_EQUAL(events_rate_hz(&events, 0), 0, "or without a rate");
	CHECK_EQUAL(events.throttle_error, 0, "with their rings watched");
	CHECK_EQUAL(events_run(&events, true) || events_set_period(&events, 500000000), 0, "they run");
	events_count_throttled(&events);
	CHECK_EQUAL(events.throttled, 0, "and twice a second is not too much");
	events_close(&events);
}

static void leaves_out_what_is_optional(int program_fd)
{
	struct setting setting;
	struct events events;

	setting_make(&setting, program_fd);
	add_clock(&setting, "clock");
	add_impossible(&setting, "luxury")->is_optional = true;
	CHECK_EQUAL(open_events(&events, &setting), 0, "an optional event that cannot be opened");
	CHECK_EQUAL(events.count, setting.cpu_count, "is left out on every CPU");
	CHECK_CONTAINS(events.plan.note.text, "luxury is not sampled: perf_event_open of luxury on CPU 0 failed: ENOENT", "and says why");
	events_close(&events);
	setting_make(&setting, program_fd);
	add_impossible(&setting, "needed");
	CHECK_EQUAL(open_events(&events, &setting), -ENOENT, "one that is needed fails");
	CHECK_TEXT(setting.reason.text, "perf_event_open of needed on CPU 0 failed: ENOENT", "and says why");
}

static void keeps_to_its_cpus(int program_fd)
{
	struct setting setting;
	struct events events;
	struct source_event *event;

	setting_make(&setting, program_fd);
	add_clock(&setting, "everywhere");
	event = add_clock(&setting, "first");
	event->has_cpus = true;
	cpu_list_add(&event->cpus, 0);
	CHECK_EQUAL(open_events(&events, &setting), 0, "an event of one kind of CPU");
	CHECK_EQUAL(events.count, setting.cpu_count + 1, "is opened there only");
	events_close(&events);
}

/* Whether any event of the CPU has counted. */
static bool counts(const struct events *events, unsigned int cpu)
{
	uint64_t values[3];

	for (unsigned int i = 0; i < events->count; i++)
		if (events->open[i].cpu == cpu && read(events->open[i].fd, values, sizeof(values)) == sizeof(values) && values[1])
			return true;
	return false;
}

static void follows_cpus(int program_fd)
{
	struct setting setting;
	struct events events;
	struct cpu_list online;

	setting_make(&setting, program_fd);
	add_clock(&setting, "clock");
	if (setting.cpu_count < 2) {
		tap_skip("CPUs that come and go", "this machine has one");
		return;
	}
	online = setting.cpus;
	CHECK_EQUAL(open_events(&events, &setting) || events_run(&events, true), 0, "events that run");
	CHECK_EQUAL(events_follow(&events, &online, &setting.reason), 0, "no CPU came or went");
	cpu_list_remove(&online, 1);
	CHECK_EQUAL(events_follow(&events, &online, &setting.reason), 1, "a CPU went offline");
	CHECK(events.count == setting.cpu_count - 1 && !counts(&events, 1), "and its event is closed");
	cpu_list_add(&online, 1);
	CHECK_EQUAL(events_follow(&events, &online, &setting.reason), 1, "it comes back");
	CHECK(events.count == setting.cpu_count && counts(&events, 1), "and is sampled again, running as the others are");
	cpu_list_add(&online, CPU_LIST_MAX - 1);
	CHECK_EQUAL(events_follow(&events, &online, &setting.reason), 0, "a CPU that cannot be sampled");
	CHECK_CONTAINS(setting.reason.text, "perf_event_open of clock on CPU 8191 failed: ", "is said");
	CHECK_EQUAL(events_follow(&events, &online, &setting.reason), 0, "but once");
	CHECK_TEXT(setting.reason.text, "", "then not again");
	events_close(&events);
}

/* Nobody shares a software event. */
static void sees_no_sharing(int program_fd)
{
	struct events_sharing sharing;
	struct setting setting;
	struct events events;

	setting_make(&setting, program_fd);
	add_clock(&setting, "clock");
	CHECK_EQUAL(open_events(&events, &setting), 0, "events that rest");
	CHECK(!events_find_sharing(&events, &sharing), "are not shared");
	CHECK_EQUAL(events_run(&events, true), 0, "events that run");
	CHECK(!events_find_sharing(&events, &sharing) && !events_find_sharing(&events, &sharing), "neither");
	events_close(&events);
}

int main(void)
{
	int program_fd = load_program();

	if (program_fd < 0) {
		tap_skip("perf events with BPF programs", errno_name(program_fd));
		return tap_end();
	}
	opens_each_event_on_each_cpu(program_fd);
	leaves_out_what_is_optional(program_fd);
	keeps_to_its_cpus(program_fd);
	follows_cpus(program_fd);
	sees_no_sharing(program_fd);
	return tap_end();
}
