// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sysfs.h"

#define NS_PER_SECOND UINT64_C(1000000000)
#define START_FIELD 22

int process_open(pid_t pid)
{
	long pidfd = pid > 0 ? syscall(SYS_pidfd_open, pid, 0) : -1;

	if (pid <= 0)
		return -ESRCH;
	if (pidfd >= 0)
		return (int)pidfd;
	/* A thread id that leads no process: EINVAL (6.1), ENOENT (6.18). */
	return errno == EINVAL || errno == ENOENT ? -ESRCH : -errno;
}

bool process_is_alive(int pidfd)
{
	struct pollfd poll_one = { .fd = pidfd, .events = POLLIN };

	return poll(&poll_one, 1, 0) == 0;
}

/* "NSpid:\t12\t3\n": one id for each namespace from ours down to its own. */
static int parse_namespaces(const char *text, struct process_ids *ids)
{
	int count = 0, pid, length;

	for (; sscanf(text, "%d%n", &pid, &length) == 1; text += length) {
		if (!count++)
			ids->pid = pid;
		ids->inner_pid = pid;
	}
	ids->own_namespace = count == 1;
	if (!count)
		return -EIO;
	return ids->pid > 0 ? 0 : -ESRCH;
}

int process_read_ids(int pidfd, struct process_ids *ids)
{
	char path[64], line[512];
	FILE *file;
	int err = -ENODATA;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (err == -ENODATA && fgets(line, sizeof(line), file))
		if (!strncmp(line, "NSpid:", 6))
			err = parse_namespaces(line + 6, ids);
	fclose(file);
	return err;
}

static int stat_owner(pid_t pid, const char *file, uid_t *uid)
{
	char path[64];
	struct stat status;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	if (stat(path, &status))
		return -errno;
	*uid = status.st_uid;
	return 0;
}

int process_read_owner(int pidfd, pid_t pid, struct process_owner *owner)
{
	/* The folder belongs to the effective uid always, the files in it only while the process may be dumped. */
	int err = stat_owner(pid, ".", &owner->euid);

	if (!err)
		err = stat_owner(pid, "maps", &owner->dump_uid);
	/* The id was this process's all along only if it still lives. */
	return process_is_alive(pidfd) ? err : -ESRCH;
}

/* Field 22 of /proc/PID/stat; the second field is the command's name in parentheses, and may have anything in it. */
static int parse_start(const char *stat, uint64_t *start_ns)
{
	const char *at = strrchr(stat, ')');
	unsigned long long ticks;

	for (int field = 2; at && field < START_FIELD; field++)
		at = strchr(at + 1, ' ');
	if (!at || sscanf(at, " %llu", &ticks) != 1)
		return -EIO;
	*start_ns = ticks * (NS_PER_SECOND / (uint64_t)sysconf(_SC_CLK_TCK));
	return 0;
}

int process_read_start(int pidfd, pid_t pid, uint64_t *start_ns)
{
	char path[32], stat[1024];
	int err;

	snprintf(path, sizeof(path), "%d/stat", pid);
	err = sysfs_read("/proc", path, stat, sizeof(stat));
	if (!err)
		err = parse_start(stat, start_ns);
	return process_is_alive(pidfd) ? err : -ESRCH;
}

/* The kernel leaves huge pages of hugetlbfs out of VmRSS. A process that is ending has neither line. */
int process_read_resident(pid_t pid, uint64_t *bytes)
{
	char path[32], line[512];
	unsigned long long kib, sum_kib = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? -ESRCH : -errno;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "VmRSS: %llu kB", &kib) == 1 || sscanf(line, "HugetlbPages: %llu kB", &kib) == 1)
			sum_kib += kib;
	fclose(file);
	*bytes = sum_kib * 1024;
	return 0;
}
