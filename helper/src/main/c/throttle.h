/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often the kernel stopped an event until the next tick because it sampled too much: it says so in the event's ring
 * buffer and nowhere else. Samples themselves never come there: our BPF programs keep them.
 */
#ifndef THROTTLE_H
#define THROTTLE_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

struct throttle {
	struct perf_event_mmap_page *page;	/* NULL: not watched */
	size_t bytes;
};

/* Returns 0 or -errno. */
int throttle_open(struct throttle *throttle, int event_fd);
void throttle_close(struct throttle *throttle);
/* Takes out what came since the last time. Returns how often the event was stopped. */
uint64_t throttle_take(struct throttle *throttle);

/* Counts in ring[tail..head) of ring_bytes (a power of two) bytes; for tests apart from a kernel. */
uint64_t throttle_count(const unsigned char *ring, uint64_t ring_bytes, uint64_t tail, uint64_t head);

#endif
