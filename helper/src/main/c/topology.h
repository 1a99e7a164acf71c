/* SPDX-License-Identifier: Apache-2.0 */
/* What the helper must know of the machine: which CPUs run, and how many nodes a table needs counters for. */
#ifndef TOPOLOGY_H
#define TOPOLOGY_H

#include "cpu_list.h"
#include "reason.h"

struct topology {
	struct cpu_list online_cpus;
	unsigned int node_count;	/* the highest id of an online node + 1 */
	unsigned int slot_bytes;	/* of a heat table for so many nodes */
};

/* Reads below sysfs_root ("/sys"). Returns 0, or -errno with the reason. */
int topology_read(struct topology *topology, const char *sysfs_root, struct reason *reason);

/* Makes room for counters of at least so many nodes, up to MBAL_MAX_NODES: replayed samples may be of a larger machine. */
void topology_make_room(struct topology *topology, unsigned int node_count);

/* Only which CPUs are online now. Returns 0 or -errno. */
int topology_read_online_cpus(struct cpu_list *online, const char *sysfs_root);

#endif
