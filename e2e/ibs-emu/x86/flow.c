// SPDX-License-Identifier: GPL-2.0-only
/* The stack and the path: pushes, pops, calls, returns, jumps. */
#include "state.h"

#define STACK_BYTES	8

static void push(struct x86_state *state, struct x86_accesses *accesses)
{
	state->gpr[X86_RSP] -= STACK_BYTES;
	x86_add_access(accesses, x86_gpr(state, X86_RSP), STACK_BYTES)->store = true;
}

static struct x86_value pop(struct x86_state *state, struct x86_accesses *accesses)
{
	struct x86_value address = x86_gpr(state, X86_RSP);

	x86_add_access(accesses, address, STACK_BYTES)->load = true;
	state->gpr[X86_RSP] += STACK_BYTES;
	return x86_load(state, address, STACK_BYTES);
}

static void set_or_forget(struct x86_state *state, unsigned int index, struct x86_value value)
{
	if (value.known)
		x86_set_gpr(state, index, value.value);
	else
		x86_forget(state, index);
}

static enum x86_result go_to(struct x86_state *state, struct x86_value target)
{
	state->ip = target.value;
	return target.known ? X86_NEXT : X86_LAST;
}

enum x86_result x86_push_reg(struct x86_state *state, const struct x86_insn *insn,
			     struct x86_accesses *accesses)
{
	if (insn->operand16)
		return X86_STOP;
	push(state, accesses);
	return X86_NEXT;
}

enum x86_result x86_push_imm(struct x86_state *state, const struct x86_insn *insn,
			     struct x86_accesses *accesses)
{
	return x86_push_reg(state, insn, accesses);
}

enum x86_result x86_push_rm(struct x86_state *state, const struct x86_insn *insn,
			    struct x86_accesses *accesses)
{
	return x86_push_reg(state, insn, accesses);
}

enum x86_result x86_pop_reg(struct x86_state *state, const struct x86_insn *insn,
			    struct x86_accesses *accesses)
{
	if (insn->operand16)
		return X86_STOP;
	set_or_forget(state, x86_opcode_register(insn), pop(state, accesses));
	return X86_NEXT;
}

enum x86_result x86_pop_rm(struct x86_state *state, const struct x86_insn *insn,
			   struct x86_accesses *accesses)
{
	struct x86_value value;

	/* an address that names rsp means rsp after the pop */
	if (insn->operand16 || (x86_in_memory(insn) && insn->base == X86_RSP))
		return X86_STOP;
	value = pop(state, accesses);
	if (!x86_in_memory(insn))
		set_or_forget(state, insn->rm, value);
	return X86_NEXT;
}

enum x86_result x86_leave(struct x86_state *state, const struct x86_insn *insn,
			  struct x86_accesses *accesses)
{
	if (insn->operand16)
		return X86_STOP;
	set_or_forget(state, X86_RSP, x86_gpr(state, X86_RBP));
	set_or_forget(state, X86_RBP, pop(state, accesses));
	return X86_NEXT;
}

enum x86_result x86_call(struct x86_state *state, const struct x86_insn *insn,
			 struct x86_accesses *accesses)
{
	if (insn->operand16)
		return X86_STOP;
	accesses->branch = true;
	push(state, accesses);
	state->ip += insn->immediate;
	return X86_NEXT;
}

enum x86_result x86_call_rm(struct x86_state *state, const struct x86_insn *insn,
			    struct x86_accesses *accesses)
{
	struct x86_value target = x86_read_rm(state, insn, 8);

	if (insn->operand16)
		return X86_STOP;
	accesses->branch = true;
	push(state, accesses);
	return go_to(state, target);
}

enum x86_result x86_ret(struct x86_state *state, const struct x86_insn *insn,
			struct x86_accesses *accesses)
{
	struct x86_value target;

	if (insn->operand16)
		return X86_STOP;
	accesses->branch = true;
	target = pop(state, accesses);
	state->gpr[X86_RSP] += insn->immediate & 0xffff;
	return go_to(state, target);
}

enum x86_result x86_jmp(struct x86_state *state, const struct x86_insn *insn,
			struct x86_accesses *accesses)
{
	if (insn->operand16)
		return X86_STOP;
	accesses->branch = true;
	state->ip += insn->immediate;
	return X86_NEXT;
}

enum x86_result x86_jmp_rm(struct x86_state *state, const struct x86_insn *insn,
			   struct x86_accesses *accesses)
{
	if (insn->operand16)
		return X86_STOP;
	accesses->branch = true;
	return go_to(state, x86_read_rm(state, insn, 8));
}

enum x86_result x86_jcc(struct x86_state *state, const struct x86_insn *insn,
			struct x86_accesses *accesses)
{
	struct x86_value taken = x86_condition(state, insn->opcode);

	if (insn->operand16)
		return X86_STOP;
	accesses->branch = true;
	if (taken.value)
		state->ip += insn->immediate;
	return taken.known ? X86_NEXT : X86_LAST;
}
