/* SPDX-License-Identifier: Apache-2.0 */
/* A cgroup (v2), held by its folder's descriptor, so that its id cannot pass to another one meanwhile. */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/* The folder whose inode has that number: a descriptor, or -errno; -ENOENT: there is none, and all could be looked into. */
int cgroup_open(uint64_t cgroup_id);
/* Those that could not be looked into, and the last -errno; not those that were removed meanwhile. */
struct cgroup_missed {
	uint64_t count;
	int err;
};
/* Counts one, unless the -errno says that it was removed. */
void cgroup_miss(struct cgroup_missed *missed, int err);
/* Calls visit for the folder and for those below it. Returns the first result that is not 0. */
int cgroup_walk(int folder_fd, int (*visit)(int folder_fd, void *context), void *context, struct cgroup_missed *missed);
/* Whether it was removed: nobody is in it then, and nobody can come any more. */
bool cgroup_is_removed(int folder_fd);

#endif
