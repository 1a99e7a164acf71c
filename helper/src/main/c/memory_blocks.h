/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On which node each memory block of the machine lies, as sysfs says, for the BPF map that turns physical addresses into
 * nodes. Memory can be plugged and unplugged while we run.
 *
 * How that is noticed: the link count of one folder, devices/system/memory, is its number of blocks + 2. A look at it
 * each second is one system call whatever the machine's size, needs no socket and no privilege, and works under any root.
 * As many blocks added as removed between two looks would pass, so all is read again once a minute anyway.
 */
#ifndef MEMORY_BLOCKS_H
#define MEMORY_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "mbal_memory_blocks.h"
#include "reason.h"

struct memory_blocks {
	const char *sysfs_root;
	unsigned int shift;	/* a block is 2^shift bytes */
	unsigned int word_count;
	uint64_t *words;	/* as the map has them */
	unsigned long links;	/* of the folder when all was read last */
	unsigned int looks;	/* since then */
	unsigned int beyond;	/* blocks that word_count has no room for: they came after the start */
};

/*
 * Reads below sysfs_root. Where sysfs has no blocks a machine of one node is all node 0.
 * Returns 0, or -errno with the reason and nothing left open.
 */
int memory_blocks_open(struct memory_blocks *blocks, const char *sysfs_root, unsigned int node_count, struct reason *reason);
void memory_blocks_close(struct memory_blocks *blocks);
/* Whether memory may have been plugged since all was read last. Call once a second. */
bool memory_blocks_may_have_changed(struct memory_blocks *blocks);
/* Reads all again into `words`. Returns 0, or -errno with `words` as they were. */
int memory_blocks_read(struct memory_blocks *blocks);

#endif
