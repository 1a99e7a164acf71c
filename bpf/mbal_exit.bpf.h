/* SPDX-License-Identifier: GPL-2.0-only */
/* A target that ended is forgotten at once, so that a process which gets its id later is not taken for it. */
#ifndef MBAL_EXIT_BPF_H
#define MBAL_EXIT_BPF_H

#include <bpf/bpf_core_read.h>

#include "mbal_counters.bpf.h"
#include "mbal_kernel_types.bpf.h"

static __always_inline void mbal_forget_target(u32 tgid)
{
	if (!bpf_map_delete_elem(&mbal_targets, &tgid))
		mbal_count(MBAL_COUNTER_TARGETS_ENDED);
}

/*
 * Another program in the same process: its pages are new, and it may be one (set-user-ID) whose addresses whoever has
 * the group's tables may not learn. Runs after the new credentials are in force and before the first instruction.
 */
static __always_inline void mbal_program_started(void)
{
	mbal_forget_target((u32)(bpf_get_current_pid_tgid() >> 32));
}

/*
 * Runs for every thread that exits; the process ends with its last one, when do_exit() has brought `live` to 0. Two
 * last threads may both see 0: only one of them deletes.
 */
static __always_inline void mbal_thread_exited(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	u32 tgid = (u32)(bpf_get_current_pid_tgid() >> 32);

	if (BPF_CORE_READ(task, signal, live.counter))
		return;
	mbal_forget_target(tgid);
}

#endif
