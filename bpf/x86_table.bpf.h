/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each x86-64 opcode is like, as far as a data access, the length and the registers written go: one word of
 * traits an opcode, at map << 8 | opcode. The short names are for this table and the decoder.
 */
#ifndef X86_TABLE_BPF_H
#define X86_TABLE_BPF_H

#include "mbal_ints.bpf.h"

#define X_M	0x00000001u			/* has a ModRM byte */
#define X_I(n)	((u32)(n) << 1)			/* kind of immediate, 3 bits */
#define  X_IB	X_I(1)				/* 1 byte */
#define  X_IW	X_I(2)				/* 2 bytes */
#define  X_IZ	X_I(3)				/* 4, or 2 with prefix 66 */
#define  X_IV	X_I(4)				/* 4, 2 with prefix 66, 8 with REX.W */
#define  X_MOFF	X_I(5)				/* an address of 8 bytes, 4 with prefix 67 */
#define  X_IWB	X_I(6)				/* 3 bytes: enter */
#define  X_REL	X_I(7)				/* 4 bytes, whatever the prefixes */
#define X_IMASK	X_I(7)
#define X_LD	0x00000010u			/* the memory operand is read */
#define X_ST	0x00000020u			/* the memory operand is written */
#define X_RW	(X_LD | X_ST)
#define X_WREG	0x00000040u			/* writes the register ModRM.reg */
#define X_WRM	0x00000080u			/* writes the register ModRM.rm, if it is one */
#define X_WOP	0x00000100u			/* writes the register opcode & 7 */
#define X_WAX	0x00000200u			/* writes rax */
#define X_WDX	0x00000400u			/* writes rdx */
#define X_WALL	0x00000800u			/* may write any register */
#define X_END	0x00001000u			/* control flow */
#define X_BAD	0x00002000u			/* no instruction */
#define X_GRP	0x00004000u			/* ModRM.reg says more */
#define X_PFX	0x00008000u			/* a prefix; its low 7 bits are enum x86_prefix */
#define X_S(n)	((u32)(n) << 16)		/* implicit memory operand, 3 bits */
#define  X_PUSH	(X_S(1) | X_ST)			/* [rsp-8] */
#define  X_POP	(X_S(2) | X_LD)			/* [rsp] */
#define  X_LEAV	(X_S(3) | X_LD)			/* [rbp] */
#define  X_SI	X_S(4)				/* [rsi] */
#define  X_DI	X_S(5)				/* [rdi] */
#define  X_SIDI	X_S(6)				/* both */
#define  X_XLAT	(X_S(7) | X_LD)			/* [rbx+al] */
#define X_SMASK	X_S(7)
#define X_VSIB	0x00080000u			/* with VEX and EVEX, the index is a vector */
/*
 * How EVEX scales a displacement byte, 4 bits: 0 full vector, 1 half, 2 quarter, 3 eighth, 4 W ? 8 : 4, 5 one, 6 two,
 * 7 four, 8 eight, 9 W ? 16 : 8, 10 W ? 32 : 16, 11 32, 12 16, 13 movddup, 14 scalar when the prefix is F2 or F3,
 * 15 F3: 4, F2: 8.
 */
#define X_T(n)	((u32)(n) << 20)

enum x86_prefix {
	P_66 = 1,
	P_A32 = 2,	/* 67: 32-bit addresses */
	P_FS = 4,
	P_GS = 8,
	P_F2 = 16,
	P_F3 = 32,
	P_REX = 64,
};

#define X_ALU	X_M | X_RW | X_WRM	/* the operand is read and written */
#define X_GLD	X_M | X_LD | X_WREG	/* a general register loads or computes from the operand */
#define X_V	X_M | X_LD		/* a vector instruction that loads */
#define X_VS	X_M | X_ST		/* one that stores */

