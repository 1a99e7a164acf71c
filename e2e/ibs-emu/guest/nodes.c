// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nodes.h"

#define NODE_ROOT	"/sys/devices/system/node"
#define BLOCK_BYTES	"/sys/devices/system/memory/block_size_bytes"
#define PAGE_BYTES	4096
#define PAGEMAP_PRESENT	(1ULL << 63)
#define PAGEMAP_FRAME	((1ULL << 55) - 1)

static int read_block_bytes(struct nodes *nodes)
{
	FILE *file = fopen(BLOCK_BYTES, "r");
	unsigned long long bytes = 0;
	int fields;

	if (!file)
		return -errno;
	fields = fscanf(file, "%llx", &bytes);	/* hexadecimal without a prefix */
	fclose(file);
	nodes->block_bytes = bytes;
	return fields == 1 && bytes ? 0 : -EINVAL;
}

static void read_entry(struct nodes *nodes, int node, const char *name)
{
	unsigned int number;

	if (sscanf(name, "memory%u", &number) == 1 && number < BLOCKS_MAX) {
		nodes->node_of_block[number] = (int8_t)node;
		nodes->has_memory[node] = true;
	} else if (sscanf(name, "cpu%u", &number) == 1 && number < CPUS_MAX) {
		nodes->node_of_cpu[number] = (int8_t)node;
		nodes->has_cpus[node] = true;
	}
}

static void read_node(struct nodes *nodes, int node)
{
	char path[64];
	struct dirent *entry;
	DIR *directory;

	snprintf(path, sizeof(path), NODE_ROOT "/node%d", node);
	directory = opendir(path);
	if (!directory)
		return;		/* node ids may have gaps */
	while ((entry = readdir(directory)))
		read_entry(nodes, node, entry->d_name);
	closedir(directory);
}

int nodes_read(struct nodes *nodes)
{
	int node;

	memset(nodes, 0, sizeof(*nodes));
	memset(nodes->node_of_block, -1, sizeof(nodes->node_of_block));
	memset(nodes->node_of_cpu, -1, sizeof(nodes->node_of_cpu));
	for (node = 0; node < NODES_MAX; node++)
		read_node(nodes, node);
	return read_block_bytes(nodes);
}

int node_of_physical(const struct nodes *nodes, uint64_t physical)
{
	uint64_t block = physical / nodes->block_bytes;

	return block < BLOCKS_MAX ? nodes->node_of_block[block] : -1;
}

int nodes_of_pages(pid_t pid, unsigned long count, void *const *pages, int *status)
{
	return syscall(SYS_move_pages, pid, count, pages, NULL, status, 0) ? -errno : 0;
}

uint64_t frame_of_page(int pagemap_fd, uint64_t address)
{
	uint64_t entry = 0;
	off_t at = (off_t)(address / PAGE_BYTES * sizeof(entry));

	if (pread(pagemap_fd, &entry, sizeof(entry), at) != sizeof(entry))
		return 0;
	return entry & PAGEMAP_PRESENT ? entry & PAGEMAP_FRAME : 0;
}
