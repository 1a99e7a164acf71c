// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "pmu.h"

#define DEVICES "/sys/bus/event_source/devices"

long long number_from_file(const char *path)
{
	char text[64] = "", *end;
	FILE *file = fopen(path, "r");
	long long number;

	if (!file)
		return -1;
	if (!fgets(text, sizeof(text), file))
		text[0] = 0;
	fclose(file);
	number = strtoll(text, &end, 0);
	return end == text ? -1 : number;
}

int pmu_type(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), DEVICES "/%s/type", name);
	return (int)number_from_file(path);
}

bool pmu_has_file(const char *name, const char *file)
{
	char path[128];

	snprintf(path, sizeof(path), DEVICES "/%s/%s", name, file);
	return !access(path, R_OK);
}

int event_open(struct perf_event_attr *attr, pid_t pid, int cpu, int group_fd)
{
	long fd;

	attr->size = sizeof(*attr);
	fd = syscall(SYS_perf_event_open, attr, pid, cpu, group_fd, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

int kernel_version(void)
{
	struct utsname name;
	int major = 0, minor = 0;

	uname(&name);
	sscanf(name.release, "%d.%d", &major, &minor);
	return major * 1000 + minor;
}
