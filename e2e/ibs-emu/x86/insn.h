/* SPDX-License-Identifier: GPL-2.0-only */
/* One decoded instruction, inside the decoder. */
#ifndef X86_INSN_H
#define X86_INSN_H

#include "x86.h"

/* struct x86_op::bytes: what follows the opcode; 0 is an instruction that we do not know */
#define OP_VALID	0x80
#define OP_MODRM	0x40
#define OP_VEX		0x20	/* may also come with a VEX prefix */
#define OP_VEX_ONLY	0x10
#define OP_IMMEDIATE	0x0f

enum x86_immediate {
	IMM_NONE,
	IMM_8,
	IMM_16,
	IMM_32,
	IMM_Z,		/* 2 with operand size 2, else 4 */
	IMM_V,		/* as wide as the operand, up to 8 */
	IMM_OPERAND,	/* 1 for even opcodes, else as IMM_Z */
};

/* struct x86_op::use: what happens to the operand in memory */
#define USE_NONE	0
#define USE_LOAD	1
#define USE_STORE	2
#define USE_MODIFY	(USE_LOAD | USE_STORE)

/* struct x86_op::width: of the operand in memory */
enum x86_width {
	WIDTH_NONE,
	WIDTH_1,
	WIDTH_2,
	WIDTH_4,
	WIDTH_8,
	WIDTH_10,
	WIDTH_16,
	WIDTH_OPERAND,		/* 1 for even opcodes, else the operand size */
	WIDTH_OSIZE,		/* the operand size */
	WIDTH_D_Q,		/* 8 with REX.W, else 4 */
	WIDTH_PAIR,		/* 16 with REX.W, else 8 */
	WIDTH_VECTOR,		/* 32 with VEX.L, else 16 */
	WIDTH_HALF,		/* of the vector, and so on */
	WIDTH_QUARTER,
	WIDTH_EIGHTH,
	WIDTH_SCALAR,		/* by prefix: F3 4, F2 8, else the vector */
	WIDTH_MMX,		/* 8 without a prefix, else the vector */
	WIDTH_MMX_COUNT,	/* 8 without a prefix, else 16 */
	WIDTH_MMX_UNPACK,	/* 4 without a prefix, else the vector */
	WIDTH_DUPLICATE,	/* F3: the vector; F2 with VEX.L: 32; else 8 */
	WIDTH_COMPARE,		/* 66: 8, else 4 */
	WIDTH_FROM_INTEGER,	/* F3, F2: the operand size; else 8 */
	WIDTH_TO_INTEGER,	/* F3 4, 66 16, else 8 */
	WIDTH_WIDEN,		/* none: half the vector; F3 4, F2 8, 66 the vector */
	WIDTH_WIDEN_INTEGER,	/* F3: half the vector, else the vector */
};

/* struct x86_op::form: which operands an integer instruction has; the first is overwritten */
enum x86_form {
	FORM_NONE,		/* no general register changes */
	FORM_RM_REG,
	FORM_REG_RM,
	FORM_RM_IMM,
	FORM_ACC_IMM,
	FORM_REG_RM_IMM,
	FORM_RM,
	FORM_RM_ONE,
	FORM_RM_CL,
	FORM_SPECIAL,		/* alu is an enum x86_special */
};

enum x86_alu {
	ALU_ADD, ALU_OR, ALU_ADC, ALU_SBB, ALU_AND, ALU_SUB, ALU_XOR, ALU_CMP,
	ALU_ROL, ALU_ROR, ALU_RCL, ALU_RCR, ALU_SHL, ALU_SHR, ALU_SAR,
	ALU_BT, ALU_BTS, ALU_BTR, ALU_BTC,
	ALU_TEST, ALU_MOV, ALU_MOVZX, ALU_MOVSX, ALU_NOT, ALU_NEG, ALU_INC, ALU_DEC,
	ALU_IMUL, ALU_CMOV, ALU_SETCC,
	ALU_LOST,		/* result not computed, flags change */
	ALU_LOST_KEEP,		/* result not computed, flags stay */
	ALU_FLAGS,		/* only the flags change */
	ALU_NOTHING,
};

