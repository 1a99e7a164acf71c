/* SPDX-License-Identifier: Apache-2.0 */
/* Which process a peer may have the tables of. */
#ifndef PERMISSION_H
#define PERMISSION_H

#include <sys/types.h>

#include "identity.h"
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
void target_close(struct target *target);

#endif
