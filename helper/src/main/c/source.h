/* SPDX-License-Identifier: Apache-2.0 */
/* Where samples come from: for each source the perf event, the BPF program behind it, and whether it can work here. */
#ifndef SOURCE_H
#define SOURCE_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>

#include "mbal_abi.h"
#include "reason.h"

struct source_settings {
	const char *sysfs_root;
	unsigned int rate_hz;
};

struct source {
	enum mbal_source id;
	bool has_rate;		/* false: it takes every event, and is thinned out by counting */
	/* Fills the event. Returns 0, or -errno with the reason why this machine cannot have it. */
	int (*event)(const struct source_settings *settings, struct perf_event_attr *attr, struct reason *reason);
	/*
	 * What PERF_EVENT_IOC_PERIOD takes for `share` thousandths of the rate: a frequency for an event opened with
	 * one, else a period.
	 */
	uint64_t (*period)(unsigned int rate_hz, unsigned int share_permille);
};

#define SOURCE_FULL_SHARE 1000u	/* permille: the rate that was asked for */

/* The source, or NULL when this helper has none of that id. */
const struct source *source_find(enum mbal_source id);
/* The best one below `than`, MBAL_SOURCE_MAX for the best of all; NULL when there is no more. */
const struct source *source_next_best(enum mbal_source than);
const char *source_name(enum mbal_source id);
const char *source_text(enum mbal_source id);
/* Samples per second and CPU; 0 for a source that takes every event. */
unsigned int source_rate_hz(const struct source *source, unsigned int rate_hz, unsigned int share_permille);

/* ibs.c */
int ibs_event(const struct source_settings *settings, struct perf_event_attr *attr, struct reason *reason);

#endif
