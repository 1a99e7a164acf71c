/* SPDX-License-Identifier: Apache-2.0 */
/* Where samples come from: for each source its perf events, and whether it can work here. */
#ifndef SOURCE_H
#define SOURCE_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>

#include "cpu_list.h"
#include "mbal_abi.h"
#include "reason.h"

#define SOURCE_EVENTS_MAX 6u
#define SOURCE_EVENT_NAME_BYTES 32u

struct source_settings {
	const char *sysfs_root;
	unsigned int rate_hz;		/* samples per second and CPU of each event */
	unsigned int period;		/* events from one sample to the next, instead of a rate; 0: rate_hz counts */
	unsigned int min_latency;	/* CPU cycles; 0: every access */
	bool is_l3_miss_only;
	bool has_kernel;		/* also what the kernel does for a process */
};

/* The BPF program that runs at each sample of an event. */
enum source_program {
	SOURCE_PROGRAM_NONE,	/* it only leads a group */
	SOURCE_PROGRAM_SOFT_TICK,
	SOURCE_PROGRAM_PAGE_FAULT,
	SOURCE_PROGRAM_PEBS,
	SOURCE_PROGRAM_IBS_OP,
	SOURCE_PROGRAM_IBS_FETCH,
	SOURCE_PROGRAM_MAX,
};

struct source_event {
	char name[SOURCE_EVENT_NAME_BYTES];	/* for people */
	enum source_program program;
	bool is_optional;	/* the source works without it */
	bool is_grouped;	/* with the event before it as leader */
	unsigned int thinning;	/* so many times fewer samples than were asked for */
	bool has_cpus;		/* only on those: not all CPUs of a machine are alike */
	struct cpu_list cpus;
	struct perf_event_attr attr;
};

/* The events of a source on this machine. */
struct source_plan {
	struct source_event events[SOURCE_EVENTS_MAX];
	unsigned int count;
	struct reason note;	/* what it does without, and why; empty: nothing */
};

struct source {
	enum mbal_source id;
	bool has_rate;		/* false: it takes every event, and is thinned out by counting */
	bool has_physical;	/* its samples have physical addresses, whose nodes are looked up */
	/* Fills the plan. Returns 0, or -errno with the reason why this machine cannot have it. */
	int (*plan)(const struct source_settings *settings, struct source_plan *plan, struct reason *reason);
	/*
	 * What PERF_EVENT_IOC_PERIOD takes for `share` thousandths of what was asked for: a frequency for events opened
	 * with one, else a period.
	 */
	uint64_t (*period)(const struct source_settings *settings, unsigned int share_permille);
};

#define SOURCE_FULL_SHARE 1000u	/* permille: what was asked for */

/* The source, or NULL when this helper has none of that id. */
const struct source *source_find(enum mbal_source id);
/* The best one that samples this machine below `than`, MBAL_SOURCE_MAX for the best of all; NULL when there is no more. */
const struct source *source_next_best(enum mbal_source than);
const char *source_name(enum mbal_source id);
const char *source_text(enum mbal_source id);
/* Samples per second and CPU of each event; 0 where there is no rate: every event, or a period. */
unsigned int source_rate_hz(const struct source *source, const struct source_settings *settings, unsigned int share_permille);
/* Adds an event, stopped, to a plan that has room for it. */
struct source_event *source_plan_add(struct source_plan *plan, const char *name, enum source_program program);
/* Adds to what the source does without. */
void source_plan_note(struct source_plan *plan, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Sets frequency or period of an event of a PMU. */
void source_set_pace(const struct source_settings *settings, struct source_event *event);
/* What PERF_EVENT_IOC_PERIOD takes for this event, of what period() says for its source. */
uint64_t source_thinned_period(const struct source_event *event, uint64_t period);
/* The period() of sources that have PMU events. */
uint64_t source_pmu_period(const struct source_settings *settings, unsigned int share_permille);

/* ibs.c, pebs.c */
int ibs_plan(const struct source_settings *settings, struct source_plan *plan, struct reason *reason);
int pebs_plan(const struct source_settings *settings, struct source_plan *plan, struct reason *reason);

#endif
