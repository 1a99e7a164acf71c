/* SPDX-License-Identifier: Apache-2.0 */
/* One sampled process: its three tables, and which peers want them. */
#ifndef GROUP_H
#define GROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "permission.h"
#include "sampler.h"
#include "table.h"

#define GROUP_TABLES 3u
#define PEERS_MAX 256u

struct group {
	uint64_t id;	/* never used again, so that nobody inherits its heat; 0: this place is free */
	pid_t tgid;
	uid_t uid;	/* of the peer that asked for it first */
	int pidfd;
	struct table tables[GROUP_TABLES];	/* heat, threads, recent */
	uint16_t opens_by_peer[PEERS_MAX];
	unsigned int opens;	/* the sum of them */
	bool is_retired;	/* nobody wants it any more; only the tables are left */
};

struct group_settings {
	unsigned int table_slots;
	unsigned int node_count;
	unsigned int slot_bytes;
	unsigned int page_shift;
	enum mbal_source source;
};

/*
 * Makes the tables, and the process a target. Takes over the target's pidfd on success.
 * Returns 0, or -errno with nothing left open.
 */
int group_open(struct group *group, uint64_t id, struct target *target, const struct group_settings *settings,
	       const struct sampler *sampler);
/*
 * The process is no target any more, and no peer's group: at once. Returns whether it still was a target, rather than
 * having been removed when BPF saw its end.
 */
bool group_retire(struct group *group, const struct sampler *sampler);
/* Gives up the tables, which live on while a peer has them mapped. Waits for three RCU grace periods: up to 0.1 s. */
void group_close(struct group *group, const struct sampler *sampler);
/* False once BPF has seen the process end, or run another program. */
bool group_is_target(const struct group *group, const struct sampler *sampler);
/* Gives up our hold on the tables only: for the end, when the maps go with them and nobody should wait. */
void group_discard(struct group *group);
uint64_t group_memory_bytes(const struct group *group);

#endif
