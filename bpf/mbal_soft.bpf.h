/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Source "soft": a timer interrupts the thread, and we walk on from there over its instructions, evaluating them, and
 * draw one of the data accesses that we pass: a sample of what the thread accesses near where its time goes. Looking
 * back yields another kind, what the thread was waiting for. No PMU needed; x86-64 user mode only.
 *
 * Never the first access behind RIP: in a tight loop the interrupt arrives at the same few instructions, and a half
 * of all accesses was once measured as 2 %.
 */
#ifndef MBAL_SOFT_BPF_H
#define MBAL_SOFT_BPF_H

#include <bpf/bpf_core_read.h>

#include "mbal_source.bpf.h"

/*
 * Of the running thread. The kernel writes these fields when a thread sets its base by system call and when it is
 * switched out; a thread that uses WRFSBASE itself may be ahead of them until then.
 */
static __always_inline u64 mbal_segment_base(u32 segment)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	return segment == 4 ? BPF_CORE_READ(task, thread.fsbase) : BPF_CORE_READ(task, thread.gsbase);
}

#define X86_READ_USER(to, bytes, address) bpf_probe_read_user(to, bytes, (const void *)(address))
#define X86_SEGMENT_BASE(segment) mbal_segment_base(segment)
#include "x86_look_back.bpf.h"

#define MBAL_X86_USER32_CS 0x23

/* Scratch space of a walk: too large for the stack. One timer event a CPU, so one walk a CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct x86_walk);
} mbal_walks SEC(".maps");

/*
 * The first half of the window is passed without drawing from it. A thread is interrupted where it waits, and what
 * follows within the same operation tells of that operation: the accesses of one that misses caches were measured as
 * three times as many as they are. Up to a half of that fewer, so that no loop is always met at the same place.
 */
static __always_inline u32 mbal_draw_depth(u32 random)
{
	return soft_window / 2 - (random & (soft_window / 4 - 1));
}

/* The interrupted registers, in the order of their numbers in instructions. */
static __always_inline void mbal_walk_begin(struct x86_walk *walk, struct mbal_perf_context *context)
{
	walk->registers[0] = context->ax;
	walk->registers[1] = context->cx;
	walk->registers[2] = context->dx;
	walk->registers[3] = context->bx;
	walk->registers[4] = context->sp;
	walk->registers[5] = context->bp;
	walk->registers[6] = context->si;
	walk->registers[7] = context->di;
	walk->registers[8] = context->r8;
	walk->registers[9] = context->r9;
	walk->registers[10] = context->r10;
	walk->registers[11] = context->r11;
	walk->registers[12] = context->r12;
	walk->registers[13] = context->r13;
	walk->registers[14] = context->r14;
	walk->registers[15] = context->r15;
	walk->registers[X86_RIP] = context->ip;
	x86_begin(walk, (u32)context->flags, bpf_get_prandom_u32(), soft_accesses);
	walk->draw_depth = mbal_draw_depth(walk->random);
}

static __always_inline void mbal_soft_account(u64 ip, const struct x86_access *picked, u16 flags)
{
	struct mbal_access access;

	mbal_access_begin(&access, bpf_get_current_pid_tgid(), MBAL_SOURCE_SOFT, ip);
	access.vaddr = picked->address;
	access.width = picked->width;
	access.flags = flags;
	if (picked->kind & X86_LOAD)
		access.flags |= MBAL_ACCESS_LOAD;
	if (picked->kind & X86_STORE)
		access.flags |= MBAL_ACCESS_STORE;
	mbal_account_called(&access);	/* looks the target up again: a walk is long enough for it to go */
}

/* The access drawn on the way forward, or why there is none. */
static __always_inline void mbal_soft_walk(struct x86_walk *walk, u64 ip)
{
	u32 i;

	if (x86_fetch(walk, ip)) {
		mbal_count_outcome(MBAL_COUNTER_DROP_NO_CODE);
		return;
	}
	for (i = 0; i < MBAL_SOFT_LONG_WINDOW; i++) {
		if (i >= soft_window || x86_walk_on(walk, i))
			break;
	}
	if (x86_has_drawn(walk))
		mbal_soft_account(ip, &walk->chosen, 0);
	else
		mbal_count_outcome(walk->unknown_accesses ? MBAL_COUNTER_DROP_NO_ADDRESS :
							    MBAL_COUNTER_DROP_NO_ACCESS);
}

/* Why the tick is no sample; 0 when it is one. */
static __always_inline u32 mbal_soft_reject(u64 cs)
{
	if (!mbal_current().target)
		return MBAL_COUNTER_DROP_NOT_TARGET;
	if (!mbal_in_user_mode(cs))
		return MBAL_COUNTER_DROP_KERNEL;
	return cs == MBAL_X86_USER32_CS ? MBAL_COUNTER_DROP_COMPAT : 0;
}

static __always_inline void mbal_soft_sample(struct mbal_perf_context *context)
{
	u64 cs = context->cs & 0xffff, ip = context->ip;
	u32 zero = 0, rejected = mbal_soft_reject(cs);
	struct x86_walk *walk;

	if (rejected) {
		mbal_count_outcome(rejected);
		return;
	}
	walk = bpf_map_lookup_elem(&mbal_walks, &zero);
	if (!walk) {	/* never: the map has one element a CPU */
		mbal_count_outcome(MBAL_COUNTER_DROP_NO_CODE);
		return;
	}
	mbal_walk_begin(walk, context);
	if (soft_look_back && x86_look_back(walk))
		mbal_soft_account(ip, &walk->stalled, MBAL_ACCESS_STALL);
	mbal_soft_walk(walk, ip);
}

#endif
