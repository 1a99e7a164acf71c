// SPDX-License-Identifier: Apache-2.0
/*
 * Which event attributes the IBS PMUs take and which they refuse, and with
 * which error: the rules of the real driver on 6.1 and on 6.12.
 *
 * Usage: attr_rules ZEN4    (1 when the processor has the Zen 4 extensions, else 0)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "pmu.h"
#include "tap.h"

#define PERIOD		1000000
#define CPU		0
#define TURNS_MAX	5000	/* a millisecond each: a guard, not an expectation */

enum unit { OP, FETCH };

struct rules {
	struct tap tap;
	int	type[2];
	int	version;
	bool	zen4;
};

struct rule {
	const char *name;
	enum unit unit;
	struct perf_event_attr attr;
	int	expected;	/* 0 or an errno */
};

static struct perf_event_attr with_type(const struct rules *rules, enum unit unit,
					struct perf_event_attr attr)
{
	attr.type = (unsigned int)rules->type[unit];
	attr.disabled = 1;
	return attr;
}

static const char *outcome(int error)
{
	return error ? strerrorname_np(error) : "accepted";
}

static void check_open(struct rules *rules, const struct rule *rule, pid_t pid, int cpu,
		       int group_fd)
{
	struct perf_event_attr attr = with_type(rules, rule->unit, rule->attr);
	int fd = event_open(&attr, pid, cpu, group_fd);
	int error = fd < 0 ? -fd : 0;

	tap_check(&rules->tap, error == rule->expected, "%s: %s: %s (expected: %s)",
		  rule->unit == OP ? "ibs_op" : "ibs_fetch", rule->name, outcome(error),
		  outcome(rule->expected));
	if (fd >= 0)
		close(fd);
}

static void check_periods(struct rules *rules)
{
	const struct rule table[] = {
		{ "sample_period multiple of 16", OP, { .sample_period = 100000 }, 0 },
		{ "sample_period with low bits", OP, { .sample_period = 100001 }, 0 },
		{ "sample_period 1", OP, { .sample_period = 1 }, 0 },
		{ "frequency", OP, { .freq = 1, .sample_freq = 1000 }, 0 },
		{ "no period", OP, { .sample_period = 0 }, EINVAL },
		{ "MaxCnt in config", OP, { .config = 0x1000 }, 0 },
		{ "upper MaxCnt in config", OP, { .config = 1 << 20 }, 0 },
		{ "MaxCnt and sample_period", OP, { .config = 1, .sample_period = PERIOD }, EINVAL },
		{ "MaxCnt and frequency", OP, { .config = 1, .freq = 1, .sample_freq = 100 }, EINVAL },
		{ "sample_period", FETCH, { .sample_period = PERIOD }, 0 },
		{ "no period", FETCH, { .sample_period = 0 }, EINVAL },
		{ "MaxCnt in config", FETCH, { .config = 0x1000 }, 0 },
		{ "MaxCnt and sample_period", FETCH, { .config = 1, .sample_period = PERIOD }, EINVAL },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++)
		check_open(rules, &table[i], -1, CPU, -1);
}

static void check_config(struct rules *rules)
{
	const int zen4 = rules->zen4 ? 0 : EINVAL;
	const struct rule table[] = {
		{ "cnt_ctl", OP, { .config = OP_CNT_CTL, .sample_period = PERIOD }, 0 },
		{ "l3missonly", OP, { .config = OP_L3MISSONLY, .sample_period = PERIOD }, zen4 },
		{ "enable bit", OP, { .config = 1 << 17, .sample_period = PERIOD }, EINVAL },
		{ "valid bit", OP, { .config = 1 << 18, .sample_period = PERIOD }, EINVAL },
		{ "current count", OP, { .config = 1ULL << 32, .sample_period = PERIOD }, EINVAL },
		{ "top bit", OP, { .config = 1ULL << 63, .sample_period = PERIOD }, EINVAL },
		{ "config2", OP, { .config2 = 1, .sample_period = PERIOD }, 0 },
		{ "rand_en", FETCH, { .config = FETCH_RAND_EN, .sample_period = PERIOD }, 0 },
		{ "l3missonly", FETCH, { .config = FETCH_L3MISSONLY, .sample_period = PERIOD }, zen4 },
		{ "cnt_ctl", FETCH, { .config = OP_CNT_CTL, .sample_period = PERIOD }, EINVAL },
		{ "enable bit", FETCH, { .config = 1ULL << 48, .sample_period = PERIOD }, EINVAL },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++)
		check_open(rules, &table[i], -1, CPU, -1);
}