static const u32 x86_traits[1024] = {
	/* The one-byte map. */
#define ALU8(o) [o] = X_ALU, [o + 1] = X_ALU, [o + 2] = X_GLD, [o + 3] = X_GLD, \
	[o + 4] = X_IB | X_WAX, [o + 5] = X_IZ | X_WAX, [o + 6] = X_BAD, [o + 7] = X_BAD
	ALU8(0x00), ALU8(0x08), ALU8(0x10), ALU8(0x18),
	[0x20] = X_ALU, X_ALU, X_GLD, X_GLD, X_IB | X_WAX, X_IZ | X_WAX, X_PFX, X_BAD,
	[0x28] = X_ALU, X_ALU, X_GLD, X_GLD, X_IB | X_WAX, X_IZ | X_WAX, X_PFX, X_BAD,
	[0x30] = X_ALU, X_ALU, X_GLD, X_GLD, X_IB | X_WAX, X_IZ | X_WAX, X_PFX, X_BAD,
	[0x38] = X_M | X_LD, X_M | X_LD, X_M | X_LD, X_M | X_LD, X_IB, X_IZ, X_PFX, X_BAD,
	[0x40 ... 0x4f] = X_PFX | P_REX,
	[0x50 ... 0x57] = X_PUSH,
	[0x58 ... 0x5f] = X_POP | X_WOP,
	[0x60] = X_BAD, X_BAD, X_BAD, X_GLD, X_PFX | P_FS, X_PFX | P_GS, X_PFX | P_66, X_PFX | P_A32,
	[0x68] = X_PUSH | X_IZ, X_GLD | X_IZ, X_PUSH | X_IB, X_GLD | X_IB,
	[0x6c] = X_DI | X_ST, X_DI | X_ST, X_SI | X_LD, X_SI | X_LD,
	[0x70 ... 0x7f] = X_IB | X_END,
	[0x80] = X_ALU | X_IB | X_GRP, X_ALU | X_IZ | X_GRP, X_BAD, X_ALU | X_IB | X_GRP,
	[0x84] = X_M | X_LD, X_M | X_LD, X_ALU | X_WREG, X_ALU | X_WREG,
	[0x88] = X_M | X_ST | X_WRM, X_M | X_ST | X_WRM, X_GLD, X_GLD,
	[0x8c] = X_M | X_ST | X_WRM, X_M | X_WREG, X_M | X_LD, X_M | X_ST | X_WRM,
	[0x90 ... 0x97] = X_WOP | X_WAX,
	[0x98] = X_WAX, X_WDX, X_BAD, 0, X_PUSH, X_POP, 0, X_WAX,
	[0xa0] = X_MOFF | X_LD | X_WAX, X_MOFF | X_LD | X_WAX, X_MOFF | X_ST, X_MOFF | X_ST,
	[0xa4] = X_SIDI | X_RW, X_SIDI | X_RW, X_SIDI | X_LD, X_SIDI | X_LD,
	[0xa8] = X_IB, X_IZ, X_DI | X_ST, X_DI | X_ST,
	[0xac] = X_SI | X_LD, X_SI | X_LD, X_DI | X_LD, X_DI | X_LD,
	[0xb0 ... 0xb7] = X_IB | X_WOP,
	[0xb8 ... 0xbf] = X_IV | X_WOP,
	[0xc0] = X_ALU | X_IB, X_ALU | X_IB, X_POP | X_IW | X_END, X_POP | X_END,
	[0xc4] = X_BAD, X_BAD, X_M | X_ST | X_WRM | X_IB | X_GRP, X_M | X_ST | X_WRM | X_IZ | X_GRP,
	[0xc8] = X_PUSH | X_IWB | X_WALL, X_LEAV | X_WALL, X_POP | X_IW | X_END, X_POP | X_END,
	[0xcc] = X_END, X_IB | X_END, X_BAD, X_POP | X_END,
	[0xd0 ... 0xd3] = X_ALU,
	[0xd4] = X_BAD, X_BAD, X_BAD, X_XLAT | X_WAX,
	[0xd8 ... 0xdf] = X_M | X_LD | X_GRP,
	[0xe0 ... 0xe3] = X_IB | X_END,
	[0xe4] = X_IB | X_WAX, X_IB | X_WAX, X_IB, X_IB,
	[0xe8] = X_REL | X_PUSH | X_END, X_REL | X_END, X_BAD, X_IB | X_END,
	[0xec] = X_WAX, X_WAX, 0, 0,
	[0xf0] = X_PFX, X_END, X_PFX | P_F2, X_PFX | P_F3, X_END, 0, X_M | X_RW | X_GRP, X_M | X_RW | X_GRP,
	[0xf8 ... 0xfd] = 0,
	[0xfe] = X_ALU, X_ALU | X_GRP,

	/* The 0f map, also map 1 of VEX and EVEX. */
	[0x100] = X_M | X_LD | X_WRM, X_M | X_RW | X_WALL, X_GLD, X_GLD,
	X_BAD, X_END, X_END, X_END, X_END, X_END, X_BAD, X_END, X_BAD, X_M, 0, X_V | X_IB,
	[0x110] = X_V | X_T(14), X_VS | X_T(14), X_V | X_T(8), X_VS | X_T(8),
	X_V, X_V, X_V | X_T(8), X_VS | X_T(8),
	[0x118 ... 0x11f] = X_M,
	[0x120 ... 0x123] = X_M | X_WALL,
	[0x124 ... 0x127] = X_BAD,
	[0x128] = X_V, X_VS, X_V | X_T(4), X_VS, X_GLD | X_T(15), X_GLD | X_T(15),
	X_V | X_T(4), X_V | X_T(4),
	[0x130] = X_END, X_WAX | X_WDX, X_END, X_WAX | X_WDX, X_END, X_END, X_BAD, X_END,
	[0x138 ... 0x13f] = X_BAD,
	[0x140 ... 0x14f] = X_GLD,
	[0x150] = X_GLD, X_V | X_T(14), X_V, X_V, X_V, X_V, X_V, X_V,
	[0x158] = X_V | X_T(14), X_V | X_T(14), X_V | X_T(14), X_V,
	X_V | X_T(14), X_V | X_T(14), X_V | X_T(14), X_V | X_T(14),
	[0x160 ... 0x16d] = X_V,
	[0x16e] = X_V | X_T(4), X_V,
	[0x170 ... 0x173] = X_V | X_IB,
	[0x174 ... 0x176] = X_V,
	[0x177] = 0,
	[0x178] = X_GLD | X_WRM | X_T(15), X_GLD | X_T(15), X_V, X_V | X_T(14),
	X_V, X_V, X_VS | X_WRM | X_T(4) | X_GRP, X_VS,
	[0x180 ... 0x18f] = X_REL | X_END,
	[0x190 ... 0x19f] = X_M | X_ST | X_WRM,
	[0x1a0] = X_PUSH, X_POP, X_WALL, X_M | X_LD, X_ALU | X_IB, X_ALU, X_BAD, X_BAD,
	[0x1a8] = X_PUSH, X_POP, X_END, X_ALU, X_ALU | X_IB, X_ALU, X_M | X_LD | X_GRP, X_GLD,
	[0x1b0] = X_ALU | X_WAX, X_ALU | X_WAX, X_GLD, X_ALU, X_GLD, X_GLD, X_GLD, X_GLD,
	[0x1b8] = X_GLD, X_M | X_END, X_ALU | X_IB | X_GRP, X_ALU, X_GLD, X_GLD, X_GLD, X_GLD,
	[0x1c0] = X_ALU | X_WREG, X_ALU | X_WREG, X_V | X_IB | X_T(14), X_VS,
	X_V | X_IB | X_T(6), X_M | X_LD | X_WREG | X_IB, X_V | X_IB, X_M | X_RW | X_WRM | X_GRP,
	[0x1c8 ... 0x1cf] = X_WOP,
	[0x1d0] = X_V, X_V | X_T(12), X_V | X_T(12), X_V | X_T(12), X_V, X_V, X_VS | X_T(8), X_GLD,
	[0x1d8 ... 0x1e0] = X_V,
	[0x1e1] = X_V | X_T(12), X_V | X_T(12), X_V, X_V, X_V, X_V, X_VS,
	[0x1e8 ... 0x1f0] = X_V,
	[0x1f1] = X_V | X_T(12), X_V | X_T(12), X_V | X_T(12), X_V, X_V, X_V, X_M | X_DI | X_ST,
	[0x1f8 ... 0x1fe] = X_V,
	[0x1ff] = X_M | X_END,

	/* The 0f 38 map: a ModRM byte, no immediate. */
	[0x200 ... 0x20c] = X_V, [0x20d] = X_V, [0x20e] = X_V, [0x20f] = X_V,
	[0x210 ... 0x212] = X_V, [0x213] = X_V | X_T(1), [0x214 ... 0x217] = X_V,
	[0x218] = X_V | X_T(4), X_V | X_T(8), X_V | X_T(12), X_V | X_T(11),
	[0x21c ... 0x21f] = X_V,
	[0x220] = X_V | X_T(1), X_V | X_T(2), X_V | X_T(3), X_V | X_T(1), X_V | X_T(2), X_V | X_T(1),
	[0x226 ... 0x22c] = X_V, [0x22d] = X_V | X_T(4), [0x22e] = X_VS, X_VS,
	[0x230] = X_V | X_T(1), X_V | X_T(2), X_V | X_T(3), X_V | X_T(1), X_V | X_T(2), X_V | X_T(1),
	[0x236 ... 0x242] = X_V, [0x243] = X_V | X_T(4), [0x244 ... 0x24c] = X_V,
	[0x24d] = X_V | X_T(4), [0x24e] = X_V, [0x24f] = X_V | X_T(4),
	[0x250 ... 0x257] = X_V,
	[0x258] = X_V | X_T(4), X_V | X_T(8), X_V | X_T(12), X_V | X_T(11), X_V, X_V, X_V, X_V,
	[0x260 ... 0x261] = X_V, [0x262] = X_V | X_T(4), X_VS | X_T(4), [0x264 ... 0x277] = X_V,
	[0x278] = X_V | X_T(5), X_V | X_T(6), X_V, X_V, X_V, X_V, X_V, X_V,
	[0x280 ... 0x287] = X_V,
	[0x288] = X_V | X_T(4), X_V | X_T(4), X_VS | X_T(4), X_VS | X_T(4), X_V, X_V, X_VS, X_V,
	[0x290 ... 0x293] = X_V | X_VSIB | X_T(4), [0x294 ... 0x298] = X_V,
	[0x299] = X_V | X_T(4), [0x29a] = X_V, [0x29b] = X_V | X_T(4), [0x29c] = X_V,
	[0x29d] = X_V | X_T(4), [0x29e] = X_V, [0x29f] = X_V | X_T(4),
	[0x2a0 ... 0x2a3] = X_VS | X_VSIB | X_T(4), [0x2a4 ... 0x2a8] = X_V,
	[0x2a9] = X_V | X_T(4), [0x2aa] = X_V, [0x2ab] = X_V | X_T(4), [0x2ac] = X_V,
	[0x2ad] = X_V | X_T(4), [0x2ae] = X_V, [0x2af] = X_V | X_T(4),
	[0x2b0 ... 0x2b8] = X_V,
	[0x2b9] = X_V | X_T(4), [0x2ba] = X_V, [0x2bb] = X_V | X_T(4), [0x2bc] = X_V,
	[0x2bd] = X_V | X_T(4), [0x2be] = X_V, [0x2bf] = X_V | X_T(4),
	[0x2c0 ... 0x2c5] = X_V, [0x2c6 ... 0x2c7] = X_M | X_VSIB | X_T(4),
	[0x2c8 ... 0x2ca] = X_V, [0x2cb] = X_V | X_T(4), [0x2cc] = X_V, [0x2cd] = X_V | X_T(4),
	[0x2ce ... 0x2df] = X_V, [0x2e0 ... 0x2ef] = X_M | X_RW | X_WREG,
	[0x2f0] = X_GLD, X_GLD | X_GRP, X_GLD, X_V | X_WRM, X_GLD, X_GLD, X_GLD, X_GLD,
	[0x2f8] = X_V, X_VS, X_V, X_V, X_M | X_RW, X_V, X_V, X_V,

	/* The 0f 3a map: a ModRM byte and an immediate byte. */
#define X_V3	X_V | X_IB
#define X_S3	X_VS | X_IB
	[0x300 ... 0x309] = X_V3, [0x30a] = X_V3 | X_T(4), X_V3 | X_T(4), [0x30c ... 0x313] = X_V3,
	[0x314] = X_S3 | X_WRM | X_T(5), X_S3 | X_WRM | X_T(6), X_S3 | X_WRM | X_T(4), X_S3 | X_WRM | X_T(7),
	[0x318] = X_V3 | X_T(12), X_S3 | X_T(12), X_V3 | X_T(11), X_S3 | X_T(11), X_V3, X_S3 | X_T(1), X_V3, X_V3,
	[0x320] = X_V3 | X_T(5), X_V3 | X_T(7), X_V3 | X_T(4), X_V3, X_V3, X_V3, X_V3, X_V3 | X_T(4),
	[0x328 ... 0x337] = X_V3,
	[0x338] = X_V3 | X_T(12), X_S3 | X_T(12), X_V3 | X_T(11), X_S3 | X_T(11), [0x33c ... 0x350] = X_V3,
	[0x351] = X_V3 | X_T(4), [0x352 ... 0x354] = X_V3, [0x355] = X_V3 | X_T(4), [0x356] = X_V3,
	[0x357] = X_V3 | X_T(4), [0x358 ... 0x35f] = X_V3,
	[0x360 ... 0x363] = X_V3 | X_WALL, [0x364 ... 0x366] = X_V3, [0x367] = X_V3 | X_T(4),
	[0x368 ... 0x3ef] = X_V3, [0x3f0] = X_V3 | X_WREG, [0x3f1 ... 0x3ff] = X_V3,
};

#endif
