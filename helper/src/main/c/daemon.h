/* SPDX-License-Identifier: Apache-2.0 */
/* Going into the background, in a way that whoever started us can wait for "ready" and for failure. */
#ifndef DAEMON_H
#define DAEMON_H

#include <stdbool.h>

#include "log.h"

struct daemon {
	int ready_fd;	/* -1 in the foreground */
};

/*
 * In the background: forks. The parent does not return: it exits 0 once the child calls daemon_ready, or with the
 * child's status when that ends before. The child does everything, so that it is the one whom the socket names.
 * Returns 0 or -errno.
 */
int daemon_start(struct daemon *daemon, bool foreground);
/* Lets the parent go; from now on the log is syslog. */
void daemon_ready(struct daemon *daemon, struct log *log);

#endif
