/* SPDX-License-Identifier: Apache-2.0 */
/* A thread under single-stepping: what a processor really does, for comparison with what our code says it does. */
#ifndef TRACEE_H
#define TRACEE_H

#include <stdbool.h>
#include <sys/types.h>

#include "mbal_ints.bpf.h"

#define TRACEE_MAX_THREADS 512

struct tracee {
	pid_t tid;
	bool is_child;			/* started by us, not attached to */
	pid_t others[TRACEE_MAX_THREADS];	/* the process's other threads, stopped meanwhile: memory is ours alone */
	int other_count;
	int signal;			/* to be delivered with the next step */
};

/* Registers in the order of their numbers in instructions; 16 is RIP. */
struct tracee_state {
	u64 registers[17];
	u64 flags, fs_base, gs_base;
};

enum tracee_step {
	TRACEE_STEPPED,
	TRACEE_DISTURBED,		/* a signal or a ptrace event came between: do not compare across it */
	TRACEE_ENDED,
};

/* Starts a program, its output discarded, stopped at its first instruction. Returns 0 or -errno. */
int tracee_start(struct tracee *tracee, char *const arguments[]);
/* Makes a copy of this process that shares what is mapped as shared, stopped. Returns 0 or -errno. */
int tracee_fork(struct tracee *tracee);
/* Starts a program that computes for ever, and stops it when it has done so for a while: well behind its start. */
int tracee_start_busy(struct tracee *tracee, char *const arguments[]);
/* Stops all threads of the process of `tid`, to step that one. Returns 0 or -errno. */
int tracee_attach(struct tracee *tracee, pid_t tid);
/* Lets go of what was attached to; ends what was started. */
void tracee_end(struct tracee *tracee);

/* Returns false when the thread is gone. */
bool tracee_state(const struct tracee *tracee, struct tracee_state *state);
/* Registers and flags, for the next step; not the segment bases. Returns 0 or -errno. */
int tracee_set_state(const struct tracee *tracee, const struct tracee_state *state);
/* All or nothing, as bpf_probe_read_user(): 0 or -1. */
int tracee_read(const struct tracee *tracee, void *to, size_t bytes, u64 address);
/* `others_run`: during a system call, for which the thread may wait for the others. */
enum tracee_step tracee_step(struct tracee *tracee, bool others_run);

#endif
