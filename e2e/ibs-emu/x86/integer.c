// SPDX-License-Identifier: GPL-2.0-only
/* Instructions that change a general register or memory as arithmetic does. */
#include "state.h"

struct operands {
	struct x86_value first;
	struct x86_value second;
	unsigned int	first_bytes;
	bool		first_is_register;
	u8		first_register;
};

static bool widens(enum x86_alu alu)
{
	switch (alu) {
	case ALU_MOVZX:
	case ALU_MOVSX:
	case ALU_LOST:
	case ALU_LOST_KEEP:
		return true;
	default:
		return false;
	}
}

static void read_register_first(const struct x86_state *state, const struct x86_insn *insn,
				struct operands *operands)
{
	unsigned int width = x86_width(insn);

	operands->first_is_register = true;
	operands->first_register = insn->reg;
	operands->first_bytes = widens(insn->op.alu) ? x86_operand_size(insn) : width;
	operands->first = x86_read_register(state, insn, insn->reg, operands->first_bytes);
	if (insn->op.alu != ALU_LOST_KEEP && insn->op.alu != ALU_LOST)
		operands->second = x86_read_rm(state, insn, width);
	if (insn->op.alu == ALU_MOVSX)
		operands->second.value = x86_sign_extend(operands->second.value, width);
}

static void read_rm_first(const struct x86_state *state, const struct x86_insn *insn,
			  struct operands *operands)
{
	operands->first_bytes = x86_width(insn);
	operands->first_is_register = !x86_in_memory(insn);
	operands->first_register = insn->rm;
	if (insn->op.use != USE_STORE)
		operands->first = x86_read_rm(state, insn, operands->first_bytes);
}

static struct x86_value immediate(const struct x86_insn *insn, unsigned int bytes)
{
	return (struct x86_value){ .value = x86_truncate(insn->immediate, bytes), .known = true };
}

static void read_operands(const struct x86_state *state, const struct x86_insn *insn,
			  struct operands *operands)
{
	memset(operands, 0, sizeof(*operands));
	switch (insn->op.form) {
	case FORM_REG_RM:
		read_register_first(state, insn, operands);
		return;
	case FORM_REG_RM_IMM:
		read_register_first(state, insn, operands);
		operands->first = immediate(insn, operands->first_bytes);
		return;
	case FORM_ACC_IMM:
		operands->first_is_register = true;
		operands->first_register = X86_RAX;
		operands->first_bytes = x86_width(insn);
		operands->first = x86_read_register(state, insn, X86_RAX, operands->first_bytes);
		operands->second = immediate(insn, operands->first_bytes);
		return;
	}
	read_rm_first(state, insn, operands);
	switch (insn->op.form) {
	case FORM_RM_REG:
		operands->second = x86_read_register(state, insn, insn->reg, operands->first_bytes);
		break;
	case FORM_RM_IMM:
		operands->second = immediate(insn, operands->first_bytes);
		break;
	case FORM_RM_ONE:
		operands->second = (struct x86_value){ .value = 1, .known = true };
		break;
	case FORM_RM_CL:
		operands->second = x86_read_register(state, insn, X86_RCX, 8);
		break;
	case FORM_RM:
		operands->second.known = true;
		break;
	}
}

/* xor and sub of a register with itself give zero, whatever it held */
static bool clears(const struct x86_insn *insn, const struct operands *operands)
{
	return (insn->op.alu == ALU_XOR || insn->op.alu == ALU_SUB) &&
	       (insn->op.form == FORM_RM_REG || insn->op.form == FORM_REG_RM) &&
	       operands->first_is_register && !x86_in_memory(insn) && insn->reg == insn->rm;
}

static bool writes_first(enum x86_alu alu)
{
	return alu != ALU_CMP && alu != ALU_TEST && alu != ALU_BT && alu != ALU_FLAGS;
}

static struct x86_value conditional_result(const struct x86_state *state,
					   const struct x86_insn *insn,
					   const struct operands *operands)
{
	struct x86_value condition = x86_condition(state, insn->opcode);
	struct x86_value result = condition;

	if (insn->op.alu == ALU_CMOV)
		result = condition.value ? operands->second : operands->first;
	result.known &= condition.known;
	return result;
}

bool x86_integer(struct x86_state *state, const struct x86_insn *insn)
{
	struct operands operands;
	struct x86_value result;

	if (insn->op.alu >= ALU_BT && insn->op.alu <= ALU_BTC && insn->op.form == FORM_RM_REG &&
	    x86_in_memory(insn))
		return false;	/* the register may point to bits beyond the operand */
	read_operands(state, insn, &operands);
	if (clears(insn, &operands))
		operands.first = operands.second = (struct x86_value){ .known = true };
	if (insn->op.alu == ALU_CMOV || insn->op.alu == ALU_SETCC)
		result = conditional_result(state, insn, &operands);
	else if (insn->op.alu == ALU_MOVSX)
		result = operands.second;
	else
		result = x86_compute(state, insn->op.alu, operands.first, operands.second,
				     operands.first_bytes);
	if (writes_first(insn->op.alu) && operands.first_is_register)
		x86_write_register(state, insn, operands.first_register, operands.first_bytes,
				   result);
	return true;
}
