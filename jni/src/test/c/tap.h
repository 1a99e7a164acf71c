/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that print TAP lines, with the values. A test program ends with `return tap_done();`. */
#ifndef MBAL_TAP_H
#define MBAL_TAP_H

#include <stdio.h>

static int tap_count, tap_failures;

static inline void tap_check_equal(long long actual, long long expected, const char *what, const char *file,
				   int line)
{
	int ok = actual == expected;

	printf("%s %d - %s: %lld%s", ok ? "ok" : "not ok", ++tap_count, what, actual, ok ? "\n" : "");
	if (!ok)
		printf(", expected %lld (%s:%d)\n", expected, file, line);
	tap_failures += !ok;
}

#define CHECK_EQUAL(actual, expected) \
	tap_check_equal((long long)(actual), (long long)(expected), #actual, __FILE__, __LINE__)
#define CHECK(condition) CHECK_EQUAL(!!(condition), 1)

static inline int tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failures != 0;
}

#endif
