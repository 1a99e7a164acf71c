// SPDX-License-Identifier: GPL-2.0-only
/* From bytes to struct x86_insn. */
#include "insn.h"

struct cursor {
	const u8 *at;
	const u8 *end;
};

static bool take(struct cursor *cursor, unsigned int bytes, u64 *value)
{
	*value = 0;
	if ((size_t)(cursor->end - cursor->at) < bytes)
		return false;
	memcpy(value, cursor->at, bytes);
	cursor->at += bytes;
	return true;
}

static bool take_byte(struct cursor *cursor, u8 *byte)
{
	if (cursor->at == cursor->end)
		return false;
	*byte = *cursor->at++;
	return true;
}

static bool take_signed(struct cursor *cursor, unsigned int bytes, u64 *value)
{
	if (!take(cursor, bytes, value))
		return false;
	switch (bytes) {
	case 1:
		*value = (u64)(s64)(s8)*value;
		break;
	case 2:
		*value = (u64)(s64)(s16)*value;
		break;
	case 4:
		*value = (u64)(s64)(s32)*value;
		break;
	}
	return true;
}

static bool legacy_prefix(struct x86_insn *insn, u8 byte)
{
	switch (byte) {
	case 0x66:
		insn->operand16 = true;
		return true;
	case 0x67:
		insn->address32 = true;
		return true;
	case 0xf0:
		insn->lock = true;
		return true;
	case 0xf2:
	case 0xf3:
		insn->repeat = byte;
		return true;
	case 0x64:
		insn->segment = SEGMENT_FS;
		return true;
	case 0x65:
		insn->segment = SEGMENT_GS;
		return true;
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:	/* no meaning in 64-bit mode, or a branch hint */
		return true;
	}
	return false;
}

/* VEX carries what REX, the mandatory prefix and the escape bytes say. */
static bool parse_vex(struct x86_insn *insn, struct cursor *cursor, bool three_bytes)
{
	u8 first, last;

	if (insn->has_rex || insn->operand16 || insn->repeat || insn->lock)
		return false;
	if (!take_byte(cursor, &first))
		return false;
	last = first;
	insn->map = 1;
	insn->rex = first & 0x80 ? 0 : REX_R;
	if (three_bytes) {
		if (!take_byte(cursor, &last))
			return false;
		insn->map = first & 0x1f;
		insn->rex = (u8)((first >> 5 ^ 7) | (last & 0x80 ? REX_W : 0));
	}
	insn->vex = true;
	insn->vector256 = last & 4;
	insn->vvvv = (u8)((last >> 3 & 15) ^ 15);
	insn->prefix = last & 3;
	insn->operand16 = insn->prefix == PREFIX_66;
	return insn->map >= 1 && insn->map <= 3;
}

static bool parse_escape(struct x86_insn *insn, struct cursor *cursor, u8 *byte)
{
	if (insn->repeat)
		insn->prefix = insn->repeat == 0xf3 ? PREFIX_F3 : PREFIX_F2;
	else if (insn->operand16)
		insn->prefix = PREFIX_66;
	if (*byte != 0x0f)
		return true;
	if (!take_byte(cursor, byte))
		return false;
	insn->map = 1;
	if (*byte != 0x38 && *byte != 0x3a)
		return true;
	insn->map = *byte == 0x38 ? 2 : 3;
	return take_byte(cursor, byte);
}

static bool parse_opcode(struct x86_insn *insn, struct cursor *cursor)
{
	u8 byte;

	do {
		if (!take_byte(cursor, &byte))
			return false;
	} while (legacy_prefix(insn, byte));
	if ((byte & 0xf0) == 0x40) {
		insn->has_rex = true;
		insn->rex = byte & 0x0f;
		if (!take_byte(cursor, &byte))
			return false;
	}
	if (byte == 0xc4 || byte == 0xc5) {
		if (!parse_vex(insn, cursor, byte == 0xc4) || !take_byte(cursor, &byte))
			return false;
	} else if (!parse_escape(insn, cursor, &byte)) {
		return false;
	}
	insn->opcode = byte;
	insn->op = *x86_table(insn->map, byte);
	return insn->op.bytes;
}

