// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int reason_set(struct reason *reason, int err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason->text, sizeof(reason->text), format, arguments);
	va_end(arguments);
	return err;
}

const char *errno_name(int err)
{
	const char *name = strerrorname_np(abs(err));

	return name ? name : "an unknown error";
}
