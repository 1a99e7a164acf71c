/* SPDX-License-Identifier: GPL-2.0-only */
/* A target that ended is forgotten at once, so that a process which gets its id later is not taken for it. */
#ifndef MBAL_EXIT_BPF_H
#define MBAL_EXIT_BPF_H

#include <bpf/bpf_core_read.h>

#include "mbal_counters.bpf.h"
#include "mbal_kernel_types.bpf.h"

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
	if (!bpf_map_delete_elem(&mbal_targets, &tgid))
		mbal_count(MBAL_COUNTER_TARGETS_ENDED);
}

#endif
