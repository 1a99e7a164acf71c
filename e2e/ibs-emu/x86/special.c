// SPDX-License-Identifier: GPL-2.0-only
/* Instructions whose effect no form describes. */
#include "state.h"

static enum x86_result load_address(struct x86_state *state, const struct x86_insn *insn,
				    struct x86_accesses *accesses)
{
	(void)accesses;
	if (!x86_in_memory(insn) || insn->segment != SEGMENT_FLAT)
		return X86_STOP;
	x86_write_register(state, insn, insn->reg, x86_operand_size(insn),
			   x86_address(state, insn));
	return X86_NEXT;
}

static enum x86_result move_immediate(struct x86_state *state, const struct x86_insn *insn,
				      struct x86_accesses *accesses)
{
	unsigned int bytes = insn->opcode < 0xb8 ? 1 : x86_operand_size(insn);
	struct x86_value value = { .value = insn->immediate, .known = true };

	(void)accesses;
	x86_write_register(state, insn, x86_opcode_register(insn), bytes, value);
	return X86_NEXT;
}

/* xchg and xadd: both operands change */
static enum x86_result exchange(struct x86_state *state, const struct x86_insn *insn,
				struct x86_accesses *accesses)
{
	struct x86_value unknown = { 0 };
	unsigned int bytes = x86_width(insn);

	(void)accesses;
	if (insn->map == 1)
		x86_lose_flags(state, X86_FLAGS);
	x86_write_register(state, insn, insn->reg, bytes, unknown);
	if (!x86_in_memory(insn))
		x86_write_register(state, insn, insn->rm, bytes, unknown);
	return X86_NEXT;
}

static enum x86_result exchange_accumulator(struct x86_state *state, const struct x86_insn *insn,
					    struct x86_accesses *accesses)
{
	unsigned int other = x86_opcode_register(insn), bytes = x86_operand_size(insn);
	struct x86_value rax = x86_read_register(state, insn, X86_RAX, bytes);
	struct x86_value value = x86_read_register(state, insn, other, bytes);

	(void)accesses;
	if (other == X86_RAX)
		return X86_NEXT;	/* nop, pause */
	if (bytes < 4)
		return X86_STOP;
	x86_write_register(state, insn, X86_RAX, bytes, value);
	x86_write_register(state, insn, other, bytes, rax);
	return X86_NEXT;
}

static enum x86_result compare_exchange(struct x86_state *state, const struct x86_insn *insn,
					struct x86_accesses *accesses)
{
	struct x86_value unknown = { 0 };

	(void)accesses;
	x86_lose_flags(state, X86_FLAGS);
	x86_forget(state, X86_RAX);
	if (!x86_in_memory(insn))
		x86_write_register(state, insn, insn->rm, x86_width(insn), unknown);
	return X86_NEXT;
}

static enum x86_result compare_exchange_pair(struct x86_state *state, const struct x86_insn *insn,
					     struct x86_accesses *accesses)
{
	(void)accesses;
	if (!x86_in_memory(insn))
		return X86_STOP;
	x86_lose_flags(state, X86_ZF);
	x86_forget(state, X86_RAX);
	x86_forget(state, X86_RDX);
	return X86_NEXT;
}

/* cbw, cwde, cdqe */
static enum x86_result widen_accumulator(struct x86_state *state, const struct x86_insn *insn,
					 struct x86_accesses *accesses)
{
	unsigned int bytes = x86_operand_size(insn);
	struct x86_value value = x86_read_register(state, insn, X86_RAX, bytes / 2);

	(void)accesses;
	value.value = x86_sign_extend(value.value, bytes / 2);
	x86_write_register(state, insn, X86_RAX, bytes, value);
	return X86_NEXT;
}

/* cwd, cdq, cqo */
static enum x86_result sign_accumulator(struct x86_state *state, const struct x86_insn *insn,
					struct x86_accesses *accesses)
{
	unsigned int bytes = x86_operand_size(insn);
	struct x86_value value = x86_read_register(state, insn, X86_RAX, bytes);

	(void)accesses;
	value.value = (s64)x86_sign_extend(value.value, bytes) < 0 ? ~0ULL : 0;
	x86_write_register(state, insn, X86_RDX, bytes, value);
	return X86_NEXT;
}

static enum x86_result swap_bytes(struct x86_state *state, const struct x86_insn *insn,
				  struct x86_accesses *accesses)
{
	unsigned int index = x86_opcode_register(insn), bytes = x86_operand_size(insn);
	struct x86_value value = x86_read_register(state, insn, index, bytes);

