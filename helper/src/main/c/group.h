/* SPDX-License-Identifier: Apache-2.0 */
/* Whose samples are kept together: one process or several, their tables, and which peers want them. */
#ifndef GROUP_H
#define GROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "mbal_targets.h"
#include "permission.h"
#include "sampler.h"
#include "table.h"

#define GROUP_TABLES MBAL_WIRE_TABLES
#define PEERS_MAX 256u

/* What a group shall keep, checked. */
struct group_spec {
	struct mbal_group_rule rule;
	struct target target;		/* its first process; pidfd -1: it has none */
	uint32_t recent_slots;		/* 0: the usual */
	uid_t uid;			/* of the peer */
};

struct group {
	uint64_t id;	/* never used again, so that nobody inherits its heat; 0: this place is free */
	struct mbal_group_rule rule;
	pid_t tgid;	/* its first process; 0: it has none */
	uid_t uid;	/* of the peer that asked for it first */
	int pidfd;	/* PROCESS: its end is the group's; else -1 */
	int cgroup_fd;	/* CGROUP: its folder, whose removal is the group's end; else -1 */
	struct table tables[GROUP_TABLES];	/* heat, threads, recent, processes */
	unsigned int table_count;	/* without processes in groups of one process */
	uint16_t opens_by_peer[PEERS_MAX];
	unsigned int opens;	/* the sum of them */
	bool is_retired;	/* nobody wants it any more; only the tables are left */
	uint64_t claim_bytes, claim_rate;	/* what its balancer would want of the fast memory, cut to what can be */
	uint64_t claimed_ns;	/* CLOCK_MONOTONIC; 0: never */
	uint64_t injected_ns;	/* time of the last recorded sample that was counted */
};

struct group_settings {
	unsigned int table_slots;
	unsigned int node_count;
	unsigned int slot_bytes;
	unsigned int page_shift;
	unsigned int source;	/* enum mbal_source */
};

/*
 * Makes the tables, and the first process a target. Takes over the target's pidfd on success, where the group needs it.
 * Returns 0, or -errno with nothing left open.
 */
int group_open(struct group *group, uint64_t id, struct group_spec *spec, const struct group_settings *settings,
	       const struct sampler *sampler);
/*
 * Its processes are no targets any more, and it is no peer's group: at once. Returns whether its process still was a
 * target, rather than having been removed when BPF saw its end.
 */
bool group_retire(struct group *group, const struct sampler *sampler);
/* Gives up the tables, which live on while a peer has them mapped. Waits for three RCU grace periods: up to 0.1 s. */
void group_close(struct group *group, const struct sampler *sampler);
/* Whether the first process is in it: no more once BPF has seen it end, or, of PROCESS, run another program. */
bool group_is_target(const struct group *group, const struct sampler *sampler);
/*
 * Whether nobody is in it and nobody can come any more: its process has ended, or the last of them, or its cgroup was
 * removed. ALL and REPLAY end with their peers only.
 */
bool group_has_ended(const struct group *group, const struct sampler *sampler);
/* Whether it takes processes in from everywhere, and is in the map of those that do. */
bool group_is_wide(const struct group *group);
/* Gives up our hold on the tables only: for the end, when the maps go with them and nobody should wait. */
void group_discard(struct group *group);
uint64_t group_memory_bytes(const struct group *group);
/* Processes that are alive in it. */
unsigned int group_processes(const struct group *group, const struct sampler *sampler);

#endif
