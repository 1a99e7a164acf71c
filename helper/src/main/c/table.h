/* SPDX-License-Identifier: Apache-2.0 */
/* One table of a group: a BPF array map with a header, frozen, so that its descriptor can be given to anybody. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "mbal_abi.h"

#define THREAD_SLOTS 4096u	/* threads that a thread table can hold */
#define RECENT_SLOTS 4096u	/* accesses that a ring of recent ones has, unless it was asked for another length */

struct table {
	int fd;
	uint64_t bytes;	/* header and slots */
	uint32_t element_bytes;	/* of the map */
	bool has_own_size;	/* not that of all others of its kind */
};

/* What BPF counts in a table's header. */
struct table_counters {
	uint64_t recorded, replaced, dropped;
};

/* Makes it as the header says, its counters 0. Returns 0, or -errno with nothing left open. */
int table_open(struct table *table, const struct mbal_table_header *header);
/* Returns 0 or -errno. */
int table_read_counters(const struct table *table, struct table_counters *counters);
void table_close(struct table *table);
/* The memory that a table takes: whole pages. */
uint64_t table_memory_bytes(const struct table *table);

#endif
