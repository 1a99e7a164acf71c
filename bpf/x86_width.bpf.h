/* SPDX-License-Identifier: GPL-2.0-only */
/* How many bytes the memory operand of a decoded instruction has. */
#ifndef X86_WIDTH_BPF_H
#define X86_WIDTH_BPF_H

#include "x86_decode.bpf.h"

/* Opcodes of the one-byte map whose operand is a byte; each has a wider twin. */
X86_INLINE bool x86_is_byte_opcode(u32 opcode)
{
	if (opcode < 0x40)
		return !(opcode & 1);
	if ((opcode & 0xf8) == 0xb0)
		return true;
	switch (opcode) {
	case 0x80:
	case 0x84:
	case 0x86:
	case 0x88:
	case 0x8a:
	case 0xa8:
	case 0xc0:
	case 0xc6:
	case 0xd0:
	case 0xd2:
	case 0xf6:
	case 0xfe:
		return true;
	default:
		return false;
	}
}

X86_INLINE u32 x86_implicit_kind(const struct x86_instruction *in)
{
	return (in->traits & X_SMASK) >> 16;
}

/* x87 by opcode and ModRM.reg; a nibble each: 2, 4, 8, and 10 as 1; 0 for environments and states. */
X86_INLINE u32 x86_x87_bytes(u32 opcode, u32 group)
{
	u32 kinds;

	switch (opcode & 7) {
	case 1:
		kinds = 0x20204444;
		break;
	case 3:
		kinds = 0x10104444;
		break;
	case 5:
		kinds = 0x20008888;
		break;
	case 7:
		kinds = 0x81812222;
		break;
	case 0:
	case 2:
		return 4;
	case 4:
		return 8;
	default:
		return 2;
	}
	kinds = kinds >> (4 * (group & 7)) & 15;
	return kinds == 1 ? 10 : kinds;
}

/* Operands that the opcode implies: the stack, and those of string operations and xlat. */
X86_INLINE u32 x86_implicit_bytes(const struct x86_instruction *in, u32 kind)
{
	u32 is_string = kind >= 4;

	if (in->map)
		return is_string ? (in->encoding != X86_LEGACY || (in->prefixes & P_66)) ? 16 : 8 : 8;
	if (!is_string)
		return in->operand_bytes == 2 && !(in->traits & X_END) ? 2 : 8;
	if (!(in->opcode & 1))
		return 1;
	return kind == 7 ? 1 : in->operand_bytes;
}

/* ff: call and jmp m, push m; their far kind */
X86_INLINE u32 x86_ff_bytes(const struct x86_instruction *in)
{
	u32 group = in->reg & 7;

	if (group < 2)
		return in->operand_bytes;
	if (group == 3 || group == 5)
		return in->operand_bytes + 2;
	return group == 6 && in->operand_bytes == 2 ? 2 : 8;
}

X86_INLINE u32 x86_one_byte_bytes(const struct x86_instruction *in)
{
	u32 opcode = in->opcode;

	if ((opcode & 0xf8) == 0xd8)
		return x86_x87_bytes(opcode, in->reg);
	if (opcode == 0xff)
		return x86_ff_bytes(in);
	if (opcode == 0x63)
		return 4;
	if (opcode == 0x8c || opcode == 0x8e)
		return 2;
	if (opcode == 0x8f)
		return in->operand_bytes == 2 ? 2 : 8;
	if (opcode == 0xa0 || opcode == 0xa2)
		return 1;
	return x86_is_byte_opcode(opcode) ? 1 : in->operand_bytes;
}

/* The 0f map where it works on general registers; 0 for what is of the system or large. */
X86_INLINE u32 x86_two_byte_bytes(const struct x86_instruction *in)
{
	u32 opcode = in->opcode, bytes = in->operand_bytes, group = in->reg & 7;

	if (opcode < 0x10)
		return opcode == 0x01 ? 0 : 2;
	if ((opcode & 0xf0) == 0x90)
		return 1;
	if ((opcode & 0xf6) == 0xb6)
		return 1 + (opcode & 1);
	if (opcode == 0xb0 || opcode == 0xc0)
		return 1;
	if (opcode == 0xb2 || opcode == 0xb4 || opcode == 0xb5)
		return bytes + 2;
	if (opcode == 0xae)
		return group == 2 || group == 3 ? 4 : 0;
	if (opcode == 0xc7)
		return group == 1 ? bytes == 8 ? 16 : 8 : 0;
	return bytes;
}

/* Whether an instruction of the 0f map without VEX is one of general registers. */
X86_INLINE bool x86_is_general(u32 opcode)
{
	if (opcode < 0x10 || (opcode & 0xf0) == 0x40 || (opcode >= 0x90 && opcode < 0xc2))
		return true;
	return opcode == 0xc3 || opcode == 0xc7;
}

/* kmov: by prefix and W */
X86_INLINE u32 x86_mask_bytes(const struct x86_instruction *in)
{
	u32 wide = in->rex & 8;

	if (in->prefixes & P_66)
		return wide ? 4 : 1;
	return wide ? 8 : 2;
}

