/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far each thread is, in a file that others map: its operations and its CPU time at the same instant. Whoever
 * divides the differences of two readings has operations per CPU second of any stretch of the run.
 */
#ifndef HOT_SET_PROGRESS_H
#define HOT_SET_PROGRESS_H

#include <stdint.h>

/* One thread's, in host byte order. 64 bytes, so that no two threads share a cache line. */
struct progress {
	uint64_t version;	/* odd while the rest changes */
	uint64_t operations;
	uint64_t cpu_ns;
	uint64_t reserved[5];
};

_Static_assert(sizeof(struct progress) == 64, "readers find thread i at 64 * i");

/* Makes the file, zeroed, for so many threads. Returns 0 or -errno. */
int progress_open(struct progress **progress, const char *path, unsigned int threads);
void progress_close(struct progress *progress, unsigned int threads);

/* Called by the thread itself. */
void progress_publish(struct progress *progress, uint64_t operations);

#endif
