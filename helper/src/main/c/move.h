/* SPDX-License-Identifier: Apache-2.0 */
/* Moving pages for a peer that cannot do it itself: in a sandbox without move_pages or, for root, mapped more than once. */
#ifndef MOVE_H
#define MOVE_H

#include "mbal_wire.h"
#include "permission.h"

/*
 * Moves what the request says, checked before, for a peer of that uid; the kernel keeps to the process's cpuset. Pages that
 * are mapped more than once move for root only: they may be anybody's, such as those of the C library.
 */
struct mbal_move_reply move_pages_of(const struct target *target, const struct mbal_move_request *request, uid_t uid);

#endif