/* Without a prefix, those of the MMX registers. */
X86_INLINE bool x86_is_mmx(const struct x86_instruction *in)
{
	u32 opcode = in->opcode;

	if (in->encoding != X86_LEGACY || (in->prefixes & (P_66 | P_F2 | P_F3)))
		return false;
	if (in->map == 1)
		return (opcode >= 0x60 && opcode < 0x78 && opcode != 0x6e) || opcode == 0x7f || opcode >= 0xd0 ||
		       opcode == 0x2c || opcode == 0x2d;
	return in->map == 2 ? opcode < 0x20 : opcode == 0x0f;
}

/* Scalars whose width EVEX tells by W, and the older encodings by prefix or opcode. */
X86_INLINE u32 x86_scalar_bytes(const struct x86_instruction *in)
{
	u32 opcode = in->opcode, kind = in->traits >> 20 & 15, is_scalar = in->prefixes & (P_F2 | P_F3);

	if (in->map == 1) {
		if (opcode == 0xe6 && (in->prefixes & P_F3))		/* cvtdq2pd */
			return 8u << (in->vector_length & 3);
		if (opcode == 0x2a)
			return is_scalar ? 0 : 8;			/* cvtpi2ps, cvtpi2pd */
		if ((opcode & 0xfe) == 0x2e)
			return in->prefixes & P_66 ? 8 : 4;
		if (is_scalar && (kind == 14 || opcode == 0x2b || (opcode & 0xfe) == 0x52))
			return in->prefixes & P_F2 ? 8 : 4;
	}
	if (in->map == 3 && (opcode & 0xfe) == 0x0a)
		return opcode & 1 ? 8 : 4;
	return 0;
}

/* Whether the operand is a full vector, although EVEX scales displacements by one element. */
X86_INLINE bool x86_is_full_vector(const struct x86_instruction *in)
{
	u32 opcode = in->opcode;

	if (in->map != 2)
		return false;
	if (in->encoding == X86_EVEX)
		return (opcode & 0xfe) == 0x62 || (opcode & 0xfc) == 0x88;	/* compress, expand */
	return opcode == 0x2d || (opcode & 0xf8) == 0xc8;			/* vmaskmovpd, sha */
}

/* Vectors: EVEX scales a displacement byte by the operand's width, and the table knows by how much. */
X86_INLINE u32 x86_vector_bytes(struct x86_instruction *in)
{
	u32 bytes;

	if (x86_is_mmx(in))
		return in->map == 1 && in->opcode >= 0x60 && in->opcode < 0x63 ? 4 : 8;	/* punpckl */
	bytes = in->encoding == X86_EVEX ? 0 : x86_scalar_bytes(in);
	if (bytes)
		return bytes;
	if (x86_is_full_vector(in))
		return 16u << (in->vector_length & 3);
	return 1u << (x86_displacement_shift(in) & 7);
}

/* VEX, and what it has besides vectors: masks and BMI. */
X86_INLINE u32 x86_vex_bytes(struct x86_instruction *in)
{
	u32 opcode = in->opcode;

	if (in->map == 1 && (opcode & 0xfc) == 0x90)
		return x86_mask_bytes(in);
	if (in->map == 1 && opcode == 0xae)
		return 4;
	if (in->map > 1 && opcode >= 0xf0)
		return in->rex & 8 ? 8 : 4;
	if (in->map == 3 && opcode >= 0x5c && opcode < 0x80 && (opcode & 0xfc) != 0x60)
		return 0;			/* FMA4 */
	return x86_vector_bytes(in);
}

/* The end of the 0f 38 map: crc32 and movbe, adcx and adox, movdir64b */
X86_INLINE u32 x86_f0_bytes(const struct x86_instruction *in)
{
	if (in->opcode == 0xf8)
		return 64;
	if (in->opcode == 0xf6)
		return in->rex & 8 ? 8 : 4;
	return in->opcode == 0xf0 && (in->prefixes & P_F2) ? 1 : in->operand_bytes;
}

/* Bytes of the memory operand; 0: not told. */
X86_FN int x86_operand_width(struct x86_instruction *in)
{
	u32 implicit;

	if (!in)
		return 0;
	implicit = x86_implicit_kind(in);
	if (implicit && !((in->traits & X_M) && in->mod != 3 && (in->traits & X_RW)))
		return (int)x86_implicit_bytes(in, implicit);
	if (in->encoding == X86_XOP)
		return 0;
	if (in->encoding == X86_VEX)
		return (int)x86_vex_bytes(in);
	if (in->encoding == X86_EVEX)
		return (int)x86_vector_bytes(in);
	if (in->map == 0)
		return (int)x86_one_byte_bytes(in);
	if (in->map == 1 && x86_is_general(in->opcode))
		return (int)x86_two_byte_bytes(in);
	if (in->map == 2 && in->opcode >= 0xf0)
		return (int)x86_f0_bytes(in);
	return (int)x86_vector_bytes(in);
}

#endif
