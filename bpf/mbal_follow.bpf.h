/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What processes do, as far as it changes whose samples are kept: a target that ended is forgotten at once, so that a
 * process which gets its id later is not taken for it; children follow into the groups that want them.
 */
#ifndef MBAL_FOLLOW_BPF_H
#define MBAL_FOLLOW_BPF_H

#include <bpf/bpf_core_read.h>

#include "mbal_compat.bpf.h"
#include "mbal_targets.bpf.h"

#define MBAL_KERNEL_THREAD 0x00200000	/* PF_KTHREAD */
#define MBAL_DUMPABLE_MASK 3		/* MMF_DUMPABLE_MASK */
#define MBAL_DUMPABLE_USER 1		/* SUID_DUMP_USER: whoever has its uid may look into it */
#define MBAL_MAX_CGROUP_LEVELS 64	/* of a cgroup's ancestors, the nearest ones */

static __always_inline struct mbal_newcomer mbal_newcomer_of(struct task_struct *task, u32 parent_tgid)
{
	struct mbal_newcomer newcomer = { .tgid = (u32)BPF_CORE_READ(task, tgid), .parent_tgid = parent_tgid };

	BPF_CORE_READ_STR_INTO(&newcomer.command, task, comm);
	return newcomer;
}

/* In the cgroup, or in one below it. A task as a number, since a global function takes no pointer of the kernel's. */
MBAL_GLOBAL int mbal_is_in_cgroup(u64 task_address, u64 cgroup_id)
{
	struct task_struct *task = (struct task_struct *)task_address;
	struct cgroup *cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp);
	int level = BPF_CORE_READ(cgroup, level);
	u32 i;

	for (i = 0; i < MBAL_MAX_CGROUP_LEVELS; i++) {
		if ((int)i > level)
			break;
		if (mbal_cgroup_ancestor(cgroup, (u32)level - i) == cgroup_id)
			return 1;
	}
	return 0;
}

static __always_inline bool mbal_is_wanted(const struct mbal_group_rule *rule, u64 task_address, u32 tgid)
{
	if (rule->kind == MBAL_TARGET_ALL)
		return tgid != rule->excluded_tgids[0] && tgid != rule->excluded_tgids[1];
	return rule->kind == MBAL_TARGET_CGROUP && mbal_is_in_cgroup(task_address, rule->cgroup_id);
}

/* Brings a process into the groups that take in from everywhere. Overwrites newcomer->group_id. */
MBAL_GLOBAL int mbal_take_in(u64 task_address, struct mbal_newcomer *newcomer)
{
	u32 zero = 0, i;
	struct mbal_wide_groups *wide = bpf_map_lookup_elem(&mbal_wide, &zero);

	if (!wide || !newcomer)
		return -ENOENT;
	for (i = 0; i < MBAL_MAX_WIDE_GROUPS; i++) {
		u64 group_id = mbal_read_once(wide->group_ids[i]);
		struct mbal_group_rule *rule = group_id ? bpf_map_lookup_elem(&mbal_rules, &group_id) : NULL;

		if (!rule || !mbal_is_wanted(rule, task_address, newcomer->tgid))
			continue;
		newcomer->group_id = group_id;
		mbal_join_followed(newcomer);
	}
	return 0;
}

/* A child into one of its parent's groups, if that wants children. */
MBAL_GLOBAL int mbal_follow_child(const struct mbal_newcomer *newcomer, u32 parent_flags)
{
	struct mbal_group_rule *rule;
	u64 group_id;

	if (!newcomer)
		return -EINVAL;
	group_id = newcomer->group_id;
	rule = bpf_map_lookup_elem(&mbal_rules, &group_id);
	if (!rule)
		return -ENOENT;
	if (rule->kind == MBAL_TARGET_DESCENDANTS ||
	    (rule->kind == MBAL_TARGET_CHILDREN && !(parent_flags & MBAL_MEMBER_COUNTED)))
		mbal_join_followed(newcomer);
	return 0;
}

static __always_inline void mbal_follow_children(u32 parent_tgid, struct mbal_newcomer *newcomer)
{
	struct mbal_target *parent = bpf_map_lookup_elem(&mbal_targets, &parent_tgid);
	u32 i;

	if (!parent)
		return;
	for (i = 0; i < MBAL_MEMBERSHIPS; i++) {
		newcomer->group_id = mbal_read_once(parent->memberships[i].group_id);
		if (mbal_is_group(newcomer->group_id))
			mbal_follow_child(newcomer, parent->memberships[i].flags);
	}
}

/*
 * Runs in the parent, before the child may run. A target of that id is one whose end nobody saw, since it came into
 * its group while it ended: forgotten now, at the latest moment that does no harm.
 */
