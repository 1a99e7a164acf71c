/* SPDX-License-Identifier: Apache-2.0 */
/* Whether this kernel lets BPF see the faults that its NUMA balancing provokes. */
#ifndef HINT_FAULTS_H
#define HINT_FAULTS_H

#include "reason.h"

/* Tries it. Returns 0, or -errno with the reason. */
int hint_faults_probe(struct reason *reason);

#endif
