/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One instruction's effect: control flow, stack, and the dispatch to the evaluation of all others. When a step
 * begins, registers[X86_RIP] is behind the instruction, the memory operand's address in w->address, its value in
 * X86_MEMORY, and in.rm is X86_MEMORY if the operand is memory.
 */
#ifndef X86_STEP_BPF_H
#define X86_STEP_BPF_H

#include "x86_one_byte.bpf.h"
#include "x86_two_byte.bpf.h"

X86_INLINE bool x86_is_conditional_jump(const struct x86_instruction *in)
{
	return (in->map == 0 && (in->opcode & 0xf0) == 0x70) || (in->map == 1 && (in->opcode & 0xf0) == 0x80);
}

X86_INLINE int x86_jump_if(struct x86_walk *w)
{
	u32 condition = (u32)x86_condition(w);

	if (condition == X86_MAYBE)
		return X86_STOP;
	if (condition == X86_YES)
		w->registers[X86_RIP] += w->in.immediate;
	return X86_DONE;
}

/* jrcxz, jecxz */
X86_INLINE int x86_jump_if_rcx_zero(struct x86_walk *w)
{
	u64 rcx = w->registers[X86_RCX];

	if (x86_is_unknown(w, X86_RCX))
		return X86_STOP;
	if (!(w->in.flags & X86_ADDRESS_32 ? (u32)rcx : rcx))
		w->registers[X86_RIP] += w->in.immediate;
	return X86_DONE;
}

/* ff /4 */
X86_INLINE int x86_jump_to_operand(struct x86_walk *w)
{
	if (x86_is_unknown(w, w->in.rm))
		return X86_STOP;
	w->registers[X86_RIP] = X86_REGISTER(w, w->in.rm);
	return X86_DONE;
}

X86_FN int x86_jump(struct x86_walk *w)
{
	u32 opcode;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	if (w->in.encoding != X86_LEGACY || w->in.operand_bytes == 2)
		return X86_STOP;
	if (x86_is_conditional_jump(&w->in))
		return x86_jump_if(w);
	if (w->in.map)
		return X86_STOP;
	if (opcode == 0xe9 || opcode == 0xeb) {
		w->registers[X86_RIP] += w->in.immediate;
		return X86_DONE;
	}
	if (opcode == 0xff && (w->in.reg & 7) == 4)
		return x86_jump_to_operand(w);
	return opcode == 0xe3 ? x86_jump_if_rcx_zero(w) : X86_STOP;
}

X86_INLINE bool x86_is_push(u32 opcode)
{
	return (opcode & 0xf8) == 0x50 || opcode == 0x68 || opcode == 0x6a || opcode == 0xe8 || opcode == 0xff;
}

/* Copies a register, known or not, to X86_MEMORY. */
X86_INLINE void x86_to_memory(struct x86_walk *w, u32 number)
{
	bool unknown = x86_is_unknown(w, number);

	w->registers[X86_MEMORY] = X86_REGISTER(w, number);
	x86_set_unknown(w, X86_MEMORY, unknown);
}

/* What a push or call stores, into X86_MEMORY; a call changes RIP. */
X86_FN int x86_find_pushed(struct x86_walk *w)
{
	u32 opcode;
	u64 target;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	if ((opcode & 0xf8) == 0x50) {
		x86_to_memory(w, x86_opcode_register(&w->in));
	} else if (opcode == 0xe8) {
		x86_to_memory(w, X86_RIP);
		w->registers[X86_RIP] += w->in.immediate;
	} else if (opcode != 0xff) {
		w->registers[X86_MEMORY] = w->in.immediate;
		x86_set_unknown(w, X86_MEMORY, false);
	} else {
		x86_to_memory(w, w->in.rm);
		if ((w->in.reg & 7) != 2)
			return X86_DONE;
		if (x86_is_unknown(w, X86_MEMORY))
			return X86_STOP;
		target = w->registers[X86_MEMORY];
		x86_to_memory(w, X86_RIP);
		w->registers[X86_RIP] = target;
	}
	return X86_DONE;
}

