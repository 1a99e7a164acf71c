/* SPDX-License-Identifier: GPL-2.0-only */
/* The tagged op and its memory access. */
#ifndef IBS_ACCESS_H
#define IBS_ACCESS_H

#include "../x86/x86.h"

struct ibs_cpu;
struct pt_regs;

struct ibs_tagged {
	u64	ip;
	bool	has_access;
	struct x86_access access;	/* valid with has_access */
	bool	branch;
};

/* Tags one of the instructions that are about to run, and counts what came of it. */
void ibs_tag_access(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_tagged *tagged);

#endif
