/* SPDX-License-Identifier: Apache-2.0 */
/* The helper from its start to its end. */
#ifndef HELPER_H
#define HELPER_H

#include "options.h"

/* Returns the exit status. */
int helper_run(const struct options *options);

#endif
