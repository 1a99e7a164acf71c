/* SPDX-License-Identifier: Apache-2.0 */
/* How far the soft source walks from each tick, within what it may cost. */
#ifndef SOFT_WINDOW_H
#define SOFT_WINDOW_H

/*
 * Instructions: the long window, unless the cap on the cost would leave less than a quarter of the rate that was asked
 * for. A quarter of the samples doubles the error of a share; the short window was measured to be wrong by half.
 */
unsigned int soft_window(unsigned int rate_hz, unsigned int max_cpu_percent);

#endif
