// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mm.h>

#include "stats.h"

DEFINE_PER_CPU(unsigned long [IBS_STAT_COUNT], ibs_stats);

static const char *const stat_names[IBS_STAT_COUNT] = {
	[IBS_TICKS] = "ticks",
	[IBS_STALE] = "stale",
	[IBS_IDLE] = "idle",
	[IBS_KERNEL_OFF] = "kernel_off",
	[IBS_L3_FILTERED] = "l3_filtered",
	[IBS_LOST] = "lost",
	[IBS_PART] = "part",
	[IBS_SAMPLES] = "samples",
	[IBS_THROTTLED] = "throttled",
	[IBS_OP_TAGS] = "op_tags",
	[IBS_OP_ACCESS] = "op_access",
	[IBS_OP_NO_ACCESS] = "op_no_access",
	[IBS_OP_UNKNOWN] = "op_unknown",
	[IBS_OP_CUT] = "op_cut",
	[IBS_OP_NO_CODE] = "op_no_code",
	[IBS_OP_DRAWN_NONE] = "op_drawn_none",
	[IBS_NO_PHYSICAL] = "no_physical",
	[IBS_FETCH_TAGS] = "fetch_tags",
	[IBS_REFUSED] = "refused",
};

static unsigned long sum(enum ibs_stat stat)
{
	unsigned long total = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		total += per_cpu(ibs_stats, cpu)[stat];
	return total;
}

static int stats_get(char *buffer, const struct kernel_param *param)
{
	int i, length = 0;

	for (i = 0; i < IBS_STAT_COUNT; i++)
		length += scnprintf(buffer + length, PAGE_SIZE - length, "%s%s=%lu", i ? " " : "",
				    stat_names[i], sum(i));
	return length + scnprintf(buffer + length, PAGE_SIZE - length, "\n");
}

static const struct kernel_param_ops stats_ops = { .get = stats_get };

module_param_cb(stats, &stats_ops, NULL, 0444);
MODULE_PARM_DESC(stats, "counters since the module was loaded (read only)");
