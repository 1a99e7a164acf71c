/* SPDX-License-Identifier: Apache-2.0 */
/* One perf event on each sampled CPU, each running a BPF program. */
#ifndef EVENTS_H
#define EVENTS_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>

#include "cpu_list.h"
#include "reason.h"

struct events {
	int *fds;
	unsigned int count;
};

/* Opens them stopped. Returns 0, or -errno with the reason and nothing left open. */
int events_open(struct events *events, const struct perf_event_attr *attr, const struct cpu_list *cpus, int program_fd,
		struct reason *reason);
void events_close(struct events *events);
/* Both return 0, or the first -errno after having tried every CPU. */
int events_run(const struct events *events, bool run);
int events_set_period(const struct events *events, uint64_t period);

#endif
