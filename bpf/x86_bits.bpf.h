/* SPDX-License-Identifier: GPL-2.0-only */
/* Instructions about single bits: counting, scanning, testing, and BMI in VEX encoding. */
#ifndef X86_BITS_BPF_H
#define X86_BITS_BPF_H

#include "x86_arithmetic.bpf.h"

X86_FN int x86_population(u64 value)
{
	value -= value >> 1 & 0x5555555555555555ULL;
	value = (value & 0x3333333333333333ULL) + (value >> 2 & 0x3333333333333333ULL);
	value = (value + (value >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return value * 0x0101010101010101ULL >> 56;
}

/* All bits from the highest set one down. */
X86_INLINE u64 x86_smear_right(u64 value)
{
	value |= value >> 1;
	value |= value >> 2;
	value |= value >> 4;
	value |= value >> 8;
	value |= value >> 16;
	return value | value >> 32;
}

/* Flags of popcnt, of tzcnt and lzcnt (all with F3), and of bsf and bsr. */
X86_INLINE void x86_scan_flags(struct x86_walk *w, u64 source, u64 result)
{
	if (!(w->in.prefixes & P_F3)) {
		w->flags = 0;
		w->known_flags = X86_ZF;
	} else if (w->in.opcode == 0xb8) {
		w->flags = source ? 0 : X86_ZF;
		w->known_flags = X86_FLAGS;
	} else {
		w->flags = (source ? 0 : X86_CF) | (result ? 0 : X86_ZF);
		w->known_flags = X86_CF | X86_ZF;
	}
}

/* 0f b8, bc, bd: popcnt, tzcnt or bsf, lzcnt or bsr */
X86_FN int x86_scan(struct x86_walk *w)
{
	u64 source, bits, result;
	u32 bytes, opcode, counting;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	bytes = w->in.operand_bytes;
	counting = w->in.prefixes & P_F3;
	if (x86_is_unknown(w, w->in.rm) || bytes == 2 || (opcode == 0xb8 && !counting))
		return X86_UNKNOWN;
	source = X86_REGISTER(w, w->in.rm) & x86_mask(bytes);
	if (!source && !counting) {		/* bsf, bsr of 0: the result is undefined */
		w->flags = X86_ZF;
		w->known_flags = X86_ZF;
		return X86_UNKNOWN_REGISTERS;
	}
	bits = source;
	if (opcode == 0xbc)
		bits = (source & -source) - 1;	/* of 0: all */
	else if (opcode == 0xbd)
		bits = x86_smear_right(source);
	result = (u32)x86_population(bits & x86_mask(bytes));
	if (opcode == 0xbd)
		result = counting ? 8 * bytes - result : result - 1;
	x86_scan_flags(w, source, result);
	return x86_put(w, w->in.reg & 15, bytes, result);
}

/* 0f a3, ab, b3, bb, ba: bt, bts, btr, btc */
X86_FN int x86_bit_test(struct x86_walk *w)
{
	u32 kind, count, bytes;
	u64 value, bit;

	if (!w)
		return X86_STOP;
	bytes = w->in.operand_bytes;
	if (x86_is_unknown(w, w->in.rm))
		return X86_UNKNOWN;
	if (w->in.opcode == 0xba) {
		kind = w->in.reg & 3;
		count = w->in.immediate;
	} else {
		if (x86_is_unknown(w, w->in.reg & 15))
			return X86_UNKNOWN;
		kind = w->in.opcode >> 3 & 3;
		count = X86_REGISTER(w, w->in.reg & 15);
	}
	bit = 1ULL << (count & (8 * bytes - 1) & 63);
	value = X86_REGISTER(w, w->in.rm);
	w->flags = (w->flags & X86_ZF) | (value & bit ? X86_CF : 0);
	w->known_flags = (w->known_flags & X86_ZF) | X86_CF;
	if (!kind)
		return X86_DONE;
	w->result_bytes = bytes;
	value = kind == 1 ? value | bit : kind == 2 ? value & ~bit : value ^ bit;
	return x86_put(w, w->in.rm, bytes, value);
}

/* VEX 0f 38 f3: blsr, blsmsk, blsi */
X86_FN int x86_lowest_bit(struct x86_walk *w, u64 a, u32 bytes)
{
	u32 kind, carry;
	u64 result;

	if (!w)
		return X86_STOP;
	kind = w->in.reg & 7;
	if (kind == 1)
		result = a & (a - 1);
	else
		result = kind == 2 ? a ^ (a - 1) : a & -a;
	result &= x86_mask(bytes);
	carry = kind == 3 ? !!a : !a;
	x86_set_flags(w, result, bytes, carry, X86_FLAGS & ~X86_PF);
	return x86_put(w, w->in.vex_register & 15, bytes, result);
}

/* VEX 0f 38 f7: shlx, shrx, sarx by their prefix; bextr without */
X86_FN int x86_shift_without_flags(struct x86_walk *w, u64 a, u64 b, u32 bytes)
{
	u32 prefix, count = b & (8 * bytes - 1) & 63, start = b & 0xff, length = b >> 8 & 0xff;
	u64 result;

	if (!w)
		return X86_STOP;
	prefix = w->in.prefixes & (P_66 | P_F2 | P_F3);
	if (prefix == P_66) {
		result = a << count;
	} else if (prefix == P_F2) {
		result = a >> count;
	} else if (prefix == P_F3) {
		result = x86_sign_extend(a, bytes) >> count;
	} else {
		result = start > 63 ? 0 : a >> (start & 63);
		if (length < 64)
			result &= (1ULL << (length & 63)) - 1;
		x86_set_flags(w, result, bytes, 0, X86_ZF | X86_CF_OF);
	}
	return x86_put(w, w->in.reg & 15, bytes, result);
}

/* mulx: the product of rdx and rm, no flags */
X86_FN int x86_multiply_without_flags(struct x86_walk *w, u64 a, u32 bytes)
{
	u64 b, high;

	if (!w || x86_is_unknown(w, X86_RDX))
		return X86_UNKNOWN_REGISTERS;
	b = w->registers[X86_RDX] & x86_mask(bytes);
	high = bytes == 8 ? x86_multiply_high(a, b, 0) : a * b >> 32;
	x86_put(w, w->in.vex_register & 15, bytes, a * b);
	return x86_put(w, w->in.reg & 15, bytes, high);
}

X86_INLINE int x86_rotate_without_flags(struct x86_walk *w, u64 a, u32 bytes)
{
	u32 count = w->in.immediate & (8 * bytes - 1) & 63;

	return x86_put(w, w->in.reg & 15, bytes, count ? a >> count | a << ((8 * bytes - count) & 63) : a);
}

X86_INLINE int x86_and_not(struct x86_walk *w, u64 a, u64 b, u32 bytes)
{
	u64 result = ~b & a & x86_mask(bytes);

	x86_set_flags(w, result, bytes, 0, X86_FLAGS & ~X86_PF);
	return x86_put(w, w->in.reg & 15, bytes, result);
}

/* bzhi */
X86_INLINE int x86_zero_high(struct x86_walk *w, u64 a, u64 b, u32 bytes)
{
	u32 start = b & 0xff;
	u64 result = start < 8 * bytes ? a & ((1ULL << (start & 63)) - 1) : a;

	x86_set_flags(w, result, bytes, start > 8 * bytes - 1, X86_FLAGS & ~X86_PF);
	return x86_put(w, w->in.reg & 15, bytes, result);
}

/* BMI: VEX, opcodes f0 on of the 0f 38 and 0f 3a maps. Those of f7 with a prefix leave the flags alone. */
X86_FN int x86_bmi(struct x86_walk *w)
{
	u32 opcode, bytes, prefix, unknown;
	u64 a, b;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	bytes = w->in.rex & 8 ? 8 : 4;
	prefix = w->in.prefixes & (P_66 | P_F2 | P_F3);
	unknown = opcode == 0xf7 && prefix ? X86_UNKNOWN_REGISTERS : X86_UNKNOWN;
	if (x86_is_unknown(w, w->in.rm))
		return (int)unknown;
	a = X86_REGISTER(w, w->in.rm) & x86_mask(bytes);
	if (w->in.map == 3)
		return opcode == 0xf0 ? x86_rotate_without_flags(w, a, bytes) : X86_UNKNOWN;
	if (opcode == 0xf3)
		return x86_lowest_bit(w, a, bytes);
	if (x86_is_unknown(w, w->in.vex_register & 15))
		return (int)unknown;
	b = X86_REGISTER(w, w->in.vex_register & 15) & x86_mask(bytes);
	if (opcode == 0xf2)
		return x86_and_not(w, a, b, bytes);
	if (opcode == 0xf5 && !prefix)
		return x86_zero_high(w, a, b, bytes);
	if (opcode == 0xf6 && prefix == P_F2)
		return x86_multiply_without_flags(w, a, bytes);
	return opcode == 0xf7 ? x86_shift_without_flags(w, a, b, bytes) : X86_UNKNOWN;
}

#endif
