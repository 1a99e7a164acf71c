// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "heap_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* As the kernel writes it, and only it: a memory file has no other name, and no folder. */
#define PATH "/memfd:java_heap (deleted)\n"

/* What of each range is known to be in such files: all below this address. */
struct cover {
	const struct mbal_move_request *request;
	uint64_t ends[MBAL_WIRE_MOVE_RANGES];
};

/*
 * The kernel's own mount, where all memory files lie and nothing that has a path. Not the name alone: any file may be called
 * like one in a mount namespace of its owner's.
 */
static int find_device(dev_t *device)
{
	int fd = memfd_create("where", MFD_CLOEXEC), err;
	struct stat status;

	if (fd < 0)
		return -errno;
	err = fstat(fd, &status) ? -errno : 0;
	close(fd);
	if (!err)
		*device = status.st_dev;
	return err;
}

/* "40000000000-40000200000 rw-s 01000000 00:01 1019    /memfd:java_heap (deleted)\n" */
static bool is_heap(const char *line, dev_t device, struct mbal_address_range *mapping)
{
	unsigned int major, minor;
	char rights[5];
	int path = 0;

	if (sscanf(line, "%llx-%llx %4s %*x %x:%x %*u %n", &mapping->start, &mapping->end, rights, &major, &minor, &path) != 5 || !path)
		return false;
	return rights[3] == 's' && makedev(major, minor) == device && !strcmp(line + path, PATH);
}

/* Mappings come in ascending order, so that what is not covered by now, from its start on, never will be. */
static void add(struct cover *cover, const struct mbal_address_range *mapping)
{
	for (unsigned int i = 0; i < cover->request->range_count; i++)
		if (mapping->start <= cover->ends[i] && mapping->end > cover->ends[i])
			cover->ends[i] = mapping->end;
}

static bool is_whole(const struct cover *cover)
{
	for (unsigned int i = 0; i < cover->request->range_count; i++)
		if (cover->ends[i] < cover->request->ranges[i].end)
			return false;
	return true;
}

static int read_maps(FILE *maps, dev_t device, struct cover *cover)
{
	struct mbal_address_range mapping;
	char *line = NULL;
	size_t line_bytes = 0;
	int err;

	/* Whole lines, however long: a path may hold what looks like a line. */
	errno = 0;
	while (!is_whole(cover) && getline(&line, &line_bytes, maps) >= 0)
		if (is_heap(line, device, &mapping))
			add(cover, &mapping);
	err = ferror(maps) || errno == ENOMEM ? -errno : 0;
	free(line);
	return err;
}

int heap_file_has(const struct target *target, const struct mbal_move_request *request)
{
	struct cover cover = { .request = request };
	char path[32];
	dev_t device = 0;
	FILE *maps;
	int err = find_device(&device);

	if (err)
		return err;
	for (unsigned int i = 0; i < request->range_count; i++)
		cover.ends[i] = request->ranges[i].start;
	snprintf(path, sizeof(path), "/proc/%d/maps", target->tgid);
	maps = fopen(path, "re");
	err = maps ? read_maps(maps, device, &cover) : -errno;
	if (maps)
		fclose(maps);
	/* The id was this process's all along only if it still lives; one that has ended has no mappings, and some calls fail for it. */
	if (!process_is_alive(target->pidfd))
		return 0;
	return err ? err : is_whole(&cover);
}
