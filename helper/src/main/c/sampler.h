/* SPDX-License-Identifier: Apache-2.0 */
/* One source at work: its BPF programs, its maps, and its perf events. */
#ifndef SAMPLER_H
#define SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu_list.h"
#include "events.h"
#include "mbal_targets.h"
#include "memory_blocks.h"
#include "source.h"

struct sampler_settings {
	struct source_settings source;
	const struct cpu_list *cpus;
	unsigned int node_count;
	unsigned int table_slots;	/* pages that a heat table can hold */
	unsigned int slot_bytes;
	unsigned int page_shift;
	unsigned int soft_window;	/* instructions */
	bool keep_verifier_log;	/* to say why a program is refused, rather than have libbpf print all of it */
};

#define SAMPLER_HOOKS_MAX 8u

struct sampler {
	struct mbal_sampler_bpf *skeleton;
	struct bpf_link *hooks[SAMPLER_HOOKS_MAX];	/* on what processes do, whatever the source */
	unsigned int hook_count;
	const struct source *source;
	struct source_settings settings;
	struct events events;
	struct memory_blocks blocks;	/* only for sources with physical addresses */
	bool has_hint_faults;
	struct reason note;		/* what else it does without, and why; empty: nothing */
	unsigned int share_permille;	/* of the rate that was asked for */
	struct mbal_cpu_counters *cpu_counters;	/* room to read the counters into: one for each possible CPU */
	int possible_cpus;
	int targets_fd;
	int rules_fd;
	int wide_fd;
	int retarget_fd;		/* the program that changes targets */
	int inject_fd;			/* the program that counts recorded accesses; -1 unless the source is replay */
	struct mbal_access *injected;	/* what it counts, MBAL_INJECT_SLOTS of them; NULL the same */
	int counters_fd;
	int table_map_fds[MBAL_TABLE_KINDS];	/* group id -> table, by enum mbal_table_kind; [0] is unused */
	int own_recent_fd;		/* the same for rings of recent accesses that have a length of their own */
};

/* Loads and attaches, with the events stopped. Returns 0, or -errno with the reason and nothing left open. */
int sampler_open(struct sampler *sampler, const struct source *source, const struct sampler_settings *settings,
		 struct reason *reason);
void sampler_close(struct sampler *sampler);

int sampler_run(struct sampler *sampler, bool run);
/* Lowers the rate to so many thousandths of what was asked for, 1..SOURCE_FULL_SHARE. Returns 0 or -errno. */
int sampler_set_share(struct sampler *sampler, unsigned int share_permille);
/* Tells BPF where memory lies now, if that changed. Call once a second. Returns whether it changed, or -errno. */
int sampler_follow_memory(struct sampler *sampler);
/* Sums every counter over the CPUs, as of one moment if one can be caught. Returns 0 or -errno. */
int sampler_counters(const struct sampler *sampler, uint64_t counters[MBAL_COUNTER_MAX]);
/* SEEN alone, summed over the CPUs. Returns 0 or -errno. */
int sampler_samples(const struct sampler *sampler, uint64_t *samples);
/*
 * Counts recorded accesses in a group, MBAL_INJECT_BATCH at most. Returns 0 or -errno; -EOPNOTSUPP unless the source is
 * replay.
 */
int sampler_inject(const struct sampler *sampler, uint64_t group_id, const struct mbal_access *accesses, uint32_t count);
/* Processes that are in any group. */
uint64_t sampler_targets(const struct sampler *sampler);
/* Nanoseconds in and runs of our BPF programs; 0 where the kernel does not count them. Returns 0 or -errno. */
int sampler_run_time(const struct sampler *sampler, uint64_t *time_ns, uint64_t *runs);

#endif
