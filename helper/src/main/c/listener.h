/* SPDX-License-Identifier: Apache-2.0 */
/* The socket that peers connect to, as a file. */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>
#include <sys/types.h>

#include "reason.h"

struct listener {
	int fd;
	int folder_fd;		/* where the file lies: the helper may change its working folder */
	const char *name;	/* of the file in it */
	bool is_bound;
	dev_t device;		/* of the file, so that only our own is removed */
	ino_t inode;
};

/*
 * Listens at path. Makes the last folder of it if it is missing, and replaces the socket of a helper that is dead.
 * group NULL: everybody may connect, else root and that group. Returns 0, or -errno with the reason: -EADDRINUSE when
 * another helper serves it.
 */
int listener_open(struct listener *listener, const char *path, const gid_t *group, struct reason *reason);
/* Removes the file too, if it still is ours. */
void listener_close(struct listener *listener);

#endif
