/* SPDX-License-Identifier: GPL-2.0-only */
/* Forward evaluation of simple register instructions, so that a sample which does not
 * sit on a memory operand can still be carried to the next one.  Unknown results only
 * mark their registers and flags unknown; a wrong guess is never produced. */
#ifndef X86_STEP_BPF_H
#define X86_STEP_BPF_H

#define FL_CF 0x001u
#define FL_PF 0x004u
#define FL_ZF 0x040u
#define FL_SF 0x080u
#define FL_OF 0x800u
#define FL_CO (FL_CF | FL_OF)
#define FL_ALL (FL_CF | FL_PF | FL_ZF | FL_SF | FL_OF)

#ifndef X86_SB
#define X86_SB 32				/* stores remembered, a power of two */
#endif

struct x86_state {
	struct x86_insn in;
	u64 r[32];				/* 0-15 GPRs, 16 next RIP, 31 zero */
	u64 code[12];				/* 80 bytes of text + slack */
	u64 cbase;
	u64 ea;					/* effective address, ~0 unknown */
	u64 sb_addr[X86_SB], sb_val[X86_SB];		/* stores of this walk, so later loads see them */
	u8 sb_size[X86_SB];				/* |0x80: value not known */
	u32 sb_n;
	u32 unk;				/* GPRs whose value is not known; bit 17: r[17] */
	u32 flags, fknown;			/* FL_*, and which of them are known */
	u32 rnd, n, depth, fin, acc, kind;	/* the walk: accesses seen, and the one chosen */
	u32 nunk;				/* accesses passed whose address is not known */
	u64 chosen;
	u32 msize;				/* bytes of the memory operand, as far as emulated */
	u32 noload;				/* a store to nobody knows where: memory is not known any more */
	u32 max_acc, emulate;
	u64 save[16];				/* x86_back(): the registers */
	u64 back;				/* address of the access behind RIP, 0 unknown */
	u32 back_acc, back_len;
};
#define R_MEM 17				/* r[17]: the memory operand's value */
#define X86_R(i) s->r[X86_AT(i, 31)]

enum { STEP_NEXT, STEP_STOP, STEP_UNK, STEP_UNKREG };	/* UNKREG: flags are as they were */

/* Load the operand at s->ea into r[R_MEM]. */
X86_FN int x86_load(struct x86_state *s, u32 size)
{
	u64 v = 0, a;
	u32 i, n, k, sz;

	if (!s)
		return -1;
	s->unk |= 1u << R_MEM;
	a = s->ea;
	n = s->sb_n;
	if (s->noload)
		return -1;
	for (i = 0; i < X86_SB; i++) {		/* newest first */
		if (i >= n)
			break;
		k = n - 1 - i;
		sz = s->sb_size[X86_AT(k, X86_SB - 1)] & 0x7f;
		if (a < s->sb_addr[X86_AT(k, X86_SB - 1)] + sz && s->sb_addr[X86_AT(k, X86_SB - 1)] < a + size) {
			if (s->sb_addr[X86_AT(k, X86_SB - 1)] != a || size > sz || (s->sb_size[X86_AT(k, X86_SB - 1)] & 0x80))
				return -1;
			v = s->sb_val[X86_AT(k, X86_SB - 1)];
			goto have;
		}
	}
	if (X86_READ(&v, 8, a)) {
		if (size > 4 || X86_READ(&v, 4, a))
			return -1;		/* not present, or the page ends here: not known */
	}
have:
	s->r[R_MEM] = v;
	s->unk &= ~(1u << R_MEM);
	return 0;
}

X86_FN int x86_store(struct x86_state *s, u32 size)
{
	u32 k;

	if (!s)
		return -1;
	if (s->ea == ~0ull || s->sb_n >= X86_SB) {
		s->noload = 1;
		return 0;
	}
	k = s->sb_n;
	s->sb_addr[X86_AT(k, X86_SB - 1)] = s->ea;
	s->sb_val[X86_AT(k, X86_SB - 1)] = s->r[R_MEM];
	s->sb_size[X86_AT(k, X86_SB - 1)] = size | (s->unk >> R_MEM & 1) << 7;
	s->sb_n++;
	return 0;
}

/* 1/0: the condition holds or not, 2: not known. */
X86_FN int x86_cond(u32 fl, u32 known, u32 code)
{
	u32 cc = (code >> 1) & 7, r, need;

	need = cc == 0 ? FL_OF : cc == 1 ? FL_CF : cc == 2 ? FL_ZF : cc == 3 ? FL_CF | FL_ZF : cc == 4 ? FL_SF :
	       cc == 5 ? FL_PF : cc == 6 ? FL_SF | FL_OF : FL_ZF | FL_SF | FL_OF;
	if (need & ~known)
		return 2;
	r = cc < 6 ? !!(fl & need) : !(fl & FL_SF) != !(fl & FL_OF) || (cc == 7 && (fl & FL_ZF));
	return r != (code & 1);
}

/* Flags of a result of sz bytes: Z, S and P follow from it; fl holds C and O; `known` says what is defined. */
X86_FN int x86_flags(struct x86_state *s, u64 v, u32 sz, u32 fl, u32 known)
{
	u32 p;

	if (!s)
		return -1;
	p = v ^ (v >> 4 & 15);
	if (!(0x6996u >> (p & 15) & 1))
		fl |= FL_PF;
	v <<= (64 - 8 * sz) & 63;
	if (!v)
		fl |= FL_ZF;
	if (v >> 63)
		fl |= FL_SF;
	s->flags = fl;
	s->fknown = known;
	return 0;
}

/* Write a result of sz bytes to a register: four bytes clear the rest, one or two keep it. */
X86_FN int x86_put(struct x86_state *s, u32 dst, u32 sz, u64 v)
{
	u64 keep;

	if (!s)
		return STEP_STOP;
	dst &= 31;
	if (sz < 4) {
		if (dst < 16 && (s->unk >> dst & 1))
			return STEP_NEXT;
		keep = sz == 1 ? ~0xffull : ~0xffffull;
		v = (v & ~keep) | (X86_R(dst) & keep);
	} else if (sz == 4) {
		v = (u32)v;
	}
	X86_R(dst) = v;
	s->unk &= ~(1u << dst);
	return STEP_NEXT;
}

