/* SPDX-License-Identifier: GPL-2.0-only */
/* The first part of decoding: prefixes, escapes, VEX, EVEX and XOP, and with them the opcode's traits. */
#ifndef X86_OPCODE_BPF_H
#define X86_OPCODE_BPF_H

#include "x86_instruction.bpf.h"
#include "x86_table.bpf.h"

X86_INLINE void x86_drop_bytes(struct x86_instruction *in, u32 count)
{
	in->bytes_low = in->bytes_low >> (8 * count) | in->bytes_high << (64 - 8 * count);
	in->bytes_high >>= 8 * count;
	in->length += count;
}

X86_INLINE u32 x86_next_byte(struct x86_instruction *in)
{
	u32 byte = in->bytes_low & 0xff;

	x86_drop_bytes(in, 1);
	return byte;
}

/* Prefixes; the last F2 or F3 counts, and a REX only right before the opcode. */
X86_FN int x86_read_prefixes(struct x86_instruction *in)
{
	u32 i, byte, traits, prefixes = 0, rex = 0;

	if (!in)
		return -1;
	in->length = 0;
	for (i = 0; i < 12; i++) {
		byte = in->bytes_low & 0xff;
		traits = x86_traits[byte];
		if (!(traits & X_PFX))
			break;
		traits &= 0x7f;
		if (traits & (P_F2 | P_F3))
			prefixes &= ~(u32)(P_F2 | P_F3);
		prefixes |= traits;
		rex = byte * (traits >> 6);
		x86_drop_bytes(in, 1);
	}
	in->prefixes = prefixes;
	in->rex = rex;
	return 0;
}

/* 0f, 0f 38, 0f 3a */
X86_INLINE void x86_read_escape(struct x86_instruction *in)
{
	in->map = 1;
	in->opcode = x86_next_byte(in);
	if ((in->opcode & 0xfd) != 0x38)
		return;
	in->map = 2 + (in->opcode >> 1 & 1);
	in->opcode = x86_next_byte(in);
}

/* The two bits that stand for a prefix in VEX, XOP and EVEX. */
X86_INLINE u32 x86_compressed_prefix(u32 prefixes, u32 bits)
{
	prefixes &= P_A32 | P_FS | P_GS;
	if (bits == 1)
		return prefixes | P_66;
	if (bits == 2)
		return prefixes | P_F3;
	return bits == 3 ? prefixes | P_F2 : prefixes;
}

/* The byte that ends VEX and XOP prefixes, and the opcode. */
X86_INLINE void x86_read_vex_end(struct x86_instruction *in)
{
	u32 byte = x86_next_byte(in);

	in->vex_register = ~byte >> 3 & 15;
	in->vector_length = byte >> 2 & 1;
	in->prefixes = x86_compressed_prefix(in->prefixes, byte & 3);
	in->opcode = x86_next_byte(in);
}

X86_FN int x86_read_vex2(struct x86_instruction *in)
{
	if (!in)
		return -1;
	in->encoding = X86_VEX;
	in->map = 1;
	in->rex = (u32)~in->bytes_low >> 5 & 4;
	x86_read_vex_end(in);
	return 0;
}

X86_FN int x86_read_vex3(struct x86_instruction *in)
{
	if (!in)
		return -1;
	in->encoding = X86_VEX;
	in->map = in->bytes_low & 31;
	if (in->map < 1 || in->map > 3)
		return -2;
	in->rex = ((u32)~in->bytes_low >> 5 & 7) | ((u32)in->bytes_low >> 12 & 8);
	x86_drop_bytes(in, 1);
	x86_read_vex_end(in);
	return 0;
}

/* Map 8 has an immediate byte like 0f 3a; 9 none, 10 four bytes. */
X86_FN int x86_read_xop(struct x86_instruction *in)
{
	if (!in)
		return -1;
	in->encoding = X86_XOP;
	in->evex_map = in->bytes_low & 31;
	in->map = in->evex_map == 8 ? 3 : 2;
	in->rex = ((u32)~in->bytes_low >> 5 & 7) | ((u32)in->bytes_low >> 12 & 8);
	x86_drop_bytes(in, 1);
	x86_read_vex_end(in);
	return 0;
}

