/* SPDX-License-Identifier: Apache-2.0 */
/* Is what a peer sent a request? Everything is checked here, before any member is used. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stddef.h>

#include "mbal_wire.h"

/*
 * Copies a message of `bytes` bytes (more than the buffer may hold, if it was cut off) to *request.
 * Returns 0, or with request->kind as far as it could be told:
 *   -EMSGSIZE    any other length than a request's
 *   -EBADMSG     another magic
 *   -EPROTO      another ABI version
 *   -EOPNOTSUPP  an unknown kind
 *   -EINVAL      a member that this kind has no use for is not 0
 */
int request_check(struct mbal_request *request, const void *message, size_t bytes);

#endif
