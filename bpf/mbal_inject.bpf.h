/* SPDX-License-Identifier: GPL-2.0-only */
/* Source "replay": accesses from the map mbal_injected, through the same account() as every other source. */
#ifndef MBAL_INJECT_BPF_H
#define MBAL_INJECT_BPF_H

#include "mbal_account.bpf.h"

/* The choice is made here, so that the loop below has no branches for the verifier to follow a thousand times. */
MBAL_GLOBAL int mbal_inject_one(struct mbal_access *access, u64 group_id)
{
	if (!access)
		return MBAL_COUNTER_DROP_NO_ADDRESS;
	return group_id ? mbal_account_replayed(access, group_id) : mbal_account(access);
}

/* Feeds the elements asked for, at most `limit`, to `each`, by their index, until it refuses one. */
static __always_inline void mbal_inject_each(struct mbal_inject_args *args, u32 limit,
					     int (*each)(u32 index, u64 group_id))
{
	u32 i;

	args->injected = 0;
	for (i = 0; i < limit; i++) {
		if (i >= args->count || each((args->start + i) & (MBAL_INJECT_SLOTS - 1), args->group_id))
			break;
		args->injected = i + 1;
	}
}

static __always_inline int mbal_inject_element(u32 index, u64 group_id)
{
	struct mbal_access *access = bpf_map_lookup_elem(&mbal_injected, &index);

	if (!access)
		return -1;
	mbal_inject_one(access, group_id);
	return 0;
}

static __always_inline void mbal_inject_batch(struct mbal_inject_args *args)
{
	mbal_inject_each(args, MBAL_INJECT_BATCH, mbal_inject_element);
}

#endif
