// SPDX-License-Identifier: Apache-2.0
#include "group.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#define THREAD_SLOTS 4096u
#define RECENT_SLOTS 4096u

static const __u32 table_kinds[GROUP_TABLES] = { MBAL_TABLE_HEAT, MBAL_TABLE_THREADS, MBAL_TABLE_RECENT };

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

static struct mbal_table_header table_header(const struct group *group, const struct group_settings *settings, __u32 kind)
{
	struct mbal_table_header header = slot_header(group, settings);

	header.kind = kind;
	header.slot_count = kind == MBAL_TABLE_HEAT ? settings->table_slots : THREAD_SLOTS;
	if (kind == MBAL_TABLE_RECENT) {
		header.slot_count = RECENT_SLOTS;
		header.slot_bytes = sizeof(struct mbal_access);
		header.counts_offset = 0;
		header.counts2_offset = 0;
	}
	return header;
}

static int open_tables(struct group *group, const struct group_settings *settings)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < GROUP_TABLES; i++) {
		struct mbal_table_header header = table_header(group, settings, table_kinds[i]);

		err = table_open(&group->tables[i], &header);
	}
	return err;
}

/* The target comes last: until then no sample looks for a table. */
static int publish(const struct group *group, const struct sampler *sampler)
{
	__u32 tgid = (__u32)group->tgid;
	int err = 0;

	for (unsigned int i = 0; !err && i < GROUP_TABLES; i++)
		err = bpf_map_update_elem(sampler->table_map_fds[table_kinds[i]], &group->id, &group->tables[i].fd, BPF_NOEXIST);
	return err ? err : bpf_map_update_elem(sampler->targets_fd, &tgid, &group->id, BPF_NOEXIST);
}

bool group_is_target(const struct group *group, const struct sampler *sampler)
{
	__u32 tgid = (__u32)group->tgid;
	__u64 id = 0;

	return !bpf_map_lookup_elem(sampler->targets_fd, &tgid, &id) && id == group->id;
}

int group_open(struct group *group, uint64_t id, struct target *target, const struct group_settings *settings,
	       const struct sampler *sampler)
{
	int err;

	*group = (struct group){
		.id = id,
		.tgid = target->tgid,
		.pidfd = -1,
		.tables = { { .fd = -1 }, { .fd = -1 }, { .fd = -1 } },
	};
	err = open_tables(group, settings);
	if (!err)
		err = publish(group, sampler);
	/* If it ended before it became a target, BPF saw nothing to remove, and its id may be another's by now. */
	if (!err && !process_is_alive(target->pidfd))
		err = -ESRCH;
	if (err) {
		group_close(group, sampler);
		return err;
	}
	group->pidfd = target->pidfd;
	target->pidfd = -1;
	return 0;
}

bool group_retire(struct group *group, const struct sampler *sampler)
{
	__u32 tgid = (__u32)group->tgid;
	bool was_target = group_is_target(group, sampler) && !bpf_map_delete_elem(sampler->targets_fd, &tgid);

	if (group->pidfd >= 0)
		close(group->pidfd);
	group->pidfd = -1;
	group->opens = 0;
	memset(group->opens_by_peer, 0, sizeof(group->opens_by_peer));
	group->is_retired = true;
	return was_target;
}

void group_discard(struct group *group)
{
	for (unsigned int i = 0; i < GROUP_TABLES; i++)
		table_close(&group->tables[i]);
	if (group->pidfd >= 0)
		close(group->pidfd);
	*group = (struct group){ .pidfd = -1 };
}

void group_close(struct group *group, const struct sampler *sampler)
{
	if (!group->is_retired)
		(void)group_retire(group, sampler);
	for (unsigned int i = 0; i < GROUP_TABLES; i++)
		(void)bpf_map_delete_elem(sampler->table_map_fds[table_kinds[i]], &group->id); /* ENOENT: not published */
	group_discard(group);
}

uint64_t group_memory_bytes(const struct group *group)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < GROUP_TABLES; i++)
		bytes += table_memory_bytes(&group->tables[i]);
	return bytes;
}