#define X86_SEXT(v, sz) ((s64)((u64)(v) << ((64 - 8 * (sz)) & 63)) >> ((64 - 8 * (sz)) & 63))

/* High half of a 64x64 product. */
X86_FN u64 x86_mulh(u64 a, u64 b, u32 sgn)
{
	u64 al = (u32)a, ah = a >> 32, bl = (u32)b, bh = b >> 32, m, n;

	m = ah * bl + (al * bl >> 32);
	n = al * bh + (u32)m;
	n = ah * bh + (m >> 32) + (n >> 32);
	if (sgn)
		n -= (a >> 63) * b + (b >> 63) * a;
	return n;
}

/* dst = a * b, signed, truncated. */
X86_FN int x86_imul(struct x86_state *s, u32 dst, u64 a, u64 b)
{
	u32 sz, of;
	u64 v;

	if (!s)
		return STEP_STOP;
	sz = s->in.osz;
	if (sz == 8) {
		v = a * b;
		of = x86_mulh(a, b, 1) != (u64)((s64)v >> 63);
	} else {
		v = X86_SEXT(a, sz) * X86_SEXT(b, sz);
		of = v != (u64)X86_SEXT(v, sz);
	}
	s->flags = of ? FL_CO : 0;
	s->fknown = FL_CO;
	return x86_put(s, dst, sz, v);
}

/* f6, f7 /4 to /7: mul, imul, div, idiv. */
X86_FN int x86_muldiv(struct x86_state *s, u32 sz)
{
	u64 a, b, hi, lo, q, mask;
	u32 k, n, na = 0, nb = 0, rm;

	if (!s)
		return STEP_STOP;
	k = s->in.reg & 7;
	rm = s->in.rm & 31;
	if ((s->unk & 1) || (s->unk >> rm & 1))
		return STEP_UNK;
	n = (8 * sz) & 127;
	mask = sz == 8 ? ~0ull : (1ull << (n & 63)) - 1;
	lo = s->r[0] & mask;
	b = X86_R(rm) & mask;
	if (k < 6) {
		if (k == 5) {
			lo = X86_SEXT(lo, sz);
			b = X86_SEXT(b, sz);
		}
		a = lo * b;
		hi = sz == 8 ? x86_mulh(lo, b, k & 1) : (a >> (n & 63)) & mask;
		q = k == 5 ? (u64)(X86_SEXT(a, sz) >> 63) & mask : 0;
		s->flags = hi != q ? FL_CO : 0;
		s->fknown = FL_CO;
	} else {
		if (sz > 1 && (s->unk & 1u << 2))
			return STEP_UNK;
		hi = sz == 1 ? s->r[0] >> 8 & 0xff : s->r[2] & mask;
		a = lo;
		if (sz != 8) {
			a |= hi << (n & 31);
			if (sz == 4)
				a = lo | hi << 32;
			if (k == 7)
				a = X86_SEXT(a, 2 * sz);
		} else if (hi != (k == 7 ? (u64)((s64)a >> 63) : 0)) {
			return STEP_STOP;	/* a dividend of more than 64 bits: the result could be a fault */
		}
		if (k == 7) {
			b = X86_SEXT(b, sz);
			na = a >> 63;
			nb = b >> 63;
			if (na)
				a = -a;
			if (nb)
				b = -b;
			mask >>= 1;
			if (na != nb)
				mask += 1;
		}
		if (!b)
			return STEP_STOP;
		q = a / b;
		hi = a % b;
		if (q > mask)
			return STEP_STOP;	/* #DE */
		a = na != nb ? -q : q;
		if (na)
			hi = -hi;
		s->fknown = 0;
	}
	if (sz == 1) {
		a = (a & 0xff) | (hi & 0xff) << 8;
		return x86_put(s, 0, 2, a);
	}
	x86_put(s, 2, sz, hi);
	return x86_put(s, 0, sz, a);
}

/* Shifts and rotates of rm by c. */
X86_FN int x86_shift(struct x86_state *s, u32 sz, u32 c)
{
	u64 a, v;
	u32 k, n, cf, of = 0, rm, known;

	if (!s)
		return STEP_STOP;
	k = s->in.reg & 7;
	rm = s->in.rm & 31;
	if (k == 2 || k == 3 || (s->unk >> rm & 1))
		return STEP_UNK;		/* rcl, rcr */
	n = (8 * sz) & 127;
	c &= sz == 8 ? 63 : 31;
	a = X86_R(rm);
	if (sz < 8)
		a &= (1ull << (n & 63)) - 1;
	if (!c)
		return x86_put(s, rm, sz, a);
	if (k < 2) {
		if (c >= n)
			return STEP_UNK;
		if (k == 0)
			v = a << (c & 63) | a >> ((n - c) & 63);
		else
			v = a >> (c & 63) | a << ((n - c) & 63);
		cf = k == 0 ? v & 1 : v >> ((n - 1) & 63) & 1;
		s->flags = (s->flags & ~FL_CO) | cf;
		s->fknown = (s->fknown & ~FL_CO) | FL_CF;
		return x86_put(s, rm, sz, v);
	}
	known = FL_ALL;
	if (k == 4 || k == 6) {
		v = a << (c & 63);
		cf = c > n ? 0 : a >> ((n - c) & 63) & 1;
		of = cf ^ (v >> ((n - 1) & 63) & 1);
		if (c >= n)
			known &= ~FL_CF;
	} else {
		if (k == 7)
			a = X86_SEXT(a, sz);
		else
			of = a >> ((n - 1) & 63) & 1;
		cf = a >> ((c - 1) & 63) & 1;
		v = k == 7 ? (u64)((s64)a >> (c & 63)) : a >> (c & 63);
		if (c >= n)
			known &= ~FL_CF;
	}
	if (c != 1)
		known &= ~FL_OF;
	x86_flags(s, v, sz, (cf & 1) | (of ? FL_OF : 0), known);
	return x86_put(s, rm, sz, v);
}

