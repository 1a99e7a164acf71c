/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The map mbal_mem_blocks, which the helper fills: on which node each memory block of the machine lies. */
#ifndef MBAL_MEMORY_BLOCKS_H
#define MBAL_MEMORY_BLOCKS_H

#include <linux/types.h>

/* Element n, a u64, has blocks 8n..8n+7, the first in the lowest byte. */
#define MBAL_BLOCKS_PER_WORD 8u
/* A byte is the node + 1, so that an empty map knows nothing. Also for a block that several nodes share. */
#define MBAL_BLOCK_UNKNOWN 0u
#define MBAL_BLOCK_OF_NODE(node) ((node) + 1u)
#define MBAL_BLOCK_NODE(byte) ((byte) - 1u)

#endif
