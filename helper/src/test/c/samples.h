/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a group that a real helper fills, and memory that a process makes hot. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "fixture.h"

#define HOT_BYTES ((size_t)1 << 20)
#define PAGE_BYTES 4096u
#define ENOUGH_SAMPLES 300u

/* Where a child writes; the parent has it at the same address. */
extern volatile char *hot;

void make_hot(void);
/* A while. */
void write_hot(void);
bool is_hot(__u64 address);

struct tables {
	int fd;	/* of the connection */
	__u64 group_id;
	void *maps[3];
};

void tables_ask(struct tables *tables, const struct helper_process *helper, const struct mbal_request *request);
/* Those of the group that all share who ask for the process. */
void tables_open(struct tables *tables, const struct helper_process *helper, pid_t tgid);
__u64 recorded(const struct tables *tables, enum mbal_table_kind kind);
/* Whether the heat of a struct tables has ENOUGH_SAMPLES; for fixture_wait(). */
bool has_enough(void *tables);

/* Checks that all recent accesses are of the process, and come from the soft source. */
void recent_is_of_it(const struct tables *tables, pid_t tgid);
/* Checks STATUS, asked through the connection. */
void counters_add_up(int fd);

#endif
