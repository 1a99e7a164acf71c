// SPDX-License-Identifier: Apache-2.0
#include "verifier_log.h"

#include <stdio.h>
#include <string.h>

/* Statistics: "processed 779 insns (limit 1000000) ...", and with them "verification time ..." and "stack depth ...". */
static int is_statistics(const char *line)
{
	return !strncmp(line, "processed ", 10) || !strncmp(line, "verification time ", 18) || !strncmp(line, "stack depth ", 12);
}

void verifier_log_verdict(const char *log, char *verdict, size_t verdict_bytes)
{
	*verdict = '\0';
	while (*log && !is_statistics(log)) {
		int length = (int)strcspn(log, "\n");

		if (length)
			snprintf(verdict, verdict_bytes, "%.*s", length, log);
		log += length;
		log += *log == '\n';
	}
}
