// SPDX-License-Identifier: Apache-2.0
#include "hot_set_jumper.h"

#include <signal.h>
#include <stdio.h>

static void jump_signal(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGUSR1);
}

static void *jumper_main(void *argument)
{
	struct jumper *jumper = argument;
	sigset_t signals;
	int signal;

	jump_signal(&signals);
	for (;;) {
		sigwait(&signals, &signal);
		if (__atomic_load_n(&jumper->ends, __ATOMIC_ACQUIRE))
			return NULL;
		working_set_jump(jumper->set);
		fputs("hot-set: jumped, ", stdout);
		working_set_print_hot(jumper->set);
	}
}

int jumper_open(struct jumper *jumper, struct working_set *set)
{
	sigset_t signals;
	int err;

	*jumper = (struct jumper){ 0 };
	jump_signal(&signals);
	err = pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (err)
		return -err;
	jumper->set = set;
	err = pthread_create(&jumper->thread, NULL, jumper_main, jumper);
	if (err)
		jumper->set = NULL;
	return -err;
}

void jumper_close(struct jumper *jumper)
{
	if (!jumper->set)
		return;
	__atomic_store_n(&jumper->ends, true, __ATOMIC_RELEASE);
	pthread_kill(jumper->thread, SIGUSR1);
	pthread_join(jumper->thread, NULL);
	jumper->set = NULL;
}
