/* SPDX-License-Identifier: Apache-2.0 */
/* The IBS PMUs as user space sees them. */
#ifndef PMU_H
#define PMU_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define IBS_CAP_BRANCH_TARGET	(1U << 5)
#define IBS_CAP_FETCH_EXTENDED	(1U << 9)
#define IBS_CAP_OP_DATA4	(1U << 10)
#define IBS_CAP_ZEN4		(1U << 11)

/* Bits of attr.config. */
#define OP_L3MISSONLY		(1ULL << 16)
#define OP_CNT_CTL		(1ULL << 19)
#define FETCH_RAND_EN		(1ULL << 57)
#define FETCH_L3MISSONLY	(1ULL << 59)

/* -1 when there is no such PMU */
int pmu_type(const char *name);

/* Whether /sys/bus/event_source/devices/NAME/FILE exists. */
bool pmu_has_file(const char *name, const char *file);

/* Returns the fd, or -errno. */
int event_open(struct perf_event_attr *attr, pid_t pid, int cpu, int group_fd);

/* major * 1000 + minor of the running kernel */
int kernel_version(void);

/* A number from a file, in any base; -1 when it cannot be read. */
long long number_from_file(const char *path);

#endif
