// SPDX-License-Identifier: Apache-2.0
#include "tap.h"

#include <stdarg.h>
#include <stdio.h>

static int results, failures;

bool tap_check(bool good, const char *format, ...)
{
	va_list args;

	results++;
	if (!good)
		failures++;
	printf("%s %d - ", good ? "ok" : "not ok", results);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	return good;
}

void tap_skip(const char *format, ...)
{
	va_list args;

	printf("ok %d # SKIP ", ++results);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

void tap_note(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

int tap_done(void)
{
	printf("1..%d\n", results);
	return failures ? 1 : 0;
}
