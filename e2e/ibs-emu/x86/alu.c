// SPDX-License-Identifier: GPL-2.0-only
/* Results and flags of integer operations. */
#include "state.h"

static void set_flag(struct x86_state *state, u32 flag, bool value)
{
	state->flags = value ? state->flags | flag : state->flags & ~flag;
	state->flags_known |= flag;
}

static bool top_bit(u64 value, unsigned int bytes)
{
	return value >> (bytes * 8 - 1) & 1;
}

static bool even_parity(u64 value)
{
	u8 bits = (u8)value;

	bits ^= (u8)(bits >> 4);
	bits ^= (u8)(bits >> 2);
	bits ^= (u8)(bits >> 1);
	return !(bits & 1);
}

static void set_result_flags(struct x86_state *state, u64 result, unsigned int bytes)
{
	set_flag(state, X86_PF, even_parity(result));
	set_flag(state, X86_ZF, !x86_truncate(result, bytes));
	set_flag(state, X86_SF, top_bit(result, bytes));
}

static u64 add(struct x86_state *state, u64 first, u64 second, u64 carry, unsigned int bytes)
{
	u64 result = x86_truncate(first + second + carry, bytes);

	set_flag(state, X86_CF, carry ? result <= first : result < first);
	set_flag(state, X86_OF, top_bit(~(first ^ second) & (first ^ result), bytes));
	set_result_flags(state, result, bytes);
	return result;
}

static u64 subtract(struct x86_state *state, u64 first, u64 second, u64 borrow, unsigned int bytes)
{
	u64 result = x86_truncate(first - second - borrow, bytes);

	set_flag(state, X86_CF, borrow ? first <= second : first < second);
	set_flag(state, X86_OF, top_bit((first ^ second) & (first ^ result), bytes));
	set_result_flags(state, result, bytes);
	return result;
}

static u64 logic(struct x86_state *state, u64 result, unsigned int bytes)
{
	set_flag(state, X86_CF, false);
	set_flag(state, X86_OF, false);
	set_result_flags(state, result, bytes);
	return result;
}

/* inc and dec leave the carry as it is */
static u64 step_by_one(struct x86_state *state, bool up, u64 value, unsigned int bytes)
{
	u32 carry = state->flags & X86_CF;
	u32 carry_known = state->flags_known & X86_CF;
	u64 result = up ? add(state, value, 1, 0, bytes) : subtract(state, value, 1, 0, bytes);

	state->flags = (state->flags & ~X86_CF) | carry;
	state->flags_known = (state->flags_known & ~X86_CF) | carry_known;
	return result;
}

static u64 shift(struct x86_state *state, enum x86_alu alu, u64 value, unsigned int count,
		 unsigned int bytes)
{
	u64 filled = alu == ALU_SAR ? x86_sign_extend(value, bytes) : value;
	u64 last = filled, result = filled;
	unsigned int i;

	for (i = 0; i < count; i++) {
		last = result;
		if (alu == ALU_SHL)
			result = x86_truncate(result << 1, bytes);
		else if (alu == ALU_SHR)
			result >>= 1;
		else
			result = (u64)((s64)result >> 1);
	}
	set_flag(state, X86_CF, alu == ALU_SHL ? top_bit(last, bytes) : last & 1);
	set_result_flags(state, result, bytes);
	/* OF is defined for a count of one only, CF up to the operand's width */
	x86_lose_flags(state, count > bytes * 8 ? X86_OF | X86_CF : X86_OF);
	return x86_truncate(result, bytes);
}

static u64 rotate(struct x86_state *state, bool left, u64 value, unsigned int count,
		  unsigned int bytes)
{
	unsigned int bits = bytes * 8;

	count %= bits;
	x86_lose_flags(state, X86_CF | X86_OF);
	if (!count)
		return value;
	if (!left)
		count = bits - count;
	return x86_truncate(value << count | value >> (bits - count), bytes);
}

static struct x86_value shift_or_rotate(struct x86_state *state, enum x86_alu alu,
					struct x86_value value, struct x86_value by,
					unsigned int bytes)
{
	struct x86_value result = { .known = true };
	unsigned int count = (unsigned int)by.value & (bytes == 8 ? 63 : 31);

	if (by.known && !count)
		return value;	/* changes nothing, not even flags */
	if (!value.known || !by.known || alu == ALU_RCL || alu == ALU_RCR) {
		x86_lose_flags(state, X86_FLAGS);
		return (struct x86_value){ 0 };
	}
	if (alu == ALU_ROL || alu == ALU_ROR)
		result.value = rotate(state, alu == ALU_ROL, value.value, count, bytes);
	else
		result.value = shift(state, alu, value.value, count, bytes);
	return result;
}

