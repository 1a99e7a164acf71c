// SPDX-License-Identifier: Apache-2.0
#include "hot_set_memory.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HUGE_PAGE_BYTES (2u << 20)
#define NODE_MASK_WORDS 16

static int bind_to_node(void *start, size_t bytes, int node_id)
{
	unsigned long mask[NODE_MASK_WORDS] = { 0 };

	mask[node_id / 64] = 1UL << (node_id % 64);
	/* the kernel reads one bit less than it is told */
	return syscall(SYS_mbind, start, bytes, MPOL_BIND, mask, sizeof(mask) * 8 + 1, 0) ? -errno : 0;
}

static int release_from_node(void *start, size_t bytes)
{
	return syscall(SYS_mbind, start, bytes, MPOL_DEFAULT, NULL, 0, 0) ? -errno : 0;
}

static void fill(struct working_set *set)
{
	for (uint64_t cell = 0; cell < set->cell_count; cell++)
		set->cells[cell] = cell_pattern(cell);
}

int working_set_open(struct working_set *set, size_t size_bytes, size_t hot_bytes, int node_id)
{
	uintptr_t start;
	int err = 0;

	memset(set, 0, sizeof(*set));
	set->mapping_bytes = size_bytes + HUGE_PAGE_BYTES;
	set->mapping = mmap(NULL, set->mapping_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (set->mapping == MAP_FAILED) {
		set->mapping = NULL;
		return -errno;
	}
	start = ((uintptr_t)set->mapping + HUGE_PAGE_BYTES - 1) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
	set->cells = (uint64_t *)start;
	set->cell_count = size_bytes / sizeof(uint64_t);
	set->hot_begin = set->cell_count - hot_bytes / sizeof(uint64_t);
	if (node_id >= 0)
		err = bind_to_node(set->cells, size_bytes, node_id);
	if (!err)
		fill(set);
	if (!err && node_id >= 0)
		err = release_from_node(set->cells, size_bytes);
	if (err)
		working_set_close(set);
	return err;
}

void working_set_close(struct working_set *set)
{
	if (set->mapping)
		munmap(set->mapping, set->mapping_bytes);
	set->mapping = NULL;
	set->cells = NULL;
}

uint64_t working_set_check(const struct working_set *set)
{
	uint64_t cell = 0;

	while (cell < set->cell_count && set->cells[cell] == cell_pattern(cell))
		cell++;
	return cell;
}

void working_set_print_ranges(const struct working_set *set, const char *separator)
{
	const uint64_t *hot = set->cells + set->hot_begin, *end = set->cells + set->cell_count;

	printf("working %p-%p%s hot %p-%p\n", (const void *)set->cells, (const void *)end, separator, (const void *)hot,
	       (const void *)end);
	fflush(stdout);
}
