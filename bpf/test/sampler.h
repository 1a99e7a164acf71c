/* SPDX-License-Identifier: Apache-2.0 */
/* The loaded BPF object, as the helper would hold it, with tables that a test may read and inject into. */
#ifndef SAMPLER_H
#define SAMPLER_H

#include <stdbool.h>
#include <stddef.h>

#include "counters.h"
#include "mbal_abi.h"
#include "mbal_inject.h"
#include "mbal_sampler.skel.h"
#include "mbal_targets.h"
#include "tables.h"

struct sampler {
	struct mbal_sampler_bpf *skeleton;
	struct mbal_access *injected;	/* MBAL_INJECT_SLOTS of them, shared with BPF */
	__u32 node_count;
	__u32 slot_bytes;
	bool has_hint_faults;	/* this kernel lets mbal_hint_fault be loaded */
};

struct sampler_knobs {
	__u32 node_count;	/* 0: 1 */
	__u32 page_shift;	/* 0: MBAL_PAGE_SHIFT */
	__u32 epoch_shift;	/* 0: MBAL_EPOCH_SHIFT */
	__u32 soft_window;	/* 0: as built */
	__u32 soft_accesses;
	bool has_kernel;	/* also what the kernel does for a process: without the soft source, which never has that */
};

struct group {
	__u64 id;
	__u32 tgid;	/* its target, 0: none that it was opened with */
	struct table heat, threads, recent, processes;	/* processes: only in groups of several */
};

/* Whether this process may load BPF here; prints a skip if not. Every test's main begins with it. */
bool sampler_possible(void);

/* 0, or -errno with nothing left open; complains on stderr. */
int sampler_open(struct sampler *sampler, const struct sampler_knobs *knobs);
void sampler_close(struct sampler *sampler);

/* Makes a group's three tables and, with a tgid, its target. Returns 0 or -errno. */
int group_open(struct sampler *sampler, struct group *group, __u64 id, __u32 tgid, __u32 slot_count);
void group_close(struct sampler *sampler, struct group *group);

/* The same for a group that keeps what the rule says, with so many places for processes. */
int group_open_for(struct sampler *sampler, struct group *group, __u64 id, const struct mbal_group_rule *rule,
		   __u32 slot_count, __u32 places);

/* Into a group of kind PROCESS, for which there need be no tables. Returns 0 or -errno. */
int target_set(struct sampler *sampler, __u32 tgid, __u64 group_id);
/* What mbal_retarget says to that. */
int target_change(struct sampler *sampler, enum mbal_retarget_action action, const struct mbal_newcomer *process);
int rule_set(struct sampler *sampler, __u64 group_id, const struct mbal_group_rule *rule);
int rule_delete(struct sampler *sampler, __u64 group_id);
/* Whether the process is in the group; its membership if so. */
bool target_is_in(struct sampler *sampler, __u32 tgid, __u64 group_id, struct mbal_membership *membership);
bool target_exists(struct sampler *sampler, __u32 tgid);

/* Runs accesses [start, start + count) of `injected` through account(). Returns 0 or -errno. */
int sampler_run(struct sampler *sampler, __u32 start, __u32 count);

/* Copies accesses to `injected` and runs them, in batches. Only for one thread at a time. */
int sampler_inject(struct sampler *sampler, const struct mbal_access *accesses, size_t count);

#endif