	(void)accesses;
	if (bytes < 4)
		return X86_STOP;
	value.value = bytes == 8 ? __builtin_bswap64(value.value) :
				   __builtin_bswap32((u32)value.value);
	x86_write_register(state, insn, index, bytes, value);
	return X86_NEXT;
}

static enum x86_result bit_manipulation(struct x86_state *state, const struct x86_insn *insn,
					struct x86_accesses *accesses)
{
	(void)accesses;
	x86_lose_flags(state, X86_FLAGS);
	x86_forget(state, insn->reg);
	x86_forget(state, insn->vvvv);
	return X86_NEXT;
}

static enum x86_result prefetch(struct x86_state *state, const struct x86_insn *insn,
				struct x86_accesses *accesses)
{
	struct x86_access *access;

	if (!x86_in_memory(insn))
		return X86_NEXT;
	access = x86_add_access(accesses, x86_address(state, insn), 0);
	access->load = true;
	access->prefetch = true;
	return X86_NEXT;
}

static enum x86_result read_clock(struct x86_state *state, const struct x86_insn *insn,
				  struct x86_accesses *accesses)
{
	(void)insn;
	(void)accesses;
	x86_forget(state, X86_RAX);
	x86_forget(state, X86_RDX);
	return X86_NEXT;
}

/* lfence, mfence, sfence; ldmxcsr and stmxcsr. Not the others of 0f ae: fsbase, xsave, clflush. */
static enum x86_result fence(struct x86_state *state, const struct x86_insn *insn,
			     struct x86_accesses *accesses)
{
	bool barrier = (insn->reg & 7) >= 5;

	(void)state;
	(void)accesses;
	if (insn->prefix != PREFIX_NONE || barrier == x86_in_memory(insn))
		return X86_STOP;
	return X86_NEXT;
}

static enum x86_result registers_only(struct x86_state *state, const struct x86_insn *insn,
				      struct x86_accesses *accesses)
{
	(void)state;
	(void)accesses;
	return x86_in_memory(insn) ? X86_STOP : X86_NEXT;
}

static x86_special_fn *const specials[SPECIAL_COUNT] = {
	[SPECIAL_PUSH_REG] = x86_push_reg,
	[SPECIAL_PUSH_IMM] = x86_push_imm,
	[SPECIAL_PUSH_RM] = x86_push_rm,
	[SPECIAL_POP_REG] = x86_pop_reg,
	[SPECIAL_POP_RM] = x86_pop_rm,
	[SPECIAL_LEAVE] = x86_leave,
	[SPECIAL_CALL] = x86_call,
	[SPECIAL_CALL_RM] = x86_call_rm,
	[SPECIAL_RET] = x86_ret,
	[SPECIAL_JMP] = x86_jmp,
	[SPECIAL_JMP_RM] = x86_jmp_rm,
	[SPECIAL_JCC] = x86_jcc,
	[SPECIAL_LEA] = load_address,
	[SPECIAL_MOV_IMM] = move_immediate,
	[SPECIAL_EXCHANGE] = exchange,
	[SPECIAL_EXCHANGE_ACC] = exchange_accumulator,
	[SPECIAL_COMPARE_EXCHANGE] = compare_exchange,
	[SPECIAL_COMPARE_EXCHANGE_PAIR] = compare_exchange_pair,
	[SPECIAL_WIDEN_ACC] = widen_accumulator,
	[SPECIAL_SIGN_ACC] = sign_accumulator,
	[SPECIAL_MULTIPLY] = x86_multiply,
	[SPECIAL_DIVIDE] = x86_divide,
	[SPECIAL_BSWAP] = swap_bytes,
	[SPECIAL_BMI] = bit_manipulation,
	[SPECIAL_STRING] = x86_string,
	[SPECIAL_STRING_COMPARE] = x86_string_compare,
	[SPECIAL_PREFETCH] = prefetch,
	[SPECIAL_CLOCK] = read_clock,
	[SPECIAL_X87] = x86_x87,
	[SPECIAL_FENCE] = fence,
	[SPECIAL_REGISTERS_ONLY] = registers_only,
};

enum x86_result x86_special(struct x86_state *state, const struct x86_insn *insn,
			    struct x86_accesses *accesses)
{
	return specials[insn->op.alu](state, insn, accesses);
}
