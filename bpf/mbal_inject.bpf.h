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

static __always_inline void mbal_inject_batch(struct mbal_inject_args *args)
{
	u32 i, index;
	struct mbal_access *access;

	args->injected = 0;
	for (i = 0; i < MBAL_INJECT_BATCH; i++) {
		if (i >= args->count)
			break;
		index = (args->start + i) & (MBAL_INJECT_SLOTS - 1);
		access = bpf_map_lookup_elem(&mbal_injected, &index);
		if (!access)
			break;
		mbal_inject_one(access, args->group_id);
		args->injected = i + 1;
	}
}

#endif
