/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A decoder of x86-64 instructions, for BPF and for user space: length, memory operand, direction of the access,
 * general registers written.
 *
 * Made for the verifier. Bytes are shifted out of two u64s and one table is indexed by map << 8 | opcode, so nothing
 * but 0..1023 needs proof. Every step is a global function with all its state in *in: each is verified once by
 * itself, and what is reloaded from memory is an unknown that no later branch depends on.
 */
#ifndef X86_DECODE_BPF_H
#define X86_DECODE_BPF_H

#include "x86_opcode.bpf.h"

/* The kind of scaling of an EVEX displacement byte, where the prefix changes that of the table. */
X86_INLINE u32 x86_displacement_kind(const struct x86_instruction *in)
{
	u32 kind = in->traits >> 20 & 15, opcode = in->opcode, prefixes = in->prefixes, wide = in->rex >> 3 & 1;

	if (in->map == 1) {
		if (prefixes & (P_F2 | P_F3)) {
			if (opcode == 0x12)
				kind = prefixes & P_F2 ? 13 : 0;
			else if (opcode == 0x16)
				kind = 0;
			else if (opcode == 0x7e)
				kind = 8;
			else if ((prefixes & P_F3) && (opcode == 0xe6 || opcode == 0x7a) && !wide)
				kind = 1;
		} else if ((opcode == 0x5a && !(prefixes & P_66)) ||
			   ((prefixes & P_66) && !wide && opcode >= 0x78 && opcode <= 0x7b)) {
			kind = 1;		/* cvtps2pd, cvt(t)ps2(u)qq */
		}
	}
	if (kind == 14)
		return prefixes & (P_F2 | P_F3) ? 4 : 0;
	if (kind == 15)
		return prefixes & P_F3 ? 7 : prefixes & P_F2 ? 8 : 0;
	return kind;
}

/* log2 of the factor of an EVEX displacement byte. */
X86_FN int x86_displacement_shift(struct x86_instruction *in)
{
	u32 kind, wide, vector, half_precision;

	if (!in)
		return 0;
	kind = x86_displacement_kind(in);
	wide = in->rex >> 3 & 1;
	vector = 4 + (in->vector_length > 2 ? 2 : in->vector_length);
	half_precision = in->evex_map > 3;
	if (kind == 4)
		return half_precision ? 1 : 2 + wide;
	if (kind < 4 && in->broadcast)
		return half_precision ? 1 : kind == 1 ? 2 : 2 + wide;
	if (kind < 4)
		return vector - kind;
	if (kind < 9)
		return kind - 5;
	if (kind < 11)
		return kind - 6 + wide;
	if (kind == 13)
		return vector > 4 ? vector : 3;
	return kind == 11 ? 5 : 4;
}

/* SIB: base, index and scale. Returns whether a displacement of four bytes takes the place of the base. */
X86_INLINE bool x86_read_sib(struct x86_instruction *in)
{
	u32 byte = x86_next_byte(in), index = (byte >> 3 & 7) | (in->rex & 2) << 2;

	in->scale = byte >> 6;
	if (index != X86_RSP)
		in->index = index;
	if ((byte & 7) == 5 && in->mod == 0)
		return true;
	in->base = (byte & 7) | (in->rex & 1) << 3;
	return false;
}

X86_INLINE void x86_read_displacement(struct x86_instruction *in, u32 bytes)
{
	if (bytes == 1) {
		in->displacement = (s8)in->bytes_low;
		if (in->encoding == X86_EVEX)
			in->displacement *= 1 << (x86_displacement_shift(in) & 7);
		x86_drop_bytes(in, 1);
	} else if (bytes) {
		in->displacement = (s32)in->bytes_low;
		x86_drop_bytes(in, 4);
	}
}

/* ModRM, SIB, displacement. */
X86_FN int x86_read_modrm(struct x86_instruction *in)
{
	u32 byte, bytes;

	if (!in)
		return -1;
	byte = x86_next_byte(in);
	in->mod = byte >> 6;
	in->reg = (byte >> 3 & 7) | (in->rex & 4) << 1;
	in->rm = (byte & 7) | (in->rex & 1) << 3;
	if (in->map == 1 && in->encoding == X86_LEGACY && (in->opcode & 0xfc) == 0x20)
		in->mod = 3;			/* mov of control and debug registers ignores it */
	if (in->mod == 3)
		return 0;
	bytes = in->mod == 1 ? 1 : in->mod == 2 ? 4 : 0;
	if ((byte & 7) == 4) {
		if (x86_read_sib(in))
			bytes = 4;
	} else if ((byte & 7) == 5 && in->mod == 0) {
		in->base = X86_RIP;
		bytes = 4;
	} else {
		in->base = in->rm;
	}
	x86_read_displacement(in, bytes);
	return 0;
}

