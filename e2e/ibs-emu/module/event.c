// SPDX-License-Identifier: GPL-2.0-only
/* The driver's operations on an event, with the rules of arch/x86/events/amd/ibs.c. */
#include <linux/perf_event.h>
#include <linux/version.h>

#include "ibs_emu.h"
#include "settings.h"
#include "stats.h"

#define MIN_PERIOD	16

static struct ibs_cpu *this_ibs_cpu(struct perf_event *event)
{
	return this_cpu_ptr(ibs_unit_of(event->pmu)->cpus);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
/* Only one event of a unit counts at a time: two in a group never would. 6.1 does not look. */
static int check_group(struct perf_event *event)
{
	struct perf_event *leader = event->group_leader, *sibling;

	if (leader == event)
		return 0;
	if (leader->pmu == event->pmu)
		return -EINVAL;
	for_each_sibling_event(sibling, leader)
		if (sibling->pmu == event->pmu)
			return -EINVAL;
	return 0;
}

static int check_version_rules(struct perf_event *event)
{
	if (has_branch_stack(event))
		return -EOPNOTSUPP;
	return check_group(event);
}

static u64 period_in_config(const struct ibs_unit *unit, u64 config)
{
	u64 period = (config & IBS_OP_MAX_CNT) << 4;

	if (unit->is_op && ibs_has(IBS_CAPS_OPCNTEXT))
		period |= config & IBS_OP_MAX_CNT_EXT_MASK;
	return period;
}
#else
static int check_version_rules(struct perf_event *event)
{
	return 0;
}

/* 6.1 shifts the upper bits too, although they lie where they belong. */
static u64 period_in_config(const struct ibs_unit *unit, u64 config)
{
	return (config & unit->count_mask) << 4;
}
#endif

/*
 * The period comes from sample_period (or sample_freq, where it starts at the
 * minimum), or else from attr.config, never from both.
 */
static int init_period(struct perf_event *event)
{
	const struct ibs_unit *unit = ibs_unit_of(event->pmu);
	struct hw_perf_event *hw = &event->hw;
	u64 config = event->attr.config;

	if (hw->sample_period) {
		if (config & unit->count_mask)
			return -EINVAL;
		hw->sample_period = max_t(u64, hw->sample_period & ~15ULL, MIN_PERIOD);
	} else {
		hw->sample_period = period_in_config(unit, config);
		event->attr.sample_period = hw->sample_period;
	}
	if (!hw->sample_period)
		return -EINVAL;
	hw->last_period = hw->sample_period;
	local64_set(&hw->period_left, hw->sample_period);
	hw->config = config & ~unit->count_mask;
	return 0;
}

int ibs_event_init(struct perf_event *event)
{
	const struct ibs_unit *unit = ibs_unit_of(event->pmu);
	int err;

	if (event->attr.type != event->pmu->type)
		return -ENOENT;
	if (event->attr.config & ~unit->config_mask)
		return -EINVAL;
	err = check_version_rules(event);
	return err ? err : init_period(event);
}

void ibs_event_count(struct perf_event *event, u64 control)
{
	const struct ibs_unit *unit = ibs_unit_of(event->pmu);
	union ibs_fetch_ctl fetch = { .val = control };
	union ibs_op_ctl op = { .val = control };
	u64 count = 0;

	if (!unit->is_op)
		count = (u64)fetch.fetch_cnt << 4;
	else if (op.op_val)
		count = ibs_clock_period(unit, control);
	else if (ibs_has(IBS_CAPS_RDWROPCNT))
		count = op.opcurcnt;
	local64_add(count, &event->count);
	local64_sub(count, &event->hw.period_left);
}

bool ibs_event_next_period(struct perf_event *event, u64 *period)
{
	struct hw_perf_event *hw = &event->hw;
	s64 left = local64_read(&hw->period_left), max = ibs_unit_of(event->pmu)->max_period;
	bool ended = left < MIN_PERIOD;

	if (ended) {
		/* so far behind that the period must have been shortened: begin anew */
		left = max_t(s64, left, -(s64)hw->sample_period) + hw->sample_period;
		if (left < MIN_PERIOD)
			left = hw->sample_period;
		local64_set(&hw->period_left, left);
		hw->last_period = hw->sample_period;
	}
	/* the last part is the longest, so that the sample is late by as little as can be */
	if (left > max)
		left = clamp_t(s64, left - max, MIN_PERIOD, max);
	*period = left;
	return ended;
}

void ibs_event_enable(struct perf_event *event, u64 period)
{
	const struct ibs_unit *unit = ibs_unit_of(event->pmu);
	u64 control = event->hw.config | unit->enable;

	if (unit->is_op && ibs_has(IBS_CAPS_OPCNTEXT)) {
		control |= period & IBS_OP_MAX_CNT_EXT_MASK;
		period &= ~IBS_OP_MAX_CNT_EXT_MASK;
	}
	ibs_clock_start(this_ibs_cpu(event), control | period >> 4);
}

void ibs_event_start(struct perf_event *event, int flags)
{
	u64 period;

	if (WARN_ON_ONCE(!(event->hw.state & PERF_HES_STOPPED)))
		return;
	event->hw.state = 0;
	ibs_event_next_period(event, &period);
	ibs_event_enable(event, period);
	perf_event_update_userpage(event);
}

void ibs_event_stop(struct perf_event *event, int flags)
{
	u64 control;

	if (event->hw.state & PERF_HES_STOPPED)
		return;
	control = ibs_clock_stop(this_ibs_cpu(event));
	ibs_event_count(event, control & ~ibs_unit_of(event->pmu)->valid);
	event->hw.state |= PERF_HES_STOPPED | PERF_HES_UPTODATE;
}

int ibs_event_add(struct perf_event *event, int flags)
{
	struct ibs_cpu *cpu = this_ibs_cpu(event);

	if (cpu->event) {
		ibs_count(IBS_REFUSED);
		return -ENOSPC;
	}
	cpu->event = event;
	event->hw.state = PERF_HES_UPTODATE | PERF_HES_STOPPED;
	if (flags & PERF_EF_START)
		ibs_event_start(event, PERF_EF_RELOAD);
	return 0;
}

void ibs_event_del(struct perf_event *event, int flags)
{
	struct ibs_cpu *cpu = this_ibs_cpu(event);

	if (cpu->event != event)
		return;
	ibs_event_stop(event, PERF_EF_UPDATE);
	cpu->event = NULL;
	perf_event_update_userpage(event);
}
