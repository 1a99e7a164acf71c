/* SPDX-License-Identifier: Apache-2.0 */
/* Who is at the other end of a socket, as the kernel says. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <sys/types.h>

#include "process.h"
#include "reason.h"

struct identity {
	int pidfd;
	uid_t uid;	/* effective, when it connected */
	struct process_ids ids;
};

/*
 * Tells who connected after that moment, in ns of CLOCK_BOOTTIME. Returns 0, or -errno with the reason and nothing left
 * open.
 */
int identity_open(struct identity *identity, int socket_fd, uint64_t connected_after_ns, struct reason *reason);
void identity_close(struct identity *identity);

/* What SO_PEERCRED says, where there is no SO_PEERPIDFD (before Linux 6.5) to hold the process from the start. */
struct identity_claim {
	pid_t pid;
	uid_t uid;
	uint64_t connected_after_ns;
};

/*
 * Holds the process by its number, if that cannot have passed to another one that the uid may not see into. Leaves ids
 * unread. Returns 0, or -errno with nothing left open.
 */
int identity_open_claimed(struct identity *identity, const struct identity_claim *claim, int socket_fd);

#endif
