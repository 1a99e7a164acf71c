/* SPDX-License-Identifier: GPL-2.0-only */
/* Short names of the integer types, the same for BPF and for tests that compile these headers for user space. */
#ifndef MBAL_INTS_BPF_H
#define MBAL_INTS_BPF_H

#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

#endif