/* Population count. */
X86_FN int x86_pop(u64 v)
{
	v -= v >> 1 & 0x5555555555555555ull;
	v = (v & 0x3333333333333333ull) + (v >> 2 & 0x3333333333333333ull);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return v * 0x0101010101010101ull >> 56;
}

/* popcnt, tzcnt, lzcnt, bsf, bsr */
X86_FN int x86_scan(struct x86_state *s)
{
	u64 a, v;
	u32 sz, opc, f3;

	if (!s)
		return STEP_STOP;
	opc = s->in.opc;
	sz = s->in.osz;
	f3 = s->in.pfx & P_F3;
	if ((s->unk >> (s->in.rm & 31) & 1) || sz == 2 || (opc == 0xb8 && !f3))
		return STEP_UNK;
	a = X86_R(s->in.rm);
	if (sz == 4)
		a = (u32)a;
	if (!a && !f3) {			/* bsf, bsr of 0: the result is undefined */
		s->flags = FL_ZF;
		s->fknown = FL_ZF;
		return STEP_UNKREG;
	}
	v = a;
	if (opc == 0xbc) {
		v = (a & -a) - 1;		/* 0: all ones */
	} else if (opc == 0xbd) {
		v |= v >> 1;
		v |= v >> 2;
		v |= v >> 4;
		v |= v >> 8;
		v |= v >> 16;
		v |= v >> 32;
	}
	if (sz == 4)
		v = (u32)v;
	v = (u32)x86_pop(v);
	if (opc == 0xbd)
		v = f3 ? 8 * sz - v : v - 1;
	if (!f3) {
		s->flags = 0;
		s->fknown = FL_ZF;
	} else if (opc == 0xb8) {
		s->flags = a ? 0 : FL_ZF;
		s->fknown = FL_ALL;
	} else {
		s->flags = (a ? 0 : FL_CF) | (v ? 0 : FL_ZF);
		s->fknown = FL_CF | FL_ZF;
	}
	return x86_put(s, s->in.reg & 15, sz, v);
}

/* bt, bts, btr, btc: 0f a3 ab b3 bb, 0f ba */
X86_FN int x86_bt(struct x86_state *s)
{
	u64 a, bit;
	u32 op, rm, reg, sz, c;

	if (!s)
		return STEP_STOP;
	sz = s->in.osz;
	rm = s->in.rm & 31;
	reg = s->in.reg & 15;
	if (s->unk >> rm & 1)
		return STEP_UNK;
	if (s->in.opc == 0xba) {
		op = s->in.reg & 3;
		c = s->in.imm;
	} else {
		op = s->in.opc >> 3 & 3;
		if (s->unk >> reg & 1)
			return STEP_UNK;
		c = X86_R(reg);
	}
	bit = 1ull << (c & (8 * sz - 1) & 63);
	a = X86_R(rm);
	s->flags = (s->flags & FL_ZF) | (a & bit ? FL_CF : 0);
	s->fknown = (s->fknown & FL_ZF) | FL_CF;
	if (!op)
		return STEP_NEXT;
	s->msize = sz;
	a = op == 1 ? a | bit : op == 2 ? a & ~bit : a ^ bit;
	return x86_put(s, rm, sz, a);
}

/* VEX, EVEX, XOP: vectors write no GPR but those in wmask; BMI is evaluated. */
X86_FN int x86_vexop(struct x86_state *s)
{
	struct x86_insn *in;
	u32 opc, reg, rm, vv, sz, k, c;
	u64 a, b, v, mask;

	if (!s)
		return STEP_STOP;
	in = &s->in;
	opc = in->opc;
	reg = in->reg & 15;
	rm = in->rm & 31;
	vv = in->vvvv & 15;
	s->msize = in->vl == 0 ? 16 : in->vl == 1 ? 32 : 64;
	if (in->vex == 3)
		return STEP_UNK;
	if (in->vex == 2 || in->map == 1 || opc < 0xf0) {
		if ((in->map == 1 && ((opc & 0xfe) == 0x2e || (opc & 0xfe) == 0x98)) ||
		    (in->map == 2 && (opc == 0x17 || (opc & 0xfe) == 0x0e)) || (in->map == 3 && (opc & 0xfc) == 0x60))
			return STEP_UNK;	/* compares into the flags */
		return STEP_UNKREG;
	}
	sz = in->rex & 8 ? 8 : 4;
	mask = sz == 8 ? ~0ull : 0xffffffffull;
	k = in->pfx & (P_66 | P_F2 | P_F3);
	if (s->unk >> rm & 1)
		return opc == 0xf7 && k ? STEP_UNKREG : STEP_UNK;
	a = X86_R(rm) & mask;
	if (in->map == 3) {
		if (opc != 0xf0)
			return STEP_UNK;
		c = in->imm & (8 * sz - 1) & 63;	/* rorx */
		v = c ? a >> c | a << ((8 * sz - c) & 63) : a;
		return x86_put(s, reg, sz, v);
	}
	if (opc == 0xf3) {			/* blsr, blsmsk, blsi */
		k = in->reg & 7;
		v = k == 1 ? a & (a - 1) : k == 2 ? a ^ (a - 1) : a & -a;
		v &= mask;
		x86_flags(s, v, sz, k == 3 ? !!a : !a, FL_ALL & ~FL_PF);
		return x86_put(s, vv, sz, v);
	}
	if (s->unk >> vv & 1)
		return opc == 0xf7 && k ? STEP_UNKREG : STEP_UNK;
	b = X86_R(vv) & mask;
	if (opc == 0xf2) {			/* andn */
		v = ~b & a & mask;
		x86_flags(s, v, sz, 0, FL_ALL & ~FL_PF);
	} else if (opc == 0xf5 && !k) {		/* bzhi */
		c = b & 0xff;
		v = c < 8 * sz ? a & ((1ull << (c & 63)) - 1) : a;
		x86_flags(s, v, sz, c > 8 * sz - 1, FL_ALL & ~FL_PF);
	} else if (opc == 0xf6 && k == P_F2) {	/* mulx: no flags */
		if (s->unk & 1u << 2)
			return STEP_UNKREG;
		b = s->r[2] & mask;
		v = sz == 8 ? x86_mulh(a, b, 0) : a * b >> 32;
		x86_put(s, vv, sz, a * b);
	} else if (opc == 0xf7) {
		c = b & (8 * sz - 1) & 63;
		if (k == P_66) {
			v = a << c;
		} else if (k == P_F2) {
			v = a >> c;
		} else if (k == P_F3) {
			v = X86_SEXT(a, sz) >> c;
		} else {			/* bextr */
			c = b & 0xff;
			k = b >> 8 & 0xff;
			v = c > 63 ? 0 : a >> (c & 63);
			if (k < 64)
				v &= (1ull << (k & 63)) - 1;
			x86_flags(s, v, sz, 0, FL_ZF | FL_CO);
		}
	} else {
		return STEP_UNK;
	}
	return x86_put(s, reg, sz, v);
}

