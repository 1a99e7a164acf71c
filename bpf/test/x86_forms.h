/* SPDX-License-Identifier: Apache-2.0 */
/* Forms of instructions, written out as machine code with random operands. */
#ifndef X86_FORMS_H
#define X86_FORMS_H

#include "x86_width.bpf.h"

enum form_operand { FORM_REGISTER, FORM_MEMORY, FORM_OPERANDS };

/* What distinguishes one form from another. */
struct form {
	u8 encoding;		/* X86_LEGACY, X86_VEX */
	u8 map, opcode;
	u8 prefix;		/* 0, 0x66, 0xf2, 0xf3 */
	u8 group;		/* ModRM.reg, where it is part of the opcode */
	u8 operand;		/* enum form_operand */
};

/* One instruction of a form. */
struct written {
	u8 code[32];			/* and what follows it */
	u32 length;			/* up to its immediate, which any bytes may be */
	int base, index;		/* of its operand in memory; X86_NONE */
	u32 scale;			/* as a shift */
	s64 displacement;
	u32 displacement_offset;	/* where in `code` it is, for an operand relative to RIP; else 0 */
};

/*
 * The forms, one after the other: fills the first at `number` or after it that the decoder takes for an instruction
 * and which can be stepped over alone. Returns its number, or below 0 behind the last one.
 */
int form_next(int number, struct form *form);

/* Writes one instruction of the form, its registers, widths and immediates drawn from `state`. */
void form_write(const struct form *form, u64 *state, struct written *written);

u64 form_random(u64 *state);

#endif
