/* SPDX-License-Identifier: Apache-2.0 */
/* Which capabilities the helper has, and giving up those that it needs no more. */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include "log.h"
#include "reason.h"

/* The effective capabilities, as a set of 1 << CAP_*. Returns 0 or -errno. */
int privileges_held(unsigned long long *held);

/* Keeps what serving peers needs and nothing else, for good. Returns 0, or -errno with the reason. */
int privileges_drop(struct reason *reason);

/*
 * Allows as many open files as the hard limit does: passing descriptors fails with ETOOMANYREFS when peers leave more of
 * them unread than that. Raises the hard limit where it is below what may be needed, or says that fewer fit.
 */
void privileges_raise_open_files(unsigned long needed, struct log *log);

#endif
