/* SPDX-License-Identifier: GPL-2.0-only */
/* The walk: forward from the interrupted instruction, over accesses, one of which is drawn as the sample. */
#ifndef X86_WALK_BPF_H
#define X86_WALK_BPF_H

#include "x86_step.bpf.h"
#include "x86_width.bpf.h"

/* A test defines it to see every access that a walk passes. */
#ifndef X86_ON_ACCESS
#define X86_ON_ACCESS(w, depth)
#endif
/* And to see what became of each instruction that was evaluated. */
#ifndef X86_ON_RESULT
#define X86_ON_RESULT(result)
#endif

/* Whether the walk goes on, or why it ends. */
enum x86_walk_end {
	X86_GO_ON,
	X86_END_NO_CODE,	/* not readable */
	X86_END_UNDECODED,
	X86_END_FLOW,		/* nobody knows where the program goes */
	X86_END_ENOUGH,		/* max_accesses passed */
	X86_EVALUATE,		/* within this file: the instruction is still to be evaluated */
};

/* bt m, r: the bit's number selects a word of memory. */
X86_INLINE s64 x86_bit_offset(s64 bit, u32 operand_bytes)
{
	if (operand_bytes == 8)
		return (bit >> 6) * 8;
	return operand_bytes == 4 ? ((s64)(s32)bit >> 5) * 4 : ((s64)(s16)bit >> 4) * 2;
}

/* Registers that the address of the operand depends on. */
X86_INLINE u32 x86_address_registers(const struct x86_instruction *in, u32 base)
{
	u32 needed = 1u << (base & 31) | 1u << (in->index & 31);

	if (in->flags & X86_BIT_INDEX)
		needed |= 1u << (in->reg & 15);
	if (x86_implicit_kind(in) == 7)		/* xlat */
		needed |= 1u << X86_RAX;
	return needed & 0xffff;
}

/* The operand's address into w->address, X86_NO_ADDRESS if unknown. `second`: that of string operations at [rdi]. */
X86_FN int x86_find_address(struct x86_walk *w, u32 second)
{
	struct x86_instruction *in;
	u64 address;
	u32 base;

	if (!w)
		return -1;
	in = &w->in;
	base = second ? 7 : in->base;
	w->address = X86_NO_ADDRESS;
	if (w->unknown & x86_address_registers(in, base))
		return -1;
	address = X86_REGISTER(w, base) + (X86_REGISTER(w, in->index) << (in->scale & 3)) + in->displacement;
	if (in->flags & X86_BIT_INDEX)
		address += x86_bit_offset(X86_REGISTER(w, in->reg & 15), in->operand_bytes);
	if (x86_implicit_kind(in) == 7)
		address += (u8)w->registers[X86_RAX];
	if (in->flags & X86_ADDRESS_32)
		address = (u32)address;
	if (in->segment && (in->opcode != 0x8d || in->map))
		address += X86_SEGMENT_BASE(in->segment);
	w->address = address;
	return 0;
}

/* The access that w->in makes at w->address. */
X86_INLINE void x86_note(struct x86_walk *w, struct x86_access *access)
{
	access->address = w->address;
	access->kind = w->in.access;
	access->width = (u32)x86_operand_width(&w->in);
}

/* Passes the access at w->address: a reservoir of one, so that each is as likely. Returns whether it is enough. */
X86_FN int x86_pass(struct x86_walk *w, u32 depth)
{
	if (!w)
		return 0;
	if (w->address == X86_NO_ADDRESS) {
		w->unknown_accesses++;
		return 0;
	}
	w->accesses++;
	w->random = w->random * 1664525 + 1013904223;
	if ((u64)(w->random >> 8) * w->accesses >> 24 == 0) {
		x86_note(w, &w->chosen);
		w->chosen_depth = depth;
	}
	X86_ON_ACCESS(w, depth);
	return depth >= w->draw_depth && w->accesses >= w->max_accesses;
}

/* Bytes that an instruction loads, of those whose value is wanted; 0 for all others. */
X86_INLINE u32 x86_loaded_bytes(struct x86_instruction *in)
{
	u32 width = (u32)x86_operand_width(in);
	bool is_bmi = in->encoding == X86_VEX && in->map > 1 && in->opcode >= 0xf0;

	if (in->encoding != X86_LEGACY && !is_bmi)
		return 0;
	return in->map > 1 && !is_bmi ? 0 : width > 8 ? 0 : width;
}

/* call m and push m have a second access, the push. */
X86_INLINE bool x86_pushes_operand(const struct x86_instruction *in)
{
	return in->encoding == X86_LEGACY && in->map == 0 && in->opcode == 0xff &&
	       ((in->reg & 7) == 2 || (in->reg & 7) == 6);
}

X86_INLINE int x86_pass_push(struct x86_walk *w, u32 depth)
{
	w->address = x86_is_unknown(w, X86_RSP) ? X86_NO_ADDRESS : w->registers[X86_RSP] - 8;
	w->in.access = X86_STORE;
	w->in.flags |= X86_STACK;
	if (x86_pass(w, depth))
		return X86_END_ENOUGH;
	return x86_stack(w) ? X86_END_FLOW : X86_GO_ON;
}

