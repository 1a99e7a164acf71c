/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch-lookup TGID: reads the heat table of a process through bpf_map_lookup_batch, again and again, and prints the
 * time of each pass over all of it, in ns, one a line. The yardstick of the snapshot benchmark.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Whether the map is the heat table of that process: its header says so. */
static int is_heat_of(int fd, const struct bpf_map_info *info, __u32 tgid)
{
	unsigned char bytes[MBAL_HEADER_BYTES];
	struct mbal_table_header header;
	__u32 elements = MBAL_HEADER_BYTES / info->value_size;

	for (__u32 i = 0; i < elements; i++)
		if (bpf_map_lookup_elem(fd, &i, bytes + i * info->value_size))
			return 0;
	memcpy(&header, bytes, sizeof(header));
	return header.magic == MBAL_TABLE_MAGIC && header.kind == MBAL_TABLE_HEAT && header.tgid == tgid;
}

static int heat_of(__u32 tgid, struct bpf_map_info *info)
{
	__u32 id = 0, bytes;
	int fd;

	while (!bpf_map_get_next_id(id, &id)) {
		fd = bpf_map_get_fd_by_id(id);
		if (fd < 0)
			continue; /* gone since */
		bytes = sizeof(*info);
		memset(info, 0, bytes);
		if (!bpf_obj_get_info_by_fd(fd, info, &bytes) && info->type == BPF_MAP_TYPE_ARRAY &&
		    info->value_size <= MBAL_HEADER_BYTES && MBAL_HEADER_BYTES % info->value_size == 0 &&
		    info->max_entries > MBAL_MIN_SLOTS && is_heat_of(fd, info, tgid))
			return fd;
		close(fd);
	}
	return -ENOENT;
}

static int read_all(int fd, const struct bpf_map_info *info, __u32 *keys, void *values)
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
	return read == info->max_entries ? 0 : -EIO;
}

int main(int argc, char **argv)
{
	struct bpf_map_info info;
	long long start_ns;
	__u32 *keys;
	void *values;
	int fd, err;

	if (argc != 2) {
		fprintf(stderr, "usage: batch-lookup TGID\n");
		return 2;
	}
	fd = heat_of((__u32)strtoul(argv[1], NULL, 10), &info);
	if (fd < 0) {
		fprintf(stderr, "batch-lookup: process %s has no heat table\n", argv[1]);
		return 1;
	}
	keys = calloc(BATCH, sizeof(*keys));
	values = calloc(BATCH, info.value_size);
	if (!keys || !values) {
		fprintf(stderr, "batch-lookup: out of memory\n");
		return 1;
	}
	for (int i = 0; i < PASSES; i++) {
		start_ns = now_ns();
		err = read_all(fd, &info, keys, values);
		if (err) {
			fprintf(stderr, "batch-lookup: bpf_map_lookup_batch: %s\n", strerror(-err));
			return 1;
		}
		printf("%lld\n", now_ns() - start_ns);
	}
	return 0;
}
