/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch-lookup TGID: reads what the heat table of a process holds through bpf_map_lookup_batch, again and again, and prints
 * the time of each pass over all of it, in ns, one a line. The yardstick of the snapshot benchmark: a map with one element a
 * page, as whoever keeps pages in a map has it. An element of the table itself has several.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "mbal_abi.h"

#define PASSES 21
#define BATCH 4096u

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Whether the map is the heat table of that process: its header says so. NULL if not, else the table, mapped. */
static const struct mbal_table_header *map_heat(int fd, const struct bpf_map_info *info, __u32 tgid)
{
	size_t bytes = (size_t)info->max_entries * info->value_size;
	const struct mbal_table_header *header = bytes < MBAL_HEADER_BYTES ? MAP_FAILED : mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);

	if (header == MAP_FAILED)
		return NULL;
	if (header->magic == MBAL_TABLE_MAGIC && header->kind == MBAL_TABLE_HEAT && header->tgid == tgid)
		return header;
	munmap((void *)(uintptr_t)header, bytes);
	return NULL;
}

static const struct mbal_table_header *heat_of(__u32 tgid)
{
	const struct mbal_table_header *heat = NULL;
	struct bpf_map_info info;
	__u32 id = 0, bytes;
	int fd;

	while (!heat && !bpf_map_get_next_id(id, &id)) {
		fd = bpf_map_get_fd_by_id(id);
		if (fd < 0)
			continue; /* gone since */
		bytes = sizeof(info);
		memset(&info, 0, bytes);
		if (!bpf_obj_get_info_by_fd(fd, &info, &bytes) && info.type == BPF_MAP_TYPE_ARRAY && info.map_flags & BPF_F_MMAPABLE)
			heat = map_heat(fd, &info, tgid);
		close(fd);
	}
	return heat;
}

/* A map with an element for each of the table's slots. Returns its descriptor or -errno. */
static int copy_slots(const struct mbal_table_header *heat)
{
	const char *slots = (const char *)heat + heat->header_bytes;
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "mbal_batch", sizeof(__u32), heat->slot_bytes, heat->slot_count, NULL);

	for (__u32 i = 0; fd >= 0 && i < heat->slot_count; i++)
		if (bpf_map_update_elem(fd, &i, slots + (size_t)i * heat->slot_bytes, BPF_ANY))
			return -errno;
	return fd < 0 ? -errno : fd;
}

static int read_all(int fd, __u32 elements, __u32 *keys, void *values)
{
	__u32 position = 0, count, read = 0;
	void *from = NULL;
	int err;

	do {
		count = BATCH;
		err = bpf_map_lookup_batch(fd, from, &position, keys, values, &count, NULL);
		if (err && errno != ENOENT)
			return -errno;
		read += count;
		from = &position;
	} while (!err);
	return read == elements ? 0 : -EIO;
}

static int time_passes(int fd, const struct mbal_table_header *heat)
{
	__u32 *keys = calloc(BATCH, sizeof(*keys));
	void *values = calloc(BATCH, heat->slot_bytes);
	long long start_ns;
	int err = keys && values ? 0 : -ENOMEM;

	for (int i = 0; !err && i < PASSES; i++) {
		start_ns = now_ns();
		err = read_all(fd, heat->slot_count, keys, values);
		if (!err)
			printf("%lld\n", now_ns() - start_ns);
	}
	free(keys);
	free(values);
	return err;
}

int main(int argc, char **argv)
{
	const struct mbal_table_header *heat;
	int fd, err;

	if (argc != 2) {
		fprintf(stderr, "usage: batch-lookup TGID\n");
		return 2;
	}
	heat = heat_of((__u32)strtoul(argv[1], NULL, 10));
	if (!heat) {
		fprintf(stderr, "batch-lookup: process %s has no heat table\n", argv[1]);
		return 1;
	}
	fd = copy_slots(heat);
	err = fd < 0 ? fd : time_passes(fd, heat);
	if (err)
		fprintf(stderr, "batch-lookup: %s\n", strerror(-err));
	return err ? 1 : 0;
}
