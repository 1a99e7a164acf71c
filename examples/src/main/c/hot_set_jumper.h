/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that makes the hot part jump on SIGUSR1 and prints where it is then. */
#ifndef HOT_SET_JUMPER_H
#define HOT_SET_JUMPER_H

#include "hot_set_memory.h"

#include <pthread.h>

struct jumper {
	pthread_t thread;
	struct working_set *set;	/* NULL: nothing jumps */
	bool ends;
};

/*
 * From here on SIGUSR1 is blocked in the calling thread and in those that it starts. To be called before the first of
 * these. Returns 0 or -errno.
 */
int jumper_open(struct jumper *jumper, struct working_set *set);

/* Accepts one that was not opened, if it is zeroed. */
void jumper_close(struct jumper *jumper);

#endif
