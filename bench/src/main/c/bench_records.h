/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the benchmark's programs are fed with: the made-up input of each source, in maps that both sides see. */
#ifndef BENCH_RECORDS_H
#define BENCH_RECORDS_H

#include "mbal_inject.h"

#define BENCH_CONTEXTS 1024u	/* interrupted registers, for the soft source; a run wraps around them */
#define BENCH_SOFT_BATCH 64u	/* the most that one run walks from: the verifier follows each walk of it */

/* An IBS op or fetch record as the hardware's driver delivers it, padded to a power of two. */
struct bench_ibs_record {
	__u8 bytes[64];
};

/* The registers of an interrupted thread, in the order of a perf_event program's context. */
struct bench_context {
	__u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di;
	__u64 orig_ax, ip, cs, flags, sp, ss;
	__u64 sample_period, addr;
};

#endif
