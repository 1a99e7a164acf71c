/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for the operator: on stderr, or in syslog once the helper is a daemon. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

/* Lines that peers can cause between two ticks; the rest are counted, so that nobody fills the disk. */
#define LOG_PEER_LINES 10u

struct log {
	bool verbose;
	bool to_syslog;
	unsigned int peer_lines;	/* since the last tick */
	unsigned long suppressed;	/* since the last tick */
};

void log_open(struct log *log, bool verbose);
void log_use_syslog(struct log *log);
void log_line(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Only with --verbose. */
void log_detail(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A line that a peer caused. */
void log_peer(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Call once a second: lets peers cause lines again, and says how many were left out. */
void log_tick(struct log *log);

#endif