enum x86_special {
	SPECIAL_PUSH_REG, SPECIAL_PUSH_IMM, SPECIAL_PUSH_RM, SPECIAL_POP_REG, SPECIAL_POP_RM,
	SPECIAL_LEAVE, SPECIAL_CALL, SPECIAL_CALL_RM, SPECIAL_RET, SPECIAL_JMP, SPECIAL_JMP_RM,
	SPECIAL_JCC, SPECIAL_LEA, SPECIAL_MOV_IMM, SPECIAL_EXCHANGE, SPECIAL_EXCHANGE_ACC,
	SPECIAL_COMPARE_EXCHANGE, SPECIAL_COMPARE_EXCHANGE_PAIR, SPECIAL_WIDEN_ACC,
	SPECIAL_SIGN_ACC, SPECIAL_MULTIPLY, SPECIAL_DIVIDE, SPECIAL_BSWAP, SPECIAL_BMI,
	SPECIAL_STRING, SPECIAL_STRING_COMPARE, SPECIAL_PREFETCH, SPECIAL_CLOCK, SPECIAL_X87,
	SPECIAL_FENCE, SPECIAL_REGISTERS_ONLY, SPECIAL_COUNT
};

enum x86_choice {
	CHOICE_NONE,
	/* by ModRM.reg */
	CHOICE_ARITHMETIC, CHOICE_SHIFT_IMM, CHOICE_SHIFT_ONE, CHOICE_SHIFT_CL, CHOICE_BIT,
	CHOICE_UNARY, CHOICE_INC_DEC, CHOICE_INDIRECT, CHOICE_MOV_IMM, CHOICE_POP, CHOICE_PREFETCH,
	CHOICE_FENCE, CHOICE_PAIR,
	/* by mandatory prefix */
	CHOICE_BY_PREFIX, CHOICE_MOVQ = CHOICE_BY_PREFIX, CHOICE_POPCNT, CHOICE_CRC32_LOAD,
	CHOICE_CRC32_STORE, CHOICE_ADX,
};

struct x86_op {
	u8	bytes;
	u8	use;
	u8	width;
	u8	form;
	u8	alu;
	u8	choice;
};

/* the mandatory prefix, as the VEX prefix encodes it */
enum x86_prefix { PREFIX_NONE, PREFIX_66, PREFIX_F3, PREFIX_F2 };

enum x86_segment { SEGMENT_FLAT, SEGMENT_FS, SEGMENT_GS };

#define REX_W	8
#define REX_R	4
#define REX_X	2
#define REX_B	1

#define X86_NO_REG	X86_GPR_COUNT

struct x86_insn {
	struct x86_op op;
	u64	immediate;	/* sign extended */
	u64	displacement;
	u8	length;
	u8	map;		/* 0: one byte, 1: 0f, 2: 0f38, 3: 0f3a */
	u8	opcode;
	u8	rex;		/* the REX bits, also those of a VEX prefix */
	u8	prefix;		/* enum x86_prefix */
	u8	repeat;		/* the F2 or F3 prefix byte, or 0 */
	u8	segment;
	u8	mod;
	u8	reg;
	u8	rm;
	u8	base;		/* register, or X86_NO_REG */
	u8	index;
	u8	scale;
	u8	vvvv;		/* further register of a VEX prefix */
	bool	has_rex;	/* byte registers 4-7 are spl..dil, not ah..bh */
	bool	vex;
	bool	vector256;
	bool	operand16;
	bool	address32;
	bool	lock;
	bool	rip_relative;
};

/* False when @code is not an instruction that we know, or is cut off. */
bool x86_parse(struct x86_insn *insn, const u8 *code, unsigned int available);

/* The entry of an opcode, or of one of its variants; bytes 0 when there is none. */
const struct x86_op *x86_table(u8 map, u8 opcode);
const struct x86_op *x86_variant(u8 choice, const struct x86_insn *insn);

unsigned int x86_operand_size(const struct x86_insn *insn);
unsigned int x86_width(const struct x86_insn *insn);

static inline bool x86_in_memory(const struct x86_insn *insn)
{
	return (insn->op.bytes & OP_MODRM) && insn->mod != 3;
}

#endif
