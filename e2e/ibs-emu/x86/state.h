/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers and memory of a walk, inside the decoder. */
#ifndef X86_STATE_H
#define X86_STATE_H

#include "insn.h"

struct x86_value {
	u64	value;
	bool	known;
};

static inline u64 x86_truncate(u64 value, unsigned int bytes)
{
	return bytes >= 8 ? value : value & ((1ULL << (bytes * 8)) - 1);
}

static inline u64 x86_sign_extend(u64 value, unsigned int bytes)
{
	unsigned int shift = 64 - bytes * 8;

	return (u64)((s64)(value << shift) >> shift);
}

static inline struct x86_value x86_gpr(const struct x86_state *state, unsigned int index)
{
	return (struct x86_value){
		.value = state->gpr[index],
		.known = state->gpr_known >> index & 1,
	};
}

static inline bool x86_is_known(const struct x86_state *state, unsigned int index)
{
	return state->gpr_known >> index & 1;
}

static inline void x86_forget(struct x86_state *state, unsigned int index)
{
	state->gpr_known &= ~(1U << index);
}

static inline void x86_set_gpr(struct x86_state *state, unsigned int index, u64 value)
{
	state->gpr[index] = value;
	state->gpr_known |= 1U << index;
}

/* The register that the opcode's low bits name. */
static inline unsigned int x86_opcode_register(const struct x86_insn *insn)
{
	return (insn->opcode & 7U) | (insn->rex & REX_B ? 8 : 0);
}

static inline void x86_lose_flags(struct x86_state *state, u32 mask)
{
	state->flags_known &= ~mask;
}

/* A register operand: narrow ones zero extended, ah..bh where the encoding means them. */
struct x86_value x86_read_register(const struct x86_state *state, const struct x86_insn *insn,
				   unsigned int index, unsigned int bytes);
void x86_write_register(struct x86_state *state, const struct x86_insn *insn,
			unsigned int index, unsigned int bytes, struct x86_value value);

/* The address of the operand in memory. */
struct x86_value x86_address(const struct x86_state *state, const struct x86_insn *insn);

/* What lies in memory at the address, unless it was stored to since the walk began. */
struct x86_value x86_load(const struct x86_state *state, struct x86_value address,
			  unsigned int bytes);
/* Remembers that memory changed there; without a known address nothing can be read any more. */
void x86_stored(struct x86_state *state, struct x86_value address, u64 bytes);

/* The register or memory operand of ModRM. */
struct x86_value x86_read_rm(const struct x86_state *state, const struct x86_insn *insn,
			     unsigned int bytes);

/* Result of an operation on two operands of that many bytes; updates the flags. */
struct x86_value x86_compute(struct x86_state *state, enum x86_alu alu, struct x86_value first,
			     struct x86_value second, unsigned int bytes);

/* Whether a condition (low four bits of the opcode) holds. */
struct x86_value x86_condition(const struct x86_state *state, u8 code);

/* An instruction with a form other than FORM_SPECIAL. */
bool x86_integer(struct x86_state *state, const struct x86_insn *insn);

typedef enum x86_result x86_special_fn(struct x86_state *state, const struct x86_insn *insn,
				       struct x86_accesses *accesses);

/* One with FORM_SPECIAL. state->ip is that behind it; branches change it. */
x86_special_fn x86_special;

/* flow.c */
x86_special_fn x86_push_reg, x86_push_imm, x86_push_rm, x86_pop_reg, x86_pop_rm, x86_leave;
x86_special_fn x86_call, x86_call_rm, x86_ret, x86_jmp, x86_jmp_rm, x86_jcc;
/* string.c */
x86_special_fn x86_string, x86_string_compare;
/* float.c */
x86_special_fn x86_x87;
/* multiply.c */
x86_special_fn x86_multiply, x86_divide;

/* Adds an access at an address; the caller fills in what it is. */
struct x86_access *x86_add_access(struct x86_accesses *accesses, struct x86_value address,
				  unsigned int bytes);

#endif
