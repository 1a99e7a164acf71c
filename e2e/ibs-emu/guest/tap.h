/* SPDX-License-Identifier: Apache-2.0 */
/* "ok" and "not ok" lines. */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct tap {
	int	failures;
};

__attribute__((format(printf, 3, 4)))
static inline bool tap_check(struct tap *tap, bool passed, const char *format, ...)
{
	va_list arguments;

	fputs(passed ? "ok - " : "not ok - ", stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
	tap->failures += !passed;
	return passed;
}

#endif
