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

static int set_policy(void *start, size_t bytes, int mode, const unsigned long *mask)
{
	/* the kernel reads one bit less than it is told */
	return syscall(SYS_mbind, start, bytes, mode, mask, MAX_NODES + 1, 0) ? -errno : 0;
}

/* First to each alone: of several nodes, the kernel leaves out in silence those that there are not. */
static int bind_to_nodes(void *start, size_t bytes, const struct node_list *nodes)
{
	unsigned long all[MAX_NODES / 64] = { 0 };
	int err = 0;

	for (int i = 0; !err && i < nodes->count; i++) {
		unsigned long one[MAX_NODES / 64] = { 0 }, bit = 1UL << (nodes->ids[i] % 64);

		one[nodes->ids[i] / 64] = bit;
		all[nodes->ids[i] / 64] |= bit;
		err = set_policy(start, bytes, MPOL_BIND, one);
	}
	return !err && nodes->count > 1 ? set_policy(start, bytes, MPOL_INTERLEAVE, all) : err;
}

static int release_from_nodes(void *start, size_t bytes)
{
	return syscall(SYS_mbind, start, bytes, MPOL_DEFAULT, NULL, 0, 0) ? -errno : 0;
}

static void fill(struct working_set *set)
{
	for (uint64_t cell = 0; cell < set->cell_count; cell++)
		set->cells[cell] = cell_pattern(cell);
}

int working_set_open(struct working_set *set, size_t size_bytes, size_t hot_bytes, const struct node_list *nodes)
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
	set->hot_count = hot_bytes / sizeof(uint64_t);
	set->hot_begin = set->cell_count - set->hot_count;
	if (nodes->count)
		err = bind_to_nodes(set->cells, size_bytes, nodes);
	if (!err)
		fill(set);
	if (!err && nodes->count)
		err = release_from_nodes(set->cells, size_bytes);
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

uint64_t working_set_hot_begin(const struct working_set *set)
{
	return __atomic_load_n(&set->hot_begin, __ATOMIC_RELAXED);
}

void working_set_jump(struct working_set *set)
{
	uint64_t begin = working_set_hot_begin(set);

	begin = begin < set->hot_count ? set->cell_count - set->hot_count : begin - set->hot_count;
	__atomic_store_n(&set->hot_begin, begin, __ATOMIC_RELAXED);
}

void working_set_print_hot(const struct working_set *set)
{
	const uint64_t *hot = set->cells + working_set_hot_begin(set);

	printf("hot %p-%p\n", (const void *)hot, (const void *)(hot + set->hot_count));
	fflush(stdout);
}

void working_set_print_ranges(const struct working_set *set, const char *separator)
{
	printf("working %p-%p%s ", (const void *)set->cells, (const void *)(set->cells + set->cell_count), separator);
	working_set_print_hot(set);
}
