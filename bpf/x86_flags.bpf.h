/* SPDX-License-Identifier: GPL-2.0-only */
/* Flags: set from a result, and asked by a condition. */
#ifndef X86_FLAGS_BPF_H
#define X86_FLAGS_BPF_H

#include "x86_state.bpf.h"

enum x86_condition { X86_NO, X86_YES, X86_MAYBE };

/* The flags that a condition asks for; the conditions of a pair differ in sense only. */
X86_INLINE u32 x86_condition_flags(u32 pair)
{
	switch (pair) {
	case 0:
		return X86_OF;
	case 1:
		return X86_CF;
	case 2:
		return X86_ZF;
	case 3:
		return X86_CF | X86_ZF;
	case 4:
		return X86_SF;
	case 5:
		return X86_PF;
	case 6:
		return X86_SF | X86_OF;
	default:
		return X86_ZF | X86_SF | X86_OF;
	}
}

/* Whether the condition in the low four bits of an opcode (jcc, setcc, cmovcc) holds. */
X86_FN int x86_condition(const struct x86_walk *w)
{
	u32 code, pair, asked, flags, holds;

	if (!w)
		return X86_MAYBE;
	code = w->in.opcode & 15;
	flags = w->flags;
	pair = code >> 1;
	asked = x86_condition_flags(pair);
	if (asked & ~w->known_flags)
		return X86_MAYBE;
	if (pair < 6)
		holds = !!(flags & asked);
	else
		holds = !(flags & X86_SF) != !(flags & X86_OF) || (pair == 7 && (flags & X86_ZF));
	return holds != (code & 1) ? X86_YES : X86_NO;
}

/* Flags of a result: Z, S and P follow from it; `flags` holds C and O; `known` says which are defined. */
X86_FN int x86_set_flags(struct x86_walk *w, u64 value, u32 bytes, u32 flags, u32 known)
{
	u32 parity = value ^ (value >> 4 & 15);

	if (!w)
		return -1;
	if (!(0x6996u >> (parity & 15) & 1))
		flags |= X86_PF;
	value <<= (64 - 8 * bytes) & 63;
	if (!value)
		flags |= X86_ZF;
	if (value >> 63)
		flags |= X86_SF;
	w->flags = flags;
	w->known_flags = known;
	return 0;
}

#endif
