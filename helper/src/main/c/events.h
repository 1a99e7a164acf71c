/* SPDX-License-Identifier: Apache-2.0 */
/* The perf events of a source on each sampled CPU, each running its BPF program. */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu_list.h"
#include "reason.h"
#include "source.h"
#include "throttle.h"

struct open_event {
	int fd;
	unsigned int cpu;
	unsigned int index;	/* in the plan */
	struct throttle throttle;
	uint64_t enabled_ns;	/* when it was looked at last: how long it was to count, */
	uint64_t running_ns;	/* and how long it did */
};

struct events {
	struct source_plan plan;
	int program_fds[SOURCE_PROGRAM_MAX];
	struct cpu_list cpus;		/* that are sampled */
	struct cpu_list refused;	/* online, and cannot be sampled */
	struct open_event *open;
	unsigned int count;
	unsigned int room;
	unsigned int next_look;		/* at whether an event has its PMU for itself */
	bool is_running;
	uint64_t period;
	uint64_t throttled;		/* times that the kernel stopped one for sampling too much */
	int throttle_error;		/* why that is not counted; 0: it is */
};

/* What the PMU of an event does besides. */
struct events_sharing {
	const char *name;
	unsigned int cpu;
	unsigned int running_percent;
};

/*
 * Opens them stopped. An optional event that no CPU takes is left out of the plan, and its note says so.
 * Returns 0, or -errno with the reason and nothing left open.
 */
int events_open(struct events *events, const struct source_plan *plan, const int program_fds[SOURCE_PROGRAM_MAX],
		const struct cpu_list *cpus, struct reason *reason);
void events_close(struct events *events);
/* Both return 0, or the first -errno after having tried every CPU. */
int events_run(struct events *events, bool run);
int events_set_period(struct events *events, uint64_t period);
/*
 * Brings the events to what is online now. Returns the number of CPUs that came or went; a reason is set for a CPU that
 * came and cannot be sampled, which is said once.
 */
unsigned int events_follow(struct events *events, const struct cpu_list *online, struct reason *reason);
/* Counts what the kernel said since the last time about having stopped events. */
void events_count_throttled(struct events *events);
/* Looks at some events, in turn: false when they had their PMUs for themselves since the last look. */
bool events_find_sharing(struct events *events, struct events_sharing *sharing);
/* Samples per second on a CPU, of all its events, at this rate for each. */
unsigned int events_rate_hz(const struct events *events, unsigned int rate_hz);

#endif
