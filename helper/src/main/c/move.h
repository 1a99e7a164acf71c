/* SPDX-License-Identifier: Apache-2.0 */
/* Moving pages for a peer that cannot do it itself: in a sandbox without move_pages, or mapped more than once. */
#ifndef MOVE_H
#define MOVE_H

#include <stdbool.h>

#include "mbal_wire.h"
#include "permission.h"

/*
 * Moves what the request says, checked before; the kernel keeps to the process's cpuset. Pages that are mapped more than once
 * answer EACCES, or, if those are to move too, need CAP_SYS_NICE.
 */
struct mbal_move_reply move_pages_of(const struct target *target, const struct mbal_move_request *request, bool shared_too);

#endif
