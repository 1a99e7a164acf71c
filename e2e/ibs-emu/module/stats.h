/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters, in /sys/module/ibs_emu/parameters/stats as "name=value ...".
 *
 *   ticks   = stale + idle + kernel_off + l3_filtered + lost + part + samples
 *   op_tags = op_access + op_no_access + op_unknown + op_cut + op_no_code + op_drawn_none
 */
#ifndef IBS_STATS_H
#define IBS_STATS_H

#include <linux/percpu.h>

enum ibs_stat {
	IBS_TICKS,		/* every time that the clock ran out */
	IBS_STALE,		/* of them: the unit had been stopped meanwhile */
	IBS_IDLE,		/* the CPU was halted */
	IBS_KERNEL_OFF,		/* in the kernel, with kernel_samples=0 */
	IBS_L3_FILTERED,	/* l3missonly, and no miss */
	IBS_LOST,		/* the NMI did not come in time */
	IBS_PART,		/* part of a period longer than the register holds */
	IBS_SAMPLES,		/* handed to perf */
	IBS_THROTTLED,		/* of the samples: perf then stopped the event */
	IBS_OP_TAGS,		/* ops tagged */
	IBS_OP_ACCESS,		/* of them: with a memory access */
	IBS_OP_NO_ACCESS,	/* without one */
	IBS_OP_UNKNOWN,		/* with one whose address could not be computed */
	IBS_OP_CUT,		/* the walk ended before the instruction drawn was reached */
	IBS_OP_NO_CODE,		/* the code could not be read, or is not 64-bit */
	IBS_OP_DRAWN_NONE,	/* without one because of nonmem_pct */
	IBS_NO_PHYSICAL,	/* of the accesses: the page is not present */
	IBS_FETCH_TAGS,		/* fetches tagged */
	IBS_REFUSED,		/* second events on a CPU, refused with ENOSPC */
	IBS_STAT_COUNT,
};

DECLARE_PER_CPU(unsigned long [IBS_STAT_COUNT], ibs_stats);

static inline void ibs_count(enum ibs_stat stat)
{
	this_cpu_inc(ibs_stats[stat]);
}

#endif
