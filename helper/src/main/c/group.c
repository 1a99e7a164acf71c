// SPDX-License-Identifier: Apache-2.0
#include "group.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "cgroup.h"
#include "members.h"
#include "process.h"
#include "targets.h"

#define SET_PLACES 1024u	/* processes that are added one by one; all other groups have MBAL_MAX_PROCESSES */

static const __u32 table_kinds[GROUP_TABLES] = { MBAL_TABLE_HEAT, MBAL_TABLE_THREADS, MBAL_TABLE_RECENT, MBAL_TABLE_PROCESSES };

static struct mbal_table_header slot_header(const struct group *group, const struct group_settings *settings)
{
	return (struct mbal_table_header){
		.magic = MBAL_TABLE_MAGIC,
		.abi_version = MBAL_ABI_VERSION,
		.header_bytes = MBAL_HEADER_BYTES,
		.slot_bytes = settings->slot_bytes,
		.node_count = settings->node_count,
		.counts_offset = sizeof(struct mbal_slot),
		.counts2_offset = (__u32)(sizeof(struct mbal_slot) + sizeof(__u16) * settings->node_count),
		.page_shift = settings->page_shift,
		.epoch_shift = MBAL_EPOCH_SHIFT,
		.group_id = group->id,
		.tgid = (__u32)group->tgid,
		.source = settings->source,
	};
}

/* A table without counts. */
static void set_elements(struct mbal_table_header *header, __u32 slot_count, size_t slot_bytes)
{
	header->slot_count = slot_count;
	header->slot_bytes = (__u32)slot_bytes;
	header->counts_offset = 0;
	header->counts2_offset = 0;
}

static struct mbal_table_header table_header(const struct group *group, const struct group_spec *spec,
					     const struct group_settings *settings, __u32 kind)
{
	struct mbal_table_header header = slot_header(group, settings);

	header.kind = kind;
	header.slot_count = mbal_table_slots(kind == MBAL_TABLE_HEAT ? settings->table_slots : THREAD_SLOTS, settings->slot_bytes);
	if (kind == MBAL_TABLE_RECENT)
		set_elements(&header, spec->recent_slots ? spec->recent_slots : RECENT_SLOTS, sizeof(struct mbal_access));
	if (kind == MBAL_TABLE_PROCESSES)
		set_elements(&header, group->rule.kind == MBAL_TARGET_SET ? SET_PLACES : MBAL_MAX_PROCESSES,
			     sizeof(struct mbal_process));
	return header;
}

static int open_tables(struct group *group, const struct group_spec *spec, const struct group_settings *settings)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < group->table_count; i++) {
		struct mbal_table_header header = table_header(group, spec, settings, table_kinds[i]);

		err = table_open(&group->tables[i], &header);
	}
	return err;
}

/* Where BPF finds one of the group's tables. */
static int tables_fd(const struct group *group, const struct sampler *sampler, unsigned int i)
{
	if (table_kinds[i] == MBAL_TABLE_RECENT && group->tables[i].has_own_size)
		return sampler->own_recent_fd;
	return sampler->table_map_fds[table_kinds[i]];
}

/*
 * The rule comes last: until then no process can come in, and no sample of this group looks for a table. A member that a former
 * group of this place left behind may look: the id in the header is not its group's.
 */
static int publish(const struct group *group, const struct sampler *sampler)
{
	__u32 place = MBAL_GROUP_PLACE(group->id);
	int err = 0;

	for (unsigned int i = 0; !err && i < group->table_count; i++)
		err = bpf_map_update_elem(tables_fd(group, sampler, i), &place, &group->tables[i].fd, BPF_ANY);
	return err ? err : bpf_map_update_elem(sampler->rules_fd, &group->id, &group->rule, BPF_NOEXIST);
}

bool group_is_target(const struct group *group, const struct sampler *sampler)
{
	return targets_has(sampler, (uint32_t)group->tgid, group->id);
}

bool group_is_wide(const struct group *group)
{
	return group->rule.kind == MBAL_TARGET_CGROUP || group->rule.kind == MBAL_TARGET_ALL;
}

static int join_first(const struct group *group, const struct target *target, const struct sampler *sampler)
{
	struct members members = { .group = group, .sampler = sampler };

	if (target->pidfd < 0)
		return 0;
	return members_join(&members, target, group->rule.kind == MBAL_TARGET_CHILDREN ? MBAL_JOIN_FOLLOWED : 0);
}

/* Its process's end is the group's end in groups of one; the others may live on without their first one. */
static void keep_pidfd(struct group *group, struct target *target)
{
	if (group->rule.kind != MBAL_TARGET_PROCESS)
		return;
	group->pidfd = target->pidfd;
	target->pidfd = -1;
}

static int hold_cgroup(struct group *group)
{
	if (group->rule.kind != MBAL_TARGET_CGROUP)
		return 0;
	group->cgroup_fd = cgroup_open(group->rule.cgroup_id);
	return group->cgroup_fd < 0 ? group->cgroup_fd : 0;
}

