// SPDX-License-Identifier: Apache-2.0
#include "groups.h"

#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>

#include "members.h"
#include "targets.h"

int groups_open(struct groups *groups, const struct group_settings *settings, struct sampler *sampler, struct log *log)
{
	*groups = (struct groups){
		.slots = calloc(GROUPS_MAX, sizeof(struct group)),
		.next_generation = 1,
		.settings = *settings,
		.sampler = sampler,
		.log = log,
	};
	for (unsigned int i = 0; groups->slots && i < GROUPS_MAX; i++)
		groups->slots[i] = (struct group){ .pidfd = -1, .cgroup_fd = -1 };
	return groups->slots ? 0 : -ENOMEM;
}

void groups_close(struct groups *groups)
{
	if (!groups->slots)
		return;
	for (unsigned int i = 0; i < GROUPS_MAX; i++)
		if (groups->slots[i].id)
			group_discard(&groups->slots[i]);
	free(groups->slots);
	*groups = (struct groups){ 0 };
}

static bool is_active(const struct group *group)
{
	return group->id && !group->is_retired;
}

/* The group of a process that all share who ask for it with the same flags, if there is one. */
static struct group *find_shared(const struct groups *groups, const struct group_spec *spec)
{
	for (unsigned int i = 0; spec->rule.kind == MBAL_TARGET_PROCESS && i < GROUPS_MAX; i++) {
		struct group *group = &groups->slots[i];

		if (is_active(group) && group->rule.kind == MBAL_TARGET_PROCESS && group->rule.flags == spec->rule.flags &&
		    group->tgid == spec->target.tgid)
			return group;
	}
	return NULL;
}

static void remove_ended(struct groups *groups)
{
	for (unsigned int i = 0; i < GROUPS_MAX; i++)
		if (is_active(&groups->slots[i]) && group_has_ended(&groups->slots[i], groups->sampler))
			groups_target_ended(groups, &groups->slots[i]);
}

/* We may not have been told yet of all that ended. */
static struct group *find_free(struct groups *groups)
{
	if (groups->count == GROUPS_MAX)
		remove_ended(groups);
	if (groups->count + groups->retired == GROUPS_MAX)
		groups_close_one(groups);
	for (unsigned int i = 0; i < GROUPS_MAX; i++)
		if (!groups->slots[i].id)
			return &groups->slots[i];
	return NULL;
}

void groups_close_one(struct groups *groups)
{
	for (unsigned int i = 0; groups->retired && i < GROUPS_MAX; i++) {
		if (!groups->slots[i].is_retired)
			continue;
		group_close(&groups->slots[i], groups->sampler);
		groups->retired--;
		return;
	}
}

static bool within_share(const struct groups *groups, uid_t uid)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < GROUPS_MAX; i++)
		count += groups->slots[i].id && groups->slots[i].uid == uid;
	return uid == 0 || count < UID_SHARE(GROUPS_MAX);
}

/* Nobody to sample for, no interrupts. */
static int run_if_wanted(const struct groups *groups)
{
	int err = sampler_run(groups->sampler, groups->count > 0);

	if (err)
		log_line(groups->log, "sampling cannot be %s: %s", groups->count ? "started" : "stopped", errno_name(err));
	return err;
}

/* Puts `id` into the place of `instead` among the groups that take processes in from everywhere. */
static int set_wide(struct groups *groups, uint64_t instead, uint64_t id)
{
	__u32 zero = 0;

	for (unsigned int i = 0; i < MBAL_MAX_WIDE_GROUPS; i++) {
		if (groups->wide.group_ids[i] != instead)
			continue;
		groups->wide.group_ids[i] = id;
		return bpf_map_update_elem(groups->sampler->wide_fd, &zero, &groups->wide, BPF_ANY);
	}
	return -EUSERS;
}

/* Returns whether the process still was a target. */
static bool remove_group(struct groups *groups, struct group *group)
{
	bool was_target;

	log_detail(groups->log, "group %llu of process %d closed", (unsigned long long)group->id, group->tgid);
	if (group_is_wide(group))
		(void)set_wide(groups, group->id, 0);
	was_target = group_retire(group, groups->sampler);
	groups->retired++;
	if (!--groups->count)
		(void)run_if_wanted(groups);
	return was_target;
}

static const char *what_ended(const struct group *group)
{
	switch (group->rule.kind) {
	case MBAL_TARGET_PROCESS:
		return "its process";
	case MBAL_TARGET_CGROUP:
		return "its cgroup";
	default:
		return "the last of its processes";
	}
}

void groups_target_ended(struct groups *groups, struct group *group)
{
	log_detail(groups->log, "group %llu ended: %s is gone", (unsigned long long)group->id, what_ended(group));
	groups->targets_ended += remove_group(groups, group);
}

/* Those that are there already. Whoever comes from now on is followed by BPF. */
static int bring_in(struct groups *groups, struct group *group)
{
	struct members members = { .group = group, .sampler = groups->sampler };
	int err = group_is_wide(group) ? set_wide(groups, 0, group->id) : 0;

	if (!err && (group_is_wide(group) || group->rule.kind == MBAL_TARGET_DESCENDANTS || group->rule.kind == MBAL_TARGET_CHILDREN))
		err = members_find(&members);
	groups->targets_lost += members.lost;
	return err;
}

