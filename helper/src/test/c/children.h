/* SPDX-License-Identifier: Apache-2.0 */
/* Processes for others to look at. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <sys/types.h>

/* Ends with its parent. What is written to `orders` it can read from what `live` is given. */
pid_t child_start(void (*live)(int orders), int *orders);
void child_end(pid_t pid, int orders);

/* Does nothing until a byte comes. */
void live_idle(int orders);

#endif
