// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
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
	int err;

	reading->now_ns = status_now_ns();
	reading->own_cpu_ns = read_clock(CLOCK_PROCESS_CPUTIME_ID);
	err = sampler_samples(server->sampler, &reading->samples);
	return err ? err : sampler_run_time(server->sampler, &reading->bpf_ns, &runs);
}

/* Adds a line, cut off where there is no more room. */
__attribute__((format(printf, 2, 3))) static void add_why(char why[MBAL_WHY_BYTES], const char *format, ...)
{
	size_t used = strlen(why);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why + used, MBAL_WHY_BYTES - used, format, arguments);
	va_end(arguments);
}

/* What may change comes before what was said at start, so that it is never what is cut off. */
static void write_why(const struct server *server, char why[MBAL_WHY_BYTES])
{
	unsigned int share = server->cost.share_permille;
	const struct events_sharing *sharing = &server->sharing;
	const struct events *events = &server->sampler->events;

	if (share != SOURCE_FULL_SHARE)
		add_why(why, "rate lowered to %u.%u %% of what was asked for: --max-cpu-percent=%u\n", share / 10, share % 10,
			server->options->max_cpu_percent);
	if (sharing->name)
		add_why(why, "%s ran %u %% of the last time on CPU %u: another user of its PMU (perf?) takes turns with it\n", sharing->name,
			sharing->running_percent, sharing->cpu);
	if (events->throttle_error)
		add_why(why, "what the kernel throttles is not counted: its ring buffer cannot be mapped: %s\n",
			errno_name(events->throttle_error));
	add_why(why, "%s", server->choice->why);
}

static int write_counters(const struct server *server, struct mbal_status *status)
{
	uint64_t counters[MBAL_COUNTER_MAX], run_time_ns, runs;
	int err = sampler_counters(server->sampler, counters);

	if (err)
		return err;
	counters[MBAL_COUNTER_TARGETS_ENDED] += server->groups.targets_ended;
	counters[MBAL_COUNTER_TARGETS_LOST] += server->groups.targets_lost;
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
	unsigned int asked_hz = source_rate_hz(sampler->source, &sampler->settings, SOURCE_FULL_SHARE);
	unsigned int now_hz = source_rate_hz(sampler->source, &sampler->settings, sampler->share_permille);
	struct mbal_status status = {
		.magic = MBAL_WIRE_MAGIC,
		.abi_version = MBAL_ABI_VERSION,
		.kind = MBAL_REQUEST_STATUS,
		.helper_pid = (__u32)getpid(),
		.source = sampler->source->id,
		.rate_asked_hz = events_rate_hz(&sampler->events, asked_hz),
		.rate_hz = events_rate_hz(&sampler->events, now_hz),
		.rate_real_hz = (__u32)(server->cpu_count ? server->cost.samples_per_second / server->cpu_count : 0),
		.event_count = sampler->events.count,
		.events_throttled = sampler->events.throttled,
		.cpu_count = server->cpu_count,
		.group_count = server->groups.count,
		.peer_count = server->peer_count,
		.max_cpu_permille = (__u32)(server->cost.max_ppm / 1000),
		.cost_permille = cost_permille(&server->cost),
		.bpf_cost_permille = cost_bpf_permille(&server->cost),
		.uptime_ns = status_now_ns() - server->started_ns,
		.table_memory_bytes = groups_memory_bytes(&server->groups),
		.targets = sampler_targets(sampler),
		.requests = server->requests,
		.requests_refused = server->requests_refused,
		.version = MBAL_VERSION,
	};

	status.error = write_counters(server, &status);
	write_why(server, status.why);
	return status;
}
