// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each opcode does to memory and to the general registers. An entry that
 * is absent is an instruction at which a walk ends: among them all privileged
 * ones, EVEX, masked moves and gathers (which may leave out their elements).
 */
#include "insn.h"

#define M		(OP_VALID | OP_MODRM)
#define MI8		(M | IMM_8)
#define V		(M | OP_VEX)		/* vector, with or without VEX */
#define VI8		(V | IMM_8)
#define VX		(M | OP_VEX_ONLY)
#define I(kind)		(OP_VALID | IMM_##kind)

#define OP(bytes, use, width, form, alu) \
	{ bytes, USE_##use, WIDTH_##width, FORM_##form, ALU_##alu, CHOICE_NONE }
#define DO(bytes, use, width, special) \
	{ bytes, USE_##use, WIDTH_##width, FORM_SPECIAL, SPECIAL_##special, CHOICE_NONE }
#define CHOOSE(bytes, choice) \
	{ bytes, USE_NONE, WIDTH_NONE, FORM_NONE, ALU_NOTHING, CHOICE_##choice }
/* a vector or x87 operand in memory; no general register and no flag changes */
#define VEC(bytes, use, width)	OP(bytes, use, width, NONE, NOTHING)
#define NOP(bytes)		VEC(bytes, NONE, NONE)

#define ARITHMETIC(base, use, alu)						\
	[base + 0 ... base + 1] = OP(M, use, OPERAND, RM_REG, alu),		\
	[base + 2 ... base + 3] = OP(M, LOAD, OPERAND, REG_RM, alu),		\
	[base + 4 ... base + 5] = OP(I(OPERAND), NONE, OPERAND, ACC_IMM, alu)

static const struct x86_op one_byte[256] = {
	ARITHMETIC(0x00, MODIFY, ADD),
	ARITHMETIC(0x08, MODIFY, OR),
	ARITHMETIC(0x10, MODIFY, ADC),
	ARITHMETIC(0x18, MODIFY, SBB),
	ARITHMETIC(0x20, MODIFY, AND),
	ARITHMETIC(0x28, MODIFY, SUB),
	ARITHMETIC(0x30, MODIFY, XOR),
	ARITHMETIC(0x38, LOAD, CMP),
	[0x50 ... 0x57] = DO(OP_VALID, NONE, NONE, PUSH_REG),
	[0x58 ... 0x5f] = DO(OP_VALID, NONE, NONE, POP_REG),
	[0x63] = OP(M, LOAD, 4, REG_RM, MOVSX),
	[0x68] = DO(I(Z), NONE, NONE, PUSH_IMM),
	[0x69] = OP(M | IMM_Z, LOAD, OSIZE, REG_RM_IMM, IMUL),
	[0x6a] = DO(I(8), NONE, NONE, PUSH_IMM),
	[0x6b] = OP(MI8, LOAD, OSIZE, REG_RM_IMM, IMUL),
	[0x70 ... 0x7f] = DO(I(8), NONE, NONE, JCC),
	[0x80] = CHOOSE(MI8, ARITHMETIC),
	[0x81] = CHOOSE(M | IMM_Z, ARITHMETIC),
	[0x83] = CHOOSE(MI8, ARITHMETIC),
	[0x84 ... 0x85] = OP(M, LOAD, OPERAND, RM_REG, TEST),
	[0x86 ... 0x87] = DO(M, MODIFY, OPERAND, EXCHANGE),
	[0x88 ... 0x89] = OP(M, STORE, OPERAND, RM_REG, MOV),
	[0x8a ... 0x8b] = OP(M, LOAD, OPERAND, REG_RM, MOV),
	[0x8d] = DO(M, NONE, NONE, LEA),
	[0x8f] = CHOOSE(M, POP),
	[0x90 ... 0x97] = DO(OP_VALID, NONE, NONE, EXCHANGE_ACC),
	[0x98] = DO(OP_VALID, NONE, NONE, WIDEN_ACC),
	[0x99] = DO(OP_VALID, NONE, NONE, SIGN_ACC),
	[0xa4 ... 0xa7] = DO(OP_VALID, NONE, OPERAND, STRING),
	[0xa8 ... 0xa9] = OP(I(OPERAND), NONE, OPERAND, ACC_IMM, TEST),
	[0xaa ... 0xaf] = DO(OP_VALID, NONE, OPERAND, STRING),
	[0xb0 ... 0xb7] = DO(I(8), NONE, NONE, MOV_IMM),
	[0xb8 ... 0xbf] = DO(I(V), NONE, NONE, MOV_IMM),
	[0xc0 ... 0xc1] = CHOOSE(MI8, SHIFT_IMM),
	[0xc2] = DO(I(16), NONE, NONE, RET),
	[0xc3] = DO(OP_VALID, NONE, NONE, RET),
	[0xc6] = CHOOSE(MI8, MOV_IMM),
	[0xc7] = CHOOSE(M | IMM_Z, MOV_IMM),
	[0xc9] = DO(OP_VALID, NONE, NONE, LEAVE),
	[0xd0 ... 0xd1] = CHOOSE(M, SHIFT_ONE),
	[0xd2 ... 0xd3] = CHOOSE(M, SHIFT_CL),
	[0xd8 ... 0xdf] = DO(M, NONE, NONE, X87),
	[0xe8] = DO(I(32), NONE, NONE, CALL),
	[0xe9] = DO(I(32), NONE, NONE, JMP),
	[0xeb] = DO(I(8), NONE, NONE, JMP),
	[0xf6 ... 0xf7] = CHOOSE(M, UNARY),
	[0xfe] = CHOOSE(M, INC_DEC),
	[0xff] = CHOOSE(M, INDIRECT),
};

static const struct x86_op map_0f[256] = {
	[0x0d] = DO(M, NONE, NONE, PREFETCH),
	[0x10] = VEC(V, LOAD, SCALAR),
	[0x11] = VEC(V, STORE, SCALAR),
	[0x12] = VEC(V, LOAD, DUPLICATE),
	[0x13] = VEC(V, STORE, 8),
	[0x14 ... 0x15] = VEC(V, LOAD, VECTOR),
	[0x16] = VEC(V, LOAD, DUPLICATE),
	[0x17] = VEC(V, STORE, 8),
	[0x18] = CHOOSE(M, PREFETCH),
	[0x19 ... 0x1f] = NOP(M),
	[0x28] = VEC(V, LOAD, VECTOR),
	[0x29] = VEC(V, STORE, VECTOR),
	[0x2a] = VEC(V, LOAD, FROM_INTEGER),
	[0x2b] = VEC(V, STORE, VECTOR),
	[0x2c ... 0x2d] = OP(V, LOAD, TO_INTEGER, REG_RM, LOST_KEEP),
	[0x2e ... 0x2f] = OP(V, LOAD, COMPARE, NONE, FLAGS),
	[0x31] = DO(OP_VALID, NONE, NONE, CLOCK),
	[0x40 ... 0x4f] = OP(M, LOAD, OSIZE, REG_RM, CMOV),
	[0x50] = OP(V, NONE, NONE, REG_RM, LOST_KEEP),
	[0x51 ... 0x59] = VEC(V, LOAD, SCALAR),
	[0x5a] = VEC(V, LOAD, WIDEN),
	[0x5b] = VEC(V, LOAD, VECTOR),
	[0x5c ... 0x5f] = VEC(V, LOAD, SCALAR),
	[0x60 ... 0x62] = VEC(V, LOAD, MMX_UNPACK),
	[0x63 ... 0x6d] = VEC(V, LOAD, MMX),
	[0x6e] = VEC(V, LOAD, D_Q),
	[0x6f] = VEC(V, LOAD, MMX),
	[0x70] = VEC(VI8, LOAD, MMX),
	[0x71 ... 0x73] = DO(VI8, NONE, NONE, REGISTERS_ONLY),
	[0x74 ... 0x76] = VEC(V, LOAD, MMX),
	[0x77] = NOP(OP_VALID | OP_VEX),
	[0x7c ... 0x7d] = VEC(V, LOAD, VECTOR),
	[0x7e] = CHOOSE(V, MOVQ),
	[0x7f] = VEC(V, STORE, MMX),
	[0x80 ... 0x8f] = DO(I(32), NONE, NONE, JCC),
	[0x90 ... 0x9f] = OP(M, STORE, 1, RM, SETCC),
	[0xa3] = OP(M, LOAD, OSIZE, RM_REG, BT),
	[0xa4] = OP(MI8, MODIFY, OSIZE, RM, LOST),
	[0xa5] = OP(M, MODIFY, OSIZE, RM, LOST),
	[0xab] = OP(M, MODIFY, OSIZE, RM_REG, BTS),
	[0xac] = OP(MI8, MODIFY, OSIZE, RM, LOST),
	[0xad] = OP(M, MODIFY, OSIZE, RM, LOST),
	[0xae] = CHOOSE(V, FENCE),
	[0xaf] = OP(M, LOAD, OSIZE, REG_RM, IMUL),
	[0xb0 ... 0xb1] = DO(M, MODIFY, OPERAND, COMPARE_EXCHANGE),
	[0xb3] = OP(M, MODIFY, OSIZE, RM_REG, BTR),
	[0xb6] = OP(M, LOAD, 1, REG_RM, MOVZX),
	[0xb7] = OP(M, LOAD, 2, REG_RM, MOVZX),
	[0xb8] = CHOOSE(M, POPCNT),
	[0xba] = CHOOSE(MI8, BIT),
	[0xbb] = OP(M, MODIFY, OSIZE, RM_REG, BTC),
	[0xbc ... 0xbd] = OP(M, LOAD, OSIZE, REG_RM, LOST),
	[0xbe] = OP(M, LOAD, 1, REG_RM, MOVSX),
	[0xbf] = OP(M, LOAD, 2, REG_RM, MOVSX),
	[0xc0 ... 0xc1] = DO(M, MODIFY, OPERAND, EXCHANGE),
	[0xc2] = VEC(VI8, LOAD, SCALAR),
	[0xc3] = OP(M, STORE, D_Q, RM_REG, MOV),
	[0xc4] = VEC(VI8, LOAD, 2),
	[0xc5] = OP(VI8, NONE, NONE, REG_RM, LOST_KEEP),
	[0xc6] = VEC(VI8, LOAD, VECTOR),
	[0xc7] = CHOOSE(M, PAIR),
	[0xc8 ... 0xcf] = DO(OP_VALID, NONE, NONE, BSWAP),
	[0xd0] = VEC(V, LOAD, VECTOR),
	[0xd1 ... 0xd3] = VEC(V, LOAD, MMX_COUNT),
	[0xd4 ... 0xd5] = VEC(V, LOAD, MMX),
	[0xd6] = VEC(V, STORE, 8),
	[0xd7] = OP(V, NONE, NONE, REG_RM, LOST_KEEP),
	[0xd8 ... 0xe0] = VEC(V, LOAD, MMX),
	[0xe1 ... 0xe2] = VEC(V, LOAD, MMX_COUNT),
	[0xe3 ... 0xe5] = VEC(V, LOAD, MMX),
	[0xe6] = VEC(V, LOAD, WIDEN_INTEGER),
	[0xe7] = VEC(V, STORE, MMX),
	[0xe8 ... 0xef] = VEC(V, LOAD, MMX),
	[0xf0] = VEC(V, LOAD, VECTOR),
	[0xf1 ... 0xf3] = VEC(V, LOAD, MMX_COUNT),
	[0xf4 ... 0xf6] = VEC(V, LOAD, MMX),
	[0xf8 ... 0xfe] = VEC(V, LOAD, MMX),
};

#define FMA(base)						\
	[base + 6 ... base + 8] = VEC(VX, LOAD, VECTOR),	\
	[base + 9] = VEC(VX, LOAD, D_Q),			\
	[base + 10] = VEC(VX, LOAD, VECTOR),			\
	[base + 11] = VEC(VX, LOAD, D_Q),			\
	[base + 12] = VEC(VX, LOAD, VECTOR),			\
	[base + 13] = VEC(VX, LOAD, D_Q),			\
	[base + 14] = VEC(VX, LOAD, VECTOR),			\
	[base + 15] = VEC(VX, LOAD, D_Q)

static const struct x86_op map_0f38[256] = {
	[0x00 ... 0x0b] = VEC(V, LOAD, MMX),
	[0x0c ... 0x0d] = VEC(VX, LOAD, VECTOR),
	[0x0e ... 0x0f] = OP(VX, LOAD, VECTOR, NONE, FLAGS),
	[0x10] = VEC(M, LOAD, VECTOR),
	[0x13] = VEC(VX, LOAD, HALF),
	[0x14 ... 0x15] = VEC(M, LOAD, VECTOR),
	[0x16] = VEC(VX, LOAD, VECTOR),
	[0x17] = OP(V, LOAD, VECTOR, NONE, FLAGS),
	[0x18] = VEC(VX, LOAD, 4),
	[0x19] = VEC(VX, LOAD, 8),
	[0x1a] = VEC(VX, LOAD, 16),
	[0x1c ... 0x1e] = VEC(V, LOAD, MMX),
	[0x20] = VEC(V, LOAD, HALF),
	[0x21] = VEC(V, LOAD, QUARTER),
	[0x22] = VEC(V, LOAD, EIGHTH),
	[0x23] = VEC(V, LOAD, HALF),
	[0x24] = VEC(V, LOAD, QUARTER),
	[0x25] = VEC(V, LOAD, HALF),
	[0x28 ... 0x2b] = VEC(V, LOAD, VECTOR),
	[0x30] = VEC(V, LOAD, HALF),
	[0x31] = VEC(V, LOAD, QUARTER),
	[0x32] = VEC(V, LOAD, EIGHTH),
	[0x33] = VEC(V, LOAD, HALF),
	[0x34] = VEC(V, LOAD, QUARTER),
	[0x35] = VEC(V, LOAD, HALF),
	[0x36] = VEC(VX, LOAD, VECTOR),
	[0x37 ... 0x41] = VEC(V, LOAD, VECTOR),
	[0x45 ... 0x47] = VEC(VX, LOAD, VECTOR),
	[0x58] = VEC(VX, LOAD, 4),
	[0x59] = VEC(VX, LOAD, 8),
	[0x5a] = VEC(VX, LOAD, 16),
	[0x78] = VEC(VX, LOAD, 1),
	[0x79] = VEC(VX, LOAD, 2),
	FMA(0x90),
	FMA(0xa0),
	FMA(0xb0),
	[0xc8 ... 0xcd] = VEC(M, LOAD, VECTOR),
	[0xcf] = VEC(V, LOAD, VECTOR),
	[0xdb ... 0xdf] = VEC(V, LOAD, VECTOR),
	[0xf0] = CHOOSE(M, CRC32_LOAD),
	[0xf1] = CHOOSE(M, CRC32_STORE),
	[0xf2 ... 0xf3] = DO(VX, LOAD, D_Q, BMI),
	[0xf5] = DO(VX, LOAD, D_Q, BMI),
	[0xf6] = CHOOSE(V, ADX),
	[0xf7] = DO(VX, LOAD, D_Q, BMI),
};

static const struct x86_op map_0f3a[256] = {
	[0x00 ... 0x02] = VEC(VX | IMM_8, LOAD, VECTOR),
	[0x04 ... 0x06] = VEC(VX | IMM_8, LOAD, VECTOR),
	[0x08 ... 0x09] = VEC(VI8, LOAD, VECTOR),
	[0x0a] = VEC(VI8, LOAD, 4),
	[0x0b] = VEC(VI8, LOAD, 8),
	[0x0c ... 0x0e] = VEC(VI8, LOAD, VECTOR),
	[0x0f] = VEC(VI8, LOAD, MMX),
	[0x14] = OP(VI8, STORE, 1, RM, LOST_KEEP),
	[0x15] = OP(VI8, STORE, 2, RM, LOST_KEEP),
	[0x16] = OP(VI8, STORE, D_Q, RM, LOST_KEEP),
	[0x17] = OP(VI8, STORE, 4, RM, LOST_KEEP),
	[0x18] = VEC(VX | IMM_8, LOAD, 16),
	[0x19] = VEC(VX | IMM_8, STORE, 16),
	[0x1d] = VEC(VX | IMM_8, STORE, HALF),
	[0x20] = VEC(VI8, LOAD, 1),
	[0x21] = VEC(VI8, LOAD, 4),
	[0x22] = VEC(VI8, LOAD, D_Q),
	[0x38] = VEC(VX | IMM_8, LOAD, 16),
	[0x39] = VEC(VX | IMM_8, STORE, 16),
	[0x40 ... 0x42] = VEC(VI8, LOAD, VECTOR),
	[0x44] = VEC(VI8, LOAD, VECTOR),
	[0x46] = VEC(VX | IMM_8, LOAD, VECTOR),
	[0x4a ... 0x4c] = VEC(VX | IMM_8, LOAD, VECTOR),
	[0x60 ... 0x63] = DO(VI8, LOAD, 16, STRING_COMPARE),
	[0xcc] = VEC(MI8, LOAD, VECTOR),
	[0xce ... 0xcf] = VEC(VI8, LOAD, VECTOR),
	[0xdf] = VEC(VI8, LOAD, VECTOR),
	[0xf0] = OP(VX | IMM_8, LOAD, D_Q, REG_RM, LOST_KEEP),
};

#define ADD_BYTES(bytes)	(OP_VALID | (bytes))
#define KEEP			OP_VALID	/* the same bytes as the chosen-from entry */

#define SHIFTS(form) {						\
		[0] = OP(KEEP, MODIFY, OPERAND, form, ROL),	\
		[1] = OP(KEEP, MODIFY, OPERAND, form, ROR),	\
		[2] = OP(KEEP, MODIFY, OPERAND, form, RCL),	\
		[3] = OP(KEEP, MODIFY, OPERAND, form, RCR),	\
		[4] = OP(KEEP, MODIFY, OPERAND, form, SHL),	\
		[5] = OP(KEEP, MODIFY, OPERAND, form, SHR),	\
		[6] = OP(KEEP, MODIFY, OPERAND, form, SHL),	\
		[7] = OP(KEEP, MODIFY, OPERAND, form, SAR),	\
	}

static const struct x86_op by_reg[][8] = {
	[CHOICE_ARITHMETIC] = {
		[0] = OP(KEEP, MODIFY, OPERAND, RM_IMM, ADD),
		[1] = OP(KEEP, MODIFY, OPERAND, RM_IMM, OR),
		[2] = OP(KEEP, MODIFY, OPERAND, RM_IMM, ADC),
		[3] = OP(KEEP, MODIFY, OPERAND, RM_IMM, SBB),
		[4] = OP(KEEP, MODIFY, OPERAND, RM_IMM, AND),
		[5] = OP(KEEP, MODIFY, OPERAND, RM_IMM, SUB),
		[6] = OP(KEEP, MODIFY, OPERAND, RM_IMM, XOR),
		[7] = OP(KEEP, LOAD, OPERAND, RM_IMM, CMP),
	},
	[CHOICE_SHIFT_IMM] = SHIFTS(RM_IMM),
	[CHOICE_SHIFT_ONE] = SHIFTS(RM_ONE),
	[CHOICE_SHIFT_CL] = SHIFTS(RM_CL),
	[CHOICE_BIT] = {
		[4] = OP(KEEP, LOAD, OSIZE, RM_IMM, BT),
		[5] = OP(KEEP, MODIFY, OSIZE, RM_IMM, BTS),
		[6] = OP(KEEP, MODIFY, OSIZE, RM_IMM, BTR),
		[7] = OP(KEEP, MODIFY, OSIZE, RM_IMM, BTC),
	},
	[CHOICE_UNARY] = {
		[0 ... 1] = OP(ADD_BYTES(IMM_OPERAND), LOAD, OPERAND, RM_IMM, TEST),
		[2] = OP(KEEP, MODIFY, OPERAND, RM, NOT),
		[3] = OP(KEEP, MODIFY, OPERAND, RM, NEG),
		[4 ... 5] = DO(KEEP, LOAD, OPERAND, MULTIPLY),
		[6 ... 7] = DO(KEEP, LOAD, OPERAND, DIVIDE),
	},
	[CHOICE_INC_DEC] = {
		[0] = OP(KEEP, MODIFY, OPERAND, RM, INC),
		[1] = OP(KEEP, MODIFY, OPERAND, RM, DEC),
	},
	[CHOICE_INDIRECT] = {
		[0] = OP(KEEP, MODIFY, OPERAND, RM, INC),
		[1] = OP(KEEP, MODIFY, OPERAND, RM, DEC),
		[2] = DO(KEEP, LOAD, 8, CALL_RM),
		[4] = DO(KEEP, LOAD, 8, JMP_RM),
		[6] = DO(KEEP, LOAD, 8, PUSH_RM),
	},
	[CHOICE_MOV_IMM] = { [0] = OP(KEEP, STORE, OPERAND, RM_IMM, MOV) },
	[CHOICE_POP] = { [0] = DO(KEEP, STORE, 8, POP_RM) },
	[CHOICE_PREFETCH] = {
		[0 ... 3] = DO(KEEP, NONE, NONE, PREFETCH),
		[4 ... 7] = NOP(KEEP),
	},
	[CHOICE_FENCE] = {
		[2] = DO(KEEP, LOAD, 4, FENCE),
		[3] = DO(KEEP, STORE, 4, FENCE),
		[5 ... 7] = DO(KEEP, NONE, NONE, FENCE),
	},
	[CHOICE_PAIR] = {
		[1] = DO(KEEP, MODIFY, PAIR, COMPARE_EXCHANGE_PAIR),
		[6 ... 7] = OP(KEEP, NONE, NONE, RM, LOST),
	},
};

static const struct x86_op by_prefix[][4] = {
	[CHOICE_MOVQ - CHOICE_BY_PREFIX] = {
		[PREFIX_NONE] = OP(KEEP, STORE, D_Q, RM, LOST_KEEP),
		[PREFIX_66] = OP(KEEP, STORE, D_Q, RM, LOST_KEEP),
		[PREFIX_F3] = VEC(KEEP, LOAD, 8),
	},
	[CHOICE_POPCNT - CHOICE_BY_PREFIX] = {
		[PREFIX_F3] = OP(KEEP, LOAD, OSIZE, REG_RM, LOST),
	},
	[CHOICE_CRC32_LOAD - CHOICE_BY_PREFIX] = {
		[PREFIX_NONE ... PREFIX_66] = OP(KEEP, LOAD, OSIZE, REG_RM, LOST_KEEP),
		[PREFIX_F2] = OP(KEEP, LOAD, 1, REG_RM, LOST_KEEP),
	},
	[CHOICE_CRC32_STORE - CHOICE_BY_PREFIX] = {
		[PREFIX_NONE ... PREFIX_66] = OP(KEEP, STORE, OSIZE, RM, LOST_KEEP),
		[PREFIX_F2] = OP(KEEP, LOAD, OSIZE, REG_RM, LOST_KEEP),
	},
	[CHOICE_ADX - CHOICE_BY_PREFIX] = {
		[PREFIX_66] = OP(KEEP, LOAD, D_Q, REG_RM, LOST),
		[PREFIX_F3] = OP(KEEP, LOAD, D_Q, REG_RM, LOST),
		[PREFIX_F2] = DO(KEEP | OP_VEX_ONLY, LOAD, D_Q, BMI),
	},
};

const struct x86_op *x86_table(u8 map, u8 opcode)
{
	static const struct x86_op *const maps[] = { one_byte, map_0f, map_0f38, map_0f3a };

	return &maps[map & 3][opcode];
}

const struct x86_op *x86_variant(u8 choice, const struct x86_insn *insn)
{
	if (choice >= CHOICE_BY_PREFIX)
		return &by_prefix[choice - CHOICE_BY_PREFIX][insn->prefix & 3];
	return &by_reg[choice][insn->reg & 7];
}
