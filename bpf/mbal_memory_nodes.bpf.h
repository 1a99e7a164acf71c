/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * On which node a physical address lies: by the memory blocks of sysfs, which are what the kernel itself hands memory to
 * nodes by. The helper fills the map, and keeps it up to date when memory is plugged.
 */
#ifndef MBAL_MEMORY_NODES_BPF_H
#define MBAL_MEMORY_NODES_BPF_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "mbal_abi.h"
#include "mbal_ints.bpf.h"
#include "mbal_knobs.bpf.h"
#include "mbal_memory_blocks.h"

/* Sized by the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} mbal_mem_blocks SEC(".maps");

static __always_inline u16 mbal_memory_node(u64 physical_address)
{
	u64 block = physical_address >> memory_block_shift, node;
	u32 index = (u32)(block / MBAL_BLOCKS_PER_WORD);
	const u64 *nodes;

	if (!physical_address)
		return MBAL_NODE_UNKNOWN;
	nodes = bpf_map_lookup_elem(&mbal_mem_blocks, &index);
	if (!nodes)
		return MBAL_NODE_UNKNOWN;
	node = *nodes >> 8 * (block % MBAL_BLOCKS_PER_WORD) & 0xff;
	return node == MBAL_BLOCK_UNKNOWN ? MBAL_NODE_UNKNOWN : (u16)MBAL_BLOCK_NODE(node);
}

#endif
