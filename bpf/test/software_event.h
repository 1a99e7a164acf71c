/* SPDX-License-Identifier: Apache-2.0 */
/* Perf events that the kernel makes by itself, as perf_event_open takes them. */
#ifndef SOFTWARE_EVENT_H
#define SOFTWARE_EVENT_H

#include <linux/perf_event.h>

/* One sample for so many events, or nanoseconds of PERF_COUNT_SW_CPU_CLOCK. */
static inline struct perf_event_attr software_event(enum perf_sw_ids event, __u64 period)
{
	return (struct perf_event_attr){
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(struct perf_event_attr),
		.config = event,
		.sample_period = period,
	};
}

/* Every page fault, with its address. */
static inline struct perf_event_attr fault_event(enum perf_sw_ids event)
{
	struct perf_event_attr attributes = software_event(event, 1);

	attributes.sample_type = PERF_SAMPLE_ADDR;
	return attributes;
}

#endif