/* Its place is its own until its tables are gone, and the generation is never used again. */
static uint64_t next_id(struct groups *groups, const struct group *group)
{
	return groups->next_generation++ << MBAL_GROUP_PLACE_BITS | (uint64_t)(group - groups->slots);
}

static int make_group(struct groups *groups, struct group_spec *spec, struct group **made)
{
	struct group *group = find_free(groups);
	int err;

	if (!group || !within_share(groups, spec->uid))
		return -EUSERS;
	err = group_open(group, next_id(groups, group), spec, &groups->settings, groups->sampler);
	if (err)
		return err;
	groups->count++;
	log_detail(groups->log, "group %llu of process %d opened", (unsigned long long)group->id, group->tgid);
	*made = group;
	err = bring_in(groups, group);
	if (!err && groups->count == 1)
		err = run_if_wanted(groups);
	if (err)
		(void)remove_group(groups, group);
	return err;
}

void groups_remove_ended(struct groups *groups)
{
	remove_ended(groups);
	if (groups->count)
		targets_sweep(groups->sampler, &groups->sweep_cursor);
}

int groups_join(struct groups *groups, unsigned int peer, struct group_spec *spec, struct group **joined)
{
	struct group *group = find_shared(groups, spec);
	int err = 0;

	/* We may not have been told yet: the id may have passed to the process that is asked for. */
	if (group && group_has_ended(group, groups->sampler)) {
		groups_target_ended(groups, group);
		group = NULL;
	}
	if (!group)
		err = make_group(groups, spec, &group);
	else if (group->opens_by_peer[peer] >= OPENS_PER_PEER_MAX)
		err = -EMFILE;
	if (err)
		return err;
	group->opens_by_peer[peer]++;
	group->opens++;
	*joined = group;
	return 0;
}

static void leave(struct groups *groups, struct group *group, unsigned int peer, uint16_t times)
{
	group->opens_by_peer[peer] = (uint16_t)(group->opens_by_peer[peer] - times);
	group->opens -= times;
	if (!group->opens)
		(void)remove_group(groups, group);
}

static struct group *find_of_peer(const struct groups *groups, unsigned int peer, uint64_t group_id)
{
	for (unsigned int i = 0; group_id && i < GROUPS_MAX; i++)
		if (groups->slots[i].id == group_id && groups->slots[i].opens_by_peer[peer])
			return &groups->slots[i];
	return NULL;
}

struct group *groups_find(struct groups *groups, unsigned int peer, uint64_t group_id)
{
	struct group *group = find_of_peer(groups, peer, group_id);

	if (!group || !group_has_ended(group, groups->sampler))
		return group;
	groups_target_ended(groups, group);
	return NULL;
}

int groups_leave(struct groups *groups, unsigned int peer, uint64_t group_id)
{
	struct group *group = groups_find(groups, peer, group_id);

	if (!group)
		return -ENOENT;
	leave(groups, group, peer, 1);
	return 0;
}

void groups_leave_all(struct groups *groups, unsigned int peer)
{
	for (unsigned int i = 0; i < GROUPS_MAX; i++) {
		struct group *group = &groups->slots[i];

		if (group->id && group->opens_by_peer[peer])
			leave(groups, group, peer, group->opens_by_peer[peer]);
	}
}

uint64_t groups_memory_bytes(const struct groups *groups)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < GROUPS_MAX; i++)
		if (groups->slots[i].id)
			bytes += group_memory_bytes(&groups->slots[i]);
	return bytes;
}

static __u16 count_peers(const struct group *group)
{
	__u16 peers = 0;

	for (unsigned int i = 0; i < PEERS_MAX; i++)
		peers = (__u16)(peers + (group->opens_by_peer[i] != 0));
	return peers;
}

static __u32 claim_age_ms(const struct group *group, uint64_t now_ns)
{
	uint64_t age_ms = group->claimed_ns ? (now_ns - group->claimed_ns) / 1000000 : 0;

	return age_ms < UINT32_MAX ? (__u32)age_ms : UINT32_MAX;
}

static struct mbal_group_info describe(const struct groups *groups, const struct group *group, uint64_t now_ns)
{
	struct table_counters heat = { 0 };

	(void)table_read_counters(&group->tables[0], &heat); /* 0 where it cannot be read */
	return (struct mbal_group_info){
		.group_id = group->id,
		.tgid = (__u32)group->tgid,
		.target_kind = (__u8)group->rule.kind,
		.flags = (__u8)group->rule.flags,
		.peers = count_peers(group),
		.processes = group_processes(group, groups->sampler),
		.claim_age_ms = claim_age_ms(group, now_ns),
		.memory_bytes = group_memory_bytes(group),
		.recorded = heat.recorded,
		.dropped = heat.dropped,
		.claim_bytes = group->claim_bytes,
		.claim_rate = group->claim_rate,
	};
}

struct mbal_groups groups_list(const struct groups *groups, unsigned int start, uint64_t now_ns)
{
	struct mbal_groups list = {
		.magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = MBAL_REQUEST_GROUPS, .total = groups->count,
	};
	unsigned int passed = 0;

	for (unsigned int i = 0; i < GROUPS_MAX && list.count < MBAL_WIRE_GROUPS; i++)
		if (is_active(&groups->slots[i]) && passed++ >= start)
			list.groups[list.count++] = describe(groups, &groups->slots[i], now_ns);
	return list;
}
