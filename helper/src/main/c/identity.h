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

/* Returns 0, or -errno with the reason and nothing left open. */
int identity_open(struct identity *identity, int socket_fd, struct reason *reason);
void identity_close(struct identity *identity);

/*
 * For kernels before 6.5, which have no SO_PEERPIDFD: holds the process by its number, and accepts it only while the
 * socket is not hung up, and only if this uid may see into it. Leaves ids unread.
 */
int identity_open_by_pid(struct identity *identity, pid_t pid, uid_t uid, int socket_fd);

#endif