/* bit 3 of a register's number comes from REX */
static u8 extended(const struct x86_insn *insn, unsigned int low, u8 rex_bit)
{
	return (u8)((low & 7) | (insn->rex & rex_bit ? 8 : 0));
}

static bool parse_sib(struct x86_insn *insn, struct cursor *cursor, unsigned int *bytes)
{
	u8 sib;

	if (!take_byte(cursor, &sib))
		return false;
	insn->scale = sib >> 6;
	insn->index = extended(insn, sib >> 3, REX_X);
	if (insn->index == X86_RSP)
		insn->index = X86_NO_REG;
	insn->base = extended(insn, sib, REX_B);
	if ((sib & 7) == X86_RBP && insn->mod == 0) {
		insn->base = X86_NO_REG;
		*bytes = 4;
	}
	return true;
}

static bool parse_memory(struct x86_insn *insn, struct cursor *cursor)
{
	unsigned int bytes = insn->mod == 1 ? 1 : insn->mod == 2 ? 4 : 0;
	unsigned int rm = insn->rm & 7;

	insn->index = X86_NO_REG;
	insn->base = insn->rm;
	if (rm == X86_RSP) {
		if (!parse_sib(insn, cursor, &bytes))
			return false;
	} else if (rm == X86_RBP && insn->mod == 0) {
		insn->base = X86_NO_REG;
		insn->rip_relative = true;
		bytes = 4;
	}
	return take_signed(cursor, bytes, &insn->displacement);
}

static bool parse_modrm(struct x86_insn *insn, struct cursor *cursor)
{
	u8 modrm;

	if (!(insn->op.bytes & OP_MODRM))
		return true;
	if (!take_byte(cursor, &modrm))
		return false;
	insn->mod = modrm >> 6;
	insn->reg = extended(insn, modrm >> 3, REX_R);
	insn->rm = extended(insn, modrm, REX_B);
	return insn->mod == 3 || parse_memory(insn, cursor);
}

static bool encoding_allowed(const struct x86_insn *insn)
{
	if (insn->vex)
		return insn->op.bytes & (OP_VEX | OP_VEX_ONLY);
	return !(insn->op.bytes & OP_VEX_ONLY);
}

static bool choose_variant(struct x86_insn *insn)
{
	struct x86_op variant;

	if (insn->op.choice == CHOICE_NONE)
		return encoding_allowed(insn);
	variant = *x86_variant(insn->op.choice, insn);
	if (!variant.bytes)
		return false;
	variant.bytes |= insn->op.bytes;
	insn->op = variant;
	return encoding_allowed(insn);
}

unsigned int x86_operand_size(const struct x86_insn *insn)
{
	if (insn->rex & REX_W)
		return 8;
	return insn->operand16 ? 2 : 4;
}

static unsigned int immediate_bytes(const struct x86_insn *insn)
{
	unsigned int osize = x86_operand_size(insn);

	switch (insn->op.bytes & OP_IMMEDIATE) {
	case IMM_8:
		return 1;
	case IMM_16:
		return 2;
	case IMM_32:
		return 4;
	case IMM_V:
		return osize;
	case IMM_OPERAND:
		if (!(insn->opcode & 1))
			return 1;
		return osize == 2 ? 2 : 4;
	case IMM_Z:
		return osize == 2 ? 2 : 4;
	}
	return 0;
}

bool x86_parse(struct x86_insn *insn, const u8 *code, unsigned int available)
{
	struct cursor cursor = { .at = code, .end = code + available };

	if (available > X86_MAX_LENGTH)
		cursor.end = code + X86_MAX_LENGTH;
	memset(insn, 0, sizeof(*insn));
	if (!parse_opcode(insn, &cursor) || !parse_modrm(insn, &cursor) || !choose_variant(insn))
		return false;
	if (!take_signed(&cursor, immediate_bytes(insn), &insn->immediate))
		return false;
	insn->length = (u8)(cursor.at - code);
	return true;
}
