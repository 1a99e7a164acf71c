// SPDX-License-Identifier: Apache-2.0
#include "source.h"

#include <errno.h>
#include <stddef.h>

#define NS_PER_SECOND UINT64_C(1000000000)

static const struct perf_event_attr software_event = {
	.type = PERF_TYPE_SOFTWARE,
	.size = sizeof(struct perf_event_attr),
	.disabled = 1,
};

static uint64_t soft_period(unsigned int rate_hz, unsigned int share_permille)
{
	return NS_PER_SECOND * SOURCE_FULL_SHARE / ((uint64_t)rate_hz * share_permille);
}

/*
 * The clock's period is in ns. The kernel turns a frequency into one at open and forgets that it was a frequency
 * (perf_swevent_init_hrtimer), so that a later PERF_EVENT_IOC_PERIOD would mean another unit than the open did.
 */
static int soft_event(const struct source_settings *settings, struct perf_event_attr *attr, struct reason *reason)
{
#if defined(__x86_64__)
	(void)reason;
	*attr = software_event;
	attr->config = PERF_COUNT_SW_CPU_CLOCK;
	attr->sample_period = soft_period(settings->rate_hz, SOURCE_FULL_SHARE);
	attr->exclude_kernel = 1;
	return 0;
#else
	(void)settings;
	(void)attr;
	return reason_set(reason, -EOPNOTSUPP, "it understands x86-64 instructions only");
#endif
}

static uint64_t faults_period(unsigned int rate_hz, unsigned int share_permille)
{
	(void)rate_hz;
	return SOURCE_FULL_SHARE / share_permille;
}

static int faults_event(const struct source_settings *settings, struct perf_event_attr *attr, struct reason *reason)
{
	(void)reason;
	*attr = software_event;
	attr->config = PERF_COUNT_SW_PAGE_FAULTS;
	attr->sample_period = faults_period(settings->rate_hz, SOURCE_FULL_SHARE);
	attr->sample_type = PERF_SAMPLE_ADDR;
	return 0;
}

/* A real frequency: the kernel adapts the number of ops between two samples to it. */
static uint64_t ibs_frequency(unsigned int rate_hz, unsigned int share_permille)
{
	uint64_t frequency = (uint64_t)rate_hz * share_permille / SOURCE_FULL_SHARE;

	return frequency ? frequency : 1;
}

static const struct source sources[] = {
	{ .id = MBAL_SOURCE_IBS, .has_rate = true, .event = ibs_event, .period = ibs_frequency },
	{ .id = MBAL_SOURCE_SOFT, .has_rate = true, .event = soft_event, .period = soft_period },
	{ .id = MBAL_SOURCE_FAULTS, .event = faults_event, .period = faults_period },
};
#define SOURCE_COUNT (sizeof(sources) / sizeof(sources[0]))

const struct source *source_find(enum mbal_source id)
{
	for (size_t i = 0; i < SOURCE_COUNT; i++)
		if (sources[i].id == id)
			return &sources[i];
	return NULL;
}

const struct source *source_next_best(enum mbal_source than)
{
	const struct source *best = NULL;

	for (size_t i = 0; i < SOURCE_COUNT; i++)
		if (sources[i].id < than && (!best || sources[i].id > best->id))
			best = &sources[i];
	return best;
}

const char *source_name(enum mbal_source id)
{
	static const char *const names[MBAL_SOURCE_MAX] = {
		[MBAL_SOURCE_NONE] = "none",
#define X(source, name, text) [MBAL_SOURCE_##source] = name,
		MBAL_SOURCES(X)
#undef X
	};

	return id < MBAL_SOURCE_MAX ? names[id] : "unknown";
}

const char *source_text(enum mbal_source id)
{
	static const char *const texts[MBAL_SOURCE_MAX] = {
		[MBAL_SOURCE_NONE] = "none",
#define X(source, name, text) [MBAL_SOURCE_##source] = text,
		MBAL_SOURCES(X)
#undef X
	};

	return id < MBAL_SOURCE_MAX ? texts[id] : "unknown";
}

unsigned int source_rate_hz(const struct source *source, unsigned int rate_hz, unsigned int share_permille)
{
	return source->has_rate ? (unsigned int)ibs_frequency(rate_hz, share_permille) : 0;
}
