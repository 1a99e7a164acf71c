// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "identity.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77	/* Linux 6.5; the same on every architecture but parisc and sparc */
#endif

static bool is_hung_up(int socket_fd)
{
	struct pollfd poll_one = { .fd = socket_fd };

	return poll(&poll_one, 1, 0) != 0;
}

/*
 * The number may have passed to another process between connect and now. An honest peer that is gone has hung up. Who
 * keeps the socket open in a child to wait for a reuse gains nothing: it must be a process that this uid may see into.
 */
static int check_owner(const struct identity *identity, pid_t pid, int socket_fd)
{
	struct process_owner owner;
	int err = process_read_owner(identity->pidfd, pid, &owner);

	if (err)
		return err;
	if (is_hung_up(socket_fd))
		return -ESRCH;
	return owner.euid == identity->uid && owner.dump_uid == identity->uid ? 0 : -EPERM;
}

int identity_open_by_pid(struct identity *identity, pid_t pid, uid_t uid, int socket_fd)
{
	int err;

	*identity = (struct identity){ .pidfd = process_open(pid), .uid = uid };
	if (identity->pidfd < 0)
		return identity->pidfd;
	err = check_owner(identity, pid, socket_fd);
	if (err)
		identity_close(identity);
	return err;
}

static int open_pidfd(struct identity *identity, int socket_fd)
{
	struct ucred credentials;
	socklen_t length = sizeof(credentials);
	int pidfd;

	if (getsockopt(socket_fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length))
		return -errno;
	length = sizeof(pidfd);
	if (!getsockopt(socket_fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &length)) {
		*identity = (struct identity){ .pidfd = pidfd, .uid = credentials.uid };
		return 0;
	}
	if (errno != ENOPROTOOPT)
		return -errno;
	return identity_open_by_pid(identity, credentials.pid, credentials.uid, socket_fd);
}

int identity_open(struct identity *identity, int socket_fd, struct reason *reason)
{
	int err;

	*identity = (struct identity){ .pidfd = -1 };
	err = open_pidfd(identity, socket_fd);
	if (err)
		return reason_set(reason, err, "the peer's process cannot be told: %s", errno_name(err));
	err = process_read_ids(identity->pidfd, &identity->ids);
	if (err) {
		identity_close(identity);
		return reason_set(reason, err, "the peer's process ids cannot be read: %s", errno_name(err));
	}
	return 0;
}

void identity_close(struct identity *identity)
{
	if (identity->pidfd >= 0)
		close(identity->pidfd);
	identity->pidfd = -1;
}
