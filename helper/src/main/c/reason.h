/* SPDX-License-Identifier: Apache-2.0 */
/* One line of text about what went wrong, written by the function that knows. */
#ifndef REASON_H
#define REASON_H

#define REASON_BYTES 1280	/* also a line of reasons against every source */

struct reason {
	char text[REASON_BYTES];
};

/* Writes the text and returns err, so that a failing function ends in `return reason_set(...)`. */
int reason_set(struct reason *reason, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "EPERM" for -EPERM and for EPERM. */
const char *errno_name(int err);

#endif
