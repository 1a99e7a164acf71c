// SPDX-License-Identifier: GPL-2.0-only
/* One-operand multiplication and division of rdx:rax. */
#include "state.h"

static enum x86_result lose_result(struct x86_state *state)
{
	x86_forget(state, X86_RAX);
	x86_forget(state, X86_RDX);
	return X86_NEXT;
}

static bool is_signed(const struct x86_insn *insn)
{
	return insn->reg & 1;	/* 5 imul, 7 idiv */
}

static void set_result(struct x86_state *state, u64 rax, u64 rdx, unsigned int bytes)
{
	x86_set_gpr(state, X86_RAX, x86_truncate(rax, bytes));
	x86_set_gpr(state, X86_RDX, x86_truncate(rdx, bytes));
}

enum x86_result x86_multiply(struct x86_state *state, const struct x86_insn *insn,
			     struct x86_accesses *accesses)
{
	unsigned int bytes = x86_width(insn);
	struct x86_value factor = x86_read_rm(state, insn, bytes);
	u64 rax = x86_truncate(state->gpr[X86_RAX], bytes);
	__int128 product;

	(void)accesses;
	x86_lose_flags(state, X86_FLAGS);
	if (bytes < 4 || !factor.known || !x86_is_known(state, X86_RAX))
		return lose_result(state);
	if (is_signed(insn))
		product = (__int128)(s64)x86_sign_extend(rax, bytes) *
			  (s64)x86_sign_extend(factor.value, bytes);
	else
		product = (__int128)((unsigned __int128)rax * factor.value);
	set_result(state, (u64)product, (u64)(product >> (bytes * 8)), bytes);
	return X86_NEXT;
}

/* The dividend rdx:rax as 64 bits; false when it needs more. */
static bool dividend(const struct x86_state *state, bool with_sign, unsigned int bytes, u64 *value)
{
	u64 rax = state->gpr[X86_RAX], rdx = state->gpr[X86_RDX];

	if (bytes == 4) {
		*value = rdx << 32 | (u32)rax;
		return true;
	}
	*value = rax;
	return rdx == (with_sign && (s64)rax < 0 ? ~0ULL : 0);
}

/* False when the processor would raise a fault. */
static bool divide(u64 value, u64 divisor, bool with_sign, unsigned int bytes, u64 *quotient,
		   u64 *remainder)
{
	if (!divisor || (with_sign && divisor == ~0ULL))
		return false;	/* by -1 may overflow: not followed */
	if (with_sign) {
		*quotient = (u64)((s64)value / (s64)divisor);
		*remainder = (u64)((s64)value % (s64)divisor);
		return x86_sign_extend(*quotient, bytes) == *quotient;
	}
	*quotient = value / divisor;
	*remainder = value % divisor;
	return x86_truncate(*quotient, bytes) == *quotient;
}

enum x86_result x86_divide(struct x86_state *state, const struct x86_insn *insn,
			   struct x86_accesses *accesses)
{
	unsigned int bytes = x86_width(insn);
	struct x86_value divisor = x86_read_rm(state, insn, bytes);
	bool with_sign = is_signed(insn);
	u64 value, quotient, remainder;

	(void)accesses;
	x86_lose_flags(state, X86_FLAGS);
	if (bytes < 4 || !divisor.known || !x86_is_known(state, X86_RAX) ||
	    !x86_is_known(state, X86_RDX) || !dividend(state, with_sign, bytes, &value))
		return lose_result(state);
	if (with_sign)
		divisor.value = x86_sign_extend(divisor.value, bytes);
	if (!divide(value, divisor.value, with_sign, bytes, &quotient, &remainder))
		return X86_LAST;
	set_result(state, quotient, remainder, bytes);
	return X86_NEXT;
}
