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

/* More than a clock tick, to which /proc rounds times: 10 ms where USER_HZ is 100, as everywhere but on alpha. */
#define CLOCK_TICK_NS UINT64_C(10000000)

static bool is_hung_up(int socket_fd)
{
	struct pollfd poll_one = { .fd = socket_fd };

	return poll(&poll_one, 1, 0) != 0;
}

/*
 * The number may have passed to another process between connect and now. An honest peer that is gone has hung up. Who
 * keeps the socket open in a child, and waits for the number to be used again, gets a process that it may see into
 * anyway; or one that started too late to have connected, which is refused.
 */
static int check_claim(const struct identity *identity, const struct identity_claim *claim, int socket_fd)
{
	struct process_owner owner;
	uint64_t start_ns;
	int err = process_read_owner(identity->pidfd, claim->pid, &owner);

	if (!err)
		err = process_read_start(identity->pidfd, claim->pid, &start_ns);
	if (err)
		return err;
	if (is_hung_up(socket_fd))
		return -ESRCH;
	if (owner.euid != claim->uid)
		return -EPERM;
	return owner.dump_uid == claim->uid || start_ns + CLOCK_TICK_NS < claim->connected_after_ns ? 0 : -EPERM;
}

int identity_open_claimed(struct identity *identity, const struct identity_claim *claim, int socket_fd)
{
	int err;

	*identity = (struct identity){ .pidfd = process_open(claim->pid), .uid = claim->uid };
	if (identity->pidfd < 0)
		return identity->pidfd;
	err = check_claim(identity, claim, socket_fd);
	if (err)
		identity_close(identity);
	return err;
}

static int open_pidfd(struct identity *identity, int socket_fd, uint64_t connected_after_ns)
{
	struct ucred credentials;
	struct identity_claim claim;
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
	claim = (struct identity_claim){ credentials.pid, credentials.uid, connected_after_ns };
	return identity_open_claimed(identity, &claim, socket_fd);
}

int identity_open(struct identity *identity, int socket_fd, uint64_t connected_after_ns, struct reason *reason)
{
	int err;

	*identity = (struct identity){ .pidfd = -1 };
	err = open_pidfd(identity, socket_fd, connected_after_ns);
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