/* Stack operations and control transfers through memory or registers. */
X86_FN int x86_stack(struct x86_state *s)
{
	struct x86_insn *in;
	u32 opc, k, rg;
	u64 t;

	if (!s)
		return STEP_STOP;
	in = &s->in;
	opc = in->opc;
	if (in->map || in->osz == 2 || (s->unk & 1u << 4))
		return STEP_STOP;
	rg = ((opc & 7) | (in->rex & 1) << 3) & 15;
	if ((opc & 0xf8) == 0x50 || opc == 0x68 || opc == 0x6a || opc == 0xe8 || opc == 0xff) {
		if ((opc & 0xf8) == 0x50 || opc == 0xff) {	/* ff: call or push, of a register or of r[R_MEM] */
			if (opc == 0xff)
				rg = in->rm & 31;
			t = X86_R(rg);
			k = s->unk >> rg & 1;
			s->unk &= ~(1u << R_MEM);
			s->unk |= k << R_MEM;
			s->r[R_MEM] = t;
		} else {
			s->unk &= ~(1u << R_MEM);
			s->r[R_MEM] = opc == 0xe8 ? s->r[16] : (u64)in->imm;
		}
		if (opc == 0xe8) {
			s->r[16] += in->imm;
		} else if (opc == 0xff && (in->reg & 7) == 2) {
			t = s->r[R_MEM];
			if (s->unk >> R_MEM & 1)
				return STEP_STOP;
			s->r[R_MEM] = s->r[16];
			s->r[16] = t;
		}
		s->r[4] -= 8;
		s->ea = s->r[4];
		x86_store(s, 8);
		return STEP_NEXT;
	}
	k = x86_load(s, 8) ? 0 : 1;
	if (opc == 0xc3 || opc == 0xc2) {
		if (!k)
			return STEP_STOP;
		s->r[16] = s->r[R_MEM];
		s->r[4] += 8 + (opc == 0xc2 ? (u16)in->imm : 0);
		return STEP_NEXT;
	}
	if (opc == 0xc9) {
		if (s->unk & 1u << 5)
			return STEP_STOP;
		s->r[4] = s->r[5] + 8;
		rg = 5;
	} else if ((opc & 0xf8) == 0x58) {
		s->r[4] += 8;
	} else {
		return STEP_STOP;
	}
	s->unk &= ~(1u << rg);
	s->unk |= (k ^ 1) << rg;
	X86_R(rg) = s->r[R_MEM];
	return STEP_NEXT;
}

