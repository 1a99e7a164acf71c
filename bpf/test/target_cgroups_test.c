// SPDX-License-Identifier: Apache-2.0
/* The group of a cgroup: who is moved into it, made in it, and moved out of it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "targets.h"

/* The folder where cgroups v2 are mounted. */
static bool find_cgroups(char *folder, size_t bytes)
{
	FILE *mounts = fopen("/proc/self/mounts", "r");
	char line[512], path[256], type[64];
	bool found = false;

	while (mounts && !found && fgets(line, sizeof(line), mounts))
		if (sscanf(line, "%*s %255s %63s", path, type) == 2 && !strcmp(type, "cgroup2"))
			found = snprintf(folder, bytes, "%s", path) > 0;
	if (mounts)
		fclose(mounts);
	return found;
}

/* Where nobody has mounted them, as in a bare guest, we do. */
static bool mount_cgroups(char *folder, size_t bytes)
{
	snprintf(folder, bytes, "/tmp/mbal-cgroups-%d", getpid());
	return !mkdir(folder, 0755) && !mount("cgroup2", folder, "cgroup2", 0, NULL);
}

static void move_to(const char *folder, pid_t pid)
{
	char path[512], text[32];
	int fd, length = snprintf(text, sizeof(text), "%d", pid);

	snprintf(path, sizeof(path), "%s/cgroup.procs", folder);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, (size_t)length) != length)
		abort();
	close(fd);
}

static void check_cgroup_moves(struct fixture *fixture, const char *root, const char *outer, const char *inner)
{
	struct stat status;
	struct group group;
	struct child child = child_start(), direct;
	pid_t grandchild;
	struct clone_args into = { .flags = CLONE_INTO_CGROUP, .cgroup = (__u64)open(inner, O_RDONLY | O_DIRECTORY) };

	if (stat(outer, &status))
		abort();
	group = open_group(fixture, (struct mbal_group_rule){ .kind = MBAL_TARGET_CGROUP, .cgroup_id = status.st_ino }, PLACES);
	set_wide(fixture, group.id);
	tap_check(!is_in(fixture, &group, child.pid), "a process in another cgroup is not in the group");
	move_to(outer, child.pid);
	tap_check(is_in(fixture, &group, child.pid), "moved into the cgroup, it is");
	grandchild = child_ask(&child, 'f');
	tap_check(is_in(fixture, &group, grandchild), "so is its child");
	move_to(inner, grandchild);
	tap_check(is_in(fixture, &group, grandchild), "also in a cgroup below");
	direct = child_start_as(&into);
	tap_check(direct.pid > 0 && is_in(fixture, &group, direct.pid), "and one that is made there by clone3");
	child_end(&direct);
	move_to(root, grandchild);
	tap_check(!target_exists(&fixture->sampler, (__u32)grandchild), "moved out, it is not");
	child_ask(&child, 'e');
	child_become(&child, "cat");
	tap_check(cat_answers(&child) && is_in(fixture, &group, child.pid), "another program stays in the cgroup's group");
	child_end(&child);
	close((int)into.cgroup);
	set_wide(fixture, 0);
	group_close(&fixture->sampler, &group);
}

static void check_cgroups(struct fixture *fixture)
{
	char root[256], outer[300], inner[340];
	bool is_ours = false;

	if (!find_cgroups(root, sizeof(root))) {
		is_ours = mount_cgroups(root, sizeof(root));
		if (!is_ours) {
			tap_skip("no cgroup v2 hierarchy can be mounted: %s", strerror(errno));
			return;
		}
	}
	snprintf(outer, sizeof(outer), "%s/mbal-test-%d", root, getpid());
	snprintf(inner, sizeof(inner), "%s/inner", outer);
	if (mkdir(outer, 0755) || mkdir(inner, 0755)) {
		tap_skip("no cgroup can be made in %s: %s", root, strerror(errno));
		return;
	}
	check_cgroup_moves(fixture, root, outer, inner);
	rmdir(inner);
	rmdir(outer);
	if (is_ours && !umount(root))
		rmdir(root);
}

int main(void)
{
	struct fixture fixture;

	if (!fixture_open(&fixture))
		return tap_done();
	check_cgroups(&fixture);
	fixture_close(&fixture);
	return tap_done();
}
