/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What IBS records say, without BPF, so that a test in user space can ask it too: the capabilities (u32), then IBS
 * registers as unaligned u64s. Bits are those of AMD's manuals and of the kernel's amd-ibs.h.
 */
#ifndef MBAL_IBS_RECORD_BPF_H
#define MBAL_IBS_RECORD_BPF_H

#include <stdbool.h>

#include "mbal_abi.h"
#include "mbal_ints.bpf.h"

/* CPUID 8000001B EAX */
#define MBAL_IBS_CAP_BRANCH_TARGET (1u << 5)	/* ops have BrTarget */
#define MBAL_IBS_CAP_RIP_INVALID_CHECK (1u << 7)
#define MBAL_IBS_CAP_FETCH_CONTROL_EXTENDED (1u << 9)	/* fetches have ExtdCtl */
#define MBAL_IBS_CAP_OP_DATA4 (1u << 10)	/* ops have OpData4 */
#define MBAL_IBS_CAP_ZEN4 (1u << 11)	/* data sources of five bits */

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
#define MBAL_IBS_L1_TLB_MISS (1ULL << 2)
#define MBAL_IBS_L2_TLB_MISS (1ULL << 3)
#define MBAL_IBS_CACHE_MISS (1ULL << 7)
#define MBAL_IBS_LINEAR_VALID (1ULL << 17)
#define MBAL_IBS_PHYSICAL_VALID (1ULL << 18)
#define MBAL_IBS_L2_MISS (1ULL << 20)
#define MBAL_IBS_PREFETCH (1ULL << 21)
#define MBAL_IBS_WIDTH(data3) ((data3) >> 22 & 15)	/* 0: none; n: 2^(n-1) bytes */
#define MBAL_IBS_OPEN_MISSES(data3) ((data3) >> 26 & 63)
#define MBAL_IBS_MISS_LATENCY(data3) ((data3) >> 32 & 0xffff)
#define MBAL_IBS_TLB_LATENCY(data3) ((data3) >> 48)

/* IBS_FETCH_CTL */
#define MBAL_IBS_FETCH_LATENCY(control) ((control) >> 32 & 0xffff)
#define MBAL_IBS_FETCH_VALID (1ULL << 49)
#define MBAL_IBS_FETCH_COMPLETE (1ULL << 50)
#define MBAL_IBS_FETCH_CACHE_MISS (1ULL << 51)
#define MBAL_IBS_FETCH_PHYSICAL_VALID (1ULL << 52)
#define MBAL_IBS_FETCH_L1_TLB_MISS (1ULL << 55)
#define MBAL_IBS_FETCH_L2_TLB_MISS (1ULL << 56)
/* IC_IBS_EXTD_CTL */
#define MBAL_IBS_FETCH_TLB_LATENCY(extended) ((extended) & 0xffff)

/*
 * The registers that every kernel and CPU delivers, in the record's order. Behind them may follow BrTarget and OpData4,
 * as the capabilities say; we use neither.
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

/* Without `extended_control`, which only some have, it is 28 bytes. */
struct mbal_ibs_fetch {
	u32 capabilities;
	u64 control;
	u64 linear_address;
	u64 physical_address;
	u64 extended_control;
} __attribute__((packed));

#define MBAL_IBS_FETCH_LEAST_BYTES __builtin_offsetof(struct mbal_ibs_fetch, extended_control)

_Static_assert(sizeof(struct mbal_ibs_op) == 60, "as the kernel's raw record");
_Static_assert(sizeof(struct mbal_ibs_fetch) == 36, "as the kernel's raw record");

/* Bytes of an op's record on a CPU with these capabilities: a shorter one was cut off. */
static __always_inline u32 mbal_ibs_op_bytes(u32 capabilities)
{
	u32 bytes = sizeof(struct mbal_ibs_op);

	if (capabilities & MBAL_IBS_CAP_BRANCH_TARGET)
		bytes += sizeof(u64);
	if (capabilities & MBAL_IBS_CAP_OP_DATA4)
		bytes += sizeof(u64);
	return bytes;
}

static __always_inline u32 mbal_ibs_fetch_bytes(u32 capabilities)
{
	return capabilities & MBAL_IBS_CAP_FETCH_CONTROL_EXTENDED ? sizeof(struct mbal_ibs_fetch) :
								    MBAL_IBS_FETCH_LEAST_BYTES;
}

/* The kernel's half of the address space. */
static __always_inline bool mbal_ibs_is_kernel(u64 ip)
{
	return (s64)ip < 0;
}

/* IBS knows the sampled op's address; the interrupted one, some instructions later, stands in where it does not. */
static __always_inline u64 mbal_ibs_ip(const struct mbal_ibs_op *op, u64 interrupted_ip)
{
	if ((op->capabilities & MBAL_IBS_CAP_RIP_INVALID_CHECK) && (op->data & MBAL_IBS_RIP_INVALID))
		return interrupted_ip;
	return op->rip;
}

