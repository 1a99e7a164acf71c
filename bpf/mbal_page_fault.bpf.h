/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Source "faults": one access a page fault. The least of the sources: a page is seen once, when it is first touched,
 * and a huge page once for all its 2 MiB. Whether it was a load or a store the event does not say.
 */
#ifndef MBAL_PAGE_FAULT_BPF_H
#define MBAL_PAGE_FAULT_BPF_H

#include "mbal_source.bpf.h"

static __always_inline void mbal_page_fault_sample(struct mbal_perf_context *context)
{
	u64 ip = context->ip, address = context->addr, cs = context->cs;
	struct mbal_access access;

	if (!mbal_current_is_target()) {
		mbal_count_outcome(MBAL_COUNTER_DROP_NOT_TARGET);
		return;
	}
	if (user_only && !mbal_in_user_mode(cs)) {
		mbal_count_outcome(MBAL_COUNTER_DROP_KERNEL);
		return;
	}
	mbal_access_begin(&access, MBAL_SOURCE_FAULTS, ip);
	access.vaddr = address;
	if (address == ip)
		access.flags = MBAL_ACCESS_CODE;
	mbal_account(&access);
}

#endif
