/* SPDX-License-Identifier: Apache-2.0 */
/* What is compared: one program of the benchmark's BPF object, loaded by itself, with tables of its own. */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "bench_records.h"

#define SUBJECT_SLOTS 65536u

enum subject_heat {
	SUBJECT_TABLE,	/* the heat table */
	SUBJECT_LRU,	/* an LRU_HASH in its place */
};

struct subject {
	struct bpf_object *object;
	int program_fd;
	/* The program's input, shared with BPF. Each program reads one of them. */
	struct mbal_access *accesses;		/* MBAL_INJECT_SLOTS */
	struct bench_ibs_record *ibs_records;	/* MBAL_INJECT_SLOTS */
	struct bench_context *contexts;		/* BENCH_CONTEXTS */
	__u64 seen, recorded;			/* counters when subject_count() was last called */
};

/* This process becomes the target. Returns 0 or -errno; what is left open goes with the process. */
int subject_open(struct subject *subject, enum subject_heat heat, const char *program);

/* Runs `count` elements of the input, `batch` in one go, a divisor of it. Returns this thread's CPU time, ns, or -errno. */
long long subject_run(const struct subject *subject, __u32 count, __u32 batch);

/* Takes all pages out of the prototype's hash. Returns 0 or -errno. */
int subject_empty_pages(const struct subject *subject);

/* Counts what became of the samples since the last call. Returns 0 or -errno. */
int subject_count(struct subject *subject, __u64 *seen, __u64 *recorded);

#endif