static struct x86_value bit_test(struct x86_state *state, enum x86_alu alu,
				 struct x86_value value, struct x86_value index, unsigned int bytes)
{
	u64 bit = 1ULL << (index.value & (bytes * 8 - 1));

	x86_lose_flags(state, X86_FLAGS & ~X86_ZF);
	if (!value.known || !index.known)
		return (struct x86_value){ 0 };
	set_flag(state, X86_CF, value.value & bit);
	if (alu == ALU_BTS)
		value.value |= bit;
	else if (alu == ALU_BTR)
		value.value &= ~bit;
	else if (alu == ALU_BTC)
		value.value ^= bit;
	return value;
}

static u64 arithmetic(struct x86_state *state, enum x86_alu alu, u64 first, u64 second,
		      unsigned int bytes)
{
	u64 carry = state->flags & X86_CF;

	switch (alu) {
	case ALU_ADD:
		return add(state, first, second, 0, bytes);
	case ALU_ADC:
		return add(state, first, second, carry, bytes);
	case ALU_SBB:
		return subtract(state, first, second, carry, bytes);
	case ALU_SUB:
	case ALU_CMP:
		return subtract(state, first, second, 0, bytes);
	case ALU_NEG:
		return subtract(state, 0, first, 0, bytes);
	case ALU_INC:
	case ALU_DEC:
		return step_by_one(state, alu == ALU_INC, first, bytes);
	case ALU_OR:
		return logic(state, first | second, bytes);
	case ALU_XOR:
		return logic(state, first ^ second, bytes);
	default:
		return logic(state, first & second, bytes);
	}
}

static struct x86_value arithmetic_or_lose(struct x86_state *state, enum x86_alu alu,
					   struct x86_value first, struct x86_value second,
					   unsigned int bytes)
{
	struct x86_value result = { .known = first.known && second.known };
	bool reads_carry = alu == ALU_ADC || alu == ALU_SBB;

	if (reads_carry && !(state->flags_known & X86_CF))
		result.known = false;
	if (result.known)
		result.value = arithmetic(state, alu, first.value, second.value, bytes);
	else
		x86_lose_flags(state, alu == ALU_INC || alu == ALU_DEC ? X86_FLAGS & ~X86_CF : X86_FLAGS);
	return result;
}

struct x86_value x86_compute(struct x86_state *state, enum x86_alu alu, struct x86_value first,
			     struct x86_value second, unsigned int bytes)
{
	switch (alu) {
	case ALU_MOV:
	case ALU_MOVZX:
		return second;
	case ALU_NOT:
		first.value = ~first.value;
		return first;
	case ALU_IMUL:
		x86_lose_flags(state, X86_FLAGS);
		second.value *= first.value;
		second.known &= first.known;
		return second;
	case ALU_ROL ... ALU_SAR:
		return shift_or_rotate(state, alu, first, second, bytes);
	case ALU_BT ... ALU_BTC:
		return bit_test(state, alu, first, second, bytes);
	case ALU_LOST:
	case ALU_FLAGS:
		x86_lose_flags(state, X86_FLAGS);
		return (struct x86_value){ 0 };
	case ALU_LOST_KEEP:
		return (struct x86_value){ 0 };
	default:
		return arithmetic_or_lose(state, alu, first, second, bytes);
	}
}

struct x86_value x86_condition(const struct x86_state *state, u8 code)
{
	static const u32 read_flags[8] = {
		X86_OF, X86_CF, X86_ZF, X86_CF | X86_ZF, X86_SF, X86_PF, X86_SF | X86_OF,
		X86_ZF | X86_SF | X86_OF,
	};
	u32 read = read_flags[code >> 1 & 7];
	bool less = !(state->flags & X86_SF) != !(state->flags & X86_OF);
	bool holds;

	if (read & X86_SF && read & X86_OF)
		holds = less || (read & X86_ZF & state->flags);
	else
		holds = state->flags & read;
	return (struct x86_value){
		.value = holds ^ (code & 1),
		.known = (state->flags_known & read) == read,
	};
}