/* Before Zen 4 it has three bits, and what are the high ones now were reserved. */
static __always_inline u8 mbal_ibs_data_source(const struct mbal_ibs_op *op)
{
	u64 high = op->capabilities & MBAL_IBS_CAP_ZEN4 ? MBAL_IBS_SOURCE_HIGH(op->data2) : 0;

	return (u8)(high << 3 | MBAL_IBS_SOURCE_LOW(op->data2));
}

/* Latency and open misses belong to a load that missed; so does the data source, once it left L2. */
static __always_inline void mbal_ibs_fill_miss(struct mbal_access *access, const struct mbal_ibs_op *op)
{
	if (!(op->data3 & MBAL_IBS_CACHE_MISS))
		return;
	access->flags |= MBAL_ACCESS_MISS;
	if (!(op->data3 & MBAL_IBS_LOAD))
		return;
	access->latency = (u32)MBAL_IBS_MISS_LATENCY(op->data3);
	access->open_misses = (u8)MBAL_IBS_OPEN_MISSES(op->data3);
	if (!(op->data3 & MBAL_IBS_L2_MISS))
		return;
	access->data_source = mbal_ibs_data_source(op);
	if (op->data2 & MBAL_IBS_REMOTE)
		access->flags |= MBAL_ACCESS_REMOTE;
}

static __always_inline void mbal_ibs_fill_tlb(struct mbal_access *access, const struct mbal_ibs_op *op)
{
	if (!(op->data3 & MBAL_IBS_L1_TLB_MISS))
		return;
	access->tlb_latency = (u16)MBAL_IBS_TLB_LATENCY(op->data3);
	if (op->data3 & MBAL_IBS_L2_TLB_MISS)
		access->flags |= MBAL_ACCESS_TLB_MISS;
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
	mbal_ibs_fill_tlb(access, op);
}

/* Why the op is no sample of a user's memory access; 0 when it is one. */
static __always_inline u32 mbal_ibs_reject(const struct mbal_ibs_op *op, u64 ip, bool user_only)
{
	if (!(op->control & MBAL_IBS_OP_VALID))
		return MBAL_COUNTER_DROP_BAD_RECORD;
	/* Kernels up to 6.12 refuse exclude_kernel for IBS, so the kernel's own ops come along. */
	if (user_only && mbal_ibs_is_kernel(ip))
		return MBAL_COUNTER_DROP_KERNEL;
	if (op->data3 & MBAL_IBS_PREFETCH)
		return MBAL_COUNTER_DROP_PREFETCH;
	if (!(op->data3 & (MBAL_IBS_LOAD | MBAL_IBS_STORE)))
		return MBAL_COUNTER_DROP_NO_ACCESS;
	if (!(op->data3 & MBAL_IBS_LINEAR_VALID))
		return MBAL_COUNTER_DROP_NO_ADDRESS;
	return 0;
}

static __always_inline u32 mbal_ibs_fetch_reject(const struct mbal_ibs_fetch *fetch, bool user_only)
{
	if (!(fetch->control & MBAL_IBS_FETCH_VALID))
		return MBAL_COUNTER_DROP_BAD_RECORD;
	if (user_only && mbal_ibs_is_kernel(fetch->linear_address))
		return MBAL_COUNTER_DROP_KERNEL;
	return 0;
}

/* The latency of a fetch is that of its miss only when it missed, and was not given up before the line came. */
static __always_inline void mbal_ibs_fetch_fill(struct mbal_access *access, const struct mbal_ibs_fetch *fetch)
{
	const u64 missed = MBAL_IBS_FETCH_CACHE_MISS | MBAL_IBS_FETCH_COMPLETE;
	const u64 no_tlb = MBAL_IBS_FETCH_L1_TLB_MISS | MBAL_IBS_FETCH_L2_TLB_MISS;

	access->vaddr = fetch->linear_address;
	access->flags |= MBAL_ACCESS_CODE;
	if (fetch->control & MBAL_IBS_FETCH_PHYSICAL_VALID)
		access->paddr = fetch->physical_address;
	if (fetch->control & MBAL_IBS_FETCH_CACHE_MISS)
		access->flags |= MBAL_ACCESS_MISS;
	if ((fetch->control & missed) == missed)
		access->latency = (u32)MBAL_IBS_FETCH_LATENCY(fetch->control);
	if ((fetch->control & no_tlb) == no_tlb)
		access->flags |= MBAL_ACCESS_TLB_MISS;
	if (fetch->capabilities & MBAL_IBS_CAP_FETCH_CONTROL_EXTENDED)
		access->tlb_latency = (u16)MBAL_IBS_FETCH_TLB_LATENCY(fetch->extended_control);
}

#endif
