/* SPDX-License-Identifier: Apache-2.0 */
/* What a test prints: `ok N - name`, `not ok N - name` with the values, `ok N - name # SKIP why`. */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

/* Counts and prints one result; the format names the values that were compared. Returns `good`. */
__attribute__((format(printf, 2, 3))) bool tap_check(bool good, const char *format, ...);

__attribute__((format(printf, 1, 2))) void tap_skip(const char *format, ...);

/* Prints what is worth knowing and no result. */
__attribute__((format(printf, 1, 2))) void tap_note(const char *format, ...);

/* Prints the plan. Returns main's exit status. */
int tap_done(void);

#endif
