/* SPDX-License-Identifier: Apache-2.0 */
/* The memory file in which a JVM has its heap, which ZGC maps up to three times. */
#ifndef HEAP_FILE_H
#define HEAP_FILE_H

#include "mbal_wire.h"
#include "permission.h"

/*
 * Whether all pages of the request lie in shared mappings of memory files (memfd) that their maker named java_heap. Another
 * process has such a file only if it was handed over on purpose. True only of the moment: the process may change its
 * mappings at any time. Returns 1, 0, or -errno where its mappings cannot be read.
 */
int heap_file_has(const struct target *target, const struct mbal_move_request *request);

#endif
