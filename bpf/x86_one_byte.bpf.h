/* SPDX-License-Identifier: GPL-2.0-only */
/* Evaluation of the one-byte opcodes that neither branch nor use the stack. */
#ifndef X86_ONE_BYTE_BPF_H
#define X86_ONE_BYTE_BPF_H

#include "x86_arithmetic.bpf.h"
#include "x86_width.bpf.h"

/* test and cmp, which only read rm. */
X86_INLINE bool x86_only_reads_rm(const struct x86_instruction *in)
{
	return (in->opcode == 0xf6 && in->reg < 2) || in->opcode == 0x38 || (in->opcode == 0x80 && in->reg == 7);
}

/*
 * Without REX, byte registers 4-7 are ah, ch, dh, bh. The few that matter, sources of test and cmp, are copied to
 * X86_MEMORY, which then stands for rm; what the others do stays unknown.
 */
X86_FN int x86_high_bytes(struct x86_walk *w)
{
	u32 opcode, rm, unknown;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	rm = w->in.rm & 31;
	if (((opcode & 7) == 4 && opcode != 0x84) || opcode == 0xa8)	/* al and an immediate */
		return X86_DONE;
	unknown = (opcode & 0xfc) == 0x88 || opcode == 0xc6 ? X86_UNKNOWN_REGISTERS : X86_UNKNOWN;
	if ((opcode < 0x40 || (opcode & 0xfc) == 0x84 || (opcode & 0xfc) == 0x88) && (w->in.reg & 15) >= 4)
		return (int)unknown;
	if (rm < 4 || rm >= 16)
		return X86_DONE;
	if (!x86_only_reads_rm(&w->in))
		return (int)unknown;
	x86_set_unknown(w, X86_MEMORY, x86_is_unknown(w, rm & 3));
	w->registers[X86_MEMORY] = X86_REGISTER(w, rm & 3) >> 8;
	w->in.rm = X86_MEMORY;
	return X86_DONE;
}

/* Sets result_bytes, and turns a byte opcode into its wider twin. */
X86_FN int x86_set_operand_bytes(struct x86_walk *w)
{
	u32 opcode, result = X86_DONE;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	w->result_bytes = w->in.operand_bytes;
	if (!x86_is_byte_opcode(opcode))
		return X86_DONE;
	w->result_bytes = 1;
	if ((opcode & 0xf8) == 0xb0) {
		w->in.opcode = opcode | 8;
		return (opcode & 4) && !w->in.rex ? X86_UNKNOWN_REGISTERS : X86_DONE;
	}
	if (!w->in.rex)
		result = x86_high_bytes(w);
	w->in.opcode = opcode | 1;
	return (int)result;
}

/* 89, 8b, 63: mov, movsxd */
X86_INLINE int x86_copy(struct x86_walk *w, u32 to, u32 from)
{
	u64 value;

	if (x86_is_unknown(w, from))
		return X86_UNKNOWN_REGISTERS;
	value = X86_REGISTER(w, from);
	if (w->in.opcode == 0x63)
		value = (u64)(s64)(s32)value;
	return x86_put(w, to, w->result_bytes, value);
}

/* mov and lea, all kinds. */
X86_FN int x86_move(struct x86_walk *w)
{
	u32 opcode, reg, rm;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	reg = w->in.reg & 15;
	rm = w->in.rm & 31;
	if (opcode == 0x8d) {
		if (w->address == X86_NO_ADDRESS)
			return X86_UNKNOWN_REGISTERS;
		return x86_put(w, reg, w->result_bytes, w->address);
	}
	if ((opcode & 0xf8) == 0xb8)
		return x86_put(w, x86_opcode_register(&w->in), w->result_bytes, w->in.immediate);
	if (opcode == 0xc7)
		return x86_put(w, rm, w->result_bytes, w->in.immediate);
	return opcode == 0x89 ? x86_copy(w, rm, reg) : x86_copy(w, reg, rm);
}

X86_INLINE bool x86_is_move(u32 opcode)
{
	return opcode == 0x8d || (opcode & 0xf8) == 0xb8 || opcode == 0xc7 || opcode == 0x89 || opcode == 0x8b ||
	       opcode == 0x63;
}

/* 87, 90-97: xchg */
X86_FN int x86_exchange(struct x86_walk *w)
{
	u32 one, other;
	u64 value;

	if (!w)
		return X86_STOP;
	one = w->in.opcode == 0x87 ? w->in.reg & 15 : X86_RAX;
	other = w->in.opcode == 0x87 ? w->in.rm : x86_opcode_register(&w->in);
	if (x86_is_unknown(w, one) || x86_is_unknown(w, other))
		return X86_UNKNOWN_REGISTERS;
	value = X86_REGISTER(w, one);
	x86_put(w, one, w->result_bytes, X86_REGISTER(w, other));
	return x86_put(w, other, w->result_bytes, value);
}

/* 98: cbw, cwde, cdqe; 99: cwd, cdq, cqo */
X86_FN int x86_widen(struct x86_walk *w)
{
	u32 bytes;
	u64 value;

	if (!w || x86_is_unknown(w, X86_RAX))
		return X86_UNKNOWN_REGISTERS;
	bytes = w->result_bytes;
	value = w->registers[X86_RAX];
	if (w->in.opcode == 0x99)
		return x86_put(w, X86_RDX, bytes, x86_sign_extend(value, bytes) >> 63);
	return x86_put(w, X86_RAX, bytes, x86_sign_extend(value, bytes / 2));
}

