// SPDX-License-Identifier: GPL-2.0-only
/* The programs: each unpacks its context and hands over to its source's header. */
#include <stdbool.h>
#include <stddef.h>

#include "mbal_follow.bpf.h"
#include "mbal_ibs.bpf.h"
#include "mbal_inject.bpf.h"
#include "mbal_page_fault.bpf.h"
#include "mbal_pebs.bpf.h"
#include "mbal_soft.bpf.h"

char LICENSE[] SEC("license") = "GPL";

SEC("perf_event")
int mbal_soft_tick(struct mbal_perf_context *context)
{
	mbal_soft_sample(context);
	return 0;
}

SEC("perf_event")
int mbal_page_fault(struct mbal_perf_context *context)
{
	mbal_page_fault_sample(context);
	return 0;
}

SEC("fentry/mpol_misplaced")
int mbal_hint_fault(u64 *arguments)
{
	mbal_hint_fault_seen(arguments[2]);
	return 0;
}

SEC("perf_event")
int mbal_pebs(struct mbal_perf_context *context)
{
	mbal_pebs_sample(context);
	return 0;
}

SEC("perf_event")
int mbal_ibs_op(struct mbal_perf_context *context)
{
	mbal_ibs_op_sample(context);
	return 0;
}

SEC("perf_event")
int mbal_ibs_fetch(struct mbal_perf_context *context)
{
	mbal_ibs_fetch_sample(context);
	return 0;
}

SEC("raw_tp/sched_process_fork")
int mbal_fork(struct bpf_raw_tracepoint_args *context)
{
	mbal_process_forked((struct task_struct *)context->args[1]);
	return 0;
}

SEC("raw_tp/sched_process_exit")
int mbal_exit(void *context)
{
	(void)context;
	mbal_thread_exited();
	return 0;
}

SEC("raw_tp/sched_process_exec")
int mbal_exec(struct bpf_raw_tracepoint_args *context)
{
	mbal_program_started((struct task_struct *)context->args[0], (struct linux_binprm *)context->args[2]);
	return 0;
}

SEC("raw_tp/cgroup_attach_task")
int mbal_cgroup_move(struct bpf_raw_tracepoint_args *context)
{
	mbal_cgroup_changed((struct task_struct *)context->args[2]);
	return 0;
}

SEC("syscall")
int mbal_retarget(struct mbal_retarget_args *args)
{
	mbal_retarget_one(args);
	return 0;
}

SEC("syscall")
int mbal_inject(struct mbal_inject_args *args)
{
	mbal_inject_batch(args);
	return 0;
}
