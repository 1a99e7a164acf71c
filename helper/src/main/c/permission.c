// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "permission.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int open_self(const struct identity *peer, struct target *target, struct reason *reason)
{
	if (!process_is_alive(peer->pidfd))
		return reason_set(reason, -ESRCH, "the process that connected has ended");
	target->tgid = peer->ids.pid;
	target->pidfd = fcntl(peer->pidfd, F_DUPFD_CLOEXEC, 0);
	if (target->pidfd < 0)
		return reason_set(reason, -errno, "its pidfd cannot be duplicated: %s", errno_name(errno));
	return 0;
}

/* As the kernel decides who may read /proc/PID/maps, which shows the same addresses. */
int permission_check_owner(uid_t uid, const struct target *target, struct reason *reason)
{
	struct process_owner owner;
	int err;

	if (uid == 0)
		return process_is_alive(target->pidfd) ? 0 : -ESRCH;
	err = process_read_owner(target->pidfd, target->tgid, &owner);
	if (err == -ESRCH)
		return err;
	if (err)
		return reason_set(reason, -EPERM, "its owner cannot be read: %s", errno_name(err));
	if (owner.euid != uid)
		return reason_set(reason, -EPERM, "it belongs to uid %u", owner.euid);
	if (owner.dump_uid != uid)
		return reason_set(reason, -EPERM, "it has the same uid but may not be dumped");
	return 0;
}

static int open_other(const struct identity *peer, pid_t asked_tgid, struct target *target, struct reason *reason)
{
	int err;

	if (!peer->ids.own_namespace)
		return reason_set(reason, -EXDEV, "the peer lives in another pid namespace and may only ask for itself");
	target->tgid = asked_tgid;
	target->pidfd = process_open(asked_tgid);
	if (target->pidfd < 0)
		return target->pidfd;
	err = permission_check_owner(peer->uid, target, reason);
	if (err)
		target_close(target);
	return err;
}

int permission_open_target(const struct identity *peer, pid_t asked_tgid, struct target *target, struct reason *reason)
{
	*target = (struct target){ .pidfd = -1 };
	/* Replaced where there is more to say. */
	reason_set(reason, 0, "there is no such process");
	if (asked_tgid == 0 || asked_tgid == peer->ids.inner_pid)
		return open_self(peer, target, reason);
	return open_other(peer, asked_tgid, target, reason);
}

int permission_open_targets(const struct identity *peer, const struct mbal_request *request, unsigned int source,
			    struct target *target, struct reason *reason)
{
	*target = (struct target){ .pidfd = -1 };
	switch (request->target_kind) {
	case MBAL_TARGET_CGROUP:
	case MBAL_TARGET_ALL:
		return peer->uid ? reason_set(reason, -EPERM, "only root may have the processes of others") : 0;
	case MBAL_TARGET_REPLAY:
		if (source == MBAL_SOURCE_REPLAY)
			return 0;
		return reason_set(reason, -EOPNOTSUPP, "recorded samples are counted with --source replay only");
	default:
		return permission_open_target(peer, (pid_t)request->tgid, target, reason);
	}
}

void target_close(struct target *target)
{
	if (target->pidfd >= 0)
		close(target->pidfd);
	target->pidfd = -1;
}
