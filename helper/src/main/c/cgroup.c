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

static int walk(int folder_fd, unsigned int level, int (*visit)(int folder_fd, void *context), void *context)
{
	int copy_fd, result = visit(folder_fd, context);
	const struct dirent *entry;
	DIR *folder;

	if (result)
		return result;
	if (level >= LEVELS_MAX)
		return -ELOOP;
	copy_fd = fcntl(folder_fd, F_DUPFD_CLOEXEC, 0);
	folder = copy_fd < 0 ? NULL : fdopendir(copy_fd);
	if (!folder) {
		result = -errno;
		if (copy_fd >= 0)
			close(copy_fd);
		return result;
	}
	rewinddir(folder);
	while (!result && (entry = readdir(folder))) {
		int fd;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		fd = openat(folder_fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			continue; /* removed meanwhile */
		result = walk(fd, level + 1, visit, context);
		close(fd);
	}
	closedir(folder);
	return result;
}

int cgroup_walk(int folder_fd, int (*visit)(int folder_fd, void *context), void *context)
{
	return walk(folder_fd, 0, visit, context);
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
	return search->found_fd < 0 ? -errno : 1;
}

int cgroup_open(uint64_t cgroup_id)
{
	struct search search = { .cgroup_id = cgroup_id, .found_fd = -ENOENT };
	char path[PATH_BYTES];
	int err = find_root(path), root_fd;

	if (err)
		return err;
	root_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0)
		return -errno;
	err = cgroup_walk(root_fd, compare_id, &search);
	close(root_fd);
	return err < 0 ? err : search.found_fd;
}

/* Nothing is found in a folder that is gone, and every cgroup has this file. */
bool cgroup_is_removed(int folder_fd)
{
	return faccessat(folder_fd, "cgroup.procs", F_OK, 0) && (errno == ENOENT || errno == ENODEV);
}
