/* SPDX-License-Identifier: GPL-2.0-only */
/* An x86-64 instruction as far as the walk over a program needs it, and what these headers need to compile twice. */
#ifndef X86_INSTRUCTION_BPF_H
#define X86_INSTRUCTION_BPF_H

#include <stdbool.h>

#include "mbal_ints.bpf.h"

#ifdef __bpf__
#define X86_FN __attribute__((noinline))
#define X86_INLINE static __attribute__((always_inline)) inline
#define X86_HIDE(v) asm volatile("" : "+r"(v))
#else
#define X86_FN static __attribute__((unused))
#define X86_INLINE static inline
#define X86_HIDE(v) ((void)(v))
#endif

/*
 * A bounded index. Kernels up to 6.1 lose the bound of a value that was ORed or compared, and the compiler drops a
 * mask that it believes redundant, so the mask is applied behind a barrier.
 */
#define X86_AT(v, max) ({ u64 x86_at_ = (v); X86_HIDE(x86_at_); x86_at_ & (max); })

/* Numbers of registers: 0-15 as the encoding has them. */
enum {
	X86_RAX = 0, X86_RCX = 1, X86_RDX = 2, X86_RSP = 4, X86_RBP = 5,
	X86_RIP = 16,
	X86_MEMORY = 17,	/* not a register: the value of the memory operand, once it is loaded */
	X86_NONE = 31,		/* always 0 */
};

/* x86_instruction.access */
enum { X86_LOAD = 1, X86_STORE = 2 };

/* x86_instruction.flags */
enum {
	X86_ACCESS = 1,		/* has a data memory operand */
	X86_VECTOR_INDEX = 2,	/* whose address needs vector registers */
	X86_FLOW = 4,		/* branch, call, return, system call, trap */
	X86_STACK = 8,		/* the operand is the stack, implicitly */
	X86_REPEAT = 16,	/* prefix F2 or F3 */
	X86_ADDRESS_32 = 32,
	X86_TWO_OPERANDS = 64,	/* a second memory operand, at [rdi] */
	X86_BIT_INDEX = 128,	/* bt m, r and its like: the register's high bits add to the address */
};

enum x86_encoding { X86_LEGACY, X86_VEX, X86_EVEX, X86_XOP };

struct x86_instruction {
	u64 bytes_low, bytes_high;	/* in: 16 code bytes; shifted out while decoding */
	s64 displacement, immediate;
	u32 traits;			/* of the table, as the rest of the instruction changes them */
	u32 written;			/* mask of general registers */
	u8 length, flags, access;
	u8 segment;			/* 0, or 4 fs, 5 gs */
	u8 base, index, scale;		/* of the address; scale as a shift */
	u8 opcode, map;
	u8 mod, reg, rm;		/* of the ModRM byte, with REX */
	u8 operand_bytes;		/* 2, 4 or 8, from the prefixes */
	u8 encoding;			/* enum x86_encoding */
	u8 rex, prefixes;
	u8 evex_map;			/* the map as EVEX and XOP number it */
	u8 vector_length;		/* 0: 16 bytes, 1: 32, 2: 64 */
	u8 broadcast;
	u8 vex_register;		/* the operand that only VEX can name */
	u8 padding[4];
};

#endif