X86_FN int x86_push(struct x86_walk *w)
{
	int result = x86_find_pushed(w);

	if (!w || result)
		return X86_STOP;
	w->registers[X86_RSP] -= 8;
	w->address = w->registers[X86_RSP];
	x86_store(w, 8);
	return X86_DONE;
}

/* pop, leave and ret: the value is at w->address. */
X86_FN int x86_pop(struct x86_walk *w)
{
	u32 opcode, to;
	bool known;

	if (!w)
		return X86_STOP;
	opcode = w->in.opcode;
	known = !x86_load(w, 8);
	if (opcode == 0xc3 || opcode == 0xc2) {
		if (!known)
			return X86_STOP;
		w->registers[X86_RIP] = w->registers[X86_MEMORY];
		w->registers[X86_RSP] += 8 + (opcode == 0xc2 ? (u16)w->in.immediate : 0);
		return X86_DONE;
	}
	if (opcode == 0xc9) {
		if (x86_is_unknown(w, X86_RBP))
			return X86_STOP;
		w->registers[X86_RSP] = w->registers[X86_RBP] + 8;
		to = X86_RBP;
	} else if ((opcode & 0xf8) == 0x58) {
		w->registers[X86_RSP] += 8;
		to = x86_opcode_register(&w->in);
	} else {
		return X86_STOP;
	}
	X86_REGISTER(w, to) = w->registers[X86_MEMORY];
	x86_set_unknown(w, to, !known);
	return X86_DONE;
}

/* Instructions whose operand is the stack, implicitly, and call m and push m. */
X86_FN int x86_stack(struct x86_walk *w)
{
	if (!w || w->in.map || w->in.operand_bytes == 2 || x86_is_unknown(w, X86_RSP))
		return X86_STOP;
	return x86_is_push(w->in.opcode) ? x86_push(w) : x86_pop(w);
}

/* Vector instructions that compare into the flags. */
X86_INLINE bool x86_sets_flags(const struct x86_instruction *in)
{
	if (in->map == 1)
		return (in->opcode & 0xfe) == 0x2e || (in->opcode & 0xfe) == 0x98;
	if (in->map == 2)
		return in->opcode == 0x17 || (in->opcode & 0xfe) == 0x0e;
	return (in->opcode & 0xfc) == 0x60;
}

/* VEX, EVEX, XOP: vectors write no general register but those in `written`; BMI is evaluated. */
X86_INLINE int x86_vector(struct x86_walk *w)
{
	w->result_bytes = w->in.vector_length == 0 ? 16 : w->in.vector_length == 1 ? 32 : 64;
	if (w->in.encoding == X86_XOP)
		return X86_UNKNOWN;
	if (w->in.encoding == X86_VEX && w->in.map != 1 && w->in.opcode >= 0xf0)
		return x86_bmi(w);
	return x86_sets_flags(&w->in) ? X86_UNKNOWN : X86_UNKNOWN_REGISTERS;
}

/* The 0f 38 and 0f 3a maps without VEX. */
X86_INLINE int x86_three_byte(struct x86_walk *w)
{
	u32 opcode = w->in.opcode;

	if (w->in.map == 2)
		return opcode == 0x17 || opcode > 0xf1 ? X86_UNKNOWN : X86_UNKNOWN_REGISTERS;
	if ((opcode & 0xfc) != 0x60)
		return X86_UNKNOWN_REGISTERS;
	w->in.written = 1u << X86_RCX;		/* pcmp?str?: rcx or xmm0, and the flags */
	return X86_UNKNOWN;
}

X86_FN int x86_step(struct x86_walk *w)
{
	if (!w)
		return X86_STOP;
	w->result_bytes = X86_ALL_MEMORY;
	if (w->in.flags & X86_FLOW)
		return x86_jump(w);
	if (w->in.encoding != X86_LEGACY)
		return x86_vector(w);
	if (w->in.map == 1)
		return x86_two_byte(w);
	if (w->in.map)
		return x86_three_byte(w);
	if (w->in.opcode == 0x8f)		/* pop m */
		return X86_STOP;
	return x86_one_byte(w);
}

#endif
