/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true before anything is opened, each said in one line instead of a failure deep inside libbpf. */
#ifndef PREFLIGHT_H
#define PREFLIGHT_H

#include "log.h"
#include "reason.h"

/* Returns 0, or -errno with the reason. */
int preflight_check(const char *sysfs_root, struct reason *reason);
int preflight_check_btf(const char *sysfs_root, struct reason *reason);
/* held is a set of 1 << CAP_*; the reason says which are missing, and how to give them. */
int preflight_check_capabilities(unsigned long long held, struct reason *reason);

/*
 * Says which mounted bpffs lets everybody create files: a peer could pin its table there, and so keep the memory
 * after its end. Reads a file in the format of /proc/self/mounts.
 */
void preflight_warn_bpffs(const char *mounts_path, struct log *log);

#endif
