/* SPDX-License-Identifier: GPL-2.0-only */
/* What the sources have in common: who ran, and whether anybody asked for it. */
#ifndef MBAL_SOURCE_BPF_H
#define MBAL_SOURCE_BPF_H

#include "mbal_account.bpf.h"

/* Asked first, before anything that costs: most samples on a machine are of processes nobody balances. */
static __always_inline bool mbal_current_is_target(void)
{
	u32 tgid = (u32)(bpf_get_current_pid_tgid() >> 32);

	return bpf_map_lookup_elem(&mbal_targets, &tgid) != NULL;
}

/* Everything about the current thread; the source adds the address and what it was. Every byte is set. */
static __always_inline void mbal_access_begin(struct mbal_access *access, u8 source, u64 ip)
{
	u64 pid_tgid = bpf_get_current_pid_tgid();

	__builtin_memset(access, 0, sizeof(*access));
	access->time_ns = bpf_ktime_get_ns();
	access->ip = ip;
	access->tgid = (u32)(pid_tgid >> 32);
	access->tid = (u32)pid_tgid;
	access->cpu_node = (u16)bpf_get_numa_node_id();
	access->memory_node = MBAL_NODE_UNKNOWN;
	access->source = source;
}

/* x86: the low two bits of CS are the privilege level. */
static __always_inline bool mbal_in_user_mode(u64 cs)
{
	return (cs & 3) == 3;
}

#endif