X86_FN int x86_read_evex(struct x86_instruction *in)
{
	u32 bytes;

	if (!in)
		return -1;
	bytes = (u32)in->bytes_low;
	in->encoding = X86_EVEX;
	in->evex_map = bytes & 7;
	if ((bytes & 8) || !(bytes & 0x400) || in->evex_map == 0 || in->evex_map == 4 || in->evex_map == 7)
		return -3;			/* APX, or undefined */
	in->map = in->evex_map & 3;		/* 5 and 6, FP16, are shaped like 1 and 2 */
	in->rex = (~bytes >> 5 & 7) | (bytes >> 12 & 8);
	in->vex_register = ~(bytes >> 8) >> 3 & 15;
	in->prefixes = x86_compressed_prefix(in->prefixes, bytes >> 8 & 3);
	in->vector_length = bytes >> 21 & 3;
	in->broadcast = bytes >> 20 & 1;
	x86_drop_bytes(in, 3);
	in->opcode = x86_next_byte(in);
	return 0;
}

X86_FN int x86_read_opcode(struct x86_instruction *in)
{
	u32 byte;

	if (!in)
		return -1;
	in->map = 0;
	in->encoding = X86_LEGACY;
	in->evex_map = 0;
	in->vector_length = 0;
	in->broadcast = 0;
	in->vex_register = 0;
	byte = x86_next_byte(in);
	if (byte == 0xc5)
		return x86_read_vex2(in);
	if (byte == 0xc4)
		return x86_read_vex3(in);
	if (byte == 0x8f && (in->bytes_low & 31) >= 8)
		return x86_read_xop(in);
	if (byte == 0x62)
		return x86_read_evex(in);
	if (byte == 0x0f)
		x86_read_escape(in);
	else
		in->opcode = byte;
	return 0;
}

/* The table's word, and defaults for what the rest of the instruction may bring. */
X86_FN int x86_look_up(struct x86_instruction *in)
{
	if (!in)
		return -1;
	in->traits = x86_traits[X86_AT((u64)(in->map & 3) << 8 | in->opcode, 1023)];
	in->operand_bytes = in->rex & 8 ? 8 : in->prefixes & P_66 ? 2 : 4;
	in->written = 0;
	in->displacement = 0;
	in->base = X86_NONE;
	in->index = X86_NONE;
	in->scale = 0;
	in->mod = 3;
	in->reg = 0;
	in->rm = 0;
	return in->traits & X_BAD ? -4 : 0;
}

/* vpmov*: EVEX with F3 turns conversions to narrower elements into stores. */
X86_INLINE bool x86_is_narrowing_store(const struct x86_instruction *in)
{
	return in->encoding == X86_EVEX && (in->prefixes & P_F3) && (in->opcode & 15) < 6 &&
	       in->opcode >= 0x10 && in->opcode < 0x40;
}

X86_INLINE u32 x86_xop_traits(const struct x86_instruction *in)
{
	u32 traits = X_LD | X_M | X_WREG;

	if (in->evex_map == 8)
		return traits | X_IB;
	return in->evex_map == 10 ? traits | X_REL : traits;
}

/* What VEX, EVEX and XOP change in the table's word. */
X86_FN int x86_vector_traits(struct x86_instruction *in)
{
	u32 traits, opcode, kind;

	if (!in)
		return -1;
	traits = in->traits;
	opcode = in->opcode;
	if (in->encoding == X86_XOP) {
		traits = x86_xop_traits(in);
		if (opcode == 0x01 || opcode == 0x02)
			in->written = 1u << (in->vex_register & 15);
	} else if (in->map == 2) {
		if (opcode == 0xf3 || opcode == 0xf6)		/* blsr and its like, mulx */
			in->written = 1u << (in->vex_register & 15);
		if (x86_is_narrowing_store(in)) {
			kind = opcode & 15;
			traits = X_VS | X_T(kind == 1 || kind == 4 ? 2 : kind == 2 ? 3 : 1);
		}
	} else if (in->map == 1 && (opcode & 0xfc) == 0x90) {	/* kmov */
		traits = X_M | (opcode == 0x91 ? X_ST : X_LD) | X_WREG;
	}
	if (in->evex_map > 3 && in->encoding == X86_EVEX)
		traits &= ~X_IMASK;
	in->traits = traits;
	return 0;
}

#endif
