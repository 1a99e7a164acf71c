// SPDX-License-Identifier: GPL-2.0-only
/* One step of a walk. */
#include "state.h"

struct x86_access *x86_add_access(struct x86_accesses *accesses, struct x86_value address,
				  unsigned int bytes)
{
	struct x86_access *access = &accesses->at[accesses->count++];

	memset(access, 0, sizeof(*access));
	access->address = address.value;
	access->known = address.known;
	access->bytes = (u16)bytes;
	access->repeats = 1;
	return access;
}

static bool is_locked(const struct x86_insn *insn)
{
	return insn->lock || (insn->map == 0 && (insn->opcode & 0xfe) == 0x86);	/* xchg */
}

static void add_memory_operand(const struct x86_state *state, const struct x86_insn *insn,
			       struct x86_accesses *accesses)
{
	struct x86_access *access;

	if (insn->op.use == USE_NONE || !x86_in_memory(insn))
		return;
	access = x86_add_access(accesses, x86_address(state, insn), x86_width(insn));
	access->load = insn->op.use & USE_LOAD;
	access->store = insn->op.use & USE_STORE;
	access->locked = is_locked(insn);
}

static enum x86_result execute(struct x86_state *state, const struct x86_insn *insn,
			       struct x86_accesses *accesses)
{
	if (insn->op.form == FORM_SPECIAL)
		return x86_special(state, insn, accesses);
	return x86_integer(state, insn) ? X86_NEXT : X86_STOP;
}

static void remember_stores(struct x86_state *state, const struct x86_accesses *accesses)
{
	const struct x86_access *access;
	struct x86_value address;
	unsigned int i;

	for (i = 0; i < accesses->count; i++) {
		access = &accesses->at[i];
		address = (struct x86_value){ access->address, access->known };
		if (access->store)
			x86_stored(state, address, access->bytes * access->repeats);
	}
}

enum x86_result x86_step(struct x86_state *state, const u8 *code, unsigned int available,
			 struct x86_accesses *accesses)
{
	struct x86_insn insn;
	enum x86_result result;

	memset(accesses, 0, sizeof(*accesses));
	if (!x86_parse(&insn, code, available))
		return X86_STOP;
	state->ip += insn.length;
	add_memory_operand(state, &insn, accesses);
	result = execute(state, &insn, accesses);
	if (result != X86_STOP)
		remember_stores(state, accesses);
	return result;
}
