// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static uint64_t read_clock(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time); /* cannot fail for the clocks below */
	return (uint64_t)time.tv_sec * NS_PER_SECOND + (uint64_t)time.tv_nsec;
}

uint64_t status_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t status_boot_time_ns(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

int status_read_cost(const struct server *server, struct cost_reading *reading)
{
	uint64_t runs;

	reading->now_ns = status_now_ns();
	reading->own_cpu_ns = read_clock(CLOCK_PROCESS_CPUTIME_ID);
	return sampler_run_time(server->sampler, &reading->bpf_ns, &runs);
}

static void write_why(const struct server *server, char why[MBAL_WHY_BYTES])
{
	unsigned int share = server->cost.share_permille;

	if (share == SOURCE_FULL_SHARE)
		snprintf(why, MBAL_WHY_BYTES, "%s", server->choice->why);
	else
		snprintf(why, MBAL_WHY_BYTES, "%.*srate lowered to %u.%u %% of what was asked for: --max-cpu-percent=%u\n",
			 (int)MBAL_WHY_BYTES - 128, server->choice->why, share / 10, share % 10, server->options->max_cpu_percent);
}

static int write_counters(const struct server *server, struct mbal_status *status)
{
	uint64_t counters[MBAL_COUNTER_MAX], run_time_ns, runs;
	int err = sampler_counters(server->sampler, counters);

	if (err)
		return err;
	counters[MBAL_COUNTER_TARGETS_ENDED] += server->groups.targets_ended;
	for (unsigned int i = 0; i < MBAL_COUNTER_MAX; i++)
		status->counters[i] = counters[i];
	status->counter_count = MBAL_COUNTER_MAX;
	err = sampler_run_time(server->sampler, &run_time_ns, &runs);
	status->run_time_ns = run_time_ns;
	status->run_count = runs;
	return err;
}

struct mbal_status status_of(const struct server *server)
{
	const struct sampler *sampler = server->sampler;
	struct mbal_status status = {
		.magic = MBAL_WIRE_MAGIC,
		.abi_version = MBAL_ABI_VERSION,
		.kind = MBAL_REQUEST_STATUS,
		.helper_pid = (__u32)getpid(),
		.source = sampler->source->id,
		.rate_asked_hz = source_rate_hz(sampler->source, sampler->rate_hz, SOURCE_FULL_SHARE),
		.rate_hz = source_rate_hz(sampler->source, sampler->rate_hz, sampler->share_permille),
		.cpu_count = server->cpu_count,
		.group_count = server->groups.count,
		.peer_count = server->peer_count,
		.max_cpu_permille = (__u32)(server->cost.max_ppm / 1000),
		.cost_permille = cost_permille(&server->cost),
		.uptime_ns = status_now_ns() - server->started_ns,
		.table_memory_bytes = groups_memory_bytes(&server->groups),
		.requests = server->requests,
		.requests_refused = server->requests_refused,
		.version = MBAL_VERSION,
	};

	status.error = write_counters(server, &status);
	write_why(server, status.why);
	return status;
}
