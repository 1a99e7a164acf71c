/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about a process that is held by a pidfd, so that its id cannot pass to another one meanwhile. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Its ids, as a pidfd's fdinfo has them. */
struct process_ids {
	pid_t pid;		/* in our pid namespace, which is the initial one */
	pid_t inner_pid;	/* in its own */
	bool own_namespace;	/* the two namespaces are the same */
};

/* Who it belongs to. */
struct process_owner {
	uid_t euid;
	uid_t dump_uid;		/* owner of /proc/PID/maps: euid, or root where the process may not be dumped */
};

/* Returns a pidfd, or -ESRCH when there is no such process (a thread that leads none included), or -errno. */
int process_open(pid_t pid);
/* False once every thread has ended, zombies included. */
bool process_is_alive(int pidfd);
/* Returns 0, or -errno; -ESRCH for a process that ended. */
int process_read_ids(int pidfd, struct process_ids *ids);
/* Both return 0, or -errno; -ESRCH for a process that ended before the answer was sure. */
int process_read_owner(int pidfd, pid_t pid, struct process_owner *owner);
/* Its memory that is in RAM, huge pages of hugetlbfs too. Only as sure as its id is. Returns 0, or -errno; -ESRCH: it ended. */
int process_read_resident(pid_t pid, uint64_t *bytes);
/* When it started, in ns of CLOCK_BOOTTIME, rounded down to a clock tick. */
int process_read_start(int pidfd, pid_t pid, uint64_t *start_ns);

#endif
