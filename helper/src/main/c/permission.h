/* SPDX-License-Identifier: Apache-2.0 */
/* Which process a peer may have the tables of. */
#ifndef PERMISSION_H
#define PERMISSION_H

#include <sys/types.h>

#include "identity.h"
#include "mbal_wire.h"
#include "reason.h"

struct target {
	int pidfd;
	pid_t tgid;	/* in the initial pid namespace */
};

/*
 * Finds the process that the peer asks for by its own pid namespace's number (0: itself) and holds it.
 * Returns 0, or with the reason and nothing left open:
 *   -ESRCH  there is no such process
 *   -EXDEV  the peer lives in another pid namespace and asks for another process than itself
 *   -EPERM  the process is neither the peer, nor is the peer root, nor has it the same uid and may be dumped
 */
int permission_open_target(const struct identity *peer, pid_t asked_tgid, struct target *target, struct reason *reason);
/*
 * The same for the first process of any kind of group (none for CGROUP, ALL and REPLAY). Besides:
 *   -EPERM       CGROUP and ALL are for root only
 *   -EOPNOTSUPP  the source has no such groups
 */
int permission_open_targets(const struct identity *peer, const struct mbal_request *request, unsigned int source,
			    struct target *target, struct reason *reason);
/* Whether a uid may see into a process that is held. Returns 0, or -ESRCH or -EPERM with the reason. */
int permission_check_owner(uid_t uid, const struct target *target, struct reason *reason);
void target_close(struct target *target);

#endif
