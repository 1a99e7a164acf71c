// SPDX-License-Identifier: Apache-2.0
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#define LOG_BYTES 1536	/* more than a reason */

static void put(struct log *log, const char *format, va_list arguments)
{
	char line[LOG_BYTES];

	vsnprintf(line, sizeof(line), format, arguments);
	if (log->to_syslog)
		syslog(LOG_NOTICE, "%s", line);
	else
		fprintf(stderr, "membalancer-helper: %s\n", line);
}

void log_open(struct log *log, bool verbose)
{
	*log = (struct log){ .verbose = verbose };
}

void log_use_syslog(struct log *log)
{
	openlog("membalancer-helper", LOG_PID, LOG_DAEMON);
	log->to_syslog = true;
}

void log_line(struct log *log, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put(log, format, arguments);
	va_end(arguments);
}

void log_detail(struct log *log, const char *format, ...)
{
	va_list arguments;

	if (!log->verbose)
		return;
	va_start(arguments, format);
	put(log, format, arguments);
	va_end(arguments);
}

void log_peer(struct log *log, const char *format, ...)
{
	va_list arguments;

	if (log->peer_lines >= LOG_PEER_LINES) {
		log->suppressed++;
		return;
	}
	log->peer_lines++;
	va_start(arguments, format);
	put(log, format, arguments);
	va_end(arguments);
}

void log_tick(struct log *log)
{
	if (log->suppressed)
		log_line(log, "%lu more lines about peers in the last second were left out", log->suppressed);
	log->peer_lines = 0;
	log->suppressed = 0;
}
