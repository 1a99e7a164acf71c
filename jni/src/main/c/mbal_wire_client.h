/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The asking side of mbal_wire.h. Every function returns 0 or more, or -errno.
 *
 * After an error from mbal_client_ask() or mbal_client_receive() the connection is out of step (a late answer would
 * be taken for the next one): close it.
 */
#ifndef MBAL_WIRE_CLIENT_H
#define MBAL_WIRE_CLIENT_H

#include <stddef.h>

#include "mbal_wire.h"

#define MBAL_ANSWER_FDS (MBAL_WIRE_TABLES + 1)	/* one more than an answer may carry, so that more is seen and closed */

/* What every request begins with, in every ABI version. */
struct mbal_request_head {
	__u32 magic;
	__u16 abi_version;
	__u16 kind;
};

/* What every answer begins with, in every ABI version. */
struct mbal_answer_head {
	__u32 magic;
	__u16 abi_version;
	__u16 kind;
	__s32 error;
};

struct mbal_answer {
	union {
		struct mbal_answer_head head;
		struct mbal_reply reply;
		struct mbal_status status;
		struct mbal_groups groups;
		struct mbal_move_reply moved;
	};
};

struct mbal_fds {
	int fds[MBAL_ANSWER_FDS];
	unsigned int count;
};

/* Connects; path is not NUL-terminated. Returns the socket. */
int mbal_client_connect(const char *path, size_t path_bytes, int timeout_ms);

/* 0: the helper is there; -ECONNRESET: it closed; -EBADMSG: it said something that nobody asked for. */
int mbal_client_state(int socket_fd);

/*
 * Sends one request (of `bytes` bytes, beginning with a struct mbal_request_head) and waits for its answer. 0 means that a well-formed answer came, which may be a refusal:
 * see answer->head.error. The descriptors that came along are the caller's; after an error there are none.
 * -EPROTO: the helper speaks answer->head.abi_version.
 */
int mbal_client_ask(int socket_fd, const void *request, size_t bytes, int timeout_ms, struct mbal_answer *answer,
		    struct mbal_fds *fds);

/* The second half of mbal_client_ask(). */
int mbal_client_receive(int socket_fd, __u16 kind, int timeout_ms, struct mbal_answer *answer,
			struct mbal_fds *fds);

/* Whether `bytes` bytes are a well-formed answer to a request of that kind. */
int mbal_answer_check(const struct mbal_answer *answer, size_t bytes, __u16 kind);

void mbal_fds_close(struct mbal_fds *fds);

#endif