/* The 0f map, without VEX. */
X86_FN int x86_0f(struct x86_state *s)
{
	struct x86_insn *in;
	u32 opc, reg, rm, sz, n, c;
	u64 a, b, v;
	int cc;

	if (!s)
		return STEP_STOP;
	in = &s->in;
	opc = in->opc;
	reg = in->reg & 15;
	rm = in->rm & 31;
	sz = in->osz;
	if (opc >= 0x18 && opc <= 0x1f)
		return STEP_NEXT;
	if ((opc & 0xf0) == 0x40) {		/* cmov */
		cc = x86_cond(s->flags, s->fknown, opc);
		if (cc == 2)
			return STEP_UNKREG;
		if (!cc)
			rm = reg;
		if (s->unk >> rm & 1)
			return STEP_UNKREG;
		return x86_put(s, reg, sz, X86_R(rm));
	}
	if ((opc & 0xf0) == 0x90) {		/* setcc */
		cc = x86_cond(s->flags, s->fknown, opc);
		if (cc == 2 || (!in->rex && rm >= 4 && rm != R_MEM))
			return STEP_UNKREG;
		s->msize = 1;
		return x86_put(s, rm, 1, cc);
	}
	if ((opc & 0xf6) == 0xb6) {		/* movzx, movsx */
		if ((opc & 1) == 0 && !in->rex && rm >= 4 && rm < 16) {
			if (s->unk >> (rm & 3) & 1)
				return STEP_UNKREG;
			v = X86_R(rm & 3) >> 8;	/* ah, ch, dh, bh */
		} else {
			if (s->unk >> rm & 1)
				return STEP_UNKREG;
			v = X86_R(rm);
		}
		v = opc == 0xb6 ? (u8)v : opc == 0xb7 ? (u16)v : opc == 0xbe ? (u64)(s64)(s8)v : (u64)(s64)(s16)v;
		return x86_put(s, reg, sz, v);
	}
	if (opc == 0xaf) {
		if ((s->unk >> rm & 1) || (s->unk >> reg & 1))
			return STEP_UNK;
		return x86_imul(s, reg, X86_R(reg), X86_R(rm));
	}
	if (opc == 0xb8 || opc == 0xbc || opc == 0xbd)
		return x86_scan(s);
	if ((opc & 0xe7) == 0xa3 || opc == 0xba)
		return x86_bt(s);
	if ((opc & 0xf8) == 0xc8) {		/* bswap */
		reg = (opc & 7) | (in->rex & 1) << 3;
		if (sz == 2 || (s->unk >> reg & 1))
			return STEP_UNKREG;
		v = X86_R(reg);
		v = (v & 0x00ff00ff00ff00ffull) << 8 | (v >> 8 & 0x00ff00ff00ff00ffull);
		v = (v & 0x0000ffff0000ffffull) << 16 | (v >> 16 & 0x0000ffff0000ffffull);
		v = v << 32 | v >> 32;
		if (sz == 4)
			v >>= 32;
		return x86_put(s, reg, sz, v);
	}
	if (opc == 0xc3) {			/* movnti */
		if (s->unk >> reg & 1)
			return STEP_UNKREG;
		s->msize = sz;
		return x86_put(s, rm, sz, X86_R(reg));
	}
	if ((opc & 0xf6) == 0xa4) {		/* shld, shrd */
		if (sz == 2 || (s->unk >> reg & 1) || (s->unk >> rm & 1) || ((opc & 1) && (s->unk & 2)))
			return STEP_UNK;
		n = 8 * sz;
		c = opc & 1 ? s->r[1] : in->imm;
		c &= n - 1;
		a = X86_R(rm);
		b = X86_R(reg);
		s->msize = sz;
		if (!c)
			return x86_put(s, rm, sz, a);
		if (sz == 4) {
			a = (u32)a;
			b = (u32)b;
		}
		if (opc & 8) {
			v = a >> (c & 63) | b << ((n - c) & 63);
			c = a >> ((c - 1) & 63) & 1;
		} else {
			v = a << (c & 63) | b >> ((n - c) & 63);
			c = a >> ((n - c) & 63) & 1;
		}
		x86_flags(s, v, sz, c, FL_ALL & ~FL_OF);
		return x86_put(s, rm, sz, v);
	}
	if ((opc & 0xfe) == 0xb0 || (opc & 0xfe) == 0xc0) {	/* cmpxchg, xadd: of memory */
		if (rm != R_MEM || (s->unk & 1u << R_MEM) || (s->unk >> reg & 1) || (opc < 0xc0 && (s->unk & 1)))
			return STEP_UNK;
		if (!(opc & 1)) {
			if (!in->rex && reg >= 4)
				return STEP_UNK;
			sz = 1;
		}
		s->msize = sz;
		b = s->r[R_MEM];
		v = X86_R(reg);
		if (opc >= 0xc0) {
			x86_put(s, reg, sz, b);
			s->fknown = 0;		/* as an add, which nobody looks at */
			return x86_put(s, R_MEM, sz, b + v);
		}
		a = s->r[0];
		n = (64 - 8 * sz) & 63;
		s->flags = a << n == b << n ? FL_ZF : 0;
		s->fknown = FL_ZF;
		if (a << n == b << n) {
			if (sz == 4 && a >> 32)
				s->unk |= 1;	/* processors differ */
			return x86_put(s, R_MEM, sz, v);
		}
		return x86_put(s, 0, sz, b);
	}
	if (opc == 0xae) {
		if (in->mod == 3 && !(in->pfx & (P_66 | P_F2 | P_F3)))
			return STEP_NEXT;	/* fences */
		if (in->acc & X86_ST && (in->reg & 7) != 3)
			s->noload = 1;		/* the saved state is large */
		return STEP_UNKREG;
	}
	/* SSE moves and arithmetic do not touch the flags */
	if ((opc >= 0x10 && opc <= 0x17) || (opc >= 0x28 && opc <= 0x2d) || (opc >= 0x50 && opc <= 0x7f) ||
	    opc == 0xc2 || (opc >= 0xc4 && opc <= 0xc6) || opc >= 0xd0) {
		s->msize = 16;
		return STEP_UNKREG;
	}
	if (opc == 0xc7)
		s->noload |= (in->reg & 7) > 1;
	return STEP_UNK;
}

/* x86_step(): advance over s->in.  s->r[16] already points behind it; a memory operand's
 * address is in s->ea (~0: not known), its value in r[R_MEM]. */
X86_FN int x86_flow(struct x86_state *s)
{
	struct x86_insn *in;
	u32 opc, rm;
	int cc;

	if (!s)
		return STEP_STOP;
	in = &s->in;
	opc = in->opc;
	rm = in->rm & 31;
	if (in->vex || in->osz == 2)
		return STEP_STOP;
	if (in->map == 0 && (opc == 0xe9 || opc == 0xeb)) {
		s->r[16] += in->imm;
		return STEP_NEXT;
	}
	if (in->map == 0 && opc == 0xff && (in->reg & 7) == 4) {	/* jmp r/m */
		if (s->unk >> rm & 1)
			return STEP_STOP;
		s->r[16] = X86_R(rm);
		return STEP_NEXT;
	}
	if (in->map == 0 && opc == 0xe3) {	/* jrcxz, jecxz */
		if (s->unk & 2)
			return STEP_STOP;
		if (!(in->flags & X86_A32 ? (u32)s->r[1] : s->r[1]))
			s->r[16] += in->imm;
		return STEP_NEXT;
	}
	if (!((in->map == 0 && (opc & 0xf0) == 0x70) || (in->map == 1 && (opc & 0xf0) == 0x80)))
		return STEP_STOP;
	cc = x86_cond(s->flags, s->fknown, opc);
	if (cc == 2)
		return STEP_STOP;
	if (cc)
		s->r[16] += in->imm;
	return STEP_NEXT;
}

/* The arithmetic group: grp 0-7 as in the opcode, 8 inc, 9 dec, 10 test, 11 neg. */
X86_FN int x86_alu(struct x86_state *s, u64 ops, u64 b)
{
	u32 grp, dst, sz, fl = 0, known = FL_ALL, c = 0;
	u64 a, v, mask, sign;

	if (!s)
		return STEP_STOP;
	grp = ops & 15;
	dst = ops >> 4 & 31;
	sz = s->msize & 15;
	sign = 1ull << ((8 * sz - 1) & 63);
	mask = sign | (sign - 1);
	a = X86_R(dst) & mask;
	b &= mask;
	if (grp == 2 || grp == 3) {
		if (!(s->fknown & FL_CF))
			return STEP_UNK;
		c = s->flags & 1;
	}
	if (grp == 11) {
		b = a;
		a = 0;
	}
	if (ops >> 9 & 1)			/* xor r,r; sub r,r; sbb r,r */
		a = b = 0;
	if (grp == 0 || grp == 2 || grp == 8) {
		v = (a + b + c) & mask;
		if (v < a || (c && v == a))
			fl |= FL_CF;
		if (~(a ^ b) & (a ^ v) & sign)
			fl |= FL_OF;
	} else if (grp == 1 || grp == 4 || grp == 6 || grp == 10) {
		v = grp == 1 ? a | b : grp == 6 ? a ^ b : a & b;
	} else {
		v = (a - b - c) & mask;
		if (a < b || (c && a == b))
			fl |= FL_CF;
		if ((a ^ b) & (a ^ v) & sign)
			fl |= FL_OF;
	}
	if (grp == 8 || grp == 9) {		/* inc, dec keep CF */
		fl = (fl & ~FL_CF) | (s->flags & FL_CF);
		known = s->fknown | (FL_ALL & ~FL_CF);
	}
	x86_flags(s, v, sz, fl, known);
	if (grp == 7 || grp == 10)
		return STEP_NEXT;
	return x86_put(s, dst, sz, v);
}

