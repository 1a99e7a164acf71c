// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "events.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sysfs.h"

#define PROC_SYS_KERNEL "/proc/sys/kernel"

/* What an administrator would look at next. */
static int open_failed(const struct perf_event_attr *attr, unsigned int cpu, int err, struct reason *reason)
{
	long limit;
	const char *name = errno_name(err);

	/* Above 2, which Debian and Ubuntu add, the kernel wants CAP_SYS_ADMIN. */
	if ((err == -EPERM || err == -EACCES) && !sysfs_read_number(PROC_SYS_KERNEL, "perf_event_paranoid", &limit))
		return reason_set(reason, err, "perf_event_open on CPU %u failed: %s; needs %s (kernel.perf_event_paranoid is %ld)", cpu, name,
				  limit > 2 ? "CAP_SYS_ADMIN at start, or kernel.perf_event_paranoid=2" : "CAP_PERFMON", limit);
	if (err == -EINVAL && attr->freq && !sysfs_read_number(PROC_SYS_KERNEL, "perf_event_max_sample_rate", &limit) &&
	    limit >= 0 && attr->sample_freq > (unsigned long)limit)
		return reason_set(reason, err, "perf_event_open on CPU %u failed: %s; kernel.perf_event_max_sample_rate is %ld", cpu, name,
				  limit);
	return reason_set(reason, err, "perf_event_open on CPU %u failed: %s", cpu, name);
}

static int open_one(struct events *events, const struct perf_event_attr *attr, unsigned int cpu, int program_fd,
		    struct reason *reason)
{
	struct perf_event_attr copy = *attr;	/* the system call wants to write `size` when it is wrong */
	int fd = (int)syscall(SYS_perf_event_open, &copy, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return open_failed(attr, cpu, -errno, reason);
	events->fds[events->count++] = fd;
	if (ioctl(fd, PERF_EVENT_IOC_SET_BPF, program_fd))
		return reason_set(reason, -errno, "the BPF program cannot be attached on CPU %u: %s", cpu, errno_name(errno));
	return 0;
}

int events_open(struct events *events, const struct perf_event_attr *attr, const struct cpu_list *cpus, int program_fd,
		struct reason *reason)
{
	int err = 0;

	*events = (struct events){ .fds = calloc(cpu_list_count(cpus), sizeof(int)) };
	if (!events->fds)
		return reason_set(reason, -ENOMEM, "out of memory");
	for (unsigned int cpu = cpu_list_next(cpus, 0); !err && cpu < CPU_LIST_MAX; cpu = cpu_list_next(cpus, cpu + 1))
		err = open_one(events, attr, cpu, program_fd, reason);
	if (err)
		events_close(events);
	return err;
}

void events_close(struct events *events)
{
	for (unsigned int i = 0; i < events->count; i++)
		close(events->fds[i]);
	free(events->fds);
	*events = (struct events){ 0 };
}

int events_run(const struct events *events, bool run)
{
	int err = 0;

	for (unsigned int i = 0; i < events->count; i++)
		if (ioctl(events->fds[i], run ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0) && !err)
			err = -errno;
	return err;
}

int events_set_period(const struct events *events, uint64_t period)
{
	int err = 0;

	for (unsigned int i = 0; i < events->count; i++)
		if (ioctl(events->fds[i], PERF_EVENT_IOC_PERIOD, &period) && !err)
			err = -errno;
	return err;
}
