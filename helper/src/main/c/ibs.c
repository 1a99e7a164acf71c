// SPDX-License-Identifier: Apache-2.0
/*
 * The perf event of AMD IBS op sampling. What the driver wants (6.1, 6.12): no exclude bit (EINVAL), so BPF drops
 * kernel samples; the event counts a whole CPU (6.1 knows no per-task events); only config bits that sysfs offers.
 */
#include <errno.h>
#include <stdio.h>

#include "source.h"
#include "sysfs.h"

#define IBS_OP "bus/event_source/devices/ibs_op"

/* Sets the one-bit field that a file of format/ describes, such as "config:19". */
static int set_format_bit(const struct source_settings *settings, const char *file, __u64 *config, struct reason *reason)
{
	char text[64], rest;
	unsigned int bit;
	int err = sysfs_read(settings->sysfs_root, file, text, sizeof(text));

	if (err)
		return reason_set(reason, err, "%s/%s cannot be read: %s", settings->sysfs_root, file, errno_name(err));
	if (sscanf(text, "config:%u%c", &bit, &rest) != 1 || bit > 63)
		return reason_set(reason, -EPROTO, "%s/%s must be config:BIT: %s", settings->sysfs_root, file, text);
	*config |= 1ull << bit;
	return 0;
}

/* Counts dispatched ops where it can: counting cycles would sample what stalls, not what accesses. */
static int set_counting(const struct source_settings *settings, struct perf_event_attr *attr, struct reason *reason)
{
	__u64 config = 0;
	int err = 0;

	if (sysfs_exists(settings->sysfs_root, IBS_OP "/format/cnt_ctl"))
		err = set_format_bit(settings, IBS_OP "/format/cnt_ctl", &config, reason);
	attr->config = config;
	return err;
}

int ibs_event(const struct source_settings *settings, struct perf_event_attr *attr, struct reason *reason)
{
	long type;
	int err;

	if (!sysfs_exists(settings->sysfs_root, IBS_OP))
		return reason_set(reason, -ENOENT, "%s/" IBS_OP " is missing: no AMD CPU with IBS, or the hypervisor hides it",
				  settings->sysfs_root);
	err = sysfs_read_number(settings->sysfs_root, IBS_OP "/type", &type);
	if (err || type < 0)
		return reason_set(reason, err ? err : -EPROTO, "%s/" IBS_OP "/type cannot be read as a number: %s",
				  settings->sysfs_root, errno_name(err ? err : -EPROTO));
	*attr = (struct perf_event_attr){
		.type = (__u32)type,
		.size = sizeof(*attr),
		.disabled = 1,
		.freq = 1,
		.sample_freq = settings->rate_hz,
		.sample_type = PERF_SAMPLE_RAW | PERF_SAMPLE_ADDR | PERF_SAMPLE_PHYS_ADDR,
	};
	return set_counting(settings, attr, reason);
}
