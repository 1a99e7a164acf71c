// SPDX-License-Identifier: GPL-2.0-only
/* Operands: registers, addresses, and memory as it was when the walk began. */
#include "state.h"

/* Without a REX prefix the byte registers 4-7 are the second bytes of 0-3. */
static bool is_high_byte(const struct x86_insn *insn, unsigned int index, unsigned int bytes)
{
	return bytes == 1 && !insn->has_rex && !insn->vex && index >= 4 && index < 8;
}

struct x86_value x86_read_register(const struct x86_state *state, const struct x86_insn *insn,
				   unsigned int index, unsigned int bytes)
{
	struct x86_value value;

	if (is_high_byte(insn, index, bytes)) {
		value.value = state->gpr[index - 4] >> 8 & 0xff;
		value.known = x86_is_known(state, index - 4);
	} else {
		value.value = x86_truncate(state->gpr[index], bytes);
		value.known = x86_is_known(state, index);
	}
	return value;
}

void x86_write_register(struct x86_state *state, const struct x86_insn *insn,
			unsigned int index, unsigned int bytes, struct x86_value value)
{
	unsigned int shift = 0;
	u64 mask;

	if (is_high_byte(insn, index, bytes)) {
		index -= 4;
		shift = 8;
	}
	if (!value.known) {
		x86_forget(state, index);
	} else if (bytes >= 4) {	/* four bytes clear the upper half */
		x86_set_gpr(state, index, x86_truncate(value.value, bytes));
	} else {
		mask = x86_truncate(~0ULL, bytes) << shift;
		state->gpr[index] = (state->gpr[index] & ~mask) | (value.value << shift & mask);
	}
}

static void add_register(const struct x86_state *state, struct x86_value *address,
			 unsigned int index, unsigned int scale)
{
	if (index == X86_NO_REG)
		return;
	address->value += state->gpr[index] << scale;
	address->known &= x86_is_known(state, index);
}

struct x86_value x86_address(const struct x86_state *state, const struct x86_insn *insn)
{
	struct x86_value address = { .value = insn->displacement, .known = true };

	if (insn->rip_relative)
		address.value += state->ip;
	add_register(state, &address, insn->base, 0);
	add_register(state, &address, insn->index, insn->scale);
	if (insn->address32)
		address.value = (u32)address.value;
	if (insn->segment == SEGMENT_FS)
		address.value += state->fs_base;
	else if (insn->segment == SEGMENT_GS)
		address.value += state->gs_base;
	return address;
}

static bool was_stored(const struct x86_memory *memory, u64 address, unsigned int bytes)
{
	const struct x86_range *range;
	unsigned int i;

	for (i = 0; i < memory->stored_count; i++) {
		range = &memory->stored[i];
		if (address < range->address + range->bytes && range->address < address + bytes)
			return true;
	}
	return false;
}

struct x86_value x86_load(const struct x86_state *state, struct x86_value address,
			  unsigned int bytes)
{
	const struct x86_memory *memory = &state->memory;
	struct x86_value value = { 0 };

	if (!address.known || !memory->read || !bytes || bytes > sizeof(value.value))
		return value;
	if (was_stored(memory, address.value, bytes))
		return value;
	value.known = memory->read(memory->context, address.value, &value.value, bytes);
	return value;
}

void x86_stored(struct x86_state *state, struct x86_value address, u64 bytes)
{
	struct x86_memory *memory = &state->memory;

	if (!address.known || memory->stored_count == X86_STORED_MAX) {
		memory->read = NULL;
		return;
	}
	memory->stored[memory->stored_count].address = address.value;
	memory->stored[memory->stored_count].bytes = bytes;
	memory->stored_count++;
}

struct x86_value x86_read_rm(const struct x86_state *state, const struct x86_insn *insn,
			     unsigned int bytes)
{
	if (x86_in_memory(insn))
		return x86_load(state, x86_address(state, insn), bytes);
	return x86_read_register(state, insn, insn->rm, bytes);
}
