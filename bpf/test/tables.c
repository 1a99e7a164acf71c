// SPDX-License-Identifier: Apache-2.0
#include "tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

/* Readable only, but for the group's id in the header: as the helper leaves it. */
static int table_map(struct table *table, __u64 group_id)
{
	struct mbal_table_header *header;
	void *memory = mmap(NULL, table->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, table->fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	header = memory;
	header->group_id = group_id;
	if (mprotect(memory, table->bytes, PROT_READ))
		abort();
	(void)madvise(memory, table->bytes, MADV_DONTFORK); /* else a fork copies every page table of a large one */
	table->memory = memory;
	return 0;
}

static int table_open(struct table *table, __u64 group_id, __u32 element_bytes)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP);

	table->bytes = MBAL_HEADER_BYTES + (size_t)table->slot_count * table->slot_bytes;
	table->fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "test_table", sizeof(__u32), element_bytes,
				   (__u32)(table->bytes / element_bytes), &options);
	return table->fd < 0 ? table->fd : table_map(table, group_id);
}

int table_open_counts(struct table *table, __u64 group_id, __u32 node_count, __u32 keys)
{
	table->slot_bytes = mbal_slot_bytes(node_count);
	table->slot_count = mbal_table_slots(keys, table->slot_bytes);
	table->node_count = node_count;
	return table_open(table, group_id, mbal_half_window_bytes(table->slot_bytes));
}

int table_open_elements(struct table *table, __u64 group_id, __u32 element_bytes, __u32 count)
{
	table->slot_bytes = element_bytes;
	table->slot_count = count;
	return table_open(table, group_id, element_bytes);
}

void table_close(struct table *table)
{
	if (table->memory)
		munmap(table->memory, table->bytes);
	if (table->fd > 0)
		close(table->fd);
	memset(table, 0, sizeof(*table));
}

const struct mbal_table_header *table_header(const struct table *table)
{
	return (const struct mbal_table_header *)table->memory;
}

/* Whatever a table's slots are. */
static const void *slot_at(const struct table *table, __u64 index)
{
	return table->memory + MBAL_HEADER_BYTES + index * table->slot_bytes;
}

const struct mbal_slot *table_slot(const struct table *table, __u32 index)
{
	return slot_at(table, index);
}

const struct mbal_slot *table_find(const struct table *table, __u64 key)
{
	for (__u32 i = 0; i < table->slot_count; i++) {
		const struct mbal_slot *slot = table_slot(table, i);

		if (slot->key == key)
			return slot;
	}
	return NULL;
}

__u16 slot_count(const struct table *table, const struct mbal_slot *slot, __u32 node)
{
	(void)table;
	return ((const __u16 *)(slot + 1))[node];
}

__u16 slot_count2(const struct table *table, const struct mbal_slot *slot, __u32 node)
{
	return ((const __u16 *)(slot + 1))[table->node_count + node];
}

__u32 slot_weight(const struct table *table, const struct mbal_slot *slot)
{
	__u32 weight = 0;

	for (__u32 node = 0; node < table->node_count; node++)
		weight += (__u32)slot_count(table, slot, node) + slot_count2(table, slot, node);
	return weight;
}

const struct mbal_process *table_process(const struct table *table, __u32 place)
{
	return slot_at(table, place);
}

const struct mbal_access *table_access(const struct table *table, __u64 number)
{
	return slot_at(table, number % table->slot_count);
}
