/* SPDX-License-Identifier: GPL-2.0-only */
/* Source "replay": accesses from the map mbal_injected, through the same account() as every other source. */
#ifndef MBAL_INJECT_BPF_H
#define MBAL_INJECT_BPF_H

#include "mbal_account.bpf.h"

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
		mbal_account(access);
		args->injected = i + 1;
	}
}

#endif