/* The operand's address; of a string operation's two operands, either. */
X86_INLINE void x86_find_operand_address(struct x86_walk *w)
{
	w->address = X86_NO_ADDRESS;
	if (!(w->in.flags & X86_VECTOR_INDEX))
		x86_find_address(w, (w->in.flags & X86_TWO_OPERANDS) && (w->random >> 31));
	else if (w->in.access & X86_STORE)
		w->memory_unknown = 1;
}

/* The memory operand of w->in: passed, and loaded where its value is wanted. */
X86_FN int x86_pass_operand(struct x86_walk *w, u32 depth)
{
	u32 bytes;

	if (!w)
		return X86_END_UNDECODED;
	x86_find_operand_address(w);
	if (x86_pass(w, depth))
		return X86_END_ENOUGH;
	if (x86_implicit_kind(&w->in) >= 4)	/* string operations, xlat */
		return X86_END_FLOW;
	if (w->in.flags & X86_STACK)
		return x86_stack(w) ? X86_END_FLOW : X86_GO_ON;
	x86_set_unknown(w, X86_MEMORY, true);
	w->in.rm = X86_MEMORY;
	bytes = x86_loaded_bytes(&w->in);
	if ((w->in.access & X86_LOAD) && w->address != X86_NO_ADDRESS && bytes)
		x86_load(w, bytes);
	return x86_pushes_operand(&w->in) ? x86_pass_push(w, depth) : X86_EVALUATE;
}

/* Decodes the instruction at RIP and moves RIP behind it. */
X86_FN int x86_next_instruction(struct x86_walk *w)
{
	u64 offset;

	if (!w)
		return X86_END_UNDECODED;
	offset = w->registers[X86_RIP] - w->code_address;
	X86_HIDE(offset);		/* else the compiler may take the pointer first and the bound is lost */
	if (offset > X86_CODE_BYTES - 16) {
		if (x86_fetch(w, w->registers[X86_RIP]))
			return X86_END_NO_CODE;
		offset = 0;
	}
	w->in.bytes_low = x86_code_at(w, offset);
	w->in.bytes_high = x86_code_at(w, offset + 8);
	if (x86_decode(&w->in))
		return X86_END_UNDECODED;
	w->registers[X86_RIP] += w->in.length;
	return X86_GO_ON;
}

/* Evaluates w->in, and remembers what it stored. */
X86_FN int x86_evaluate(struct x86_walk *w)
{
	u32 is_memory;
	int result;

	if (!w)
		return X86_END_UNDECODED;
	is_memory = w->in.flags & X86_ACCESS;
	result = x86_step(w);
	X86_ON_RESULT(result);
	if (result == X86_STOP)
		return X86_END_FLOW;
	if (result != X86_DONE)
		w->unknown |= w->in.written | 1u << X86_MEMORY;
	if (result == X86_UNKNOWN)
		w->known_flags = 0;
	if (is_memory && (w->in.access & X86_STORE))
		x86_store(w, w->result_bytes);
	return X86_GO_ON;
}

/* From here on the sample is drawn. */
X86_INLINE void x86_begin_draw(struct x86_walk *w)
{
	w->early_accesses = w->accesses;
	w->early = w->chosen;
	w->accesses = 0;
	w->lap_start = w->registers[X86_RIP];
}

/*
 * Back where the draw began: a whole lap of a loop is passed. What lies behind the last whole lap is a part of one, and
 * always the same, since interrupts arrive at the same few instructions: it would be sampled too often.
 */
X86_INLINE void x86_end_lap(struct x86_walk *w)
{
	w->lap_accesses = w->accesses;
	w->lap = w->chosen;
}

/* The walk is over. Chosen is one of the accesses in whole laps, or of those in the draw, or of those before it. */
X86_INLINE bool x86_has_drawn(struct x86_walk *w)
{
	if (w->lap_accesses)
		w->chosen = w->lap;
	else if (!w->accesses)
		w->chosen = w->early;
	return w->accesses || w->early_accesses;
}

/*
 * One instruction of the walk, `depth` after the interrupted one. Returns enum x86_walk_end. A global function with
 * all of its state in memory, so that the loop around it costs the verifier next to nothing.
 */
X86_FN int x86_walk_on(struct x86_walk *w, u32 depth)
{
	int end;

	if (!w)
		return X86_END_UNDECODED;
	if (depth == w->draw_depth)
		x86_begin_draw(w);
	else if (w->registers[X86_RIP] == w->lap_start)
		x86_end_lap(w);
	end = x86_next_instruction(w);
	if (end)
		return end;
	if (w->in.flags & X86_ACCESS) {
		end = x86_pass_operand(w, depth);
		if (end != X86_EVALUATE)
			return end;
	} else if (w->in.opcode == 0x8d && w->in.map == 0) {
		x86_find_address(w, 0);			/* lea */
	}
	return x86_evaluate(w);
}

#endif
