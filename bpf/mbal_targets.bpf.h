/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is in which group. A target's memberships are changed in place, by compare-and-swap, by whatever happens to the
 * process (fork, exec, exit, cgroup) and by mbal_retarget: none waits for another, and none undoes what another did.
 */
#ifndef MBAL_TARGETS_BPF_H
#define MBAL_TARGETS_BPF_H

#include <linux/errno.h>

#include "mbal_counters.bpf.h"
#include "mbal_processes.bpf.h"

#define MBAL_TRIES 4	/* of what another CPU may spoil; more than one in a row was never seen */

/* Processes in mbal_targets. The loader reads it. */
__u64 target_count = 0;	/* spelled as the skeleton may */

static __always_inline bool mbal_is_group(u64 group_id)
{
	return group_id && !(group_id & MBAL_GROUP_CLAIMED);
}

/* Another place of the target than `own` that has, or is getting, the same group; below it, if only that matters. */
static __always_inline bool mbal_is_twice(struct mbal_target *target, u64 group_id, u32 own)
{
	u32 i, found = 0;

	for (i = 0; i < MBAL_MEMBERSHIPS; i++)
		if (i < own && (mbal_read_once(target->memberships[i].group_id) & ~MBAL_GROUP_CLAIMED) == group_id)
			found = 1;
	return found;
}

/*
 * Writes a membership into a free place. Of two CPUs that bring the same process into the same group, each sees what
 * the other claimed, and the one in the lower place stays.
 */
static __always_inline int mbal_membership_enter(struct mbal_target *target, const struct mbal_membership *membership)
{
	u64 group_id = membership->group_id, claimed = group_id | MBAL_GROUP_CLAIMED;
	u32 i;

	if (mbal_is_twice(target, group_id, MBAL_MEMBERSHIPS))
		return -EEXIST;
	for (i = 0; i < MBAL_MEMBERSHIPS; i++) {
		struct mbal_membership *place = &target->memberships[i];

		if (mbal_compare_swap(&place->group_id, 0, claimed) != 0)
			continue;
		if (mbal_is_twice(target, group_id, i)) {
			mbal_compare_swap(&place->group_id, claimed, 0);
			return -EEXIST;
		}
		place->process_tag = membership->process_tag;
		place->flags = membership->flags;
		mbal_publish(&place->group_id, group_id);
		return 0;
	}
	return -ENOSPC;
}

static __always_inline int mbal_target_insert(u32 tgid, const struct mbal_membership *membership)
{
	struct mbal_target target = { 0 };
	int err;

	target.memberships[0] = *membership;
	err = (int)bpf_map_update_elem(&mbal_targets, &tgid, &target, BPF_NOEXIST);
	if (!err)
		__sync_fetch_and_add(&target_count, 1);
	return err;
}

static __always_inline bool mbal_membership_leave(struct mbal_target *target, u64 group_id)
{
	u32 i, left = 0;

	for (i = 0; i < MBAL_MEMBERSHIPS; i++)
		if (!left && mbal_compare_swap(&target->memberships[i].group_id, group_id, 0) == group_id)
			left = 1;
	return left;
}

/* 0, -EEXIST, -ENOSPC, -E2BIG (the map is full), or -ESRCH when the process ended meanwhile. */
MBAL_GLOBAL int mbal_target_enter(u32 tgid, const struct mbal_membership *membership)
{
	struct mbal_target *target;
	u32 i;
	int err;

	if (!membership)
		return -EINVAL;
	for (i = 0; i < MBAL_TRIES; i++) {
		target = bpf_map_lookup_elem(&mbal_targets, &tgid);
		if (target)
			break;
		err = mbal_target_insert(tgid, membership);
		if (err != -EEXIST)
			return err;
	}
	if (!target)
		return -EBUSY;
	err = mbal_membership_enter(target, membership);
	/* An element that was given up while we wrote may be another process's by now. */
	if (!err && bpf_map_lookup_elem(&mbal_targets, &tgid) != target) {
		mbal_membership_leave(target, membership->group_id);
		return -ESRCH;
	}
	return err;
}

/* What of a member's accesses counts in its group. */
static __always_inline u32 mbal_filters_of(const struct mbal_group_rule *rule)
{
	u32 filters = rule->range_count ? MBAL_MEMBER_RANGES : 0;

	return rule->flags & MBAL_GROUP_USER_ONLY ? filters | MBAL_MEMBER_USER_ONLY : filters;
}

/* What the membership of a newcomer is, its place in the process table included. Returns 0 or -errno. */
static __always_inline int mbal_membership_make(const struct mbal_newcomer *newcomer, const struct mbal_group_rule *rule,
						struct mbal_membership *membership)
{
	int tag;

	membership->group_id = newcomer->group_id;
	membership->process_tag = 0;
	membership->flags = mbal_filters_of(rule);
	if (newcomer->flags & MBAL_JOIN_FOLLOWED)
		return 0;
	membership->flags |= MBAL_MEMBER_COUNTED;
	if (rule->kind == MBAL_TARGET_PROCESS)
		return 0;
	tag = mbal_process_begin(newcomer);
	if (tag < 0)
		return tag;
	membership->process_tag = (u32)tag;
	membership->flags |= MBAL_MEMBER_PLACED;
	return 0;
}

static __always_inline bool mbal_is_member(u32 tgid, u64 group_id)
{
	struct mbal_target *target = bpf_map_lookup_elem(&mbal_targets, &tgid);

	return target && mbal_is_twice(target, group_id, MBAL_MEMBERSHIPS);
}

