// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "members.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "sysfs.h"
#include "targets.h"

#define LOOKS_MAX 64u		/* a tree that grows faster than we read it is followed from its roots by then */

static void read_command(pid_t tgid, char command[16])
{
	char path[32], line[32];

	snprintf(path, sizeof(path), "%d/comm", tgid);
	if (!sysfs_read("/proc", path, line, sizeof(line))) /* else it ended: the join will say so */
		snprintf(command, 16, "%.15s", line);
}

int members_join(const struct members *members, const struct target *target, uint32_t flags)
{
	struct mbal_newcomer process = { .group_id = members->group->id, .tgid = (__u32)target->tgid, .flags = flags };
	int err;

	read_command(target->tgid, process.command);
	err = targets_join(members->sampler, &process);
	if (err || process_is_alive(target->pidfd))
		return err;
	/* It ended before it came in: BPF saw nothing to remove, and its id may be another's by now. */
	(void)targets_leave(members->sampler, process.tgid, process.group_id);
	return -ESRCH;
}

/* One that is found: whoever may not be looked into, is in it already, or ended, is passed over. Returns whether it came in. */
static bool join_found(struct members *members, pid_t tgid)
{
	struct target target = { .tgid = tgid, .pidfd = -1 };
	struct reason reason;
	bool has_joined = false;
	int err;

	if (targets_has(members->sampler, (uint32_t)tgid, members->group->id))
		return false;
	target.pidfd = process_open(tgid);
	if (target.pidfd < 0)
		return false;
	err = permission_check_owner(members->group->uid, &target, &reason);
	if (!err) {
		err = members_join(members, &target, 0);
		has_joined = !err;
		members->lost += err == -ENOSPC || err == -E2BIG;
	}
	target_close(&target);
	return has_joined;
}

/* Parent and flags of /proc/PID/stat: fields 4 and 9; the second is a name in parentheses with anything in it. */
static int read_parent(pid_t tgid, pid_t *parent, unsigned int *flags)
{
	char path[32], stat[1024];
	const char *at;
	int err;

	snprintf(path, sizeof(path), "%d/stat", tgid);
	err = sysfs_read("/proc", path, stat, sizeof(stat));
	if (err)
		return err;
	at = strrchr(stat, ')');
	return at && sscanf(at + 1, " %*c %d %*d %*d %*d %*d %u", parent, flags) == 2 ? 0 : -EIO;
}

#define KERNEL_THREAD 0x00200000u /* PF_KTHREAD */

/* Whether the process belongs into the group, by who its parent is. */
static bool is_wanted(const struct members *members, pid_t tgid, pid_t parent, unsigned int flags)
{
	const struct group *group = members->group;

	if (flags & KERNEL_THREAD || tgid == getpid())
		return false; /* the helper is of no group but those that name it, also where it is a peer's child */
	switch (group->rule.kind) {
	case MBAL_TARGET_ALL:
		return (__u32)tgid != group->rule.excluded_tgids[1];
	case MBAL_TARGET_CHILDREN:
		return parent == group->tgid;
	case MBAL_TARGET_DESCENDANTS:
		return targets_has(members->sampler, (uint32_t)parent, group->id);
	default:
		return false;
	}
}

/* Looks through /proc once. Returns how many came in, or -errno. */
static int look_at_all(struct members *members)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	int joined = 0;

	if (!folder)
		return -errno;
	while ((entry = readdir(folder))) {
		pid_t tgid = isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : 0, parent;
		unsigned int flags;

		if (tgid > 0 && !read_parent(tgid, &parent, &flags) && is_wanted(members, tgid, parent, flags))
			joined += join_found(members, tgid);
	}
	closedir(folder);
	return joined;
}

struct look {
	struct members *members;
	struct cgroup_missed unlisted;
	int joined;
};

/* A threaded cgroup has no such file to read: its processes are those of the domain above it. */
static int join_listed(int folder_fd, void *context)
{
	struct look *look = context;
	int fd = openat(folder_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC), tgid;
	FILE *list = fd < 0 ? NULL : fdopen(fd, "r");

	if (!list) {
		cgroup_miss(&look->unlisted, -errno);
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while (fscanf(list, "%d", &tgid) == 1)
		if (tgid > 0)
			look->joined += join_found(look->members, tgid);
	fclose(list);
	return 0;
}

static int look_at_cgroup(struct members *members)
{
	struct look look = { .members = members };
	struct cgroup_missed missed;

	(void)cgroup_walk(members->group->cgroup_fd, join_listed, &look, &missed);
	members->lost += missed.count + look.unlisted.count; /* at least one process each, or none: nobody can tell */
	return look.joined;
}

int members_find(struct members *members)
{
	int joined = 1;

	for (unsigned int i = 0; joined > 0 && i < LOOKS_MAX; i++) {
		members->lost = 0; /* those of the last look: they are found again and again */
		joined = members->group->rule.kind == MBAL_TARGET_CGROUP ? look_at_cgroup(members) : look_at_all(members);
	}
	return joined < 0 ? joined : 0;
}
