/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Source "soft": a timer interrupts the thread, and we walk on from there over its instructions, evaluating them, and
 * draw one of the data accesses that we pass. No PMU needed; x86-64 user mode only.
 */
#ifndef MBAL_SOFT_BPF_H
#define MBAL_SOFT_BPF_H

#include <bpf/bpf_core_read.h>

#include "mbal_source.bpf.h"

#define X86_FN __attribute__((noinline))
#define X86_READ(dst, n, a) bpf_probe_read_user(dst, n, (void *)(a))
static __always_inline u64 x86_segbase(u32 seg)
{
	struct task_struct *t = (void *)bpf_get_current_task();

	return seg == 4 ? BPF_CORE_READ(t, thread.fsbase) : BPF_CORE_READ(t, thread.gsbase);
}
#define X86_SEG(s, seg) x86_segbase(seg)
#define X86_SAW(s, i)
enum { C_TICK, C_COMPAT, C_NOFETCH, C_BAD, C_DIRECT, C_SCANNED, C_CLOBBER, C_FLOW, C_LIMIT, C_NOEA, C_KERN };
#include "x86_decode.bpf.h"
#include "x86_step.bpf.h"

#define MBAL_SOFT_MAX_WINDOW 256
#define MBAL_X86_USER32_CS 0x23

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct x86_state);
} mbal_walks SEC(".maps");

static __always_inline void mbal_walk_begin(struct x86_state *s, struct mbal_perf_context *ctx)
{
	s->r[0] = ctx->ax;
	s->r[1] = ctx->cx;
	s->r[2] = ctx->dx;
	s->r[3] = ctx->bx;
	s->r[4] = ctx->sp;
	s->r[5] = ctx->bp;
	s->r[6] = ctx->si;
	s->r[7] = ctx->di;
	s->r[8] = ctx->r8;
	s->r[9] = ctx->r9;
	s->r[10] = ctx->r10;
	s->r[11] = ctx->r11;
	s->r[12] = ctx->r12;
	s->r[13] = ctx->r13;
	s->r[14] = ctx->r14;
	s->r[15] = ctx->r15;
	s->r[16] = ctx->ip;
	s->r[31] = 0;
	s->sb_n = 0;
	s->rnd = bpf_get_prandom_u32();
	s->n = 0;
	s->fin = 0;
	s->depth = 0;
	s->unk = 0;
	s->flags = (u32)ctx->flags;
	s->fknown = FL_ALL;
	s->ea = 0;
	s->nunk = 0;
	s->noload = 0;
	s->max_acc = soft_accesses;
	s->emulate = 1;
	s->back = 0;
}

static __always_inline void mbal_soft_account(u64 ip, u64 address, u32 kind, u16 flags)
{
	struct mbal_access access;

	mbal_access_begin(&access, MBAL_SOURCE_SOFT, ip);
	access.vaddr = address;
	access.flags = flags;
	if (kind & X86_LD)
		access.flags |= MBAL_ACCESS_LOAD;
	if (kind & X86_ST)
		access.flags |= MBAL_ACCESS_STORE;
	mbal_account(&access);
}

static __always_inline void mbal_soft_walk(struct x86_state *s, u64 ip)
{
	u32 i;

	if (x86_fetch(s, ip)) {
		mbal_count_outcome(MBAL_COUNTER_DROP_NO_CODE);
		return;
	}
	for (i = 0; i < MBAL_SOFT_MAX_WINDOW; i++) {
		if (i >= soft_window || x86_walk(s, i))
			break;
	}
	if (s->n)
		mbal_soft_account(ip, s->chosen, s->acc, 0);
	else
		mbal_count_outcome(s->nunk ? MBAL_COUNTER_DROP_NO_ADDRESS : MBAL_COUNTER_DROP_NO_ACCESS);
}

static __always_inline void mbal_soft_sample(struct mbal_perf_context *context)
{
	u64 cs = context->cs & 0xffff, ip = context->ip;
	struct x86_state *walk;
	u32 zero = 0;

	if (!mbal_current_is_target()) {
		mbal_count_outcome(MBAL_COUNTER_DROP_NOT_TARGET);
		return;
	}
	if (!mbal_in_user_mode(cs)) {
		mbal_count_outcome(MBAL_COUNTER_DROP_KERNEL);
		return;
	}
	if (cs == MBAL_X86_USER32_CS) {
		mbal_count_outcome(MBAL_COUNTER_DROP_COMPAT);
		return;
	}
	walk = bpf_map_lookup_elem(&mbal_walks, &zero);
	if (!walk) {
		mbal_count_outcome(MBAL_COUNTER_DROP_NO_CODE);
		return;
	}
	mbal_walk_begin(walk, context);
	if (soft_look_back && x86_back(walk))
		mbal_soft_account(ip, walk->back, walk->back_acc, MBAL_ACCESS_STALL);
	mbal_soft_walk(walk, ip);
}

#endif
