/* SPDX-License-Identifier: GPL-2.0-only */
/* What perf says of where an access was answered (union perf_mem_data_src), without BPF, so that a test can ask it too. */
#ifndef MBAL_DATA_SRC_BPF_H
#define MBAL_DATA_SRC_BPF_H

#include <linux/perf_event.h>

#include "mbal_abi.h"
#include "mbal_ints.bpf.h"

/* As in linux/perf_event.h, where the fields are bit-fields: their order there is that of a little-endian machine. */
#define MBAL_DATA_SRC(value, field, bits) ((u32)((value) >> PERF_MEM_##field##_SHIFT) & ((1u << (bits)) - 1))

static __always_inline u16 mbal_data_src_operation(u64 data_src)
{
	u32 operation = MBAL_DATA_SRC(data_src, OP, 5);
	u16 flags = 0;

	if (operation & PERF_MEM_OP_LOAD)
		flags |= MBAL_ACCESS_LOAD;
	if (operation & PERF_MEM_OP_STORE)
		flags |= MBAL_ACCESS_STORE;
	if (operation & PERF_MEM_OP_EXEC)
		flags |= MBAL_ACCESS_CODE;
	return flags;
}

/* Whether L1 did not have it. A level that is not known is no miss. */
static __always_inline bool mbal_data_src_missed(u64 data_src)
{
	u32 level = MBAL_DATA_SRC(data_src, LVL, 14), number = MBAL_DATA_SRC(data_src, LVLNUM, 4);

	if (level & PERF_MEM_LVL_L1)
		return level & PERF_MEM_LVL_MISS;
	return number ? number != PERF_MEM_LVLNUM_L1 && number != PERF_MEM_LVLNUM_NA :
			level & ~(PERF_MEM_LVL_NA | PERF_MEM_LVL_HIT | PERF_MEM_LVL_MISS);
}

/* Another node's memory or cache. Before 4.14 there was only the level to say so. */
static __always_inline bool mbal_data_src_remote(u64 data_src)
{
	const u32 remote_levels = PERF_MEM_LVL_REM_RAM1 | PERF_MEM_LVL_REM_RAM2 | PERF_MEM_LVL_REM_CCE1 | PERF_MEM_LVL_REM_CCE2;

	return MBAL_DATA_SRC(data_src, REMOTE, 1) || (MBAL_DATA_SRC(data_src, LVL, 14) & remote_levels);
}

/* The second level missed, or a walk had to be made. */
static __always_inline bool mbal_data_src_tlb_missed(u64 data_src)
{
	u32 tlb = MBAL_DATA_SRC(data_src, TLB, 7);

	return (tlb & PERF_MEM_TLB_WK) || ((tlb & PERF_MEM_TLB_MISS) && !(tlb & PERF_MEM_TLB_HIT));
}

/* The latency is that of any load; what an L1 hit took is no stall of memory. */
static __always_inline void mbal_data_src_fill(struct mbal_access *access, u64 data_src, u64 latency)
{
	access->flags |= mbal_data_src_operation(data_src);
	access->data_source = (u8)MBAL_DATA_SRC(data_src, LVLNUM, 4);
	if (mbal_data_src_remote(data_src))
		access->flags |= MBAL_ACCESS_REMOTE;
	if (mbal_data_src_tlb_missed(data_src))
		access->flags |= MBAL_ACCESS_TLB_MISS;
	if (!mbal_data_src_missed(data_src))
		return;
	access->flags |= MBAL_ACCESS_MISS;
	if (access->flags & MBAL_ACCESS_LOAD)
		access->latency = latency > 0xffff ? 0xffff : (u32)latency;
}

#endif
