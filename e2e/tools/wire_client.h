/* SPDX-License-Identifier: Apache-2.0 */
/* The helper's socket, for the witnesses: one request, one answer. Of membalancer only the layouts are used. */
#ifndef WIRE_CLIENT_H
#define WIRE_CLIENT_H

#include "mbal_wire.h"

#include <stddef.h>

/* Connects to the default socket. Returns the descriptor or -errno. */
int wire_connect(void);

/* Sends the request, whose magic and version are filled in, and receives an answer of so many bytes. Returns 0 or -errno. */
int wire_ask(int socket_fd, struct mbal_request *request, void *answer, size_t answer_bytes);

/* Opens the tables of a process. fds gets reply->table_count descriptors. Returns 0 or -errno. */
int wire_open_process(int socket_fd, __u32 tgid, struct mbal_reply *reply, int fds[MBAL_WIRE_TABLES]);

#endif
