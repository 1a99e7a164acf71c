// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static __attribute__((noreturn)) void wait_for(pid_t child, int ready_fd)
{
	char ready;
	int status;

	if (TEMP_FAILURE_RETRY(read(ready_fd, &ready, 1)) == 1)
		_exit(EXIT_SUCCESS);
	if (TEMP_FAILURE_RETRY(waitpid(child, &status, 0)) != child || !WIFEXITED(status) || !WEXITSTATUS(status))
		_exit(EXIT_FAILURE);
	_exit(WEXITSTATUS(status));
}

int daemon_start(struct daemon *daemon, bool foreground)
{
	int ends[2];
	pid_t child;

	daemon->ready_fd = -1;
	if (foreground)
		return 0;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	child = fork();
	if (child < 0)
		return -errno;
	if (child) {
		close(ends[1]);
		wait_for(child, ends[0]);
	}
	close(ends[0]);
	daemon->ready_fd = ends[1];
	return setsid() < 0 ? -errno : 0;
}

void daemon_ready(struct daemon *daemon, struct log *log)
{
	int null_fd;

	if (daemon->ready_fd < 0)
		return;
	log_use_syslog(log);
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = STDIN_FILENO; null_fd >= 0 && fd <= STDERR_FILENO; fd++)
		(void)dup2(null_fd, fd);
	if (null_fd > STDERR_FILENO)
		close(null_fd);
	if (chdir("/"))
		log_line(log, "the folder / cannot be entered: that of the start stays in use");
	if (write(daemon->ready_fd, "r", 1) != 1)
		log_line(log, "whoever started the helper was gone before it was ready");
	close(daemon->ready_fd);
	daemon->ready_fd = -1;
}
