/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a walk over a program knows: registers, flags, and the memory it has written itself. Whatever it cannot
 * evaluate becomes unknown; a guess is never made.
 *
 * The user of these headers defines X86_READ_USER(to, bytes, address), 0 when all could be read, and
 * X86_SEGMENT_BASE(segment) for 4 (fs) and 5 (gs).
 */
#ifndef X86_STATE_BPF_H
#define X86_STATE_BPF_H

#include "x86_instruction.bpf.h"

enum {
	X86_CF = 0x001,
	X86_PF = 0x004,
	X86_ZF = 0x040,
	X86_SF = 0x080,
	X86_OF = 0x800,
	X86_CF_OF = X86_CF | X86_OF,
	X86_FLAGS = X86_CF | X86_PF | X86_ZF | X86_SF | X86_OF,
};

/* What became of one instruction. */
enum x86_step_result {
	X86_DONE,
	X86_STOP,		/* nobody knows where the program goes */
	X86_UNKNOWN,		/* the registers it writes, and the flags, are unknown */
	X86_UNKNOWN_REGISTERS,	/* the flags are as they were */
};

#define X86_STORES 32			/* stores remembered, a power of two */
#define X86_STORE_UNKNOWN 0x80		/* in store_bytes: the value is not known */
#define X86_NO_ADDRESS (~0ULL)
#define X86_CODE_BYTES 80
#define X86_ALL_MEMORY 64		/* result_bytes of an instruction that is not evaluated */

struct x86_access {
	u64 address;
	u32 kind;				/* X86_LOAD, X86_STORE */
	u32 width;				/* bytes; 0: not told */
};

struct x86_walk {
	struct x86_instruction in;		/* the instruction under evaluation */
	u64 registers[32];			/* X86_RIP is the next one's address, once `in` is decoded */
	u32 unknown;				/* mask of registers, bit X86_MEMORY included */
	u32 flags, known_flags;
	u32 result_bytes;			/* that `in` writes to its memory operand */
	u64 address;				/* of the memory operand, or X86_NO_ADDRESS */

	u64 code[X86_CODE_BYTES / 8 + 2];
	u64 code_address;

	u64 store_addresses[X86_STORES], store_values[X86_STORES];
	u8 store_bytes[X86_STORES];
	u32 store_count;
	u32 memory_unknown;			/* something was stored, nobody knows where */

	u32 random;
	u32 max_accesses;
	u32 accesses;				/* passed, with a known address */
	u32 unknown_accesses;
	struct x86_access chosen;		/* one of the accesses, each as likely */
	u32 chosen_depth;			/* instructions before it */

	u32 draw_depth;				/* instructions to pass before the accesses that the sample is drawn from */
	u32 early_accesses;			/* passed before, one of which is the sample if none comes behind */
	struct x86_access early;
	u64 lap_start;				/* where the draw began: that of a lap, when the program is in a loop */
	u32 lap_accesses;			/* passed in whole laps, and what was chosen of these */
	struct x86_access lap;

	u64 saved[16];				/* the registers, while looking back */
	struct x86_access stalled;		/* right behind RIP; address 0 when not known */
	u32 stalled_ambiguous;			/* or another one */
};

#define X86_REGISTER(w, number) ((w)->registers[X86_AT(number, 31)])

X86_INLINE bool x86_is_unknown(const struct x86_walk *w, u32 number)
{
	return w->unknown >> (number & 31) & 1;
}

X86_INLINE void x86_set_unknown(struct x86_walk *w, u32 number, bool unknown)
{
	w->unknown = (w->unknown & ~(1u << (number & 31))) | (u32)unknown << (number & 31);
}

/* The sign of a value of 1 to 8 bytes, over all of an s64. */
X86_INLINE s64 x86_sign_extend(u64 value, u32 bytes)
{
	u32 shift = (64 - 8 * bytes) & 63;

	return (s64)(value << shift) >> shift;
}

/* The register number in the low bits of the opcode. */
X86_INLINE u32 x86_opcode_register(const struct x86_instruction *in)
{
	return (in->opcode & 7) | (in->rex & 1) << 3;
}

/* Everything but the registers, which the caller sets. */
X86_INLINE void x86_begin(struct x86_walk *w, u32 flags, u32 random, u32 max_accesses)
{
	w->registers[X86_NONE] = 0;
	w->unknown = 0;
	w->flags = flags;
	w->known_flags = X86_FLAGS;
	w->store_count = 0;
	w->memory_unknown = 0;
	w->random = random;
	w->max_accesses = max_accesses;
	w->accesses = 0;
	w->unknown_accesses = 0;
	w->draw_depth = 0;
	w->early_accesses = 0;
	w->lap_start = 0;
	w->lap_accesses = 0;
	w->stalled.address = 0;
	w->stalled_ambiguous = 0;
}

