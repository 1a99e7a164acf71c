/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Which process is in which groups: what BPF programs and the loader of them share. Memberships are changed in BPF
 * only, where process events meet them; the loader asks for it by running mbal_retarget.
 */
#ifndef MBAL_TARGETS_H
#define MBAL_TARGETS_H

#include "mbal_wire.h"

/*
 * A group's id is its place, in the low bits, and how often that place was given away: it is never used again. Its tables
 * are found by its place, and say in their headers whose they are.
 */
#define MBAL_GROUP_PLACE_BITS 10
#define MBAL_MAX_GROUPS (1u << MBAL_GROUP_PLACE_BITS)
#define MBAL_GROUP_PLACE(group_id) ((__u32)(group_id) & (MBAL_MAX_GROUPS - 1))

#define MBAL_MAX_TARGETS 16384u	/* processes in all groups together */
#define MBAL_MEMBERSHIPS 4u	/* groups that one process can be in at once */
#define MBAL_MAX_WIDE_GROUPS 16u

/* What each CPU counts. */
struct mbal_cpu_counters {
	__u64 of[MBAL_COUNTER_MAX];
};

enum mbal_membership_flag {
	MBAL_MEMBER_COUNTED = 1,	/* its accesses count; else it is there for its children */
	MBAL_MEMBER_PLACED = 2,		/* it has a place in the group's process table */
	MBAL_MEMBER_RANGES = 4,		/* only code in the group's ranges counts */
	MBAL_MEMBER_USER_ONLY = 8,	/* what the kernel does for it does not count */
	MBAL_MEMBER_FILTERS = MBAL_MEMBER_RANGES | MBAL_MEMBER_USER_ONLY,
};

#define MBAL_GROUP_CLAIMED (1ULL << 63)	/* beside a group id: being written, not a member yet */
#define MBAL_GROUP_CLOSING (~0ULL)	/* in the place of a group id: the target is being given up */

struct mbal_membership {
	__u64 group_id;		/* 0: none */
	__u32 process_tag;
	__u32 flags;		/* enum mbal_membership_flag */
};

struct mbal_target {
	struct mbal_membership memberships[MBAL_MEMBERSHIPS];
};

/* What a group keeps. */
struct mbal_group_rule {
	__u64 cgroup_id;	/* CGROUP */
	__u32 kind;		/* enum mbal_target_kind */
	__u32 owner_uid;	/* who may see it; 0: whatever program a member starts */
	__u32 excluded_tgids[2];	/* ALL: the helper and who asked */
	__u32 range_count;
	__u32 flags;		/* enum mbal_group_flag */
	struct mbal_address_range ranges[MBAL_MAX_RANGES];
};

/* Ids of the groups of kinds CGROUP and ALL; 0: none in this place. */
struct mbal_wide_groups {
	__u64 group_ids[MBAL_MAX_WIDE_GROUPS];
};

enum mbal_retarget_action {
	MBAL_RETARGET_JOIN,	/* the process into the group */
	MBAL_RETARGET_LEAVE,	/* the process out of the group */
	MBAL_RETARGET_TIDY,	/* the process out of all groups that are no more */
	MBAL_RETARGET_FORGET,	/* the process has ended */
};

#define MBAL_JOIN_FOLLOWED 1u	/* it is there for its children, and not counted itself */

/* A process that comes into a group. */
struct mbal_newcomer {
	__u64 group_id;
	__u32 tgid;
	__u32 parent_tgid;	/* 0: it was there before */
	__u32 flags;		/* MBAL_JOIN_FOLLOWED */
	__u32 reserved;
	char command[16];
};

/* The context of a BPF_PROG_TEST_RUN of mbal_retarget. */
struct mbal_retarget_args {
	__u32 action;		/* enum mbal_retarget_action */
	__s32 result;		/* out: 0 or -errno: -EEXIST, -ENOENT (no such group, or not in it), -ENOSPC, -ESRCH */
	struct mbal_newcomer process;	/* JOIN all of it, LEAVE group_id and tgid, else tgid */
};

_Static_assert(sizeof(struct mbal_newcomer) == 40 && sizeof(struct mbal_retarget_args) == 48, "no padding: BPF compares it");

#endif
