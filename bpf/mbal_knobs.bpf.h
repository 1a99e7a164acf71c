/* SPDX-License-Identifier: GPL-2.0-only */
/* Set by the loader before load, constants to the verifier afterwards. __u32, since the skeleton repeats the types. */
#ifndef MBAL_KNOBS_BPF_H
#define MBAL_KNOBS_BPF_H

#include "mbal_abi.h"
#include "mbal_soft.h"

const volatile __u32 node_count = 1;			/* 1..MBAL_MAX_NODES: the highest node id + 1 */
const volatile __u32 slot_bytes = 32;			/* mbal_slot_bytes(node_count); also the inner maps' value size */
const volatile __u32 page_shift = MBAL_PAGE_SHIFT;	/* a heat key is address >> page_shift */
const volatile __u32 epoch_shift = MBAL_EPOCH_SHIFT;	/* an epoch is 2^epoch_shift ns */
const volatile __u32 soft_window = MBAL_SOFT_LONG_WINDOW;	/* instructions that one walk passes: a power of 2, at most that */
const volatile __u32 soft_accesses = MBAL_SOFT_LONG_WINDOW / 2;	/* accesses that one walk draws its sample from */
const volatile __u32 soft_look_back = 1;			/* also say which access the thread waited for, where that can be told */
const volatile __u32 memory_block_shift = 27;		/* a memory block is 2^memory_block_shift bytes, at least 2^MBAL_PAGE_SHIFT */
const volatile __u32 user_only = 1;			/* drop what the kernel itself touched, also in user memory */

#endif
