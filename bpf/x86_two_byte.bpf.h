/* SPDX-License-Identifier: GPL-2.0-only */
/* Evaluation of the 0f map without VEX, branches apart. */
#ifndef X86_TWO_BYTE_BPF_H
#define X86_TWO_BYTE_BPF_H

#include "x86_bits.bpf.h"

X86_FN int x86_move_if(struct x86_walk *w)
{
	u32 from, condition;

	if (!w)
		return X86_STOP;
	condition = (u32)x86_condition(w);
	if (condition == X86_MAYBE)
		return X86_UNKNOWN_REGISTERS;
	from = condition == X86_YES ? w->in.rm : w->in.reg & 15;
	if (x86_is_unknown(w, from))
		return X86_UNKNOWN_REGISTERS;
	return x86_put(w, w->in.reg & 15, w->in.operand_bytes, X86_REGISTER(w, from));
}

X86_INLINE bool x86_is_high_byte(const struct x86_instruction *in, u32 number)
{
	return !in->rex && number >= 4 && number < 16;
}

X86_FN int x86_set_if(struct x86_walk *w)
{
	u32 condition;

	if (!w)
		return X86_STOP;
	condition = (u32)x86_condition(w);
	if (condition == X86_MAYBE || x86_is_high_byte(&w->in, w->in.rm))
		return X86_UNKNOWN_REGISTERS;
	w->result_bytes = 1;
	return x86_put(w, w->in.rm, 1, condition);
}

/* movzx, movsx */
X86_FN int x86_move_widened(struct x86_walk *w)
{
	u32 opcode, from, bytes;
	bool high;
	u64 value;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	bytes = 1 + (opcode & 1);
	high = bytes == 1 && x86_is_high_byte(&w->in, w->in.rm);
	from = high ? w->in.rm & 3 : w->in.rm;
	if (x86_is_unknown(w, from))
		return X86_UNKNOWN_REGISTERS;
	value = X86_REGISTER(w, from) >> (high ? 8 : 0);
	value = opcode < 0xb8 ? value & x86_mask(bytes) : (u64)x86_sign_extend(value, bytes);
	return x86_put(w, w->in.reg & 15, w->in.operand_bytes, value);
}

X86_FN int x86_swap_bytes(struct x86_walk *w)
{
	u32 number, bytes;
	u64 value;

	if (!w)
		return X86_STOP;
	number = x86_opcode_register(&w->in);
	bytes = w->in.operand_bytes;
	if (bytes == 2 || x86_is_unknown(w, number))
		return X86_UNKNOWN_REGISTERS;
	value = X86_REGISTER(w, number);
	value = (value & 0x00ff00ff00ff00ffULL) << 8 | (value >> 8 & 0x00ff00ff00ff00ffULL);
	value = (value & 0x0000ffff0000ffffULL) << 16 | (value >> 16 & 0x0000ffff0000ffffULL);
	value = value << 32 | value >> 32;
	return x86_put(w, number, bytes, bytes == 4 ? value >> 32 : value);
}

/* movnti */
X86_FN int x86_store_around_cache(struct x86_walk *w)
{
	if (!w)
		return X86_STOP;
	if (x86_is_unknown(w, w->in.reg & 15))
		return X86_UNKNOWN_REGISTERS;
	w->result_bytes = w->in.operand_bytes;
	return x86_put(w, w->in.rm, w->result_bytes, X86_REGISTER(w, w->in.reg & 15));
}

/* shld, shrd */
X86_FN int x86_shift_double(struct x86_walk *w)
{
	u32 bytes, bits, count, carry, by_cl;
	u64 a, b, result;

	if (!w)
		return X86_STOP;
	bytes = w->in.operand_bytes;
	by_cl = w->in.opcode & 1;
	if (bytes == 2 || x86_is_unknown(w, w->in.reg & 15) || x86_is_unknown(w, w->in.rm) ||
	    (by_cl && x86_is_unknown(w, X86_RCX)))
		return X86_UNKNOWN;
	bits = 8 * bytes;
	count = (by_cl ? (u32)w->registers[X86_RCX] : (u32)w->in.immediate) & (bits - 1);
	w->result_bytes = bytes;
	if (!count)
		return x86_put(w, w->in.rm, bytes, X86_REGISTER(w, w->in.rm));
	a = X86_REGISTER(w, w->in.rm) & x86_mask(bytes);
	b = X86_REGISTER(w, w->in.reg & 15) & x86_mask(bytes);
	if (w->in.opcode & 8) {
		result = a >> (count & 63) | b << ((bits - count) & 63);
		carry = a >> ((count - 1) & 63) & 1;
	} else {
		result = a << (count & 63) | b >> ((bits - count) & 63);
		carry = a >> ((bits - count) & 63) & 1;
	}
	x86_set_flags(w, result, bytes, carry, X86_FLAGS & ~X86_OF);
	return x86_put(w, w->in.rm, bytes, result);
}

