/* SPDX-License-Identifier: GPL-2.0-only */
/* Arithmetic on general registers, with its flags. */
#ifndef X86_ARITHMETIC_BPF_H
#define X86_ARITHMETIC_BPF_H

#include "x86_flags.bpf.h"
#include "x86_table.bpf.h"

/* The first eight as the opcodes number them. */
enum x86_operation {
	X86_ADD, X86_OR, X86_ADC, X86_SBB, X86_AND, X86_SUB, X86_XOR, X86_CMP,
	X86_INC, X86_DEC, X86_TEST, X86_NEG,
};

X86_INLINE u64 x86_mask(u32 bytes)
{
	return ~0ULL >> ((64 - 8 * bytes) & 63);
}

X86_INLINE u32 x86_add_flags(u64 a, u64 b, u64 result, u32 carry, u64 sign)
{
	u32 flags = 0;

	if (result < a || (carry && result == a))
		flags |= X86_CF;
	if (~(a ^ b) & (a ^ result) & sign)
		flags |= X86_OF;
	return flags;
}

X86_INLINE u32 x86_subtract_flags(u64 a, u64 b, u64 result, u32 borrow, u64 sign)
{
	u32 flags = 0;

	if (a < b || (borrow && a == b))
		flags |= X86_CF;
	if ((a ^ b) & (a ^ result) & sign)
		flags |= X86_OF;
	return flags;
}

X86_INLINE u64 x86_logic(u32 operation, u64 a, u64 b)
{
	if (operation == X86_OR)
		return a | b;
	return operation == X86_XOR ? a ^ b : a & b;
}

/* a operation b, in result_bytes, into a register. `same`: both are one register, whose value does not matter. */
X86_FN int x86_operate(struct x86_walk *w, u32 operation, u32 to, u64 b, u32 same)
{
	u32 bytes, carry = 0, flags = 0, known = X86_FLAGS;
	u64 a, result, mask, sign;

	if (!w)
		return X86_STOP;
	bytes = w->result_bytes & 15;
	mask = x86_mask(bytes);
	sign = mask ^ mask >> 1;
	a = X86_REGISTER(w, to) & mask;
	b &= mask;
	if (operation == X86_ADC || operation == X86_SBB) {
		if (!(w->known_flags & X86_CF))
			return X86_UNKNOWN;
		carry = w->flags & X86_CF;
	}
	if (operation == X86_NEG) {
		b = a;
		a = 0;
	}
	if (same)
		a = b = 0;
	if (operation == X86_ADD || operation == X86_ADC || operation == X86_INC) {
		result = (a + b + carry) & mask;
		flags = x86_add_flags(a, b, result, carry, sign);
	} else if (operation == X86_OR || operation == X86_AND || operation == X86_XOR || operation == X86_TEST) {
		result = x86_logic(operation, a, b);
	} else {
		result = (a - b - carry) & mask;
		flags = x86_subtract_flags(a, b, result, carry, sign);
	}
	if (operation == X86_INC || operation == X86_DEC) {	/* they leave CF alone */
		flags = (flags & ~(u32)X86_CF) | (w->flags & X86_CF);
		known = w->known_flags | (X86_FLAGS & ~X86_CF);
	}
	x86_set_flags(w, result, bytes, flags, known);
	if (operation == X86_CMP || operation == X86_TEST)
		return X86_DONE;
	return x86_put(w, to, bytes, result);
}

/* The high half of a product of 64 bits by 64. */
X86_FN u64 x86_multiply_high(u64 a, u64 b, u32 is_signed)
{
	u64 a_low = (u32)a, a_high = a >> 32, b_low = (u32)b, b_high = b >> 32, middle, high;

	middle = a_high * b_low + (a_low * b_low >> 32);
	high = a_low * b_high + (u32)middle;
	high = a_high * b_high + (middle >> 32) + (high >> 32);
	if (is_signed)
		high -= (a >> 63) * b + (b >> 63) * a;
	return high;
}