/* Code from `address` on, up to the page's end at least. Returns 0, or not when it cannot be read. */
X86_FN int x86_fetch(struct x86_walk *w, u64 address)
{
	u32 bytes;

	if (!w)
		return -1;
	w->code_address = address;
	if (!X86_READ_USER(w->code, X86_CODE_BYTES, address))
		return 0;
	bytes = 4096 - (address & 4095);
	if (bytes >= X86_CODE_BYTES)
		return -1;
	bytes &= 127;				/* for the verifier of kernels up to 6.1 */
	if (bytes > X86_CODE_BYTES)
		return -1;
	return (int)X86_READ_USER(w->code, bytes, address);
}

/* Eight code bytes, at any offset. BPF on x86 loads them as one word, which C does not promise. */
X86_INLINE u64 x86_code_at(const struct x86_walk *w, u64 offset)
{
#ifdef __bpf__
	return *(const u64 *)((const u8 *)w->code + offset);
#else
	u64 bytes;

	__builtin_memcpy(&bytes, (const u8 *)w->code + offset, sizeof(bytes));
	return bytes;
#endif
}

/* Whether the walk's own store number `k` and `bytes` at `address` have a byte in common. */
X86_INLINE bool x86_store_overlaps(const struct x86_walk *w, u32 k, u64 address, u32 bytes)
{
	u64 start = w->store_addresses[X86_AT(k, X86_STORES - 1)];
	u32 length = w->store_bytes[X86_AT(k, X86_STORES - 1)] & ~X86_STORE_UNKNOWN;

	return address < start + length && start < address + bytes;
}

/* Takes the operand from store number `k`, if that wrote all of it. */
X86_INLINE int x86_load_stored(struct x86_walk *w, u32 k, u32 bytes)
{
	u32 length = w->store_bytes[X86_AT(k, X86_STORES - 1)];

	if ((length & X86_STORE_UNKNOWN) || bytes > length ||
	    w->store_addresses[X86_AT(k, X86_STORES - 1)] != w->address)
		return -1;
	w->registers[X86_MEMORY] = w->store_values[X86_AT(k, X86_STORES - 1)];
	x86_set_unknown(w, X86_MEMORY, false);
	return 0;
}

/* Loads the operand of up to 8 bytes at w->address into the register X86_MEMORY. Returns 0 when it is known. */
X86_FN int x86_load(struct x86_walk *w, u32 bytes)
{
	u64 value = 0;
	u32 i;

	if (!w)
		return -1;
	x86_set_unknown(w, X86_MEMORY, true);
	if (w->memory_unknown)
		return -1;
	for (i = 1; i <= X86_STORES; i++) {	/* the newest first */
		if (i > w->store_count)
			break;
		if (x86_store_overlaps(w, w->store_count - i, w->address, bytes))
			return x86_load_stored(w, w->store_count - i, bytes);
	}
	if (X86_READ_USER(&value, 8, w->address)) {
		/* Not present, or the last bytes of a page. */
		if (bytes > 4 || X86_READ_USER(&value, 4, w->address))
			return -1;
	}
	w->registers[X86_MEMORY] = value;
	x86_set_unknown(w, X86_MEMORY, false);
	return 0;
}

/* Remembers that X86_MEMORY was stored at w->address, so that later loads of the walk see it. */
X86_FN int x86_store(struct x86_walk *w, u32 bytes)
{
	u32 k;

	if (!w)
		return -1;
	k = w->store_count;
	if (w->address == X86_NO_ADDRESS || k >= X86_STORES) {
		w->memory_unknown = 1;
		return 0;
	}
	w->store_addresses[X86_AT(k, X86_STORES - 1)] = w->address;
	w->store_values[X86_AT(k, X86_STORES - 1)] = w->registers[X86_MEMORY];
	w->store_bytes[X86_AT(k, X86_STORES - 1)] =
		bytes | (x86_is_unknown(w, X86_MEMORY) ? X86_STORE_UNKNOWN : 0);
	w->store_count = k + 1;
	return 0;
}

/* Writes a result to a register: four bytes clear the rest, one or two keep it. */
X86_FN int x86_put(struct x86_walk *w, u32 number, u32 bytes, u64 value)
{
	u64 kept;

	if (!w)
		return X86_STOP;
	number &= 31;
	if (bytes < 4) {
		if (number < 16 && x86_is_unknown(w, number))
			return X86_DONE;	/* still not known */
		kept = bytes == 1 ? ~0xffULL : ~0xffffULL;
		value = (value & ~kept) | (X86_REGISTER(w, number) & kept);
	} else if (bytes == 4) {
		value = (u32)value;
	}
	X86_REGISTER(w, number) = value;
	x86_set_unknown(w, number, false);
	return X86_DONE;
}

#endif
