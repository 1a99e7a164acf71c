/* SPDX-License-Identifier: GPL-2.0-only */
/* Minimal table-driven x86-64 (64-bit mode) instruction decoder.
 * Same source compiles for BPF and for user space.  It finds out an instruction's
 * length, its memory operand (base/index/scale/disp/segment), the direction of the
 * access and the general registers it writes.  No loops over memory, no pointer
 * arithmetic on decoded values: bytes are shifted out of two u64, tables are indexed
 * with (map<<8|opcode), so the verifier has nothing to prove but 0..1023. */
#ifndef X86_DECODE_BPF_H
#define X86_DECODE_BPF_H

#define X_M	0x00000001u			/* has ModRM */
#define X_I(n)	((u32)(n) << 1)			/* immediate class, 3 bits */
#define  X_IB	X_I(1)				/* 1 byte */
#define  X_IW	X_I(2)				/* 2 bytes */
#define  X_IZ	X_I(3)				/* 4, or 2 with 66 */
#define  X_IV	X_I(4)				/* 4, 2 with 66, 8 with REX.W */
#define  X_MOFF	X_I(5)				/* 8-byte address (4 with 67) */
#define  X_IWB	X_I(6)				/* enter */
#define  X_REL	X_I(7)				/* rel32 */
#define X_IMASK	X_I(7)
#define X_LD	0x00000010u			/* memory operand is read */
#define X_ST	0x00000020u			/* memory operand is written */
#define X_RW	(X_LD | X_ST)
#define X_WREG	0x00000040u			/* writes GPR ModRM.reg */
#define X_WRM	0x00000080u			/* writes GPR ModRM.rm (mod 3) */
#define X_WOP	0x00000100u			/* writes GPR opcode&7 */
#define X_WAX	0x00000200u
#define X_WDX	0x00000400u
#define X_WALL	0x00000800u			/* unknown GPRs: end of the line */
#define X_END	0x00001000u			/* control flow: end of the line */
#define X_BAD	0x00002000u
#define X_GRP	0x00004000u			/* needs a fix-up by ModRM.reg */
#define X_PFX	0x00008000u			/* legacy prefix or REX */
#define X_S(n)	((u32)(n) << 16)		/* implicit memory operand, 3 bits */
#define  X_PUSH	(X_S(1) | X_ST)			/* [rsp-8] */
#define  X_POP	(X_S(2) | X_LD)			/* [rsp] */
#define  X_LEAV	(X_S(3) | X_LD)			/* [rbp] */
#define  X_SI	X_S(4)				/* [rsi] */
#define  X_DI	X_S(5)				/* [rdi] */
#define  X_SIDI	X_S(6)				/* both */
#define  X_XLAT	(X_S(7) | X_LD)			/* [rbx+al] */
#define X_SMASK	X_S(7)
#define X_VSIB	0x00080000u			/* EVEX/VEX: index is a vector */
#define X_T(n)	((u32)(n) << 20)		/* EVEX disp8*N class, 4 bits */
/* 0 full  1 half  2 quarter  3 eighth  4 W?8:4  5 one  6 two  7 four  8 eight
 * 9 W?16:8  a W?32:16  b 32  c 16  d movddup  e scalar when pp>=2  f F3:4 F2:8 */

/* what a prefix byte adds to x86_insn.pfx: table bits 0-6 of X_PFX entries */
enum { P_66 = 1, P_A32 = 2, P_FS = 4, P_GS = 8, P_F2 = 16, P_F3 = 32, P_REX = 64 };

#define X_ALU	X_M | X_RW | X_WRM
#define X_GLD	X_M | X_LD | X_WREG
#define X_V	X_M | X_LD			/* vector load form */
#define X_VS	X_M | X_ST			/* vector store form */