/* x87: those of d9, db, dd, df that store, by ModRM.reg. */
X86_INLINE u32 x86_x87_traits(u32 traits, u32 opcode, u32 group)
{
	u32 stores = opcode == 0xd9 ? 0xcc : opcode == 0xdb ? 0x8e : opcode == 0xdd || opcode == 0xdf ? 0xce : 0;

	if (stores >> group & 1)
		traits = (traits & ~X_LD) | X_ST;
	return opcode == 0xdf ? traits | X_WAX : traits;
}

/* f6, f7: test, not, neg, mul, imul, div, idiv */
X86_INLINE u32 x86_f6_traits(u32 traits, u32 opcode, u32 group)
{
	if (group < 2)
		return (traits & ~X_ST) | (opcode == 0xf6 ? X_IB : X_IZ);
	if (group < 4)
		return traits | X_WRM;
	return (traits & ~X_ST) | X_WAX | X_WDX;
}

/* ff: inc, dec, then call, jmp, push */
X86_INLINE u32 x86_ff_traits(u32 traits, u32 group, u32 mod)
{
	if (group < 2)
		return traits;
	traits &= ~(X_ST | X_WRM);
	if (group <= 5)
		traits |= X_END;
	return mod == 3 && (group == 2 || group == 6) ? traits | X_PUSH : traits;
}

/* Opcodes of the one-byte map whose meaning depends on ModRM.reg. */
X86_FN int x86_group_one_byte(struct x86_instruction *in)
{
	u32 traits, group, opcode;

	if (!in)
		return -1;
	traits = in->traits;
	group = in->reg & 7;
	opcode = in->opcode;
	if (opcode <= 0x83) {
		if (group == 7)			/* cmp */
			traits &= ~(X_ST | X_WRM);
	} else if ((opcode & 0xfe) == 0xc6) {
		if (group == 7)			/* xabort, xbegin */
			traits |= X_END;
	} else if ((opcode & 0xf8) == 0xd8) {
		traits = x86_x87_traits(traits, opcode, group);
	} else if ((opcode & 0xfe) == 0xf6) {
		traits = x86_f6_traits(traits, opcode, group);
	} else {
		traits = x86_ff_traits(traits, group, in->mod);
	}
	in->traits = traits;
	return 0;
}

/* 0f ae: saves, restores, fences, flushes */
X86_INLINE u32 x86_ae_traits(u32 traits, u32 group, u32 prefixes)
{
	if (group == 0 || group == 3 || group == 4 || group == 6)
		traits = (traits & ~X_LD) | X_ST;
	if (group == 7 || (group == 6 && (prefixes & P_66)))
		traits &= ~X_RW;		/* clflush, clwb */
	return traits | X_WRM;
}

/* 0f c7: cmpxchg8b, xsavec, xrstors and the like */
X86_INLINE u32 x86_c7_traits(u32 traits, u32 group)
{
	if (group == 1)
		return traits | X_WAX | X_WDX;
	return group == 3 || group == 6 ? traits & ~X_ST : traits & ~X_LD;
}

/* The same for the 0f map. */
X86_FN int x86_group_0f(struct x86_instruction *in)
{
	u32 traits, group;

	if (!in)
		return -1;
	traits = in->traits;
	group = in->reg & 7;
	if (in->opcode == 0x7e) {
		if (in->prefixes & P_F3)	/* movq of vectors */
			traits = X_V | X_T(8);
	} else if (in->opcode == 0xae) {
		traits = x86_ae_traits(traits, group, in->prefixes);
	} else if (in->opcode == 0xba) {
		if (group == 4)			/* bt */
			traits &= ~(X_ST | X_WRM);
	} else {
		traits = x86_c7_traits(traits, group);
	}
	in->traits = traits;
	return 0;
}

X86_INLINE void x86_read_group(struct x86_instruction *in)
{
	if (in->map == 0)
		x86_group_one_byte(in);
	else if (in->map == 1)
		x86_group_0f(in);
	else if (in->map == 2 && !(in->prefixes & P_F2) && in->encoding == X86_LEGACY)
		in->traits = X_M | X_ST;	/* movbe, the storing one */
}

/* The kind of immediate, in the numbers of X_I(). */
X86_INLINE u32 x86_immediate_kind(const struct x86_instruction *in)
{
	if (in->opcode == 0x78 && in->map == 1 && in->encoding == X86_LEGACY && (in->prefixes & (P_66 | P_F2)))
		return 2;			/* extrq, insertq of SSE4a */
	return (in->traits & X_IMASK) >> 1;
}

