// SPDX-License-Identifier: GPL-2.0-only
/* How many bytes of memory an instruction touches. */
#include "insn.h"

static unsigned int scalar_width(const struct x86_insn *insn, unsigned int packed)
{
	switch (insn->prefix) {
	case PREFIX_F3:
		return 4;
	case PREFIX_F2:
		return 8;
	}
	return packed;
}

static unsigned int mmx_width(const struct x86_insn *insn, unsigned int mmx, unsigned int vector)
{
	return insn->prefix == PREFIX_NONE && !insn->vex ? mmx : vector;
}

static unsigned int duplicate_width(const struct x86_insn *insn, unsigned int vector)
{
	if (insn->prefix == PREFIX_F3 || (insn->prefix == PREFIX_F2 && insn->vector256))
		return vector;
	return 8;
}

static unsigned int integer_width(const struct x86_insn *insn)
{
	return insn->prefix == PREFIX_F3 || insn->prefix == PREFIX_F2 ? x86_operand_size(insn) : 8;
}

static unsigned int vector_width(const struct x86_insn *insn)
{
	unsigned int vector = insn->vector256 ? 32 : 16;

	switch (insn->op.width) {
	case WIDTH_HALF:
		return vector / 2;
	case WIDTH_QUARTER:
		return vector / 4;
	case WIDTH_EIGHTH:
		return vector / 8;
	case WIDTH_SCALAR:
		return scalar_width(insn, vector);
	case WIDTH_MMX:
		return mmx_width(insn, 8, vector);
	case WIDTH_MMX_COUNT:
		return mmx_width(insn, 8, 16);
	case WIDTH_MMX_UNPACK:
		return mmx_width(insn, 4, vector);
	case WIDTH_DUPLICATE:
		return duplicate_width(insn, vector);
	case WIDTH_WIDEN:
		return scalar_width(insn, insn->prefix == PREFIX_66 ? vector : vector / 2);
	case WIDTH_WIDEN_INTEGER:
		return insn->prefix == PREFIX_F3 ? vector / 2 : vector;
	case WIDTH_COMPARE:
		return insn->prefix == PREFIX_66 ? 8 : 4;
	case WIDTH_FROM_INTEGER:
		return integer_width(insn);
	case WIDTH_TO_INTEGER:
		return scalar_width(insn, insn->prefix == PREFIX_66 ? 16 : 8);
	}
	return vector;
}

unsigned int x86_width(const struct x86_insn *insn)
{
	switch (insn->op.width) {
	case WIDTH_NONE:
		return 0;
	case WIDTH_1:
		return 1;
	case WIDTH_2:
		return 2;
	case WIDTH_4:
		return 4;
	case WIDTH_8:
		return 8;
	case WIDTH_10:
		return 10;
	case WIDTH_16:
		return 16;
	case WIDTH_OPERAND:
		return insn->opcode & 1 ? x86_operand_size(insn) : 1;
	case WIDTH_OSIZE:
		return x86_operand_size(insn);
	case WIDTH_D_Q:
		return insn->rex & REX_W ? 8 : 4;
	case WIDTH_PAIR:
		return insn->rex & REX_W ? 16 : 8;
	}
	return vector_width(insn);
}