static const u32 x86_tab[1024] = {
	/* ---- one-byte map */
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

	/* ---- 0f map (also VEX/EVEX map 1, with the EVEX disp8 class) */
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

	/* ---- 0f38 map: ModRM, no immediate */
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

	/* ---- 0f3a map: ModRM, imm8 */
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

enum { X86_RIP = 16, X86_NOREG = 31 };
enum { X86_LD = 1, X86_ST = 2 };
enum {						/* x86_insn.flags */
	X86_MEM = 1,				/* has a data memory operand */
	X86_NOEA = 2,				/* ... whose address needs vector registers */
	X86_FLOW = 4,				/* branch, call, ret, syscall, trap */
	X86_STK = 8,				/* implicit stack operand */
	X86_REP = 16, X86_A32 = 32,
	X86_STR2 = 64,				/* second operand at [rdi] */
	X86_BIT = 128,				/* bt* m,r: EA also depends on the bit index */
};

#ifdef __bpf__
#define X86_HIDE(v) asm volatile("" : "+r"(v))
#else
#define X86_HIDE(v) ((void)(v))
#endif
/* A bounded index: kernels up to 6.1 lose the bound of a value that was ORed or compared, and the
 * compiler drops a mask it believes redundant, so it is applied behind a barrier. */
#define X86_AT(v, max) ({ u64 x86_at_ = (v); X86_HIDE(x86_at_); x86_at_ & (max); })

struct x86_insn {
	u64 lo, hi;				/* in: 16 code bytes; shifted out while decoding */
	s64 disp, imm;
	u32 t;					/* table entry after fix-ups */
	u32 wmask;				/* general registers written */
	u8 len, flags, acc, seg;		/* seg: 0, 4 fs, 5 gs */
	u8 base, index, scale, opc;
	u8 map, mod, reg, rm;
	u8 osz, vex, rex, pfx;			/* vex: 1 VEX, 2 EVEX, 3 XOP */
	u8 evmap, vl, evb, vvvv;
	u8 pad[4];
};

/* The verifier follows every path it can tell apart, and a scalar whose value is known on
 * a path makes later branches on it path-dependent.  So the decoder is four global
 * functions that hand their results on through *in: each is verified once, by itself, and
 * whatever is reloaded from *in is a fresh unknown to the verifier. */
#define X_EAT(n) do { lo = lo >> (8 * (n)) | hi << (64 - 8 * (n)); hi >>= 8 * (n); len += (n); } while (0)

/* Prefixes, escape bytes, VEX/EVEX/XOP, opcode. */
X86_FN int x86_head(struct x86_insn *in)
{
	u64 lo, hi;
	u32 b, t, ti, len = 0, rex = 0, pfx = 0, map = 0, opc, vex = 0;
	int i;

	if (!in)
		return -1;
	lo = in->lo;
	hi = in->hi;
	for (i = 0; i < 12; i++) {
		b = lo & 0xff;
		t = x86_tab[b];
		if (!(t & X_PFX))
			break;
		t &= 0x7f;
		if (t & (P_F2 | P_F3))
			pfx &= ~(P_F2 | P_F3);
		pfx |= t;
		rex = b * (t >> 6);
		X_EAT(1);
	}
	in->evmap = 0;
	in->vl = 0;
	in->evb = 0;
	in->vvvv = 0;
	opc = lo & 0xff;
	X_EAT(1);
	if (opc == 0x0f) {
		opc = lo & 0xff;
		X_EAT(1);
		map = 1;
		if ((opc & 0xfd) == 0x38) {
			map = 2 + ((opc >> 1) & 1);
			opc = lo & 0xff;
			X_EAT(1);
		}
	} else if (opc == 0xc5) {
		b = lo & 0xff;
		vex = 1;
		map = 1;
		rex = (~b >> 5) & 4;
		goto vex3;
	} else if (opc == 0xc4 || (opc == 0x8f && (lo & 0x1f) >= 8)) {
		map = lo & 0x1f;
		rex = (~lo >> 5) & 7;
		vex = 1;
		if (opc == 0x8f) {		/* XOP 8: imm8, 9: none, 10: imm32 */
			vex = 3;
			in->evmap = map;
			map = map == 8 ? 3 : 2;
		} else if (map < 1 || map > 3) {
			return -2;
		}
		X_EAT(1);
		b = lo & 0xff;
		rex |= (b >> 4) & 8;
vex3:
		in->vvvv = (~b >> 3) & 15;
		in->vl = (b >> 2) & 1;
		b &= 3;
		pfx = (pfx & (P_A32 | P_FS | P_GS)) | (b == 1 ? P_66 : b == 2 ? P_F3 : b == 3 ? P_F2 : 0);
		opc = (lo >> 8) & 0xff;
		X_EAT(2);
	} else if (opc == 0x62) {
		b = lo & 0xff;
		vex = 2;
		map = b & 7;
		if ((b & 8) || !(lo & 0x400) || map == 0 || map == 4 || map == 7)
			return -3;		/* APX or undefined */
		in->evmap = map;
		map &= 3;			/* 5, 6: FP16, shaped like 1, 2 */
		rex = (~b >> 5) & 7;
		b = (lo >> 8) & 0xff;
		rex |= (b >> 4) & 8;
		in->vvvv = (~b >> 3) & 15;
		b &= 3;
		pfx = (pfx & (P_A32 | P_FS | P_GS)) | (b == 1 ? P_66 : b == 2 ? P_F3 : b == 3 ? P_F2 : 0);
		b = (lo >> 16) & 0xff;
		in->vl = (b >> 5) & 3;
		in->evb = (b >> 4) & 1;
		opc = (lo >> 24) & 0xff;
		X_EAT(4);
	}
	/* Kernels up to 6.1 do not bound an OR: mask once more, where the compiler cannot see that it is redundant. */
	ti = (map & 3) << 8 | (opc & 0xff);
	X86_HIDE(ti);
	t = x86_tab[ti & 1023];
	in->t = t;
	in->opc = opc;
	in->map = map;
	in->vex = vex;
	in->rex = rex;
	in->pfx = pfx;
	in->osz = (rex & 8) ? 8 : (pfx & P_66) ? 2 : 4;
	in->lo = lo;
	in->hi = hi;
	in->len = len;
	in->wmask = 0;
	in->disp = 0;
	in->base = X86_NOREG;
	in->index = X86_NOREG;
	in->scale = 0;
	in->mod = 3;
	in->reg = 0;
	in->rm = 0;
	return (t & X_BAD) ? -4 : 0;
}

/* What VEX, EVEX and XOP change in the table entry. */
X86_FN int x86_vex(struct x86_insn *in)
{
	u32 t, opc, map, vex, k;

	if (!in)
		return -1;
	t = in->t;
	opc = in->opc;
	map = in->map;
	vex = in->vex;
	if (vex == 3) {
		t = X_LD | X_M | X_WREG | (in->evmap == 8 ? X_IB : in->evmap == 10 ? X_REL : 0);
		if (opc == 0x01 || opc == 0x02)
			in->wmask = 1u << (in->vvvv & 15);
	} else if (map == 2) {
		if (opc == 0xf3 || opc == 0xf6)	/* bls*, mulx */
			in->wmask = 1u << (in->vvvv & 15);
		if (vex == 2 && (in->pfx & P_F3) && (opc & 0xf) < 6 && ((opc >> 4) - 1) < 3) {
			k = opc & 15;		/* vpmov down-conversions: stores */
			t = X_VS | X_T(k == 1 || k == 4 ? 2 : k == 2 ? 3 : 1);
		}
	} else if (map == 1 && (opc & 0xfc) == 0x90) {	/* kmov */
		t = X_M | (opc == 0x91 ? X_ST : X_LD) | X_WREG;
	}
	if (in->evmap > 3 && vex == 2)
		t &= ~X_IMASK;
	in->t = t;
	return 0;
}

/* log2 of the factor of an EVEX disp8. */
X86_FN int x86_disp8n(struct x86_insn *in)
{
	u32 w, tt, v, opc, pfx, fp16;

	if (!in)
		return 0;
	w = (in->rex >> 3) & 1;
	tt = (in->t >> 20) & 15;
	v = in->vl;
	v = 4 + (v > 2 ? 2 : v);
	opc = in->opc;
	pfx = in->pfx;
	fp16 = in->evmap > 3;
	if (in->map == 1) {
		if (pfx & (P_F2 | P_F3)) {
			if (opc == 0x12)
				tt = pfx & P_F2 ? 13 : 0;
			else if (opc == 0x16)
				tt = 0;
			else if (opc == 0x7e)
				tt = 8;
			else if ((pfx & P_F3) && (opc == 0xe6 || opc == 0x7a) && !w)
				tt = 1;
		} else if ((opc == 0x5a && !(pfx & P_66)) || ((pfx & P_66) && !w && opc >= 0x78 && opc <= 0x7b)) {
			tt = 1;			/* cvtps2pd, cvt(t)ps2(u)qq */
		}
	}
	if (tt == 14)
		tt = pfx & (P_F2 | P_F3) ? 4 : 0;
	else if (tt == 15)
		tt = pfx & P_F3 ? 7 : pfx & P_F2 ? 8 : 0;
	if (tt == 4)
		return fp16 ? 1 : 2 + w;
	if (tt < 4)
		return in->evb ? (fp16 ? 1 : tt == 1 ? 2 : 2 + w) : v - tt;
	if (tt < 9)
		return tt - 5;
	if (tt < 11)
		return tt - 6 + w;
	if (tt == 13)
		return v > 4 ? v : 3;
	return tt == 11 ? 5 : 4;
}

/* ModRM, SIB, displacement. */
X86_FN int x86_modrm(struct x86_insn *in)
{
	u64 lo, hi;
	s64 disp = 0;
	u32 b, mod, rm, d, len, rex, base;

	if (!in)
		return -1;
	lo = in->lo;
	hi = in->hi;
	len = in->len;
	rex = in->rex;
	b = lo & 0xff;
	X_EAT(1);
	mod = b >> 6;
	rm = b & 7;
	in->reg = ((b >> 3) & 7) | (rex & 4) << 1;
	in->rm = rm | (rex & 1) << 3;
	if (in->map == 1 && !in->vex && (in->opc & 0xfc) == 0x20)
		mod = 3;			/* mov cr, dr */
	in->mod = mod;
	if (mod == 3)
		goto out;
	d = mod == 1 ? 1 : mod == 2 ? 4 : 0;
	base = rm | (rex & 1) << 3;
	if (rm == 4) {
		u32 index;

		b = lo & 0xff;
		X_EAT(1);
		in->scale = b >> 6;
		index = ((b >> 3) & 7) | (rex & 2) << 2;
		if (index != 4)
			in->index = index;
		base = (b & 7) | (rex & 1) << 3;
		if ((b & 7) == 5 && mod == 0) {
			base = X86_NOREG;
			d = 4;
		}
	} else if (rm == 5 && mod == 0) {
		base = X86_RIP;
		d = 4;
	}
	in->base = base;
	if (d == 1) {
		disp = (s8)lo;
		if (in->vex == 2)
			disp <<= x86_disp8n(in) & 7;
		X_EAT(1);
	} else if (d) {
		disp = (s32)lo;
		X_EAT(4);
	}
	in->disp = disp;
out:
	in->lo = lo;
	in->hi = hi;
	in->len = len;
	return 0;
}

/* Opcodes whose meaning depends on ModRM.reg. */
X86_FN int x86_group(struct x86_insn *in)
{
	u32 t, k, opc, mod, map;

	if (!in)
		return -1;
	t = in->t;
	k = in->reg & 7;
	opc = in->opc;
	mod = in->mod;
	map = in->map;
	if (map == 0) {
		if (opc <= 0x83) {				/* cmp */
			if (k == 7)
				t &= ~(X_ST | X_WRM);
		} else if ((opc & 0xfe) == 0xc6) {
			if (k == 7)				/* xabort, xbegin */
				t |= X_END;
		} else if ((opc & 0xf8) == 0xd8) {		/* x87 */
			u32 st = opc == 0xd9 ? 0xcc : opc == 0xdb ? 0x8e : opc == 0xdd || opc == 0xdf ? 0xce : 0;

			if (st >> k & 1)
				t = (t & ~X_LD) | X_ST;
			if (opc == 0xdf)
				t |= X_WAX;
		} else if ((opc & 0xfe) == 0xf6) {
			if (k < 2)
				t = (t & ~X_ST) | (opc == 0xf6 ? X_IB : X_IZ);
			else if (k < 4)
				t |= X_WRM;
			else
				t = (t & ~X_ST) | X_WAX | X_WDX;
		} else if (k >= 2) {				/* ff */
			t &= ~(X_ST | X_WRM);
			if (k <= 5)
				t |= X_END;
			if (mod == 3 && (k == 2 || k == 6))
				t |= X_PUSH;
		}
	} else if (map == 1) {
		if (opc == 0x7e) {
			if (in->pfx & P_F3)
				t = X_V | X_T(8);
		} else if (opc == 0xae) {			/* grp 15 */
			if (k == 0 || k == 3 || k == 4 || k == 6)
				t = (t & ~X_LD) | X_ST;
			if (k == 7 || (k == 6 && (in->pfx & P_66)))
				t &= ~X_RW;			/* clflush, clwb */
			t |= X_WRM;
		} else if (opc == 0xba) {
			if (k == 4)
				t &= ~(X_ST | X_WRM);
		} else {					/* c7 */
			if (k == 1)
				t |= X_WAX | X_WDX;
			else if (k == 3 || k == 6)
				t &= ~X_ST;
			else
				t &= ~X_LD;
		}
	} else if (map == 2 && !(in->pfx & P_F2) && !in->vex) {
		t = X_M | X_ST;					/* movbe store */
	}
	in->t = t;
	return 0;
}

/* Immediate, registers written, implicit operands. */
X86_FN int x86_tail(struct x86_insn *in)
{
	u64 lo;
	s64 imm = 0;
	u32 t, k, len, wm, fl, opc, p66, rex;

	if (!in)
		return -1;
	t = in->t;
	lo = in->lo;
	len = in->len;
	opc = in->opc;
	rex = in->rex;
	p66 = in->pfx & P_66;
	k = (t & X_IMASK) >> 1;
	if (opc == 0x78 && in->map == 1 && !in->vex && (in->pfx & (P_66 | P_F2)))
		k = 2;					/* SSE4a */
	if (k == 1) {
		imm = (s8)lo;
		len += 1;
	} else if (k == 2) {
		imm = (u16)lo;
		len += 2;
	} else if (k == 6) {
		len += 3;
	} else if (k == 5) {
		in->disp = (in->pfx & P_A32) ? (u32)lo : lo;
		len += (in->pfx & P_A32) ? 4 : 8;
	} else if (k == 4 && (rex & 8)) {
		imm = lo;
		len += 8;
	} else if (k && k != 7 && p66 && !(rex & 8)) {
		imm = (s16)lo;
		len += 2;
	} else if (k) {
		imm = (s32)lo;
		len += 4;
	}
	in->imm = imm;
	in->len = len;

	wm = in->wmask;
	fl = in->mod == 3;
	if (t & X_WREG)
		wm |= 1u << (in->reg & 15);
	if (t & X_WRM)
		wm |= fl << (in->rm & 15);
	if (t & X_WOP)
		wm |= 1u << ((opc & 7) | (rex & 1) << 3);
	wm |= (t >> 9) & 1;
	wm |= (t >> 8) & 4;
	if (!rex && !in->vex)			/* ah, ch, dh, bh */
		wm |= (wm >> 4) & 0xf;
	if (t & X_WALL)
		wm = 0xffff;
	in->seg = in->pfx & P_FS ? 4 : in->pfx & P_GS ? 5 : 0;
	in->acc = (t >> 4) & 3;
	fl = (t >> 10) & X86_FLOW;
	fl |= (in->pfx & P_A32) << 4;
	fl |= (in->pfx & (P_F2 | P_F3)) ? X86_REP : 0;
	k = (t & X_SMASK) >> 16;
	if ((t & X_M) && in->mod != 3 && (t & X_RW)) {
		fl |= X86_MEM;
		if ((t & X_VSIB) && in->vex)
			fl |= X86_NOEA;
		if (in->map == 1 && !in->vex && (opc == 0xa3 || opc == 0xab || opc == 0xb3 || opc == 0xbb))
			fl |= X86_BIT;
	} else if ((t & X_IMASK) == X_MOFF) {
		fl |= X86_MEM;
	} else if (k) {
		fl |= X86_MEM;
		if (k < 4)
			fl |= X86_STK;
		/* push pop leave rsi rdi rsi+rdi xlat */
		in->base = (0x36765440u >> (k * 4)) & 15;
		in->disp = k == 1 ? -8 : 0;
		if (k == 6)
			fl |= X86_STR2;
	}
	in->wmask = wm;
	in->flags = fl;
	return len > 15 ? -5 : 0;
}

/* 0: decoded; <0: not an instruction this decoder knows. */
X86_FN int x86_decode(struct x86_insn *in)
{
	int r;

	if (!in)
		return -1;
	r = x86_head(in);
	if (r)
		return r;
	if (in->vex)
		x86_vex(in);
	if (in->t & X_M) {
		x86_modrm(in);
		if (in->t & X_GRP)
			x86_group(in);
	}
	return x86_tail(in);
}

#endif
