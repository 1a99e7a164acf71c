// SPDX-License-Identifier: Apache-2.0
/*
 * timer-ticks RATE_HZ: the timer of the soft source on every CPU, with no program on it: what being interrupted costs by
 * itself. Reads commands from stdin, `1` on and `0` off, and answers each with the same character once it holds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "software_event.h"

#define MAX_CPUS 1024
#define MAX_RATE_HZ 100000

static int event_open(unsigned long rate_hz, int cpu)
{
	struct perf_event_attr attributes = software_event(PERF_COUNT_SW_CPU_CLOCK, 0);

	attributes.sample_freq = rate_hz;
	attributes.freq = 1;
	attributes.disabled = 1;
	attributes.exclude_kernel = 1;
	return (int)syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

/* Returns how many are open, or -errno. */
static int open_all(unsigned long rate_hz, int fds[MAX_CPUS])
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	int count = 0;

	for (int cpu = 0; cpu < cpus && cpu < MAX_CPUS; cpu++) {
		int fd = event_open(rate_hz, cpu);

		if (fd < 0 && errno != ENODEV)	/* offline */
			return -errno;
		if (fd >= 0)
			fds[count++] = fd;
	}
	return count;
}

static int obey(int command, const int *fds, int count)
{
	for (int i = 0; i < count; i++)
		if (ioctl(fds[i], command == '1' ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0))
			return -errno;
	putchar(command);
	return fflush(stdout) ? -errno : 0;
}

int main(int argc, char **argv)
{
	static int fds[MAX_CPUS];
	unsigned long rate_hz = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	int count, command, err = 0;

	if (!rate_hz || rate_hz > MAX_RATE_HZ) {
		fprintf(stderr, "usage: timer-ticks RATE_HZ (1 to %d)\n", MAX_RATE_HZ);
		return 2;
	}
	count = open_all(rate_hz, fds);
	if (count <= 0) {
		fprintf(stderr, "timer-ticks: perf_event_open: %s\n", strerror(-count));
		return 1;
	}
	while (!err && (command = getchar()) != EOF)
		if (command == '0' || command == '1')
			err = obey(command, fds, count);
	if (err)
		fprintf(stderr, "timer-ticks: %s\n", strerror(-err));
	return err ? 1 : 0;
}