/* The one-byte map. */
X86_FN int x86_one(struct x86_state *s)
{
	struct x86_insn *in;
	u32 opc, reg, rm, grp, sz, dst, know, c;
	u64 b, v, zero = 0;

	if (!s)
		return STEP_STOP;
	in = &s->in;
	opc = in->opc;
	reg = in->reg & 15;
	rm = in->rm & 31;
	sz = in->osz;
	if (opc == 0x90 && !(in->rex & 1))
		return STEP_NEXT;
	if (opc == 0x9b || opc == 0xfc || opc == 0xfd)
		return STEP_NEXT;
	if (opc == 0xf8 || opc == 0xf9) {	/* clc, stc */
		s->flags = (s->flags & ~FL_CF) | (opc & 1);
		s->fknown |= FL_CF;
		return STEP_NEXT;
	}
	if ((opc & 0xf8) == 0xd8) {		/* x87: only the register forms touch flags or ax */
		if (in->acc & X86_ST && opc == 0xdd && (in->reg & 7) == 6)
			s->noload = 1;
		if (in->mod != 3)
			in->wmask = 0;
		return in->mod == 3 ? STEP_UNK : STEP_UNKREG;
	}
	if ((opc < 0x40 && !(opc & 1)) || opc == 0x80 || opc == 0x84 || opc == 0x86 || opc == 0x88 || opc == 0x8a ||
	    opc == 0xf6 || opc == 0xfe || opc == 0xa8 || opc == 0xc6 || opc == 0xc0 || opc == 0xd0 || opc == 0xd2 ||
	    (opc & 0xf8) == 0xb0) {
		sz = 1;
		if (!in->rex && (opc & 0xf8) != 0xb0) {
			u32 h = opc < 0x40 || (opc & 0xfc) == 0x84 || (opc & 0xfc) == 0x88;	/* reg is a register */

			if (h && (opc & 7) != 4 && reg >= 4 && opc != 0x84)
				return (opc & 0xfc) == 0x88 ? STEP_UNKREG : STEP_UNK;
			if (opc == 0x84 && reg >= 4)
				return STEP_UNK;
			if (opc != 0xa8 && (opc & 7) != 4 && rm >= 4 && rm < 16) {
				/* ah, ch, dh, bh as a source only: test, cmp */
				if (!((opc == 0xf6 && in->reg < 2) || opc == 0x38 || (opc == 0x80 && in->reg == 7)))
					return (opc & 0xfc) == 0x88 || opc == 0xc6 ? STEP_UNKREG : STEP_UNK;
				s->unk &= ~(1u << R_MEM);
				s->unk |= (s->unk >> (rm & 3) & 1) << R_MEM;
				s->r[R_MEM] = X86_R(rm & 3) >> 8;
				rm = R_MEM;
			} else if (opc == 0x84 && rm >= 4 && rm < 16) {
				return STEP_UNK;
			}
		}
		if ((opc & 0xfc) == 0xb4 && !in->rex)
			return STEP_UNKREG;
		opc |= (opc & 0xf0) == 0xb0 ? 8 : 1;
	}
	s->msize = sz;
	if (opc == 0x8d) {			/* lea: EA was computed by the caller */
		if (s->ea == ~0ull)
			return STEP_UNKREG;
		return x86_put(s, reg, sz, s->ea);
	}
	if (opc >= 0xb8 && opc <= 0xbf)
		return x86_put(s, (opc & 7) | (in->rex & 1) << 3, sz, in->imm);
	if (opc == 0x89 || opc == 0x8b || opc == 0x63) {
		dst = opc == 0x89 ? rm : reg;
		c = opc == 0x89 ? reg : rm;
		if (s->unk >> c & 1)
			return STEP_UNKREG;
		v = X86_R(c);
		if (opc == 0x63)
			v = (s64)(s32)v;
		return x86_put(s, dst, sz, v);
	}
	if (opc == 0xc7)
		return x86_put(s, rm, sz, in->imm);
	if (opc == 0x87 || (opc & 0xf8) == 0x90) {	/* xchg */
		if (opc != 0x87) {
			reg = 0;
			rm = (opc & 7) | (in->rex & 1) << 3;
		}
		if (((s->unk >> reg) | (s->unk >> rm)) & 1)
			return STEP_UNKREG;
		b = X86_R(reg);
		v = X86_R(rm);
		x86_put(s, reg, sz, v);
		return x86_put(s, rm, sz, b);
	}
	if (opc == 0x98 || opc == 0x99) {	/* cbw cwde cdqe, cwd cdq cqo */
		if (s->unk & 1)
			return STEP_UNKREG;
		v = s->r[0];
		if (opc == 0x99)
			return x86_put(s, 2, sz, X86_SEXT(v, sz) >> 63);
		return x86_put(s, 0, sz, X86_SEXT(v, sz / 2));
	}
	if (opc == 0xc1 || opc == 0xd1 || opc == 0xd3) {
		if (opc == 0xd3 && (s->unk & 2))
			return STEP_UNK;
		c = opc == 0xd1 ? 1 : opc == 0xd3 ? (u32)s->r[1] : (u32)in->imm;
		return x86_shift(s, sz, c);
	}
	if (opc == 0x69 || opc == 0x6b) {
		if (s->unk >> rm & 1)
			return STEP_UNK;
		return x86_imul(s, reg, X86_R(rm), in->imm);
	}
	grp = in->reg & 7;
	dst = rm;
	know = 1u << rm;
	b = in->imm;
	if (opc == 0xf7 && grp >= 4)
		return x86_muldiv(s, sz);
	if (opc == 0xf7 && grp == 2) {		/* not */
		if (s->unk >> rm & 1)
			return STEP_UNKREG;
		return x86_put(s, rm, sz, ~X86_R(rm));
	}
	if (opc < 0x40 && (opc & 7) < 6) {
		grp = opc >> 3;
		if ((opc & 7) == 5) {
			dst = 0;
			know = 1;
		} else {
			know |= 1u << reg;
			if ((opc & 7) == 3)
				dst = reg;
			c = (opc & 7) == 3 ? rm : reg;
			b = X86_R(c);
			if (rm == reg && (grp == 6 || grp == 5 || grp == 3)) {
				know = 0;
				zero = 1;
			}
		}
	} else if (opc == 0xa9) {
		grp = 10;
		dst = 0;
		know = 1;
	} else if (opc == 0x85) {
		grp = 10;
		know |= 1u << reg;
		b = X86_R(reg);
	} else if (opc == 0xf7) {
		grp = grp == 3 ? 11 : 10;
	} else if (opc == 0xff && grp < 2) {
		grp += 8;
		b = 1;
	} else if (opc != 0x81 && opc != 0x83) {
		return opc == 0x9f ? STEP_UNKREG : STEP_UNK;	/* lahf; anything else */
	}
	if (s->unk & know)
		return STEP_UNK;
	return x86_alu(s, grp | dst << 4 | zero << 9, b);
}

