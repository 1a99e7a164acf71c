/* SPDX-License-Identifier: Apache-2.0 */
/* What the command line of hot-set asks for. */
#ifndef HOT_SET_OPTIONS_H
#define HOT_SET_OPTIONS_H

#include "hot_set_memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOT_SET_MAX_CPUS 1024
#define HOT_SET_MAX_THREADS 1024u
#define HOT_SET_BLOCK_BYTES 65536u	/* sizes are multiples of it, so that a report's blocks are hot or cold, not both */
#define HOT_SET_MAX_BYTES (UINT64_C(1) << 34)	/* a draw times a scale must fit 64 bits */

struct hot_set_options {
	size_t size_bytes;
	size_t hot_bytes;
	double share;		/* of the accesses that go to the hot part, 0 to 1 */
	unsigned int threads;
	struct node_list nodes;
	double seconds;
	int cpu_count;		/* 0: threads are not pinned */
	int cpus[HOT_SET_MAX_CPUS];
	const char *progress_path;	/* where threads say how far they are; NULL: nowhere */
	bool jump;		/* the hot part moves on SIGUSR1 */
	bool hold;
	bool check;
	bool help;
};

/*
 * Reads the command line. Returns 0, or -1 with one line in `error` that names option, value and limit.
 */
int hot_set_options_parse(struct hot_set_options *options, int argc, char **argv, char *error, size_t error_bytes);

extern const char hot_set_usage[];

#endif
