/* SPDX-License-Identifier: Apache-2.0 */
/* A JVM one thread of which computes all the time. */
#ifndef BUSY_JAVA_H
#define BUSY_JAVA_H

#include <sys/types.h>

struct busy_java {
	pid_t pid;
	pid_t busy_tid;
	int output;
};

/* Runs BusyJava.java with the JVM option and waits until it computes. Returns 0, or -errno without a JVM. */
int busy_java_start(struct busy_java *java, const char *option);
void busy_java_stop(struct busy_java *java);

#endif
