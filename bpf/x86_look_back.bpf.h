/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The look back: an interrupt waits for the oldest instruction, and when that is a load that misses, RIP is right
 * behind it. Code has no marks to be read backwards by, so every length is tried: is there an access whose bytes end
 * at RIP, and does doing it once more change nothing? The register it loaded has the value that memory has, a compare
 * yields the flags there are, memory has what it stored. Bytes that merely look like an access do not pass.
 */
#ifndef X86_LOOK_BACK_BPF_H
#define X86_LOOK_BACK_BPF_H

#include "x86_walk.bpf.h"

#define X86_LOOK_BACK_BYTES 13
#define X86_LOWEST_ADDRESS 4096

/*
 * Moves, and those compares whose flags tell enough. Not mov of a byte immediate (c6), cmp of byte registers
 * (38, 3a), test of an immediate (f6, f7), and, or: other bytes are too often taken for them. c6 00 00, mov $0 to
 * (%rax), is also the end of many an instruction with a displacement.
 */
X86_INLINE bool x86_is_repeatable_opcode(u32 map, u32 opcode)
{
	if (map == 1)
		return (opcode & 0xf6) == 0xb6;			/* movzx, movsx */
	if (map)
		return false;
	if ((opcode & 0xfc) == 0x88 || opcode == 0x63 || opcode == 0xc7)	/* mov */
		return true;
	return opcode == 0x39 || opcode == 0x3b || (opcode & 0xfe) == 0x84 || (opcode & 0xfc) == 0x80;
}

/* Whether w->in is an access that can be checked: one plain operand, read or written but not both. */
X86_INLINE bool x86_is_repeatable(const struct x86_instruction *in)
{
	const u32 others = X86_FLOW | X86_STACK | X86_VECTOR_INDEX | X86_TWO_OPERANDS | X86_BIT_INDEX;

	if (!(in->flags & X86_ACCESS) || (in->flags & others) || in->encoding != X86_LEGACY ||
	    in->access == (X86_LOAD | X86_STORE) || x86_implicit_kind(in))
		return false;
	/* The address must not be gone, as after mov (%rax), %rax. */
	if (in->written & x86_address_registers(in, in->base))
		return false;
	return x86_is_repeatable_opcode(in->map, in->opcode);
}

/* Puts the saved registers back. Returns whether one had changed. */
X86_FN int x86_restore(struct x86_walk *w)
{
	u32 i, changed = 0;

	if (!w)
		return 1;
	for (i = 0; i < 16; i++) {
		changed |= w->registers[i] != w->saved[i];
		w->registers[i] = w->saved[i];
	}
	w->unknown = 0;
	return (int)changed;
}

/*
 * Executes w->in again. Returns whether it changes something; the state is as before. Inline, for BPF allows no more
 * than eight frames, and the deepest evaluation needs five below this one.
 */
X86_INLINE bool x86_repeat_changes(struct x86_walk *w, u32 bytes)
{
	u32 flags, known_flags;
	bool changed;
	u64 memory;

	if (x86_load(w, bytes))
		return true;
	memory = w->registers[X86_MEMORY];
	flags = w->flags;
	known_flags = w->known_flags;
	w->in.rm = X86_MEMORY;
	changed = x86_step(w) != X86_DONE;
	if ((w->flags ^ flags) & w->known_flags & X86_FLAGS)
		changed = true;
	if ((w->in.access & X86_STORE) && ((memory ^ w->registers[X86_MEMORY]) & x86_mask(bytes)))
		changed = true;
	w->flags = flags;
	w->known_flags = known_flags;
	return x86_restore(w) || changed;
}

/* Whether the 1 to 16 bytes before RIP, which is at w->code + 16, are such an access, found into w->stalled. */
X86_FN int x86_look_back_by(struct x86_walk *w, u32 length)
{
	u64 offset = X86_AT(16 - length, 15);
	u32 bytes;

	if (!w)
		return 0;
	w->in.bytes_low = x86_code_at(w, offset);
	w->in.bytes_high = x86_code_at(w, offset + 8);
	if (x86_decode(&w->in) || w->in.length != length || !x86_is_repeatable(&w->in))
		return 0;
	if (x86_find_address(w, 0) || w->address < X86_LOWEST_ADDRESS)
		return 0;
	bytes = x86_loaded_bytes(&w->in);
	if (x86_repeat_changes(w, bytes))
		return 0;
	if (w->stalled.address && w->stalled.address != w->address)
		w->stalled_ambiguous = 1;
	x86_note(w, &w->stalled);
	return 1;
}

#define X86_LOAD_64_BYTES 10

/*
 * Whether the bytes before RIP are a load of a 64-bit constant (REX.W b8+r). The end of a user address reads as a
 * compare that holds as often as not: where a library lies at 0x7f80... or 0x7f83..., as cmp $0, 0(%rdi).
 */
X86_INLINE bool x86_loads_constant(const struct x86_walk *w)
{
	return (x86_code_at(w, 16 - X86_LOAD_64_BYTES) & 0xf8fe) == 0xb848;
}

/*
 * The access that ends at RIP, into w->stalled. Returns whether there is one, and only one: where bytes can be read as
 * two accesses, either may be it. The state is as before.
 */
X86_FN int x86_look_back(struct x86_walk *w)
{
	u32 i;

	if (!w || X86_READ_USER(w->code, 32, w->registers[X86_RIP] - 16))
		return 0;
	if (x86_loads_constant(w))
		return 0;
	for (i = 0; i < 16; i++)
		w->saved[i] = w->registers[i];
	for (i = 0; i < X86_LOOK_BACK_BYTES - 1; i++)
		x86_look_back_by(w, X86_LOOK_BACK_BYTES - i);
	return w->stalled.address && !w->stalled_ambiguous;
}

#endif
