/* SPDX-License-Identifier: Apache-2.0 */
/* Reads `objdump -d -w -M intel`: an independent opinion on what instructions are. */
#ifndef OBJDUMP_H
#define OBJDUMP_H

#include <stdbool.h>

#include "mbal_ints.bpf.h"

#define OBJDUMP_LINE_BYTES 1024
#define OBJDUMP_VECTOR_REGISTER 100	/* as an index */
#define OBJDUMP_NO_REGISTER 31		/* as X86_NONE */

/* One line. */
struct objdump_instruction {
	u8 bytes[32];
	int length;
	char mnemonic[64];		/* without prefixes */
	char operands[OBJDUMP_LINE_BYTES];
};

/* The first memory operand that the operands name. */
struct objdump_operand {
	bool exists;
	bool is_absolute;		/* an address without registers: the mov of al, ax, eax, rax */
	int bytes;			/* 0: not told */
	int base, index, scale, segment;	/* as x86_instruction has them; scale as a factor */
	s64 displacement;
};

/* Whether the line is an instruction, which is then taken apart. */
bool objdump_parse(const char *line, struct objdump_instruction *instruction);

struct objdump_operand objdump_operand(const struct objdump_instruction *instruction);

/* Whether it accesses data memory, in an operand or by its nature. */
bool objdump_accesses(const struct objdump_instruction *instruction, const struct objdump_operand *operand);

#endif
