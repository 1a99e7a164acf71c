/* SPDX-License-Identifier: Apache-2.0 */
/* A child process that accesses an array of its own, a known part of the time a known part of it. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

struct workload_counts {
	volatile __u64 accesses;	/* of the array */
	volatile __u64 hot;		/* of its hot part */
	volatile __u32 stop;
};

struct workload {
	pid_t pid;
	__u64 start, end;		/* addresses of the array, in the child */
	__u64 hot_start, hot_end;
	struct workload_counts *counts;	/* shared with the child */
};

/* Nine of ten accesses go to a sixteenth of 64 MiB, at random, half of them stores. Returns 0 or -errno. */
int workload_start(struct workload *workload);
void workload_stop(struct workload *workload);
bool workload_is_alive(const struct workload *workload);

#endif
