// SPDX-License-Identifier: GPL-2.0-only
/* Registration of the two PMUs, with the sysfs files that each generation has. */
#include <linux/module.h>
#include <linux/sysfs.h>
#include <linux/version.h>

#include "ibs_emu.h"
#include "settings.h"

/* 6.1 has them CPU-wide only; since 6.2 a task may be followed. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define TASK_CONTEXT	perf_hw_context
#else
#define TASK_CONTEXT	perf_invalid_context
#endif

PMU_FORMAT_ATTR(rand_en, "config:57");
PMU_FORMAT_ATTR(cnt_ctl, "config:19");
PMU_EVENT_ATTR_STRING(l3missonly, fetch_l3missonly, "config:59");
PMU_EVENT_ATTR_STRING(l3missonly, op_l3missonly, "config:16");
PMU_EVENT_ATTR_STRING(zen4_ibs_extensions, zen4_ibs_extensions, "1");

static struct attribute *op_format[] = {
	&format_attr_cnt_ctl.attr, &op_l3missonly.attr.attr, NULL,
};
static struct attribute *fetch_format[] = {
	&format_attr_rand_en.attr, &fetch_l3missonly.attr.attr, NULL,
};
static struct attribute *caps[] = { &zen4_ibs_extensions.attr.attr, NULL };

static umode_t is_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	if (attr == &format_attr_cnt_ctl.attr)
		return ibs_has(IBS_CAPS_OPCNT) ? attr->mode : 0;
	if (attr == &format_attr_rand_en.attr)
		return attr->mode;
	return ibs_has(IBS_CAPS_ZEN4) ? attr->mode : 0;
}

static const struct attribute_group op_format_group = {
	.name = "format", .attrs = op_format, .is_visible = is_visible,
};
static const struct attribute_group fetch_format_group = {
	.name = "format", .attrs = fetch_format, .is_visible = is_visible,
};
static const struct attribute_group caps_group = {
	.name = "caps", .attrs = caps, .is_visible = is_visible,
};
static const struct attribute_group *op_groups[] = { &op_format_group, &caps_group, NULL };
static const struct attribute_group *fetch_groups[] = { &fetch_format_group, &caps_group, NULL };

static void read_event(struct perf_event *event)
{
	/* the count is brought up to date when the event stops and at each sample */
}

#define IBS_PMU(groups) {						\
	.module		= THIS_MODULE,					\
	.task_ctx_nr	= TASK_CONTEXT,					\
	.capabilities	= PERF_PMU_CAP_NO_EXCLUDE,			\
	.attr_groups	= groups,					\
	.event_init	= ibs_event_init,				\
	.add		= ibs_event_add,				\
	.del		= ibs_event_del,				\
	.start		= ibs_event_start,				\
	.stop		= ibs_event_stop,				\
	.read		= read_event,					\
}

struct ibs_unit ibs_op_unit = {
	.pmu = IBS_PMU(op_groups),
	.name = "ibs_op",
	.is_op = true,
	.config_mask = IBS_OP_MAX_CNT,
	.count_mask = IBS_OP_MAX_CNT | IBS_OP_CUR_CNT | IBS_OP_CUR_CNT_RAND,
	.enable = IBS_OP_ENABLE,
	.valid = IBS_OP_VAL,
	.max_period = IBS_OP_MAX_CNT << 4,
};

struct ibs_unit ibs_fetch_unit = {
	.pmu = IBS_PMU(fetch_groups),
	.name = "ibs_fetch",
	.config_mask = IBS_FETCH_MAX_CNT | IBS_FETCH_RAND_EN,
	.count_mask = IBS_FETCH_MAX_CNT,
	.enable = IBS_FETCH_ENABLE,
	.valid = IBS_FETCH_VAL,
	.max_period = IBS_FETCH_MAX_CNT << 4,
};

static void apply_caps(void)
{
	if (ibs_has(IBS_CAPS_OPCNT))
		ibs_op_unit.config_mask |= IBS_OP_CNT_CTL;
	if (ibs_has(IBS_CAPS_OPCNTEXT)) {
		ibs_op_unit.max_period |= IBS_OP_MAX_CNT_EXT_MASK;
		ibs_op_unit.config_mask |= IBS_OP_MAX_CNT_EXT_MASK;
		ibs_op_unit.count_mask |= IBS_OP_MAX_CNT_EXT_MASK | IBS_OP_CUR_CNT_EXT_MASK;
	}
	if (ibs_has(IBS_CAPS_ZEN4)) {
		ibs_op_unit.config_mask |= IBS_OP_L3MISSONLY;
		ibs_fetch_unit.config_mask |= IBS_FETCH_L3MISSONLY;
	}
}

static void unregister_unit(struct ibs_unit *unit)
{
	perf_pmu_unregister(&unit->pmu);
	free_percpu(unit->cpus);
}

static int register_unit(struct ibs_unit *unit)
{
	int cpu, err;

	unit->cpus = alloc_percpu(struct ibs_cpu);
	if (!unit->cpus)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		ibs_clock_init(per_cpu_ptr(unit->cpus, cpu), unit, cpu);
	err = perf_pmu_register(&unit->pmu, unit->name, -1);
	if (err)
		free_percpu(unit->cpus);
	return err;
}

int ibs_pmu_register(void)
{
	int err;

	apply_caps();
	err = register_unit(&ibs_fetch_unit);
	if (err)
		return err;
	err = register_unit(&ibs_op_unit);
	if (err)
		unregister_unit(&ibs_fetch_unit);
	return err;
}

void ibs_pmu_unregister(void)
{
	unregister_unit(&ibs_op_unit);
	unregister_unit(&ibs_fetch_unit);
}
