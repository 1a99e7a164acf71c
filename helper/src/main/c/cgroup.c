// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEVELS_MAX 64u
#define PATH_BYTES 4096u

/* Where cgroups v2 are mounted. */
static int find_root(char path[PATH_BYTES])
{
	FILE *mounts = fopen("/proc/self/mounts", "re");
	char *line = NULL, type[64];
	size_t bytes = 0;
	int err = -ENOENT;

	if (!mounts)
		return -errno;
	while (err && getline(&line, &bytes, mounts) >= 0)
		if (sscanf(line, "%*s %4095s %63s", path, type) == 2 && !strcmp(type, "cgroup2"))
			err = 0;
	free(line);
	fclose(mounts);
	return err;
}

struct walk {
	int (*visit)(int folder_fd, void *context);
	void *context;
	struct cgroup_missed missed;
};

void cgroup_miss(struct cgroup_missed *missed, int err)
{
	if (err == -ENOENT || err == -ENODEV) /* removed meanwhile */
		return;
	missed->count++;
	missed->err = err;
}

/* A descriptor of its own: it may be in the middle of a walk of somebody else's. */
static DIR *open_list(int folder_fd, struct walk *walk)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	if (!list) {
		cgroup_miss(&walk->missed, -errno);
		if (fd >= 0)
			close(fd);
	}
	return list;
}

static int walk_from(int folder_fd, unsigned int level, struct walk *walk);

static int walk_into(int folder_fd, const char *name, unsigned int level, struct walk *walk)
{
	int fd = openat(folder_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), result;

	if (fd < 0 || level > LEVELS_MAX) {
		cgroup_miss(&walk->missed, fd < 0 ? -errno : -ELOOP);
		if (fd >= 0)
			close(fd);
		return 0;
	}
	result = walk_from(fd, level, walk);
	close(fd);
	return result;
}

static int walk_from(int folder_fd, unsigned int level, struct walk *walk)
{
	int result = walk->visit(folder_fd, walk->context);
	DIR *list = result ? NULL : open_list(folder_fd, walk);
	const struct dirent *entry;

	if (!list)
		return result;
	while (!result && (entry = readdir(list)))
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			result = walk_into(folder_fd, entry->d_name, level + 1, walk);
	closedir(list);
	return result;
}

int cgroup_walk(int folder_fd, int (*visit)(int folder_fd, void *context), void *context, struct cgroup_missed *missed)
{
	struct walk walk = { .visit = visit, .context = context };
	int result = walk_from(folder_fd, 0, &walk);

	*missed = walk.missed;
	return result;
}

struct search {
	uint64_t cgroup_id;
	int found_fd;
};

static int compare_id(int folder_fd, void *context)
{
	struct search *search = context;
	struct stat status;

	if (fstat(folder_fd, &status) || status.st_ino != search->cgroup_id)
		return 0;
	search->found_fd = fcntl(folder_fd, F_DUPFD_CLOEXEC, 0);
	search->found_fd = search->found_fd < 0 ? -errno : search->found_fd;
	return 1;
}

int cgroup_open(uint64_t cgroup_id)
{
	struct search search = { .cgroup_id = cgroup_id, .found_fd = -ENOENT };
	struct cgroup_missed missed;
	char path[PATH_BYTES];
	int err = find_root(path), root_fd;

	if (err)
		return err;
	root_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0)
		return -errno;
	if (!cgroup_walk(root_fd, compare_id, &search, &missed) && missed.count)
		search.found_fd = missed.err; /* it may be one of those */
	close(root_fd);
	return search.found_fd;
}

/* Nothing is found in a folder that is gone, and every cgroup has this file. */
bool cgroup_is_removed(int folder_fd)
{
	return faccessat(folder_fd, "cgroup.procs", F_OK, 0) && (errno == ENOENT || errno == ENODEV);
}