/* c1 by an immediate, d1 by 1, d3 by cl */
X86_FN int x86_shift_group(struct x86_walk *w)
{
	u32 opcode, count;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	if (opcode == 0xd3 && x86_is_unknown(w, X86_RCX))
		return X86_UNKNOWN;
	count = opcode == 0xd1 ? 1 : opcode == 0xd3 ? (u32)w->registers[X86_RCX] : (u32)w->in.immediate;
	return x86_shift(w, w->result_bytes, count);
}

/* f7: test, not, neg, mul, imul, div, idiv */
X86_FN int x86_f7_group(struct x86_walk *w)
{
	u32 group, rm;

	if (!w)
		return X86_STOP;
	group = w->in.reg & 7;
	rm = w->in.rm & 31;
	if (x86_is_unknown(w, rm))
		return group == 2 ? X86_UNKNOWN_REGISTERS : X86_UNKNOWN;
	if (group < 2)
		return x86_operate(w, X86_TEST, rm, w->in.immediate, 0);
	if (group == 2)
		return x86_put(w, rm, w->result_bytes, ~X86_REGISTER(w, rm));
	if (group == 3)
		return x86_operate(w, X86_NEG, rm, 0, 0);
	if (x86_is_unknown(w, X86_RAX))
		return X86_UNKNOWN;
	return group < 6 ? x86_multiply_wide(w, w->result_bytes) : x86_divide(w, w->result_bytes);
}

/* xor, sub and sbb of a register with itself do not depend on it. */
X86_INLINE bool x86_clears(u32 operation, u32 to, u32 from)
{
	return to == from && (operation == X86_XOR || operation == X86_SUB || operation == X86_SBB);
}

/* Two registers, one of which may stand for memory. */
X86_INLINE int x86_operate_registers(struct x86_walk *w, u32 operation, u32 to, u32 from)
{
	bool same = x86_clears(operation, to, from);

	if (!same && (x86_is_unknown(w, to) || x86_is_unknown(w, from)))
		return X86_UNKNOWN;
	return x86_operate(w, operation, to, X86_REGISTER(w, from), same);
}

X86_INLINE int x86_operate_immediate(struct x86_walk *w, u32 operation, u32 to, u64 immediate)
{
	if (x86_is_unknown(w, to))
		return X86_UNKNOWN;
	return x86_operate(w, operation, to, immediate, 0);
}

/* The arithmetic opcodes below 40, test, 81 and 83, inc and dec. */
X86_FN int x86_operate_group(struct x86_walk *w)
{
	u32 opcode, reg, rm;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	reg = w->in.reg & 15;
	rm = w->in.rm & 31;
	if (opcode < 0x40 && (opcode & 7) == 5)
		return x86_operate_immediate(w, opcode >> 3, X86_RAX, w->in.immediate);
	if (opcode < 0x40 && (opcode & 7) == 3)
		return x86_operate_registers(w, opcode >> 3, reg, rm);
	if (opcode < 0x40 && (opcode & 7) == 1)
		return x86_operate_registers(w, opcode >> 3, rm, reg);
	if (opcode == 0x85)
		return x86_operate_registers(w, X86_TEST, rm, reg);
	if (opcode == 0xa9)
		return x86_operate_immediate(w, X86_TEST, X86_RAX, w->in.immediate);
	if (opcode == 0x81 || opcode == 0x83)
		return x86_operate_immediate(w, w->in.reg & 7, rm, w->in.immediate);
	if (opcode == 0xff && (w->in.reg & 7) < 2)
		return x86_operate_immediate(w, X86_INC + (w->in.reg & 1), rm, 1);
	return opcode == 0x9f ? X86_UNKNOWN_REGISTERS : X86_UNKNOWN;	/* lahf, and all others */
}

/* x87: only the register forms touch flags or ax. */
X86_INLINE int x86_x87(struct x86_walk *w)
{
	if ((w->in.access & X86_STORE) && w->in.opcode == 0xdd && (w->in.reg & 7) == 6)
		w->memory_unknown = 1;		/* fnsave: a large state */
	if (w->in.mod == 3)
		return X86_UNKNOWN;
	w->in.written = 0;
	return X86_UNKNOWN_REGISTERS;
}

X86_INLINE bool x86_does_nothing(const struct x86_instruction *in)
{
	return (in->opcode == 0x90 && !(in->rex & 1)) || in->opcode == 0x9b || in->opcode == 0xfc ||
	       in->opcode == 0xfd;
}

X86_FN int x86_one_byte(struct x86_walk *w)
{
	u32 opcode;
	int result;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	if (x86_does_nothing(&w->in))
		return X86_DONE;
	if (opcode == 0xf8 || opcode == 0xf9) {		/* clc, stc */
		w->flags = (w->flags & ~(u32)X86_CF) | (opcode & 1);
		w->known_flags |= X86_CF;
		return X86_DONE;
	}
	if ((opcode & 0xf8) == 0xd8)
		return x86_x87(w);
	result = x86_set_operand_bytes(w);
	if (result)
		return result;
	opcode = w->in.opcode;
	if (x86_is_move(opcode))
		return x86_move(w);
	if (opcode == 0x87 || (opcode & 0xf8) == 0x90)
		return x86_exchange(w);
	if (opcode == 0x98 || opcode == 0x99)
		return x86_widen(w);
	if (opcode == 0xc1 || opcode == 0xd1 || opcode == 0xd3)
		return x86_shift_group(w);
	if (opcode == 0xf7)
		return x86_f7_group(w);
	if (opcode != 0x69 && opcode != 0x6b)
		return x86_operate_group(w);
	if (x86_is_unknown(w, w->in.rm))
		return X86_UNKNOWN;
	return x86_multiply(w, w->in.reg & 15, X86_REGISTER(w, w->in.rm), w->in.immediate);
}

#endif
