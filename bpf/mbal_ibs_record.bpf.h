/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an IBS op record says, without BPF, so that a test in user space can ask it too: the capabilities (u32), then
 * IBS registers as unaligned u64s. Bits are those of AMD's manuals and of the kernel's amd-ibs.h.
 */
#ifndef MBAL_IBS_RECORD_BPF_H
#define MBAL_IBS_RECORD_BPF_H

#include <stdbool.h>

#include "mbal_abi.h"
#include "mbal_ints.bpf.h"

#define MBAL_IBS_CAP_RIP_INVALID_CHECK (1u << 7)

/* IBS_OP_CTL */
#define MBAL_IBS_OP_VALID (1ULL << 18)
/* IBS_OP_DATA */
#define MBAL_IBS_RIP_INVALID (1ULL << 38)
/* IBS_OP_DATA2, of loads only */
#define MBAL_IBS_SOURCE_LOW(data2) ((data2) & 7)
#define MBAL_IBS_SOURCE_HIGH(data2) ((data2) >> 6 & 3)
#define MBAL_IBS_REMOTE (1ULL << 4)
/* IBS_OP_DATA3 */
#define MBAL_IBS_LOAD (1ULL << 0)
#define MBAL_IBS_STORE (1ULL << 1)
#define MBAL_IBS_CACHE_MISS (1ULL << 7)
#define MBAL_IBS_LINEAR_VALID (1ULL << 17)
#define MBAL_IBS_PHYSICAL_VALID (1ULL << 18)
#define MBAL_IBS_L2_MISS (1ULL << 20)
#define MBAL_IBS_PREFETCH (1ULL << 21)
#define MBAL_IBS_WIDTH(data3) ((data3) >> 22 & 15)	/* 0: none; n: 2^(n-1) bytes */
#define MBAL_IBS_OPEN_MISSES(data3) ((data3) >> 26 & 63)
#define MBAL_IBS_MISS_LATENCY(data3) ((data3) >> 32 & 0xffff)

/*
 * The registers that every kernel and CPU delivers, in the record's order. Behind them may follow BrTarget
 * (capability bit 5) and OpData4 (bit 10), which we do not use.
 */
struct mbal_ibs_op {
	u32 capabilities;
	u64 control;
	u64 rip;
	u64 data;
	u64 data2;
	u64 data3;
	u64 linear_address;
	u64 physical_address;
} __attribute__((packed));

_Static_assert(sizeof(struct mbal_ibs_op) == 60, "as the kernel's raw record");

/* IBS knows the sampled op's address; the interrupted one, some instructions later, stands in where it does not. */
static __always_inline u64 mbal_ibs_ip(const struct mbal_ibs_op *op, u64 interrupted_ip)
{
	if ((op->capabilities & MBAL_IBS_CAP_RIP_INVALID_CHECK) && (op->data & MBAL_IBS_RIP_INVALID))
		return interrupted_ip;
	return op->rip;
}

/* Latency and open misses belong to a load that missed; so does the data source, once it left L2. */
static __always_inline void mbal_ibs_fill_miss(struct mbal_access *access, const struct mbal_ibs_op *op)
{
	if (!(op->data3 & MBAL_IBS_LOAD) || !(op->data3 & MBAL_IBS_CACHE_MISS))
		return;
	access->latency = (u32)MBAL_IBS_MISS_LATENCY(op->data3);
	access->open_misses = (u8)MBAL_IBS_OPEN_MISSES(op->data3);
	if (!(op->data3 & MBAL_IBS_L2_MISS))
		return;
	access->data_source = (u8)(MBAL_IBS_SOURCE_HIGH(op->data2) << 3 | MBAL_IBS_SOURCE_LOW(op->data2));
	if (op->data2 & MBAL_IBS_REMOTE)
		access->flags |= MBAL_ACCESS_REMOTE;
}

static __always_inline void mbal_ibs_fill(struct mbal_access *access, const struct mbal_ibs_op *op)
{
	u32 width = (u32)MBAL_IBS_WIDTH(op->data3);

	access->vaddr = op->linear_address;
	if (op->data3 & MBAL_IBS_PHYSICAL_VALID)
		access->paddr = op->physical_address;
	if (op->data3 & MBAL_IBS_LOAD)
		access->flags |= MBAL_ACCESS_LOAD;
	if (op->data3 & MBAL_IBS_STORE)
		access->flags |= MBAL_ACCESS_STORE;
	if (width && width <= 8)
		access->width = (u8)(1u << (width - 1));
	mbal_ibs_fill_miss(access, op);
}

/* Why the op is no sample of a user's memory access; 0 when it is one. */
static __always_inline u32 mbal_ibs_reject(const struct mbal_ibs_op *op, u64 ip, bool user_only)
{
	if (!(op->control & MBAL_IBS_OP_VALID))
		return MBAL_COUNTER_DROP_BAD_RECORD;
	/* Kernels up to 6.12 refuse exclude_kernel for IBS, so the kernel's own ops come along. */
	if (user_only && (s64)ip < 0)
		return MBAL_COUNTER_DROP_KERNEL;
	if (op->data3 & MBAL_IBS_PREFETCH)
		return MBAL_COUNTER_DROP_PREFETCH;
	if (!(op->data3 & (MBAL_IBS_LOAD | MBAL_IBS_STORE)))
		return MBAL_COUNTER_DROP_NO_ACCESS;
	if (!(op->data3 & MBAL_IBS_LINEAR_VALID))
		return MBAL_COUNTER_DROP_NO_ADDRESS;
	return 0;
}

#endif