/* Whether the operands of cmpxchg and xadd are known, and memory one of them. Sets result_bytes. */
X86_INLINE bool x86_exchange_known(struct x86_walk *w, u32 reg)
{
	bool byte = !(w->in.opcode & 1);

	if (w->in.rm != X86_MEMORY || x86_is_unknown(w, X86_MEMORY) || x86_is_unknown(w, reg))
		return false;
	w->result_bytes = byte ? 1 : w->in.operand_bytes;
	return !byte || !x86_is_high_byte(&w->in, reg);
}

/* xadd of memory; the flags, as of an add, nobody looks at */
X86_FN int x86_exchange_add(struct x86_walk *w)
{
	u64 memory, value;
	u32 reg;

	if (!w)
		return X86_STOP;
	reg = w->in.reg & 15;
	if (!x86_exchange_known(w, reg))
		return X86_UNKNOWN;
	memory = w->registers[X86_MEMORY];
	value = X86_REGISTER(w, reg);
	w->known_flags = 0;
	x86_put(w, reg, w->result_bytes, memory);
	return x86_put(w, X86_MEMORY, w->result_bytes, memory + value);
}

/* cmpxchg of memory */
X86_FN int x86_compare_exchange(struct x86_walk *w)
{
	u64 memory, expected;
	u32 reg, bytes, equal;

	if (!w)
		return X86_STOP;
	reg = w->in.reg & 15;
	if (x86_is_unknown(w, X86_RAX) || !x86_exchange_known(w, reg))
		return X86_UNKNOWN;
	bytes = w->result_bytes;
	memory = w->registers[X86_MEMORY];
	expected = w->registers[X86_RAX];
	equal = ((memory ^ expected) & x86_mask(bytes)) == 0;
	w->flags = equal ? X86_ZF : 0;
	w->known_flags = X86_ZF;
	if (!equal)
		return x86_put(w, X86_RAX, bytes, memory);
	if (bytes == 4 && expected >> 32)
		x86_set_unknown(w, X86_RAX, true);	/* processors differ in clearing its upper half */
	return x86_put(w, X86_MEMORY, bytes, X86_REGISTER(w, reg));
}

/* 0f ae: fences do nothing; saved states are large */
X86_INLINE int x86_ae_group(struct x86_walk *w)
{
	if (w->in.mod == 3 && !(w->in.prefixes & (P_66 | P_F2 | P_F3)))
		return X86_DONE;
	if ((w->in.access & X86_STORE) && (w->in.reg & 7) != 3)
		w->memory_unknown = 1;
	return X86_UNKNOWN_REGISTERS;
}

/* SSE moves and arithmetic, which leave the flags alone. */
X86_INLINE bool x86_is_sse(u32 opcode)
{
	return (opcode >= 0x10 && opcode <= 0x17) || (opcode >= 0x28 && opcode <= 0x2d) ||
	       (opcode >= 0x50 && opcode <= 0x7f) || opcode == 0xc2 || (opcode >= 0xc4 && opcode <= 0xc6) ||
	       opcode >= 0xd0;
}

/* What is not evaluated. */
X86_INLINE int x86_two_byte_other(struct x86_walk *w)
{
	if (w->in.opcode == 0xae)
		return x86_ae_group(w);
	if (x86_is_sse(w->in.opcode)) {
		w->result_bytes = 16;
		return X86_UNKNOWN_REGISTERS;
	}
	if (w->in.opcode == 0xc7 && (w->in.reg & 7) > 1)
		w->memory_unknown = 1;			/* xsavec and its like */
	return X86_UNKNOWN;
}

X86_FN int x86_two_byte(struct x86_walk *w)
{
	u32 opcode, reg;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	reg = w->in.reg & 15;
	if (opcode >= 0x18 && opcode <= 0x1f)		/* hints and nops */
		return X86_DONE;
	if ((opcode & 0xf0) == 0x40)
		return x86_move_if(w);
	if ((opcode & 0xf0) == 0x90)
		return x86_set_if(w);
	if ((opcode & 0xf6) == 0xb6)
		return x86_move_widened(w);
	if (opcode == 0xb8 || opcode == 0xbc || opcode == 0xbd)
		return x86_scan(w);
	if ((opcode & 0xe7) == 0xa3 || opcode == 0xba)
		return x86_bit_test(w);
	if ((opcode & 0xf8) == 0xc8)
		return x86_swap_bytes(w);
	if (opcode == 0xc3)
		return x86_store_around_cache(w);
	if ((opcode & 0xf6) == 0xa4)
		return x86_shift_double(w);
	if ((opcode & 0xfe) == 0xb0)
		return x86_compare_exchange(w);
	if ((opcode & 0xfe) == 0xc0)
		return x86_exchange_add(w);
	if (opcode != 0xaf)
		return x86_two_byte_other(w);
	if (x86_is_unknown(w, w->in.rm) || x86_is_unknown(w, reg))
		return X86_UNKNOWN;
	return x86_multiply(w, reg, X86_REGISTER(w, reg), X86_REGISTER(w, w->in.rm));
}

#endif
