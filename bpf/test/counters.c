// SPDX-License-Identifier: Apache-2.0
#include "counters.h"

#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "sampler.h"
#include "tap.h"

/* A sample of another process may be under way at any read; one that is lost shows in all of them. */
#define STEADY_READS 10000

struct counters sampler_counters(struct sampler *sampler)
{
	int cpus = libbpf_num_possible_cpus(), fd = bpf_map__fd(sampler->skeleton->maps.mbal_counters);
	struct mbal_cpu_counters per_cpu[cpus];
	struct counters totals = { 0 };
	__u32 zero = 0;

	if (bpf_map_lookup_elem(fd, &zero, per_cpu))
		abort();
	for (int i = 0; i < MBAL_COUNTER_MAX; i++)
		for (int cpu = 0; cpu < cpus; cpu++)
			totals.of[i] += per_cpu[cpu].of[i];
	return totals;
}

struct counters sampler_steady_counters(struct sampler *sampler)
{
	struct counters counters = sampler_counters(sampler);

	for (int i = 0; i < STEADY_READS && counters_outcomes(&counters) != counters.of[MBAL_COUNTER_SEEN]; i++)
		counters = sampler_counters(sampler);
	return counters;
}

struct counters counters_since(struct sampler *sampler, const struct counters *before)
{
	struct counters now = sampler_counters(sampler);

	for (int i = 0; i < MBAL_COUNTER_MAX; i++)
		now.of[i] -= before->of[i];
	return now;
}

__u64 counters_outcomes(const struct counters *counters)
{
	__u64 sum = counters->of[MBAL_COUNTER_RECORDED];

	for (int i = MBAL_COUNTER_FIRST_DROP; i <= MBAL_COUNTER_LAST_DROP; i++)
		sum += counters->of[i];
	return sum;
}

const char *counter_name(enum mbal_counter counter)
{
	static const char *const names[] = {
#define X(id, name, text) [MBAL_COUNTER_##id] = name,
		MBAL_COUNTERS(X)
#undef X
	};

	return names[counter];
}

void check_sum(const struct counters *counters, __u64 expected_seen, const char *what)
{
	tap_check(counters->of[MBAL_COUNTER_SEEN] == expected_seen && counters_outcomes(counters) == expected_seen,
		  "%s: seen %llu, outcomes %llu, expected %llu", what, counters->of[MBAL_COUNTER_SEEN],
		  counters_outcomes(counters), expected_seen);
}

void check_counter(const struct counters *counters, enum mbal_counter counter, __u64 expected, const char *what)
{
	tap_check(counters->of[counter] == expected, "%s: %s %llu, expected %llu", what, counter_name(counter),
		  counters->of[counter], expected);
}
