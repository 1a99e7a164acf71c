// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "busy_java.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "bpf/test/BusyJava.java"

static void run_java(const char *option, int output)
{
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(null, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	/* A collection now and then stops the thread for others: a large young generation makes that rare. */
	execlp("java", "java", option, "-XX:+UseSerialGC", "-Xmn256m", PROGRAM, (char *)NULL);
	_exit(127);
}

/* The line with the thread's id; 0 when the JVM ended without it. */
static pid_t read_tid(int fd)
{
	char line[32];
	size_t length = 0;

	while (length < sizeof(line) - 1 && read(fd, line + length, 1) == 1) {
		if (line[length] == '\n')
			break;
		length++;
	}
	line[length] = '\0';
	return atoi(line);
}

int busy_java_start(struct busy_java *java, const char *option)
{
	int output[2];

	if (pipe(output))
		return -errno;
	java->pid = fork();
	if (java->pid < 0)
		return -errno;
	if (java->pid == 0)
		run_java(option, output[1]);
	close(output[1]);
	java->output = output[0];
	java->busy_tid = read_tid(java->output);
	if (java->busy_tid > 0)
		return 0;
	busy_java_stop(java);
	return -ENOENT;
}

void busy_java_stop(struct busy_java *java)
{
	pid_t tid;

	kill(java->pid, SIGKILL);
	/* Its threads that are traced still have to be waited for as well, or the process itself never ends. */
	do
		tid = waitpid(-1, NULL, __WALL);
	while (tid > 0 && tid != java->pid);
	close(java->output);
}
