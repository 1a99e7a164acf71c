// SPDX-License-Identifier: Apache-2.0
#include "source.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_SECOND UINT64_C(1000000000)
/* IBS drops the low four bits of a period (and newer drivers refuse one that has them), to PEBS they mean nothing. */
#define PERIOD_MASK (~UINT64_C(15))

struct source_event *source_plan_add(struct source_plan *plan, const char *name, enum source_program program)
{
	struct source_event *event = &plan->events[plan->count++];

	*event = (struct source_event){
		.program = program,
		.thinning = 1,
		.attr = { .size = sizeof(event->attr), .disabled = 1,
			  .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING },
	};
	snprintf(event->name, sizeof(event->name), "%s", name);
	return event;
}

void source_plan_note(struct source_plan *plan, const char *format, ...)
{
	size_t used = strlen(plan->note.text);
	va_list arguments;

	if (used && used + 3 < sizeof(plan->note.text)) {
		strcpy(plan->note.text + used, "; ");
		used += 2;
	}
	va_start(arguments, format);
	vsnprintf(plan->note.text + used, sizeof(plan->note.text) - used, format, arguments);
	va_end(arguments);
}

/* What only sources with a PMU can do must not be passed over in silence by the others. */
static int refuse_pmu_settings(const struct source_settings *settings, struct reason *reason)
{
	if (settings->period)
		return reason_set(reason, -EOPNOTSUPP, "it counts no events of a PMU: --period=%u needs ibs or pebs", settings->period);
	if (settings->is_l3_miss_only)
		return reason_set(reason, -EOPNOTSUPP, "it knows nothing of caches: --l3miss needs ibs");
	if (settings->min_latency)
		return reason_set(reason, -EOPNOTSUPP, "it knows no latency: --min-latency=%u needs ibs or pebs", settings->min_latency);
	return 0;
}

static uint64_t soft_period(const struct source_settings *settings, unsigned int share_permille)
{
	return NS_PER_SECOND * SOURCE_FULL_SHARE / ((uint64_t)settings->rate_hz * share_permille);
}

/*
 * The clock's period is in ns. The kernel turns a frequency into one at open and forgets that it was a frequency
 * (perf_swevent_init_hrtimer), so that a later PERF_EVENT_IOC_PERIOD would mean another unit than the open did.
 */
static int soft_plan(const struct source_settings *settings, struct source_plan *plan, struct reason *reason)
{
#if defined(__x86_64__)
	struct source_event *event;
	int err = refuse_pmu_settings(settings, reason);

	if (err)
		return err;
	if (settings->has_kernel)
		return reason_set(reason, -EOPNOTSUPP, "it walks over user instructions only: --with-kernel needs ibs, pebs or faults");
	event = source_plan_add(plan, "cpu-clock", SOURCE_PROGRAM_SOFT_TICK);
	event->attr.type = PERF_TYPE_SOFTWARE;
	event->attr.config = PERF_COUNT_SW_CPU_CLOCK;
	event->attr.sample_period = soft_period(settings, SOURCE_FULL_SHARE);
	event->attr.exclude_kernel = 1;
	return 0;
#else
	(void)settings;
	(void)plan;
	return reason_set(reason, -EOPNOTSUPP, "it understands x86-64 instructions only");
#endif
}

static uint64_t faults_period(const struct source_settings *settings, unsigned int share_permille)
{
	(void)settings;
	return SOURCE_FULL_SHARE / share_permille;
}

static void add_faults(const struct source_settings *settings, struct source_plan *plan, const char *name, __u64 config)
{
	struct source_event *event = source_plan_add(plan, name, SOURCE_PROGRAM_PAGE_FAULT);

	event->attr.type = PERF_TYPE_SOFTWARE;
	event->attr.config = config;
	event->attr.sample_period = faults_period(settings, SOURCE_FULL_SHARE);
	event->attr.sample_type = PERF_SAMPLE_ADDR;
}

/* These two are counted once a fault was handled, "page-faults" before: only then is it known for a hint fault. */
static int faults_plan(const struct source_settings *settings, struct source_plan *plan, struct reason *reason)
{
	int err = refuse_pmu_settings(settings, reason);

	if (err)
		return err;
	add_faults(settings, plan, "minor-faults", PERF_COUNT_SW_PAGE_FAULTS_MIN);
	add_faults(settings, plan, "major-faults", PERF_COUNT_SW_PAGE_FAULTS_MAJ);
	return 0;
}

static unsigned int share_of_rate(const struct source_settings *settings, unsigned int share_permille)
{
	uint64_t frequency = (uint64_t)settings->rate_hz * share_permille / SOURCE_FULL_SHARE;

	return frequency ? (unsigned int)frequency : 1;
}

/* With a frequency the kernel adapts the number of events between two samples to it. */
uint64_t source_pmu_period(const struct source_settings *settings, unsigned int share_permille)
{
	if (!settings->period)
		return share_of_rate(settings, share_permille);
	return (uint64_t)settings->period * SOURCE_FULL_SHARE / share_permille & PERIOD_MASK;
}

uint64_t source_thinned_period(const struct source_event *event, uint64_t period)
{
	if (!event->attr.freq)
		return period * event->thinning;
	return period > event->thinning ? period / event->thinning : 1;
}

void source_set_pace(const struct source_settings *settings, struct source_event *event)
{
	event->attr.freq = !settings->period;
	/* One field with sample_freq. */
	event->attr.sample_period = source_thinned_period(event, source_pmu_period(settings, SOURCE_FULL_SHARE));
}

/* No event at all: samples come from peers. */
static int replay_plan(const struct source_settings *settings, struct source_plan *plan, struct reason *reason)
{
	(void)settings;
	(void)plan;
	(void)reason;
	return 0;
}

static uint64_t replay_period(const struct source_settings *settings, unsigned int share_permille)
{
	(void)settings;
	(void)share_permille;
	return 1;
}

static const struct source sources[] = {
	{ .id = MBAL_SOURCE_IBS, .has_rate = true, .has_physical = true, .plan = ibs_plan, .period = source_pmu_period },
	{ .id = MBAL_SOURCE_PEBS, .has_rate = true, .has_physical = true, .plan = pebs_plan, .period = source_pmu_period },
	{ .id = MBAL_SOURCE_SOFT, .has_rate = true, .plan = soft_plan, .period = soft_period },
	{ .id = MBAL_SOURCE_FAULTS, .plan = faults_plan, .period = faults_period },
	{ .id = MBAL_SOURCE_REPLAY, .plan = replay_plan, .period = replay_period },
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
		if (sources[i].id < than && sources[i].id != MBAL_SOURCE_REPLAY && (!best || sources[i].id > best->id))
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

unsigned int source_rate_hz(const struct source *source, const struct source_settings *settings, unsigned int share_permille)
{
	return source->has_rate && !settings->period ? share_of_rate(settings, share_permille) : 0;
}
