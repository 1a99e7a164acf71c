// SPDX-License-Identifier: Apache-2.0
/* hold_tables PID: has the helper sample a process, and so the machine, until it is ended. Prints `open` when it does. */
#include "wire_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	unsigned long pid = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	int fds[MBAL_WIRE_TABLES];
	struct mbal_reply reply;
	int socket_fd, err;

	if (!pid || pid > __INT32_MAX__) {
		fprintf(stderr, "usage: hold_tables PID\n");
		return 2;
	}
	socket_fd = wire_connect();
	err = socket_fd < 0 ? socket_fd : wire_open_process(socket_fd, (__u32)pid, &reply, fds);
	if (err) {
		fprintf(stderr, "hold_tables: pid %lu: %s\n", pid, strerror(-err));
		return 1;
	}
	puts("open");
	fflush(stdout);
	for (;;)
		pause();
}