X86_FN int x86_step(struct x86_state *s)
{
	struct x86_insn *in;
	u32 opc;

	if (!s)
		return STEP_STOP;
	in = &s->in;
	opc = in->opc;
	s->msize = 64;
	if (!s->emulate)
		return in->flags & X86_FLOW ? STEP_STOP : STEP_UNK;
	if (!in->vex && !in->map && opc == 0x8f)
		return STEP_STOP;		/* pop m */
	if (in->flags & X86_FLOW)
		return x86_flow(s);
	if (in->vex)
		return x86_vexop(s);
	if (in->map == 0)
		return x86_one(s);
	if (in->map == 1)
		return x86_0f(s);
	if (in->map == 3) {
		if ((opc & 0xfc) != 0x60)
			return STEP_UNKREG;
		in->wmask = 2;			/* pcmp?str?: rcx or xmm0, and the flags */
		return STEP_UNK;
	}
	return opc == 0x17 || opc > 0xf1 ? STEP_UNK : STEP_UNKREG;
}

/* Text at ip into s->code; 80 bytes, or up to the page end. */
X86_FN int x86_fetch(struct x86_state *s, u64 ip)
{
	u32 n;

	if (!s)
		return -1;
	s->cbase = ip;
	if (!X86_READ(s->code, 80, ip))
		return 0;
	n = 4096 - (ip & 4095);
	if (n >= 80)
		return -1;
	n &= 127;
	if (n > 80)
		return -1;
	return X86_READ(s->code, n, ip);
}

/* Effective address of s->in into s->ea, ~0 if unknown. */
X86_FN int x86_ea(struct x86_state *s, u32 second)
{
	struct x86_insn *in;
	u32 b, i, need = 0;
	u64 a;

	if (!s)
		return -1;
	in = &s->in;
	b = in->base & 31;
	i = in->index & 31;
	if (second)
		b = 7;
	if (b < 16)
		need |= 1u << b;
	if (i < 16)
		need |= 1u << i;
	s->ea = ~0ull;
	if (s->unk & need)
		return -1;
	a = X86_R(b) + (X86_R(i) << (in->scale & 3)) + in->disp;
	if (in->flags & X86_BIT) {
		u32 rg = in->reg & 15;
		s64 bit = X86_R(rg);

		if (s->unk >> rg & 1)
			return -1;
		a += in->osz == 8 ? (bit >> 6) << 3 : in->osz == 4 ? ((s64)(s32)bit >> 5) << 2 : ((s64)(s16)bit >> 4) << 1;
	}
	if ((in->t & X_SMASK) == X_S(7)) {	/* xlat */
		if (s->unk & 1)
			return -1;
		a += (u8)s->r[0];
	}
	if (in->flags & X86_A32)
		a = (u32)a;
	if (in->seg && (in->opc != 0x8d || in->map))
		a += X86_SEG(s, in->seg);
	s->ea = a;
	return 0;
}

/* One access of the walk, whose address is in s->ea: a reservoir of one, every access is as likely. */
X86_FN int x86_access(struct x86_state *s, u32 i)
{
	if (!s)
		return 0;
	if (s->ea == ~0ull) {
		s->nunk++;
		return 0;
	}
	s->n++;
	s->rnd = s->rnd * 1664525 + 1013904223;
	if ((u64)(s->rnd >> 8) * s->n >> 24 == 0) {
		s->chosen = s->ea;
		s->acc = s->in.acc;
		s->kind = s->in.flags;
		s->depth = i;
	}
	X86_SAW(s, i);
	return s->n >= s->max_acc;
}

/* One instruction of the walk.  0: go on; else why it ends.  A global function with all
 * of its state in memory, so that the loop around it costs the verifier next to nothing. */
