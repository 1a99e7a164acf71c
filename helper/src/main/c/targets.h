/* SPDX-License-Identifier: Apache-2.0 */
/* Which process is in which groups, as BPF keeps it: every change is made there, by the program mbal_retarget. */
#ifndef TARGETS_H
#define TARGETS_H

#include <stdbool.h>
#include <stdint.h>

#include "mbal_targets.h"
#include "sampler.h"

/* 0, or -errno: -EEXIST, -ENOENT (no such group), -ENOSPC or -E2BIG (no place), -ESRCH (it ended meanwhile). */
int targets_join(const struct sampler *sampler, const struct mbal_newcomer *process);
/* 0, or -ENOENT: it was not in the group. */
int targets_leave(const struct sampler *sampler, uint32_t tgid, uint64_t group_id);
bool targets_has(const struct sampler *sampler, uint32_t tgid, uint64_t group_id);
/* Takes every process out of the groups that are no more. Takes some 2 us for each target there is. */
void targets_tidy(const struct sampler *sampler);
/*
 * Forgets targets that ended without BPF seeing it, since they came in while they ended: looks at some, from *cursor
 * on. Call now and then.
 */
void targets_sweep(const struct sampler *sampler, uint32_t *cursor);

#endif
