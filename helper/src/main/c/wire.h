/* SPDX-License-Identifier: Apache-2.0 */
/* Sending to a peer without ever waiting for it. */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>

#include "mbal_wire.h"

#define WIRE_FDS_MAX MBAL_WIRE_TABLES

/* A reply to a request of that kind, without result yet. */
struct mbal_reply wire_reply(unsigned int kind, int err);
/* Returns 0, or -errno: -EAGAIN when the peer has not read what it got before. */
int wire_send(int fd, const void *message, size_t bytes, const int *fds, unsigned int fd_count);

#endif
