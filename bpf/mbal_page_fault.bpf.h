/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Source "faults": one access a page fault. The least of the sources: a page is seen once, when it is first touched,
 * and a huge page once for all its 2 MiB. Whether it was a load or a store the event does not say.
 *
 * Where the kernel's NUMA balancing takes pages away to see who touches them, those faults come along: perf counts them
 * with the others, after they were handled, and on the way there mpol_misplaced() was asked for the page. We note that
 * in the thread, so that one fault stays one sample.
 */
#ifndef MBAL_PAGE_FAULT_BPF_H
#define MBAL_PAGE_FAULT_BPF_H

#include "mbal_source.bpf.h"

/* Thread -> the page of its last hint fault, 0 once perf has counted that. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} mbal_hint_pages SEC(".maps");

/*
 * mpol_misplaced(folio, fault, address) and, before 6.8 (75c70128a673), (page, vma, address): asked by nobody but the
 * handling of hint faults. Not inlined into it, since it lies in another file.
 */
static __always_inline void mbal_hint_fault_seen(u64 address)
{
	u64 *page;

	if (!mbal_current().target)
		return;
	page = bpf_task_storage_get(&mbal_hint_pages, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (page)
		*page = address >> MBAL_PAGE_SHIFT;
}

/* Whether this is the fault that mbal_hint_fault_seen() announced. */
static __always_inline bool mbal_is_hint_fault(u64 address)
{
	u64 *page = bpf_task_storage_get(&mbal_hint_pages, bpf_get_current_task_btf(), NULL, 0), noted;

	if (!page)
		return false;
	noted = *page;
	*page = 0;
	return noted == address >> MBAL_PAGE_SHIFT;
}

static __always_inline void mbal_page_fault_sample(struct mbal_perf_context *context)
{
	u64 ip = context->ip, address = context->addr, cs = context->cs;
	struct mbal_current current = mbal_current();
	struct mbal_access access;

	if (!current.target) {
		mbal_count_outcome(MBAL_COUNTER_DROP_NOT_TARGET);
		return;
	}
	if (user_only && !mbal_in_user_mode(cs)) {
		mbal_count_outcome(MBAL_COUNTER_DROP_KERNEL);
		return;
	}
	mbal_access_begin(&access, current.pid_tgid, MBAL_SOURCE_FAULTS, ip);
	access.vaddr = address;
	if (address == ip)
		access.flags |= MBAL_ACCESS_CODE;
	if (!mbal_in_user_mode(cs))
		access.flags |= MBAL_ACCESS_KERNEL;
	if (mbal_is_hint_fault(address))
		access.flags |= MBAL_ACCESS_HINT_FAULT;
	mbal_account_target(&access, current.target);
}

#endif