#define EXCLUDES(unit, bit) \
	{ #bit, unit, { .bit = 1, .sample_period = PERIOD }, EINVAL }

static void check_excludes(struct rules *rules)
{
	const struct rule table[] = {
		EXCLUDES(OP, exclude_user), EXCLUDES(OP, exclude_kernel), EXCLUDES(OP, exclude_hv),
		EXCLUDES(OP, exclude_idle), EXCLUDES(OP, exclude_host), EXCLUDES(OP, exclude_guest),
		EXCLUDES(FETCH, exclude_user), EXCLUDES(FETCH, exclude_kernel),
		{ "config2 bit 0 and exclude_kernel", OP,
		  { .config2 = 1, .exclude_kernel = 1, .sample_period = PERIOD }, EINVAL },
		{ "precise_ip 1", OP, { .precise_ip = 1, .sample_period = PERIOD }, 0 },
		{ "precise_ip 2", OP, { .precise_ip = 2, .sample_period = PERIOD }, 0 },
		{ "precise_ip 3", OP, { .precise_ip = 3, .sample_period = PERIOD }, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++)
		check_open(rules, &table[i], -1, CPU, -1);
}

/* What 6.1 and 6.12 treat differently. */
static void check_version_rules(struct rules *rules)
{
	const bool old = rules->version == 6001;
	const struct rule task = {
		"one task on any CPU", OP, { .sample_period = PERIOD }, old ? EINVAL : 0,
	};
	const struct rule branches = {
		"branch stack", OP,
		{ .sample_period = PERIOD, .sample_type = PERF_SAMPLE_BRANCH_STACK,
		  .branch_sample_type = PERF_SAMPLE_BRANCH_ANY }, old ? 0 : EOPNOTSUPP,
	};
	const struct rule sibling = {
		"two in a group", OP, { .sample_period = PERIOD }, old ? 0 : EINVAL,
	};
	struct perf_event_attr leader = with_type(rules, OP, sibling.attr);
	int fd;

	if (!old && rules->version < 6012) {
		printf("# between 6.1 and 6.12: rules that changed there are not checked\n");
		return;
	}
	check_open(rules, &task, 0, -1, -1);
	check_open(rules, &branches, -1, CPU, -1);
	fd = event_open(&leader, -1, CPU, -1);
	check_open(rules, &sibling, -1, CPU, fd);
	close(fd);
}

struct times {
	uint64_t value;
	uint64_t enabled;
	uint64_t running;
};

/* False when the event is in the error state. */
static bool read_times(int fd, struct times *times)
{
	return read(fd, times, sizeof(*times)) == sizeof(*times);
}

static int open_counted(struct rules *rules, bool pinned)
{
	struct perf_event_attr attr = with_type(rules, OP, (struct perf_event_attr){
		.sample_period = PERIOD, .pinned = pinned,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
	});

	attr.disabled = 0;
	return event_open(&attr, -1, CPU, -1);
}

/* Waits until both have had the unit for a while. */
static bool take_turns(int first, int second, struct times *one, struct times *other)
{
	int turn;

	for (turn = 0; turn < TURNS_MAX; turn++) {
		if (!read_times(first, one) || !read_times(second, other))
			return false;
		if (one->running && other->running && one->running < one->enabled &&
		    other->running < other->enabled)
			return true;
		usleep(1000);
	}
	return false;
}

/* The unit refuses a second event with ENOSPC; perf lets the two take turns. */
static void check_second_event(struct rules *rules)
{
	struct times one = { 0 }, other = { 0 };
	int first = open_counted(rules, false), second = open_counted(rules, false);
	bool turns = first >= 0 && second >= 0 && take_turns(first, second, &one, &other);

	tap_check(&rules->tap, turns, "ibs_op: a second event on a CPU takes turns: "
		  "ran %llu of %llu ns and %llu of %llu ns",
		  (unsigned long long)one.running, (unsigned long long)one.enabled,
		  (unsigned long long)other.running, (unsigned long long)other.enabled);
	close(first);
	close(second);
}

static void check_pinned_event(struct rules *rules)
{
	struct times times = { 0 };
	int first = open_counted(rules, true), second = open_counted(rules, true);
	bool first_runs = first >= 0 && read_times(first, &times) && times.running;
	bool second_fails = second >= 0 && !read_times(second, &times);

	tap_check(&rules->tap, first_runs && second_fails,
		  "ibs_op: a second pinned event on a CPU is in error: first %s, second %s",
		  first_runs ? "runs" : "does not run", second_fails ? "in error" : "runs");
	close(first);
	close(second);
}

int main(int argc, char **argv)
{
	struct rules rules = {
		.type = { pmu_type("ibs_op"), pmu_type("ibs_fetch") },
		.version = kernel_version(),
		.zen4 = argc > 1 && atoi(argv[1]),
	};

	if (!tap_check(&rules.tap, rules.type[OP] >= 0 && rules.type[FETCH] >= 0,
		       "PMU types of ibs_op %d, ibs_fetch %d", rules.type[OP], rules.type[FETCH]))
		return 1;
	check_periods(&rules);
	check_config(&rules);
	check_excludes(&rules);
	check_version_rules(&rules);
	check_second_event(&rules);
	check_pinned_event(&rules);
	return rules.tap.failures != 0;
}