X86_FN int x86_read_immediate(struct x86_instruction *in)
{
	u32 kind, wide, narrow;
	u64 bytes;

	if (!in)
		return -1;
	kind = x86_immediate_kind(in);
	wide = in->rex & 8;
	narrow = (in->prefixes & P_66) && !wide;
	bytes = in->bytes_low;
	in->immediate = 0;
	if (kind == 1) {
		in->immediate = (s8)bytes;
		in->length += 1;
	} else if (kind == 2) {
		in->immediate = (u16)bytes;
		in->length += 2;
	} else if (kind == 6) {
		in->length += 3;
	} else if (kind == 5) {
		in->displacement = in->prefixes & P_A32 ? (u32)bytes : bytes;
		in->length += in->prefixes & P_A32 ? 4 : 8;
	} else if (kind == 4 && wide) {
		in->immediate = bytes;
		in->length += 8;
	} else if (kind && kind != 7 && narrow) {
		in->immediate = (s16)bytes;
		in->length += 2;
	} else if (kind) {
		in->immediate = (s32)bytes;
		in->length += 4;
	}
	return in->length > 15 ? -5 : 0;
}

X86_FN int x86_find_written(struct x86_instruction *in)
{
	u32 traits, written;

	if (!in)
		return -1;
	traits = in->traits;
	written = in->written;
	if (traits & X_WREG)
		written |= 1u << (in->reg & 15);
	if ((traits & X_WRM) && in->mod == 3)
		written |= 1u << (in->rm & 15);
	if (traits & X_WOP)
		written |= 1u << ((in->opcode & 7) | (in->rex & 1) << 3);
	if (traits & X_WAX)
		written |= 1u << X86_RAX;
	if (traits & X_WDX)
		written |= 1u << X86_RDX;
	if (!in->rex && in->encoding == X86_LEGACY)	/* 4-7 may be ah, ch, dh, bh */
		written |= written >> 4 & 15;
	if (traits & X_WALL)
		written = 0xffff;
	in->written = written;
	return 0;
}

X86_INLINE bool x86_is_bit_test(const struct x86_instruction *in)
{
	return in->map == 1 && in->encoding == X86_LEGACY && (in->opcode & 0xe7) == 0xa3;
}

/* Operands that the opcode implies: their base, displacement and kind. Returns flags. */
X86_INLINE u32 x86_implicit_operand(struct x86_instruction *in, u32 kind)
{
	/* A hexadecimal digit a kind: push, pop rsp; leave rbp; then rsi, rdi, rsi, and rbx of xlat. */
	in->base = (0x36765440u >> (kind * 4)) & 15;
	in->displacement = kind == 1 ? -8 : 0;
	if (kind < 4)
		return X86_ACCESS | X86_STACK;
	return kind == 6 ? X86_ACCESS | X86_TWO_OPERANDS : X86_ACCESS;
}

X86_FN int x86_find_operand(struct x86_instruction *in)
{
	u32 traits, flags, implicit;

	if (!in)
		return -1;
	traits = in->traits;
	implicit = (traits & X_SMASK) >> 16;
	flags = traits & X_END ? X86_FLOW : 0;
	if (in->prefixes & P_A32)
		flags |= X86_ADDRESS_32;
	if (in->prefixes & (P_F2 | P_F3))
		flags |= X86_REPEAT;
	if ((traits & X_M) && in->mod != 3 && (traits & X_RW)) {
		flags |= X86_ACCESS;
		if ((traits & X_VSIB) && in->encoding != X86_LEGACY)
			flags |= X86_VECTOR_INDEX;
		if (x86_is_bit_test(in))
			flags |= X86_BIT_INDEX;
	} else if ((traits & X_IMASK) == X_MOFF) {
		flags |= X86_ACCESS;
	} else if (implicit) {
		flags |= x86_implicit_operand(in, implicit);
	}
	in->segment = in->prefixes & P_FS ? 4 : in->prefixes & P_GS ? 5 : 0;
	in->access = (traits & X_RW) / X_LD;
	in->flags = flags;
	return 0;
}

/* 0: decoded; below 0: not an instruction that this decoder knows. */
X86_FN int x86_decode(struct x86_instruction *in)
{
	int error;

	if (!in)
		return -1;
	x86_read_prefixes(in);
	error = x86_read_opcode(in);
	if (error)
		return error;
	error = x86_look_up(in);
	if (error)
		return error;
	if (in->encoding != X86_LEGACY)
		x86_vector_traits(in);
	if (in->traits & X_M) {
		x86_read_modrm(in);
		if (in->traits & X_GRP)
			x86_read_group(in);
	}
	error = x86_read_immediate(in);
	x86_find_written(in);
	x86_find_operand(in);
	return error;
}

#endif
