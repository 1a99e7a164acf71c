/* SPDX-License-Identifier: Apache-2.0 */
/* Mapping the tables that the helper passes. Every function returns 0 or -errno. */
#ifndef MBAL_TABLES_H
#define MBAL_TABLES_H

#include "mbal_wire_client.h"

/* In the order of mbal_reply.table_bytes: heat, threads and recent always, processes in groups that may have several. */
#define MBAL_TABLES ((int)MBAL_WIRE_TABLES)
#define MBAL_TABLES_MIN 3

/* A group, its tables mapped. */
struct mbal_opened {
	struct mbal_answer answer;
	__u64 table_addresses[MBAL_TABLES];	/* 0 where there is none: all of them unless the group was opened */
};

/*
 * Asks with an OPEN for a group's tables and maps them. 0 means that a well-formed answer came, see
 * opened->answer.head.error; the tables are mapped when that is 0, and no descriptor stays open in any case.
 */
int mbal_tables_open(int socket_fd, const struct mbal_request *request, int timeout_ms, struct mbal_opened *opened);

/* Maps a table of so many bytes, read-only, not for children. The descriptor may be closed afterwards. */
int mbal_table_map(int fd, __u64 bytes, __u64 *address);

int mbal_table_unmap(__u64 address, __u64 bytes);

#endif
