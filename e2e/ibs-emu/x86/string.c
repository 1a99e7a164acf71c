// SPDX-License-Identifier: GPL-2.0-only
/* String instructions, with and without a repeat prefix. */
#include "state.h"

#define USES_SOURCE		1
#define USES_DESTINATION	2
#define STORES			4
#define LOADS_ACC		8
#define COMPARES		16

static const u8 string_kinds[] = {	/* by opcode / 2, from a4 */
	USES_SOURCE | USES_DESTINATION | STORES,	/* movs */
	USES_SOURCE | USES_DESTINATION | COMPARES,	/* cmps */
	0,						/* (test) */
	USES_DESTINATION | STORES,			/* stos */
	USES_SOURCE | LOADS_ACC,			/* lods */
	USES_DESTINATION | COMPARES,			/* scas */
};

struct string_step {
	u64	repeats;
	unsigned int width;
	u8	kind;
};

static void walk_pointer(struct x86_state *state, enum x86_gpr pointer, bool store,
			 const struct string_step *step, struct x86_accesses *accesses)
{
	struct x86_access *access = x86_add_access(accesses, x86_gpr(state, pointer), step->width);

	access->load = !store;
	access->store = store;
	access->repeats = step->repeats;
	state->gpr[pointer] += step->repeats * step->width;
}

static void walk_pointers(struct x86_state *state, const struct string_step *step,
			  struct x86_accesses *accesses)
{
	if (step->kind & USES_SOURCE)
		walk_pointer(state, X86_RSI, false, step, accesses);
	if (step->kind & USES_DESTINATION)
		walk_pointer(state, X86_RDI, step->kind & STORES, step, accesses);
}

enum x86_result x86_string(struct x86_state *state, const struct x86_insn *insn,
			   struct x86_accesses *accesses)
{
	struct string_step step = {
		.repeats = 1,
		.width = x86_width(insn),
		.kind = string_kinds[(insn->opcode - 0xa4) / 2],
	};

	if (insn->address32 || insn->segment != SEGMENT_FLAT || (state->flags & X86_DF))
		return X86_STOP;
	if (insn->repeat) {
		if (!x86_is_known(state, X86_RCX))
			return X86_STOP;
		if (!state->gpr[X86_RCX])
			return X86_NEXT;
	}
	if (step.kind & COMPARES)
		x86_lose_flags(state, X86_FLAGS);
	else if (insn->repeat)
		step.repeats = state->gpr[X86_RCX];
	if (step.kind & LOADS_ACC)
		x86_forget(state, X86_RAX);
	walk_pointers(state, &step, accesses);
	if (!insn->repeat)
		return X86_NEXT;
	state->gpr[X86_RCX] = 0;
	/* where a repeated comparison ends depends on what it finds */
	return step.kind & COMPARES ? X86_LAST : X86_NEXT;
}

/* pcmpestri and its kin: the index goes to rcx or the mask to a vector register */
enum x86_result x86_string_compare(struct x86_state *state, const struct x86_insn *insn,
				   struct x86_accesses *accesses)
{
	(void)insn;
	(void)accesses;
	x86_forget(state, X86_RCX);
	x86_lose_flags(state, X86_FLAGS);
	return X86_NEXT;
}
