/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel says of nodes, physical addresses and pages. */
#ifndef NODES_H
#define NODES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define NODES_MAX	16
#define BLOCKS_MAX	4096
#define CPUS_MAX	64

struct nodes {
	uint64_t block_bytes;
	int8_t	node_of_block[BLOCKS_MAX];	/* by sysfs; -1 none */
	int8_t	node_of_cpu[CPUS_MAX];
	bool	has_memory[NODES_MAX];
	bool	has_cpus[NODES_MAX];
};

/* 0 or -errno */
int nodes_read(struct nodes *nodes);

/* By the memory blocks of sysfs; -1 when none has the address. */
int node_of_physical(const struct nodes *nodes, uint64_t physical);

/* By move_pages; node ids or -errno into @status. Returns 0 or -errno. */
int nodes_of_pages(pid_t pid, unsigned long count, void *const *pages, int *status);

/* The page frame by /proc/PID/pagemap; 0 when it is not present or not shown. */
uint64_t frame_of_page(int pagemap_fd, uint64_t address);

#endif
