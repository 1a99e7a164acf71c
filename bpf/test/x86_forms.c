// SPDX-License-Identifier: Apache-2.0
#include "x86_forms.h"

#include <string.h>

#define PREFIXES 4
#define MAPS 4
#define FORMS (2 * MAPS * 256 * PREFIXES * 8 * FORM_OPERANDS)

u64 form_random(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Whether ModRM.reg is part of the opcode. */
static bool is_group(const struct form *form)
{
	u32 opcode = form->opcode;

	if (form->encoding == X86_VEX)
		return form->map == 2 && opcode == 0xf3;
	if (form->map == 1)
		return opcode == 0xba || opcode == 0xc7 || opcode == 0xae || (opcode >= 0x71 && opcode <= 0x73);
	if (form->map)
		return false;
	return (opcode & 0xfc) == 0x80 || opcode == 0x8f || (opcode & 0xfe) == 0xc0 || (opcode & 0xfe) == 0xc6 ||
	       (opcode & 0xfc) == 0xd0 || (opcode & 0xf8) == 0xd8 || (opcode & 0xfe) == 0xf6 || (opcode & 0xfe) == 0xfe;
}

/*
 * What must not be run alone, in a process whose registers are made up: system calls and what only the kernel may do,
 * far jumps and segment registers, traps, transactions, state as large as a page, what masks or repeats its access.
 */
static bool is_excluded(const struct form *form)
{
	u32 opcode = form->opcode;

	if (form->encoding == X86_VEX && form->map == 1)
		return opcode == 0xae || opcode == 0x77 || opcode == 0xf7;
	if (form->encoding == X86_VEX)		/* gathers; tiles */
		return form->map == 2 && ((opcode & 0xfc) == 0x90 || opcode == 0x49 || opcode == 0x4b);
	switch (form->map << 8 | opcode) {
	case 0x6c ... 0x6f:	/* ins, outs */
	case 0x8c:
	case 0x8e:
	case 0x8f:		/* pop m ends a walk */
	case 0x9a ... 0x9d:
	case 0xa0 ... 0xa7:	/* absolute addresses; string operations */
	case 0xaa ... 0xaf:
	case 0xc8:
	case 0xca ... 0xcf:
	case 0xd7:
	case 0xe4 ... 0xe7:
	case 0xea:
	case 0xec ... 0xef:
	case 0xf1:
	case 0xf4:
	case 0xfa:
	case 0xfb:
	case 0xfd:		/* std: the direction flag would stay */
	case 0x100 ... 0x10f:
	case 0x120 ... 0x127:
	case 0x130 ... 0x13f:
	case 0x178 ... 0x179:	/* vmread, vmwrite */
	case 0x1a0 ... 0x1a2:
	case 0x1a8 ... 0x1aa:
	case 0x1ae:
	case 0x1b2:
	case 0x1b4:
	case 0x1b5:
	case 0x1b9:
	case 0x1f7:		/* maskmov */
	case 0x1ff:
	case 0x280 ... 0x287:	/* invept and its like */
	case 0x2f5:
	case 0x2f8 ... 0x2ff:
		return true;
	case 0xc6:
	case 0xc7:
		return form->group == 7;
	case 0xd9:		/* the x87's control word and environment would stay */
		return form->group == 4 || form->group == 5;
	case 0xdd:
		return form->group == 4;
	case 0xff:
		return form->group == 3 || form->group == 5;
	case 0x1c7:
		return form->group != 1;
	default:
		return false;
	}
}

static struct form form_of(int number)
{
	static const u8 prefixes[PREFIXES] = { 0, 0x66, 0xf2, 0xf3 };
	u32 bits = (u32)number;
	struct form form;

	form.operand = (u8)(bits % FORM_OPERANDS);
	bits /= FORM_OPERANDS;
	form.group = bits & 7;
	form.prefix = prefixes[bits >> 3 & 3];
	form.opcode = (u8)(bits >> 5);
	form.map = bits >> 13 & 3;
	form.encoding = bits >> 15 & 1 ? X86_VEX : X86_LEGACY;
	return form;
}

static bool decodes(const struct form *form, struct x86_instruction *in)
{
	struct written written;
	u64 state = 88172645463325252ULL;

	memset(in, 0, sizeof(*in));
	form_write(form, &state, &written);
	memcpy(&in->bytes_low, written.code, 8);
	memcpy(&in->bytes_high, written.code + 8, 8);
	return !x86_decode(in) && in->map == form->map && in->opcode == form->opcode && in->encoding == form->encoding;
}

/* Whether the form is one of its own, and not another one written a second time. */
static bool is_wanted(const struct form *form)
{
	struct x86_instruction in;

	if (form->encoding == X86_VEX && form->map == 0)
		return false;
	if (form->encoding == X86_LEGACY && form->map == 0 && (x86_traits[form->opcode] & X_PFX))
		return false;
	if ((!is_group(form) && form->group) || is_excluded(form) || !decodes(form, &in))
		return false;
	return (in.traits & X_M) ? form->operand == FORM_REGISTER || (in.flags & X86_ACCESS) || form->opcode == 0x8d :
				   form->operand == FORM_REGISTER;
}

int form_next(int number, struct form *form)
{
	for (; number < FORMS; number++) {
		*form = form_of(number);
		if (is_wanted(form))
			return number;
	}
	return -1;
}

static void put(struct written *written, u32 byte)
{
	written->code[written->length++] = (u8)byte;
}

static void put_displacement(struct written *written, u32 bytes, u64 random)
{
	s64 displacement = bytes == 1 ? (s8)random : (s32)random;

	memcpy(written->code + written->length, &displacement, bytes);
	written->displacement = bytes ? displacement : 0;
	written->length += bytes;
}

/* ModRM, SIB and displacement of an operand in memory. `reg` holds the low three bits for ModRM.reg. */
static void put_memory(struct written *written, u32 reg, u64 random)
{
	u32 mod = (random & 0xff) % 3, base = (u32)written->base, index = (u32)written->index;
	bool has_sib = index != X86_NONE || (base & 7) == 4;

	if (base == X86_RIP) {
		put(written, reg << 3 | 5);
		written->displacement_offset = written->length;
		put_displacement(written, 4, 0);
		return;
	}
	if (mod == 0 && (base & 7) == 5)
		mod = 1;
	put(written, mod << 6 | reg << 3 | (has_sib ? 4 : base & 7));
	if (has_sib)
		put(written, written->scale << 6 | (index == X86_NONE ? 4 : index & 7) << 3 | (base & 7));
	put_displacement(written, mod == 1 ? 1 : mod == 2 ? 4 : 0, random >> 16);
}

static void draw_operand(struct written *written, u64 random)
{
	written->base = random & 15;
	written->index = random >> 4 & 15;
	written->scale = random >> 8 & 3;
	if ((random >> 10 & 3) == 0 || written->index == X86_RSP || written->index == written->base)
		written->index = X86_NONE;
	if ((random >> 12 & 15) == 0) {
		written->base = X86_RIP;
		written->index = X86_NONE;
	}
	if (written->index == X86_NONE)
		written->scale = 0;
}

static u32 high_bit(int number)
{
	return number >= 8 && number < 16;
}

static void put_vex(const struct form *form, struct written *written, u32 rex, u64 random)
{
	u32 compressed = form->prefix == 0x66 ? 1 : form->prefix == 0xf3 ? 2 : form->prefix == 0xf2 ? 3 : 0;

	put(written, 0xc4);
	put(written, (~rex & 7) << 5 | form->map);
	/* W, the inverted register, 128 bits or 256: BMI has 128 only */
	put(written, (rex & 8) << 4 | (random & 15) << 3 | (form->map > 1 && form->opcode >= 0xf0 ? 0 : random >> 4 & 1) << 2 |
			     compressed);
	put(written, form->opcode);
}

static void put_legacy(const struct form *form, struct written *written, u32 rex, bool has_rex)
{
	if (form->prefix)
		put(written, form->prefix);
	if (has_rex)
		put(written, 0x40 | rex);
	if (form->map)
		put(written, 0x0f);
	if (form->map > 1)
		put(written, form->map == 2 ? 0x38 : 0x3a);
	put(written, form->opcode);
}

static void fill_rest(struct written *written, u64 *state)
{
	for (u32 i = written->length; i < sizeof(written->code); i++)
		written->code[i] = (u8)form_random(state);
	/* An immediate or displacement of four bytes may lead a branch anywhere: keep it near, of either sign. */
	if (form_random(state) & 1)
		memset(written->code + written->length + 1, written->code[written->length] & 0x80 ? 0xff : 0, 3);
}

void form_write(const struct form *form, u64 *state, struct written *written)
{
	u64 random = form_random(state);
	u32 reg = is_group(form) ? form->group | (random >> 40 & 8) : random >> 40 & 15, rm = random >> 44 & 15, rex;
	u32 traits = x86_traits[(u32)form->map << 8 | form->opcode];
	bool in_memory = form->operand == FORM_MEMORY;

	memset(written, 0, sizeof(*written));
	written->base = written->index = X86_NONE;
	if (in_memory)
		draw_operand(written, form_random(state));
	else
		written->base = X86_NONE;
	rex = (random >> 50 & 1) << 3 | high_bit((int)reg) << 2 | high_bit(written->index) << 1;
	rex |= in_memory ? high_bit(written->base) : high_bit((int)rm);
	if (!(traits & X_M) && form->encoding == X86_LEGACY)
		rex = (rex & 8) | (random >> 51 & 1);
	if (form->encoding == X86_VEX)
		put_vex(form, written, rex, random >> 32);
	else
		put_legacy(form, written, rex, rex || (random >> 52 & 1));
	if (form->encoding == X86_VEX || (traits & X_M)) {
		if (in_memory)
			put_memory(written, reg & 7, form_random(state));
		else
			put(written, 0xc0 | (reg & 7) << 3 | (rm & 7));
	}
	fill_rest(written, state);
}
