/* SPDX-License-Identifier: Apache-2.0 */
/* Perf events of every CPU with one of our programs on them, as the helper opens them. */
#ifndef SAMPLED_EVENTS_H
#define SAMPLED_EVENTS_H

#include <bpf/libbpf.h>

#include "software_event.h"

#define SAMPLED_EVENTS_MAX 1024

struct sampled_events {
	struct bpf_link *links[SAMPLED_EVENTS_MAX];
	int count;
};

/* On each online CPU. Returns 0, or -errno with nothing left open. */
int sampled_events_open(struct sampled_events *events, const struct perf_event_attr *attributes,
			struct bpf_program *program);
void sampled_events_close(struct sampled_events *events);

#endif
