/* SPDX-License-Identifier: Apache-2.0 */
/* The BPF programs that a source needs, and how they come into the kernel. */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include "sampler.h"

/* What an event of a source runs. */
struct bpf_program *programs_of_source(const struct mbal_sampler_bpf *skeleton, enum source_program program);
/* Whether it follows the lives of processes, which belongs to every source, or is another hook of this one. */
bool programs_is_hook(const struct sampler *sampler, const struct bpf_program *program);
/*
 * Loads what the source needs and nothing else, with maps of the size that is wanted. Returns 0, or -errno with the reason; the
 * sampler's skeleton is there in either case if it could be opened.
 */
int programs_load(struct sampler *sampler, const struct source_plan *plan, const struct sampler_settings *settings,
		  struct reason *reason);

#endif
