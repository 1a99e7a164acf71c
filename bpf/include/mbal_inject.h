/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* How a test or a replay hands accesses to account(): the door of the BPF program mbal_inject. */
#ifndef MBAL_INJECT_H
#define MBAL_INJECT_H

#include "mbal_abi.h"

#define MBAL_INJECT_SLOTS 4096u	/* elements of the map mbal_injected, each a struct mbal_access */
#define MBAL_INJECT_BATCH 1024u	/* the most that one run takes */

/* The context of a BPF_PROG_TEST_RUN of mbal_inject. */
struct mbal_inject_args {
	__u32 start;	/* the first element; the last is followed by element 0 */
	__u32 count;	/* how many; more than MBAL_INJECT_BATCH are cut off */
	__u32 injected;	/* out: how many went through account() */
	__u32 reserved;
	__u64 group_id;	/* counted in this group whatever their tgid; 0: in the groups of their tgid */
};

_Static_assert((MBAL_INJECT_SLOTS & (MBAL_INJECT_SLOTS - 1)) == 0, "an index wraps by a mask");

#endif
