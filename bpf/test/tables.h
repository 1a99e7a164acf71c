/* SPDX-License-Identifier: Apache-2.0 */
/* A group's tables: how a test makes one as the helper would, and what lies in it. */
#ifndef TABLES_H
#define TABLES_H

#include <stddef.h>

#include "mbal_abi.h"

/* One mapped table. */
struct table {
	int fd;
	__u32 slot_bytes;
	__u32 slot_count;	/* as many as were asked for, and what fills the last window */
	__u32 node_count;
	size_t bytes;
	unsigned char *memory;
};

/* Of heat or threads, for so many keys. Returns 0 or -errno; to be closed in any case. */
int table_open_counts(struct table *table, __u64 group_id, __u32 node_count, __u32 keys);
/* Of elements that are no counts. The same. */
int table_open_elements(struct table *table, __u64 group_id, __u32 element_bytes, __u32 count);
/* Accepts one that was not opened, if it is zeroed. */
void table_close(struct table *table);

const struct mbal_table_header *table_header(const struct table *table);
const struct mbal_slot *table_slot(const struct table *table, __u32 index);
const struct mbal_slot *table_find(const struct table *table, __u64 key);
__u16 slot_count(const struct table *table, const struct mbal_slot *slot, __u32 node);
__u16 slot_count2(const struct table *table, const struct mbal_slot *slot, __u32 node);
__u32 slot_weight(const struct table *table, const struct mbal_slot *slot);
const struct mbal_process *table_process(const struct table *table, __u32 place);
const struct mbal_access *table_access(const struct table *table, __u64 number);

#endif
