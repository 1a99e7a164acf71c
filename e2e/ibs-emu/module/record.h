/* SPDX-License-Identifier: GPL-2.0-only */
/* The registers of one sample, laid out as the raw record that perf hands out. */
#ifndef IBS_RECORD_H
#define IBS_RECORD_H

#include <linux/stddef.h>
#include <linux/types.h>

enum ibs_op_register {
	IBS_OP_CTL, IBS_OP_RIP, IBS_OP_DATA, IBS_OP_DATA2, IBS_OP_DATA3, IBS_DC_LIN_AD,
	IBS_DC_PHYS_AD,
	IBS_OP_REGISTERS,	/* then BrTarget and OpData4, where caps have them */
};

enum ibs_fetch_register {
	IBS_FETCH_CTL, IBS_FETCH_LIN_AD, IBS_FETCH_PHYS_AD,
	IBS_FETCH_REGISTERS,	/* then ExtdCtl */
};

#define IBS_REGISTERS_MAX	(IBS_OP_REGISTERS + 2)

struct ibs_record {
	u32	count;		/* of registers */
	u32	caps;		/* the raw record begins here: the registers are not aligned in it */
	u64	registers[IBS_REGISTERS_MAX];
};

static_assert(offsetof(struct ibs_record, registers) ==
	      offsetof(struct ibs_record, caps) + sizeof(u32));

static inline u32 ibs_record_bytes(const struct ibs_record *record)
{
	return sizeof(record->caps) + record->count * sizeof(record->registers[0]);
}

#endif