/* Brings a process into a group. 0 or -errno as mbal_retarget_args.result. */
MBAL_GLOBAL int mbal_join(const struct mbal_newcomer *newcomer)
{
	struct mbal_membership membership = { 0 };
	struct mbal_group_rule *rule;
	u64 group_id;
	int err;

	if (!newcomer)
		return -EINVAL;
	group_id = newcomer->group_id;
	rule = bpf_map_lookup_elem(&mbal_rules, &group_id);
	if (!rule)
		return -ENOENT;
	if (mbal_is_member(newcomer->tgid, group_id))
		return -EEXIST; /* before a place is taken for nothing */
	err = mbal_membership_make(newcomer, rule, &membership);
	if (err)
		return err;
	err = mbal_target_enter(newcomer->tgid, &membership);
	if (err && membership.flags & MBAL_MEMBER_PLACED)
		mbal_process_end(group_id, membership.process_tag);
	return err;
}

/* Whoever is followed into a group is counted: as added, or as lost when there is no place. */
static __always_inline void mbal_join_followed(const struct mbal_newcomer *newcomer)
{
	int err = mbal_join(newcomer);

	if (!err)
		mbal_count(MBAL_COUNTER_TARGETS_ADDED);
	else if (err != -EEXIST && err != -ENOENT && err != -ESRCH)
		mbal_count(MBAL_COUNTER_TARGETS_LOST);
}

/* Ends what a membership stands for in its group. */
static __always_inline void mbal_membership_end(const struct mbal_membership *membership)
{
	if (mbal_is_group(membership->group_id) && membership->flags & MBAL_MEMBER_PLACED)
		mbal_process_end(membership->group_id, membership->process_tag);
}

/* Takes the process out of all groups, since it ended. Of two CPUs that see its end only one counts it. */
MBAL_GLOBAL int mbal_target_forget(u32 tgid)
{
	struct mbal_target *target = bpf_map_lookup_elem(&mbal_targets, &tgid), was;
	u32 i;

	if (!target)
		return -ENOENT;
	was = *target;
	if (bpf_map_delete_elem(&mbal_targets, &tgid))
		return -ENOENT;
	__sync_fetch_and_add(&target_count, -1);
	mbal_count(MBAL_COUNTER_TARGETS_ENDED);
	for (i = 0; i < MBAL_MEMBERSHIPS; i++)
		mbal_membership_end(&was.memberships[i]);
	return 0;
}

/*
 * Gives up a target that is in no group: nobody may come in meanwhile, so every place is taken first.
 */
MBAL_GLOBAL int mbal_target_close(u32 tgid)
{
	struct mbal_target *target = bpf_map_lookup_elem(&mbal_targets, &tgid);
	u32 i, taken = 0;

	if (!target)
		return -ENOENT;
	for (i = 0; i < MBAL_MEMBERSHIPS; i++)
		taken += mbal_compare_swap(&target->memberships[i].group_id, 0, MBAL_GROUP_CLOSING) == 0;
	if (taken == MBAL_MEMBERSHIPS && !bpf_map_delete_elem(&mbal_targets, &tgid)) {
		__sync_fetch_and_add(&target_count, -1);
		return 0;
	}
	for (i = 0; i < MBAL_MEMBERSHIPS; i++)
		mbal_compare_swap(&target->memberships[i].group_id, MBAL_GROUP_CLOSING, 0);
	return -EBUSY;
}

/* Takes a process out of one of its groups. Returns whether it was us who did. */
static __always_inline bool mbal_membership_drop(struct mbal_membership *membership)
{
	struct mbal_membership was = *membership;

	if (!mbal_is_group(was.group_id) || mbal_compare_swap(&membership->group_id, was.group_id, 0) != was.group_id)
		return false;
	mbal_membership_end(&was);
	return true;
}

MBAL_GLOBAL int mbal_leave(u32 tgid, u64 group_id)
{
	struct mbal_target *target = bpf_map_lookup_elem(&mbal_targets, &tgid);
	u32 i, left = 0;

	if (!target)
		return -ENOENT;
	for (i = 0; i < MBAL_MEMBERSHIPS; i++)
		if (mbal_read_once(target->memberships[i].group_id) == group_id)
			left += mbal_membership_drop(&target->memberships[i]);
	mbal_target_close(tgid);
	return left ? 0 : -ENOENT;
}

/* Takes the process out of the groups that are no more. */
MBAL_GLOBAL int mbal_tidy(u32 tgid)
{
	struct mbal_target *target = bpf_map_lookup_elem(&mbal_targets, &tgid);
	u32 i;

	if (!target)
		return -ENOENT;
	for (i = 0; i < MBAL_MEMBERSHIPS; i++) {
		u64 group_id = mbal_read_once(target->memberships[i].group_id);

		if (mbal_is_group(group_id) && !bpf_map_lookup_elem(&mbal_rules, &group_id))
			mbal_membership_drop(&target->memberships[i]);
	}
	mbal_target_close(tgid);
	return 0;
}

static __always_inline void mbal_retarget_one(struct mbal_retarget_args *args)
{
	struct mbal_newcomer process = args->process;

	switch (args->action) {
	case MBAL_RETARGET_JOIN:
		args->result = mbal_join(&process);
		break;
	case MBAL_RETARGET_LEAVE:
		args->result = mbal_leave(process.tgid, process.group_id);
		break;
	case MBAL_RETARGET_TIDY:
		args->result = mbal_tidy(process.tgid);
		break;
	case MBAL_RETARGET_FORGET:
		args->result = mbal_target_forget(process.tgid);
		break;
	default:
		args->result = -EINVAL;
	}
}

#endif
