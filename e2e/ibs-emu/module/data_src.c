// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the registers to perf's data_src, as the real driver does it. Left out
 * are accesses that the emulated hardware never reports: uncached ones, PMEM,
 * I/O, and those without a miss buffer of their own.
 */
#include <linux/version.h>

#include "ibs_emu.h"
#include "settings.h"

#define LEVEL(x)	(PERF_MEM_S(LVL, x) | PERF_MEM_S(LVL, HIT))
#define NUMBER(x)	PERF_MEM_S(LVLNUM, x)
#define REMOTE		(PERF_MEM_S(REMOTE, REMOTE))
#define HOPS(x)		PERF_MEM_S(HOPS, x)

/* 6.1 fills in only the older of the two descriptions of a level; 6.12 both. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define BOTH(level, newer)	(LEVEL(level) | (newer))
#define NO_LEVEL		(PERF_MEM_S(LVL, NA) | NUMBER(NA))
#else
#define BOTH(level, newer)	LEVEL(level)
#define NO_LEVEL		PERF_MEM_S(LVL, NA)
#endif

static u64 memory_level(const union ibs_op_data2 *data2)
{
	if (data2->rmt_node)
		return BOTH(REM_RAM1, NUMBER(RAM) | REMOTE | HOPS(1));
	return BOTH(LOC_RAM, NUMBER(RAM));
}

static u64 zen4_level(const union ibs_op_data2 *data2)
{
	switch (data2->data_src_hi << 3 | data2->data_src_lo) {
	case IBS_DATA_SRC_EXT_LOC_CACHE:
		return BOTH(L3, NUMBER(L3));
	case IBS_DATA_SRC_EXT_NEAR_CCX_CACHE:
		return BOTH(REM_CCE1, NUMBER(ANY_CACHE) | REMOTE | HOPS(0));
	case IBS_DATA_SRC_EXT_FAR_CCX_CACHE:
		return BOTH(REM_CCE2, NUMBER(ANY_CACHE) | REMOTE | HOPS(1));
	case IBS_DATA_SRC_EXT_DRAM:
		return memory_level(data2);
	case IBS_DATA_SRC_EXT_EXT_MEM:
		return NUMBER(CXL);
	}
	return NO_LEVEL;
}

static u64 zen3_level(const union ibs_op_data2 *data2)
{
	switch (data2->data_src_lo) {
	case IBS_DATA_SRC_LOC_CACHE:
		return LEVEL(L3) | BOTH(REM_CCE1, NUMBER(ANY_CACHE) | HOPS(0));
	case IBS_DATA_SRC_REM_CACHE:
		return BOTH(REM_CCE2, NUMBER(ANY_CACHE) | REMOTE | HOPS(1));
	case IBS_DATA_SRC_DRAM:
		return memory_level(data2);
	}
	return NO_LEVEL;
}

static u64 level(const union ibs_op_data2 *data2, const union ibs_op_data3 *data3)
{
	if (!data3->dc_miss)
		return BOTH(L1, NUMBER(L1));
	if (!data3->l2_miss)
		return BOTH(L2, NUMBER(L2));
	if (!data3->ld_op)
		return NO_LEVEL;
	return ibs_has(IBS_CAPS_ZEN4) ? zen4_level(data2) : zen3_level(data2);
}

static u64 tlb(const union ibs_op_data3 *data3)
{
	if (!data3->dc_l1tlb_miss)
		return PERF_MEM_S(TLB, L1) | PERF_MEM_S(TLB, HIT);
	if (!data3->dc_l2tlb_miss)
		return PERF_MEM_S(TLB, L2) | PERF_MEM_S(TLB, HIT);
	return PERF_MEM_S(TLB, L2) | PERF_MEM_S(TLB, MISS);
}

u64 ibs_data_src(const struct ibs_record *record)
{
	union ibs_op_data2 data2 = { .val = record->registers[IBS_OP_DATA2] };
	union ibs_op_data3 data3 = { .val = record->registers[IBS_OP_DATA3] };
	u64 source = data3.ld_op ? PERF_MEM_S(OP, LOAD) : PERF_MEM_S(OP, STORE);

	source |= level(&data2, &data3);
	source |= PERF_MEM_S(SNOOP, NA);
	source |= tlb(&data3);
	source |= data3.dc_locked_op ? PERF_MEM_S(LOCK, LOCKED) : PERF_MEM_S(LOCK, NA);
	return source;
}
