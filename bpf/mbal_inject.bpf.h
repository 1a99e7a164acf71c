/* SPDX-License-Identifier: GPL-2.0-only */
/* Source "replay": accesses from the map mbal_injected, through the same account() as every other source. */
#ifndef MBAL_INJECT_BPF_H
#define MBAL_INJECT_BPF_H

#include "mbal_account.bpf.h"

/* Feeds the elements asked for, at most `limit`, to `each`, by their index, until it refuses one. */
static __always_inline void mbal_inject_each(struct mbal_inject_args *args, u32 limit, int (*each)(u32 index))
{
	u32 i;

	args->injected = 0;
	for (i = 0; i < limit; i++) {
		if (i >= args->count || each((args->start + i) & (MBAL_INJECT_SLOTS - 1)))
			break;
		args->injected = i + 1;
	}
}

static __always_inline int mbal_inject_one(u32 index)
{
	struct mbal_access *access = bpf_map_lookup_elem(&mbal_injected, &index);

	if (!access)
		return -1;
	mbal_account(access);
	return 0;
}

static __always_inline void mbal_inject_batch(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, mbal_inject_one);
}

#endif