static __always_inline void mbal_process_forked(struct task_struct *child)
{
	u32 parent_tgid = (u32)(bpf_get_current_pid_tgid() >> 32);
	struct mbal_newcomer newcomer;

	if (BPF_CORE_READ(child, pid) != BPF_CORE_READ(child, tgid) || BPF_CORE_READ(child, flags) & MBAL_KERNEL_THREAD)
		return;
	newcomer = mbal_newcomer_of(child, parent_tgid);
	mbal_target_forget(newcomer.tgid);
	mbal_follow_children(parent_tgid, &newcomer);
	mbal_take_in((u64)child, &newcomer);
}

/* As the kernel decides who may read /proc/PID/maps, which shows the same addresses. */
static __always_inline bool mbal_may_look_into(struct task_struct *task, struct linux_binprm *program, u32 uid)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);

	return !BPF_CORE_READ_BITFIELD_PROBED(program, secureexec) && BPF_CORE_READ(cred, uid.val) == uid &&
	       BPF_CORE_READ(cred, euid.val) == uid && BPF_CORE_READ(cred, suid.val) == uid &&
	       (mbal_mm_flags(BPF_CORE_READ(task, mm)) & MBAL_DUMPABLE_MASK) == MBAL_DUMPABLE_USER;
}

/* Under a new tag, since its pages are new. Returns whether it stays in the group. */
static __always_inline bool mbal_renew(struct mbal_membership *membership, const struct mbal_newcomer *newcomer)
{
	u32 old_tag = membership->process_tag;
	int tag;

	if (!(membership->flags & MBAL_MEMBER_PLACED))
		return true; /* followed only */
	tag = mbal_process_begin(newcomer);
	if (tag < 0) {
		mbal_count(MBAL_COUNTER_TARGETS_LOST);
		return false;
	}
	membership->process_tag = (u32)tag;
	mbal_process_end(newcomer->group_id, old_tag);
	return true;
}

/* Whether the group of a membership keeps a process that runs another program now. */
static __always_inline bool mbal_keeps(struct mbal_membership *membership, struct mbal_newcomer *newcomer,
				       struct task_struct *task, struct linux_binprm *program)
{
	u64 group_id = newcomer->group_id;
	struct mbal_group_rule *rule = bpf_map_lookup_elem(&mbal_rules, &group_id);

	if (!rule || rule->kind == MBAL_TARGET_PROCESS)
		return false;
	if (rule->owner_uid && !mbal_may_look_into(task, program, rule->owner_uid))
		return false;
	return mbal_renew(membership, newcomer);
}

/*
 * Another program in the same process: its pages are new, and it may be one (set-user-ID) whose addresses whoever has
 * the group's tables may not learn. Runs after the new credentials are in force and before the first instruction.
 */
static __always_inline void mbal_program_started(struct task_struct *task, struct linux_binprm *program)
{
	struct mbal_newcomer newcomer = mbal_newcomer_of(task, 0);
	u32 tgid = newcomer.tgid, i, left = 0;
	struct mbal_target *target = bpf_map_lookup_elem(&mbal_targets, &tgid);

	for (i = 0; target && i < MBAL_MEMBERSHIPS; i++) {
		struct mbal_membership *membership = &target->memberships[i];

		newcomer.group_id = mbal_read_once(membership->group_id);
		if (mbal_is_group(newcomer.group_id) && !mbal_keeps(membership, &newcomer, task, program))
			left += mbal_membership_drop(membership);
	}
	if (left) {
		mbal_count(MBAL_COUNTER_TARGETS_ENDED);
		mbal_target_close(tgid);
	}
	mbal_take_in((u64)task, &newcomer);
}

/*
 * Runs for every thread that exits; the process ends with its last one, when do_exit() has brought `live` to 0. Two
 * last threads may both see 0: only one of them forgets it.
 */
static __always_inline void mbal_thread_exited(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (!BPF_CORE_READ(task, signal, live.counter))
		mbal_target_forget((u32)(bpf_get_current_pid_tgid() >> 32));
}

/* A process was moved to another cgroup; `task` is its first thread then. */
static __always_inline void mbal_cgroup_changed(struct task_struct *task)
{
	struct mbal_newcomer newcomer = mbal_newcomer_of(task, 0);
	u32 tgid = newcomer.tgid, i;
	struct mbal_target *target = bpf_map_lookup_elem(&mbal_targets, &tgid);

	if (BPF_CORE_READ(task, pid) != (int)tgid)
		return;
	for (i = 0; target && i < MBAL_MEMBERSHIPS; i++) {
		u64 group_id = mbal_read_once(target->memberships[i].group_id);
		struct mbal_group_rule *rule = mbal_is_group(group_id) ? bpf_map_lookup_elem(&mbal_rules, &group_id) : NULL;

		if (rule && rule->kind == MBAL_TARGET_CGROUP && !mbal_is_in_cgroup((u64)task, rule->cgroup_id))
			mbal_leave(tgid, group_id);
	}
	mbal_take_in((u64)task, &newcomer);
}

#endif
