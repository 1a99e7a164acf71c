/* SPDX-License-Identifier: Apache-2.0 */
/* Which capabilities the helper has, and giving up those that it needs no more. */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include "reason.h"

/* The effective capabilities, as a set of 1 << CAP_*. Returns 0 or -errno. */
int privileges_held(unsigned long long *held);

/* Keeps what serving peers needs and nothing else, for good. Returns 0, or -errno with the reason. */
int privileges_drop(struct reason *reason);

/*
 * Allows as many open files as may be needed, and as many as the hard limit allows: passing descriptors fails with
 * ETOOMANYREFS when peers leave more of them unread than this limit. Returns 0, or -errno with the reason.
 */
int privileges_raise_open_files(unsigned long needed, struct reason *reason);

#endif