X86_FN int x86_walk(struct x86_state *s, u32 i)
{
	u64 off;
	u32 fl, o, sz;
	int r;

	if (!s)
		return C_BAD;
	off = s->r[16] - s->cbase;
	if (off > 64) {
		if (x86_fetch(s, s->r[16]))
			return C_NOFETCH;
		off = 0;
	}
	s->in.lo = *(u64 *)((u8 *)s->code + off);
	s->in.hi = *(u64 *)((u8 *)s->code + off + 8);
	if (x86_decode(&s->in))
		return C_BAD;
	s->r[16] += s->in.len;
	fl = s->in.flags;
	o = s->in.opc;
	if (fl & X86_MEM) {
		s->ea = ~0ull;
		if (!(fl & X86_NOEA))
			x86_ea(s, (fl & X86_STR2) && (s->rnd >> 31));
		else if (s->in.acc & X86_ST)
			s->noload = 1;
		if (x86_access(s, i))
			return C_LIMIT;
		if (s->ea == ~0ull) {
			if (!s->n)
				s->fin = fl & X86_NOEA ? C_NOEA : C_CLOBBER;
			if (s->max_acc == 1)
				return C_CLOBBER;
		}
		if (s->in.base != X86_NOREG && (s->in.t & X_SMASK) >> 16 >= 4)
			return C_FLOW;		/* string operations */
		if (!s->emulate)
			return C_FLOW;
		if (fl & X86_STK)
			return x86_stack(s) ? C_FLOW : 0;
		s->unk |= 1u << R_MEM;
		s->in.rm = R_MEM;
		if ((s->in.acc & X86_LD) && s->ea != ~0ull &&
		    ((!s->in.vex && s->in.map < 2) || (s->in.vex == 1 && s->in.map > 1 && o >= 0xf0))) {
			sz = s->in.vex ? 8 : s->in.osz;
			if (s->in.map == 1) {
				if ((o & 0xf6) == 0xb6)
					sz = 1 + (o & 1);
				else if ((o & 0xfe) == 0xb0 || (o & 0xfe) == 0xc0)
					sz = (o & 1) ? sz : 1;
			} else if (!s->in.vex) {
				sz = o == 0x63 ? 4 : (o == 0xff && (s->in.reg & 7) > 1) ? 8 : (o & 1) || o == 0x62 ? sz : 1;
			}
			x86_load(s, sz);
		}
		if (!s->in.vex && !s->in.map && o == 0xff && ((s->in.reg & 7) == 2 || (s->in.reg & 7) == 6)) {
			/* call m, push m: a second access */
			s->ea = s->unk & 1u << 4 ? ~0ull : s->r[4] - 8;
			s->in.acc = X86_ST;
			s->in.flags |= X86_STK;
			if (x86_access(s, i))
				return C_LIMIT;
			return x86_stack(s) ? C_FLOW : 0;
		}
	} else if (o == 0x8d && s->in.map == 0) {
		x86_ea(s, 0);
	}
	r = x86_step(s);
	if (r == STEP_STOP)
		return C_FLOW;
	if (r >= STEP_UNK) {
		s->unk |= s->in.wmask | 1u << R_MEM;
		if (r == STEP_UNK)
			s->fknown = 0;
	}
	if ((fl & X86_MEM) && (s->in.acc & X86_ST))
		x86_store(s, s->msize);
	return 0;
}

/* Does an access of l bytes of code end at RIP (s->code + 16)?  If the registers of its address are
 * still there, doing it again changes nothing: the register it loaded has the value that memory has, a
 * compare yields the flags there are, memory has what it stored.  That is checked, so that bytes which
 * merely look like such an instruction do not pass. */
X86_FN int x86_back1(struct x86_state *s, u32 l)
{
	u32 o, i, bad = 0, fl, fk, sz;
	u64 off, m;
	int r;

	if (!s)
		return 0;
	off = 16 - l;
	if (off > 15)
		return 0;
	s->in.lo = *(u64 *)((u8 *)s->code + off);
	s->in.hi = *(u64 *)((u8 *)s->code + off + 8);
	if (x86_decode(&s->in) || s->in.len != l)
		return 0;
	o = s->in.opc;
	if (!(s->in.flags & X86_MEM) || (s->in.flags & (X86_FLOW | X86_STK | X86_NOEA | X86_STR2 | X86_BIT)) ||
	    s->in.vex || s->in.map > 1 || s->in.acc == 3 || (s->in.t & X_SMASK))
		return 0;
	/* moves, and those compares whose flags tell enough; 38, 3a, f7, and, or are too often other bytes */
	if (s->in.map == 0 && !(o == 0x8b || o == 0x8a || o == 0x89 || o == 0x88 || o == 0x63 || (o & 0xfe) == 0xc6 ||
				o == 0x39 || o == 0x3b || (o & 0xfe) == 0x84 || (o & 0xfc) == 0x80))
		return 0;
	if (s->in.map == 1 && (o & 0xf6) != 0xb6)
		return 0;
	if (s->in.map == 0 && (o & 0xfe) == 0xf6 && s->in.reg > 1)
		return 0;
	i = 1u << (s->in.base & 31) | 1u << (s->in.index & 31);
	if (s->in.wmask & i)			/* the address is gone: mov (%rax),%rax */
		return 0;
	if (x86_ea(s, 0) || s->ea < 4096)
		return 0;
	sz = s->in.map ? 1 + (o & 1) : o == 0x63 ? 4 : (o & 1) ? s->in.osz : 1;
	if (x86_load(s, sz))
		return 0;
	m = s->r[R_MEM];
	s->in.rm = R_MEM;
	fl = s->flags;
	fk = s->fknown;
	r = x86_step(s);
	if (r != STEP_NEXT)
		bad = 1;
	if ((s->flags ^ fl) & s->fknown & FL_ALL)
		bad = 1;
	for (i = 0; i < 16; i++) {
		if (s->r[i] != s->save[i]) {
			bad = 1;
			s->r[i] = s->save[i];
		}
	}
	if (s->in.acc & X86_ST) {
		i = (64 - 8 * sz) & 63;
		if (m << i != s->r[R_MEM] << i)
			bad = 1;
	}
	s->unk = 0;
	s->flags = fl;
	s->fknown = fk;
	if (bad)
		return 0;
	s->back = s->ea;
	s->back_acc = s->in.acc;
	s->back_len = l;
	return 1;
}

/* The access that ends at RIP, into s->back.  An interrupt waits for the oldest instruction: when
 * that is a load that misses, RIP is right behind it. */
X86_FN int x86_back(struct x86_state *s)
{
	u32 i;

	if (!s)
		return 0;
	s->back = 0;
	if (X86_READ(s->code, 32, s->r[16] - 16))
		return 0;
	for (i = 0; i < 16; i++)
		s->save[i] = s->r[i];
	for (i = 0; i < 12; i++)
		if (x86_back1(s, 13 - i))
			return 1;
	return 0;
}
#endif