/* A register becomes a * b, signed, cut off: imul with two or three operands. */
X86_FN int x86_multiply(struct x86_walk *w, u32 to, u64 a, u64 b)
{
	u32 bytes, overflow;
	u64 product;

	if (!w)
		return X86_STOP;
	bytes = w->in.operand_bytes;
	if (bytes == 8) {
		product = a * b;
		overflow = x86_multiply_high(a, b, 1) != (u64)((s64)product >> 63);
	} else {
		product = x86_sign_extend(a, bytes) * x86_sign_extend(b, bytes);
		overflow = product != (u64)x86_sign_extend(product, bytes);
	}
	w->flags = overflow ? X86_CF_OF : 0;
	w->known_flags = X86_CF_OF;
	return x86_put(w, to, bytes, product);
}

/* The two halves of a product or of a dividend: ah:al, or rdx:rax. */
X86_INLINE int x86_put_pair(struct x86_walk *w, u32 bytes, u64 low, u64 high)
{
	if (bytes == 1)
		return x86_put(w, X86_RAX, 2, (low & 0xff) | (high & 0xff) << 8);
	x86_put(w, X86_RDX, bytes, high);
	return x86_put(w, X86_RAX, bytes, low);
}

/* f6, f7 /4 and /5: rdx:rax = rax * rm */
X86_FN int x86_multiply_wide(struct x86_walk *w, u32 bytes)
{
	u64 a, b, low, high, expected_high = 0, mask;
	u32 is_signed, shift;

	if (!w)
		return X86_STOP;
	mask = x86_mask(bytes);
	shift = (8 * bytes) & 63;
	is_signed = w->in.reg & 1;
	a = w->registers[X86_RAX] & mask;
	b = X86_REGISTER(w, w->in.rm) & mask;
	if (is_signed) {
		a = x86_sign_extend(a, bytes);
		b = x86_sign_extend(b, bytes);
	}
	low = a * b;
	high = bytes == 8 ? x86_multiply_high(a, b, is_signed) : low >> shift & mask;
	if (is_signed)
		expected_high = (u64)(x86_sign_extend(low, bytes) >> 63) & mask;
	w->flags = high != expected_high ? X86_CF_OF : 0;
	w->known_flags = X86_CF_OF;
	return x86_put_pair(w, bytes, low, high);
}

/*
 * The dividend, ax or rdx:rax, into *dividend. Returns not 0 when it has more than 64 bits: then the result could be a
 * fault.
 */
X86_INLINE int x86_dividend(const struct x86_walk *w, u32 bytes, bool is_signed, u64 *dividend)
{
	u64 mask = x86_mask(bytes), low = w->registers[X86_RAX] & mask, high = w->registers[X86_RDX] & mask;

	if (bytes == 8) {
		*dividend = low;
		return high != (is_signed ? (u64)((s64)low >> 63) : 0);
	}
	if (bytes == 1)
		high = w->registers[X86_RAX] >> 8 & 0xff;
	low |= high << (8 * bytes & 63);
	*dividend = is_signed ? (u64)x86_sign_extend(low, 2 * bytes) : low;
	return 0;
}

/* f6, f7 /6 and /7: rax = rdx:rax / rm, rdx the remainder; the flags are undefined. */
X86_FN int x86_divide(struct x86_walk *w, u32 bytes)
{
	bool is_signed, negative = false, divisor_negative = false;
	u64 dividend, divisor, quotient, remainder, limit;

	if (!w || (bytes > 1 && x86_is_unknown(w, X86_RDX)))
		return X86_UNKNOWN;
	is_signed = w->in.reg & 1;
	limit = x86_mask(bytes);
	divisor = X86_REGISTER(w, w->in.rm) & limit;
	if (x86_dividend(w, bytes, is_signed, &dividend))
		return X86_STOP;
	if (is_signed) {
		divisor = x86_sign_extend(divisor, bytes);
		negative = dividend >> 63;
		divisor_negative = divisor >> 63;
		dividend = negative ? -dividend : dividend;
		divisor = divisor_negative ? -divisor : divisor;
		limit = (limit >> 1) + (negative != divisor_negative);
	}
	if (!divisor)
		return X86_STOP;
	quotient = dividend / divisor;
	remainder = dividend % divisor;
	if (quotient > limit)
		return X86_STOP;		/* a fault */
	w->known_flags = 0;
	return x86_put_pair(w, bytes, negative != divisor_negative ? -quotient : quotient,
			    negative ? -remainder : remainder);
}

