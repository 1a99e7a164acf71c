/* SPDX-License-Identifier: Apache-2.0 */
/* Moving pages for a peer that cannot do it itself: mapped more than once, or in a sandbox without move_pages. */
#ifndef MOVE_H
#define MOVE_H

#include "mbal_wire.h"
#include "permission.h"

/* Moves what the request says, checked before; the kernel keeps to the process's cpuset. */
struct mbal_move_reply move_pages_of(const struct target *target, const struct mbal_move_request *request);

#endif
