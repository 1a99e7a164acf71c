/* SPDX-License-Identifier: Apache-2.0 */
/* A PMU as sysfs describes it: its number, and which bits of perf_event_attr its fields and named events are. */
#ifndef PMU_H
#define PMU_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>

#include "reason.h"

#define PMU_FOLDER "bus/event_source/devices"
#define PMU_PATH_BYTES 128u

struct pmu {
	const char *sysfs_root;
	const char *name;
	__u32 type;
};

/* Returns 0, -ENOENT when there is no such PMU, or -errno; with the reason. */
int pmu_open(struct pmu *pmu, const char *sysfs_root, const char *name, struct reason *reason);
/* Whether it has this file, such as "format/cnt_ctl". */
bool pmu_has(const struct pmu *pmu, const char *file);
/* Reads the number that is all of a file. Returns 0 or -errno with the reason. */
int pmu_number(const struct pmu *pmu, const char *file, long *number, struct reason *reason);
/* The file's path below sysfs_root, and its whole path for messages. */
const char *pmu_path(const struct pmu *pmu, const char *file, char path[PMU_PATH_BYTES]);
const char *pmu_whole_path(const struct pmu *pmu, const char *file, char path[PMU_PATH_BYTES]);
/* Puts a value where format/FIELD says. Returns 0 or -errno with the reason. */
int pmu_set_field(const struct pmu *pmu, const char *field, uint64_t value, struct perf_event_attr *attr, struct reason *reason);
/* Puts all that events/EVENT says, such as "event=0xcd,umask=0x1,ldlat=3". Returns 0 or -errno with the reason. */
int pmu_set_event(const struct pmu *pmu, const char *event, struct perf_event_attr *attr, struct reason *reason);

/* Where a value's bits go. */
struct pmu_format {
	unsigned int config;	/* 0, 1, 2: attr.config, config1, config2 */
	uint64_t mask;		/* the value's lowest bit goes to the lowest of these, and so on */
};

/* Parses what a format file says: "config:19", "config1:0-11", "config:0-7,32-35". Returns 0 or -EPROTO. */
int pmu_parse_format(struct pmu_format *format, const char *text);
/* Returns 0, or -ERANGE for a value of more bits than the format has. */
int pmu_deposit(const struct pmu_format *format, uint64_t value, struct perf_event_attr *attr);

#endif