/* rol, ror */
X86_INLINE int x86_rotate(struct x86_walk *w, u32 bytes, u32 count, u64 a)
{
	u32 bits = 8 * bytes, left = (w->in.reg & 7) == 0, carry;
	u64 result;

	if (count >= bits)
		return X86_UNKNOWN;
	if (left)
		result = a << (count & 63) | a >> ((bits - count) & 63);
	else
		result = a >> (count & 63) | a << ((bits - count) & 63);
	carry = left ? result & 1 : result >> ((bits - 1) & 63) & 1;
	w->flags = (w->flags & ~(u32)X86_CF_OF) | carry;
	w->known_flags = (w->known_flags & ~(u32)X86_CF_OF) | X86_CF;
	return x86_put(w, w->in.rm, bytes, result);
}

/* OF is defined for a count of 1, CF for counts below the operand's width. */
X86_INLINE u32 x86_shift_known(u32 count, u32 bits)
{
	u32 known = X86_FLAGS;

	if (count >= bits)
		known &= ~(u32)X86_CF;
	return count == 1 ? known : known & ~(u32)X86_OF;
}

/* shl */
X86_INLINE int x86_shift_left(struct x86_walk *w, u32 bytes, u32 count, u64 a)
{
	u32 bits = 8 * bytes, carry = count > bits ? 0 : a >> ((bits - count) & 63) & 1;
	u64 result = a << (count & 63);
	u32 overflow = carry ^ (result >> ((bits - 1) & 63) & 1);

	x86_set_flags(w, result, bytes, carry | (overflow ? X86_OF : 0), x86_shift_known(count, bits));
	return x86_put(w, w->in.rm, bytes, result);
}

/* shr, sar */
X86_INLINE int x86_shift_right(struct x86_walk *w, u32 bytes, u32 count, u64 a)
{
	u32 bits = 8 * bytes, overflow = 0, carry;
	bool is_signed = (w->in.reg & 7) == 7;
	u64 result;

	if (is_signed)
		a = x86_sign_extend(a, bytes);
	else
		overflow = a >> ((bits - 1) & 63) & 1;
	carry = a >> ((count - 1) & 63) & 1;
	result = is_signed ? (u64)((s64)a >> (count & 63)) : a >> (count & 63);
	x86_set_flags(w, result, bytes, carry | (overflow ? X86_OF : 0), x86_shift_known(count, bits));
	return x86_put(w, w->in.rm, bytes, result);
}

/* The shifts and rotates of rm by `count`; ModRM.reg says which. */
X86_FN int x86_shift(struct x86_walk *w, u32 bytes, u32 count)
{
	u32 kind;
	u64 a;

	if (!w)
		return X86_STOP;
	kind = w->in.reg & 7;
	if (kind == 2 || kind == 3 || x86_is_unknown(w, w->in.rm))	/* rcl, rcr */
		return X86_UNKNOWN;
	count &= bytes == 8 ? 63 : 31;
	a = X86_REGISTER(w, w->in.rm) & x86_mask(bytes);
	if (!count)
		return x86_put(w, w->in.rm, bytes, a);
	if (kind < 2)
		return x86_rotate(w, bytes, count, a);
	if (kind == 4 || kind == 6)
		return x86_shift_left(w, bytes, count, a);
	return x86_shift_right(w, bytes, count, a);
}

#endif
