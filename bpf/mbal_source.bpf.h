/* SPDX-License-Identifier: GPL-2.0-only */
/* What the sources have in common: who ran, and whether anybody asked for it. */
#ifndef MBAL_SOURCE_BPF_H
#define MBAL_SOURCE_BPF_H

#include "mbal_account.bpf.h"

/* Who ran, and what is known of it as a target; NULL: nobody asked for it. */
struct mbal_current {
	u64 pid_tgid;
	struct mbal_target *target;
};

/* Asked first, before anything that costs: most samples on a machine are of processes nobody balances. */
static __always_inline struct mbal_current mbal_current(void)
{
	struct mbal_current current = { .pid_tgid = bpf_get_current_pid_tgid() };
	u32 tgid = (u32)(current.pid_tgid >> 32);

	current.target = bpf_map_lookup_elem(&mbal_targets, &tgid);
	return current;
}

/* Everything about the current thread; the source adds the address and what it was. Every byte is set. */
static __always_inline void mbal_access_begin(struct mbal_access *access, u64 pid_tgid, u8 source, u64 ip)
{
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
