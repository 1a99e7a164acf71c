/* SPDX-License-Identifier: Apache-2.0 */
/* Processes with a known hot area, one pinned to each CPU. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "nodes.h"

#define WORKERS_MAX	CPUS_MAX
#define HOT_PERCENT	90

struct area {
	uint64_t start;
	uint64_t end;
};

/* Written by the worker, read by everybody. */
struct worker_page {
	struct area hot;
	struct area cold[NODES_MAX];	/* one on each node with memory */
	uint64_t hot_accesses;
	uint64_t accesses;		/* hot and cold */
	uint32_t ready;
};

struct worker {
	pid_t	pid;
	struct worker_page *page;
};

struct workload {
	struct worker worker[WORKERS_MAX];
	int	count;
};

/* Starts a worker on each CPU and waits until their memory is in place. 0 or -errno. */
int workload_start(struct workload *workload, const struct nodes *nodes);
void workload_stop(struct workload *workload);

/* -1 when the process is none of them */
int workload_find(const struct workload *workload, pid_t pid);

bool worker_is_hot(const struct worker *worker, uint64_t address);
/* In the hot or a cold area. */
bool worker_is_counted(const struct worker *worker, uint64_t address);

#endif
