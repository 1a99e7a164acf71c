/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The windows of the soft source: between BPF and its loader only. */
#ifndef MBAL_SOFT_H
#define MBAL_SOFT_H

/* Instructions that one walk passes; it draws from half as many accesses at most. */
#define MBAL_SOFT_LONG_WINDOW 128u
#define MBAL_SOFT_SHORT_WINDOW 32u

#endif