int group_open(struct group *group, uint64_t id, struct group_spec *spec, const struct group_settings *settings,
	       const struct sampler *sampler)
{
	int err;

	*group = (struct group){
		.id = id,
		.rule = spec->rule,
		.tgid = spec->target.tgid,
		.uid = spec->uid,
		.pidfd = -1,
		.cgroup_fd = -1,
		.table_count = spec->rule.kind == MBAL_TARGET_PROCESS ? GROUP_TABLES - 1 : GROUP_TABLES,
	};
	for (unsigned int i = 0; i < GROUP_TABLES; i++)
		group->tables[i].fd = -1;
	err = hold_cgroup(group);
	if (!err)
		err = open_tables(group, spec, settings);
	if (!err)
		err = publish(group, sampler);
	if (!err)
		err = join_first(group, &spec->target, sampler);
	if (err) {
		group_close(group, sampler);
		return err;
	}
	keep_pidfd(group, &spec->target);
	return 0;
}

/* Of what it is about. */
static void let_go(struct group *group)
{
	if (group->pidfd >= 0)
		close(group->pidfd);
	if (group->cgroup_fd >= 0)
		close(group->cgroup_fd);
	group->pidfd = -1;
	group->cgroup_fd = -1;
}

/* The rule first: without it no child follows. Then those who are in. */
bool group_retire(struct group *group, const struct sampler *sampler)
{
	bool was_target = false;

	(void)bpf_map_delete_elem(sampler->rules_fd, &group->id); /* ENOENT: not published */
	if (group->rule.kind == MBAL_TARGET_PROCESS)
		was_target = !targets_leave(sampler, (uint32_t)group->tgid, group->id);
	else
		targets_tidy(sampler);
	let_go(group);
	group->opens = 0;
	memset(group->opens_by_peer, 0, sizeof(group->opens_by_peer));
	group->is_retired = true;
	return was_target;
}

void group_discard(struct group *group)
{
	for (unsigned int i = 0; i < group->table_count; i++)
		table_close(&group->tables[i]);
	let_go(group);
	*group = (struct group){ .pidfd = -1, .cgroup_fd = -1 };
}

/*
 * Each deletion waits until no program has the table any more, so that the place is free for another group then. The heat
 * table, which is the first, goes first: a sample that finds none there is dropped, and looks at none of the others. The header's id
 * keeps a member that is left behind out of the tables of the group that has the place next.
 */
void group_close(struct group *group, const struct sampler *sampler)
{
	__u32 place = MBAL_GROUP_PLACE(group->id);

	if (!group->is_retired)
		(void)group_retire(group, sampler);
	for (unsigned int i = 0; i < group->table_count; i++)
		(void)bpf_map_delete_elem(tables_fd(group, sampler, i), &place); /* ENOENT: not published */
	group_discard(group);
}

/*
 * How many are alive in a group of several. Those that ended are read before those that came: a process that forks and ends
 * between the two makes it one too many, and never none where there is one. Returns 0 or -errno.
 */
static int count_alive(const struct group *group, unsigned int *alive)
{
	const struct table *processes = &group->tables[GROUP_TABLES - 1];
	struct table_counters ended, came;
	int err = table_read_counters(processes, &ended);

	if (!err)
		err = table_read_counters(processes, &came);
	if (!err)
		*alive = (unsigned int)(came.recorded - ended.replaced);
	return err;
}

unsigned int group_processes(const struct group *group, const struct sampler *sampler)
{
	unsigned int alive;

	if (group->rule.kind == MBAL_TARGET_PROCESS)
		return group_is_target(group, sampler);
	return count_alive(group, &alive) ? 0 : alive;
}

static bool is_empty(const struct group *group)
{
	unsigned int alive;

	return !count_alive(group, &alive) && !alive;
}

/*
 * A child comes in before it runs and before its parent can end, so that there is somebody until the last one ends. A
 * process that runs another program ends a group of one too: its addresses are new, and the program may be one that this
 * peer may not look into.
 */
bool group_has_ended(const struct group *group, const struct sampler *sampler)
{
	switch (group->rule.kind) {
	case MBAL_TARGET_PROCESS:
		return !process_is_alive(group->pidfd) || !group_is_target(group, sampler);
	case MBAL_TARGET_SET:
	case MBAL_TARGET_DESCENDANTS:
		return is_empty(group);
	case MBAL_TARGET_CHILDREN: /* the parent, which is not counted, is looked at first: it may have another child before it ends */
		return !group_is_target(group, sampler) && is_empty(group);
	case MBAL_TARGET_CGROUP:
		return cgroup_is_removed(group->cgroup_fd);
	default:
		return false;
	}
}

uint64_t group_memory_bytes(const struct group *group)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < group->table_count; i++)
		bytes += table_memory_bytes(&group->tables[i]);
	return bytes;
}
