/* SPDX-License-Identifier: Apache-2.0 */
/* Is what a peer sent a request? Everything is checked here, before any member is used. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stddef.h>

#include "mbal_wire.h"

/* Any of them: magic, abi_version and kind are in the same place. */
union request {
	struct mbal_request plain;
	struct mbal_inject_request inject;
	struct mbal_move_request move;
};

/*
 * Checks a message of `bytes` bytes (more than fit, if it was cut off).
 * Returns 0, or with request->plain.kind as far as it could be told (else 0):
 *   -EMSGSIZE    any other length than that of its kind
 *   -EBADMSG     another magic
 *   -EPROTO      another ABI version
 *   -EOPNOTSUPP  an unknown kind
 *   -EINVAL      a member that is out of range, or that this kind has no use for and is not 0
 */
int request_check(union request *request, size_t bytes);

#endif
