/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Walks forward through x86-64 code from a known register state and says
 * which memory each instruction touches: address, width, direction.
 *
 * An instruction that it does not know ends the walk; a value that it cannot
 * compute is marked as unknown. It never guesses.
 */
#ifndef X86_H
#define X86_H

#include "types.h"

enum x86_gpr { X86_RAX, X86_RCX, X86_RDX, X86_RBX, X86_RSP, X86_RBP, X86_RSI, X86_RDI };

#define X86_GPR_COUNT	16
#define X86_MAX_LENGTH	15

#define X86_CF		0x001U
#define X86_PF		0x004U
#define X86_ZF		0x040U
#define X86_SF		0x080U
#define X86_DF		0x400U
#define X86_OF		0x800U
/* the flags that conditions read */
#define X86_FLAGS	(X86_CF | X86_PF | X86_ZF | X86_SF | X86_OF)

#define X86_STORED_MAX	8

struct x86_range {
	u64	address;
	u64	bytes;
};

/* The program's memory, as it was when the walk began. */
struct x86_memory {
	/* NULL: nothing can be read; returns false when these bytes cannot be */
	bool	(*read)(void *context, u64 address, void *to, unsigned int bytes);
	void	*context;
	/* written to since the walk began: what lies there now is not what will */
	struct x86_range stored[X86_STORED_MAX];
	u8	stored_count;
};

struct x86_state {
	u64	gpr[X86_GPR_COUNT];
	u64	ip;
	u64	fs_base;
	u64	gs_base;
	u32	flags;
	u32	flags_known;	/* mask of the X86_FLAGS that are exact */
	u32	gpr_known;	/* bit i: gpr[i] is exact */
	struct x86_memory memory;
};

struct x86_access {
	u64	address;
	u64	repeats;	/* 1, or the elements that a repeated string instruction has left */
	u16	bytes;
	bool	known;		/* the address is exact */
	bool	load;
	bool	store;
	bool	locked;
	bool	prefetch;	/* by software; a load */
};

#define X86_ACCESS_MAX	2

struct x86_accesses {
	struct x86_access at[X86_ACCESS_MAX];
	u8	count;
	bool	branch;		/* the instruction is a branch, call or return */
};

enum x86_result {
	X86_STOP,	/* not an instruction that we know: the state is no longer valid */
	X86_LAST,	/* its accesses are known, the path behind it is not */
	X86_NEXT,	/* the state is that before the next instruction */
};

/*
 * Walks over the instruction at state->ip, whose first @available bytes are
 * @code, and says what it accesses.
 */
enum x86_result x86_step(struct x86_state *state, const u8 *code, unsigned int available,
			 struct x86_accesses *accesses);

#endif
