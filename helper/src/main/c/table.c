// SPDX-License-Identifier: Apache-2.0
#include "table.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

static const char *map_name(const struct mbal_table_header *header)
{
	switch (header->kind) {
	case MBAL_TABLE_HEAT:
		return "mbal_heat_table";
	case MBAL_TABLE_THREADS:
		return "mbal_thr_table";
	case MBAL_TABLE_PROCESSES:
		return "mbal_proc_table";
	default:
		return "mbal_recent_tab";
	}
}

static bool has_windows(const struct mbal_table_header *header)
{
	return header->kind == MBAL_TABLE_HEAT || header->kind == MBAL_TABLE_THREADS;
}

static bool has_own_size(const struct mbal_table_header *header)
{
	return !has_windows(header) && (header->kind != MBAL_TABLE_RECENT || header->slot_count != RECENT_SLOTS);
}

/*
 * Tables of windows are all of one size, and nearly all rings of recent accesses. BPF_F_INNER_MAP, which allows for others, has
 * the kernel call a function for every look-up of an element, which it inlines otherwise.
 */
static __u32 map_flags(const struct table *table)
{
	return table->has_own_size ? BPF_F_MMAPABLE | BPF_F_INNER_MAP : BPF_F_MMAPABLE;
}

/* The kernel freezes only a map that nobody has mapped writable: the mapping is gone when this returns. */
static int write_header(int fd, const struct mbal_table_header *header)
{
	struct mbal_table_header *mapped =
		mmap(NULL, MBAL_HEADER_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (mapped == MAP_FAILED)
		return -errno;
	*mapped = *header;
	return munmap(mapped, MBAL_HEADER_BYTES) ? -errno : 0;
}

int table_open(struct table *table, const struct mbal_table_header *header)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	int err;

	table->has_own_size = has_own_size(header);
	opts.map_flags = map_flags(table);
	table->bytes = header->header_bytes + (uint64_t)header->slot_count * header->slot_bytes;
	table->element_bytes = has_windows(header) ? mbal_half_window_bytes(header->slot_bytes) : header->slot_bytes;
	table->fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, map_name(header), sizeof(__u32), table->element_bytes,
				   (__u32)(table->bytes / table->element_bytes), &opts);
	if (table->fd < 0)
		return table->fd;
	err = write_header(table->fd, header);
	if (!err)
		err = bpf_map_freeze(table->fd);
	if (err)
		table_close(table);
	return err;
}

int table_read_counters(const struct table *table, struct table_counters *counters)
{
	char element[MBAL_HALF_WINDOW * MBAL_HEADER_BYTES];	/* the largest */
	__u32 index = MBAL_HEADER_COUNTERS_OFFSET / table->element_bytes;
	int err = bpf_map_lookup_elem(table->fd, &index, element);

	if (!err)
		memcpy(counters, element + MBAL_HEADER_COUNTERS_OFFSET % table->element_bytes, sizeof(*counters));
	return err;
}

void table_close(struct table *table)
{
	if (table->fd >= 0)
		close(table->fd);
	table->fd = -1;
}

uint64_t table_memory_bytes(const struct table *table)
{
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);

	return (table->bytes + page_bytes - 1) / page_bytes * page_bytes;
}
