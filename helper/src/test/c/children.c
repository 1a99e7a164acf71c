// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "children.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

pid_t child_start(void (*live)(int orders), int *orders)
{
	int ends[2];
	pid_t pid;

	fflush(stdout);
	REQUIRE(!pipe2(ends, O_CLOEXEC));
	pid = fork();
	REQUIRE(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[1]);
		live(ends[0]);
		_exit(0);
	}
	close(ends[0]);
	*orders = ends[1];
	return pid;
}

void child_end(pid_t pid, int orders)
{
	REQUIRE(!kill(pid, SIGKILL) && waitpid(pid, NULL, 0) == pid);
	close(orders);
}

void live_idle(int orders)
{
	char byte;

	(void)!read(orders, &byte, 1);
}
