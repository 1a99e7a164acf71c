/* SPDX-License-Identifier: Apache-2.0 */
/* The processes that are there already when a group is opened; BPF follows those that come later. */
#ifndef MEMBERS_H
#define MEMBERS_H

#include "group.h"

/* What of the group's kind a peer may have; counted by who opens the group. */
struct members {
	const struct group *group;
	const struct sampler *sampler;
	uint64_t lost;		/* they belong into it, and there is no place, or their cgroup cannot be looked into */
};

/*
 * Brings one process, held by its pidfd, into a group. Returns 0, or -errno: -EEXIST, -ENOSPC, -ESRCH.
 */
int members_join(const struct members *members, const struct target *target, uint32_t flags);
/*
 * Brings in the processes that belong into a group of kind DESCENDANTS, CHILDREN, CGROUP or ALL, as far as its owner may
 * look into them. Looks again until nothing new is found: a process that was made before its parent was brought in is
 * found on the next look. Returns 0 or -errno; -ENOENT: there is no such cgroup.
 */
int members_find(struct members *members);

#endif
