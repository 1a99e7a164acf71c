// SPDX-License-Identifier: GPL-2.0-only
/* x87 instructions: only what they do to memory, rax and the flags. */
#include "state.h"

#define L(bytes)	{ USE_LOAD, bytes }
#define S(bytes)	{ USE_STORE, bytes }

struct x87_operand {
	u8	use;	/* USE_NONE: not followed */
	u8	bytes;
};

static const struct x87_operand x87_memory[8][8] = {
	/* d8 */ { L(4), L(4), L(4), L(4), L(4), L(4), L(4), L(4) },
	/* d9 */ { L(4), {}, S(4), S(4), {}, L(2), {}, S(2) },
	/* da */ { L(4), L(4), L(4), L(4), L(4), L(4), L(4), L(4) },
	/* db */ { L(4), S(4), S(4), S(4), {}, L(10), {}, S(10) },
	/* dc */ { L(8), L(8), L(8), L(8), L(8), L(8), L(8), L(8) },
	/* dd */ { L(8), S(8), S(8), S(8), {}, {}, {}, S(2) },
	/* de */ { L(2), L(2), L(2), L(2), L(2), L(2), L(2), L(2) },
	/* df */ { L(2), S(2), S(2), S(2), L(10), L(8), S(10), S(8) },
};

enum x86_result x86_x87(struct x86_state *state, const struct x86_insn *insn,
			struct x86_accesses *accesses)
{
	const struct x87_operand *operand = &x87_memory[insn->opcode & 7][insn->reg & 7];
	struct x86_access *access;

	if (!x86_in_memory(insn)) {
		x86_lose_flags(state, X86_FLAGS);	/* fcomi */
		if (insn->opcode == 0xdf)
			x86_forget(state, X86_RAX);	/* fnstsw ax */
		return X86_NEXT;
	}
	if (operand->use == USE_NONE)
		return X86_STOP;
	access = x86_add_access(accesses, x86_address(state, insn), operand->bytes);
	access->load = operand->use == USE_LOAD;
	access->store = operand->use == USE_STORE;
	return X86_NEXT;
}
