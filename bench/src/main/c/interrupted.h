/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of real interrupts: a timer's signal arrives while this thread accesses pages of a zipf stream, and the
 * registers that it saves are what a timer's BPF program would have been given.
 */
#ifndef INTERRUPTED_H
#define INTERRUPTED_H

#include "bench_records.h"
#include "zipf.h"

struct interrupted_memory {
	char *pages;		/* ZIPF_PAGES of them, mapped as long as contexts are walked from */
	__u32 *drawn;		/* pages to access, in turn */
};

/* Returns 0 or -errno. */
int interrupted_open(struct interrupted_memory *memory, struct zipf *zipf);
void interrupted_close(struct interrupted_memory *memory);

/* Fills all of `contexts` (BENCH_CONTEXTS). One at a time in a process. Returns 0 or -errno. */
int interrupted_capture(const struct interrupted_memory *memory, struct bench_context *contexts);

#endif
