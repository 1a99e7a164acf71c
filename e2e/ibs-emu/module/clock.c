// SPDX-License-Identifier: GPL-2.0-only
/* The hardware's counter: an hrtimer per unit and CPU. */
#include <linux/math64.h>
#include <linux/sched.h>
#include <asm/irq_regs.h>
#include <asm/ptrace.h>

#include "ibs_emu.h"
#include "settings.h"
#include "stats.h"

#define MIN_COUNTS	16	/* the low four bits of a period do not exist */

u32 ibs_random(struct ibs_cpu *cpu)
{
	u64 state = cpu->random_state;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	cpu->random_state = state;
	return state >> 16;
}

bool ibs_percent(struct ibs_cpu *cpu, unsigned int percent)
{
	return ibs_random(cpu) % 100 < percent;
}

u64 ibs_clock_period(const struct ibs_unit *unit, u64 control)
{
	u64 counts = (control & IBS_OP_MAX_CNT) << 4;	/* bits 0-15 in both units */

	if (unit->is_op && ibs_has(IBS_CAPS_OPCNTEXT))
		counts |= control & IBS_OP_MAX_CNT_EXT_MASK;
	return max_t(u64, counts, MIN_COUNTS);
}

static u64 elapsed_counts(const struct ibs_cpu *cpu)
{
	u64 elapsed_ns = ktime_to_ns(ktime_sub(ktime_get(), cpu->counting_since));
	u64 counts = div_u64(elapsed_ns * ibs_settings.counts_per_us, 1000);

	return min(counts, ibs_clock_period(cpu->unit, cpu->control));
}

static void arm_ns(struct ibs_cpu *cpu, u64 ns)
{
	cpu->counting_since = ktime_get();
	hrtimer_start(&cpu->timer, ns_to_ktime(ns), HRTIMER_MODE_REL_PINNED_HARD);
}

static void arm(struct ibs_cpu *cpu)
{
	u64 counts = ibs_clock_period(cpu->unit, cpu->control);
	u64 ns = div_u64(counts * 1000, ibs_settings.counts_per_us);
	u32 span_ns;

	ns = max_t(u64, ns, ibs_settings.min_ns);
	/* as the hardware's random low bits do: else the clock beats with the program's loops */
	span_ns = min_t(u64, ns, NSEC_PER_MSEC) / 8;
	arm_ns(cpu, ns - span_ns / 2 + ibs_random(cpu) % (span_ns + 1));
}

void ibs_clock_start(struct ibs_cpu *cpu, u64 control)
{
	cpu->control = control;
	cpu->counting = true;
	if (!cpu->in_tick)
		arm(cpu);
}

u64 ibs_clock_stop(struct ibs_cpu *cpu)
{
	u64 control = cpu->control, counts = cpu->counting ? elapsed_counts(cpu) : 0;

	cpu->counting = false;
	if (!cpu->in_tick)
		hrtimer_try_to_cancel(&cpu->timer);	/* pinned: it cannot be running */
	if (cpu->unit->is_op)
		return control | counts << 32;
	return control | ((counts >> 4) & IBS_FETCH_MAX_CNT) << 16;
}

static void take_sample(struct ibs_cpu *cpu, struct pt_regs *regs)
{
	struct ibs_record record = { .caps = ibs_settings.caps };
	bool kept;

	if (!user_mode(regs) && !ibs_settings.kernel_samples) {
		ibs_count(IBS_KERNEL_OFF);
		return;
	}
	if (cpu->unit->is_op)
		kept = ibs_tag_op(cpu, regs, &record);
	else
		kept = ibs_tag_fetch(cpu, regs, &record);
	if (!kept) {
		ibs_count(IBS_L3_FILTERED);
		return;
	}
	cpu->counting = false;	/* until the driver writes the control register again */
	ibs_deliver(cpu, regs, &record);
}

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct ibs_cpu *cpu = container_of(timer, struct ibs_cpu, timer);
	struct pt_regs *regs = get_irq_regs();
	bool halted = is_idle_task(current);

	ibs_count(IBS_TICKS);
	if (!cpu->counting || !regs) {
		ibs_count(IBS_STALE);
		return HRTIMER_NORESTART;
	}
	cpu->in_tick = true;
	if (halted)
		ibs_count(IBS_IDLE);
	else
		take_sample(cpu, regs);
	cpu->in_tick = false;
	if (cpu->counting && halted)
		arm_ns(cpu, max(ibs_settings.idle_ns, ibs_settings.min_ns));
	else if (cpu->counting)
		arm(cpu);
	return HRTIMER_NORESTART;
}

void ibs_clock_init(struct ibs_cpu *cpu, struct ibs_unit *unit, unsigned int cpu_id)
{
	cpu->unit = unit;
	hrtimer_init(&cpu->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	cpu->timer.function = tick;
	/* any odd constant: distinct and not zero for every seed, CPU and unit */
	cpu->random_state = 0x9e3779b97f4a7c15ULL *
			    (2ULL * (ibs_settings.seed + 1ULL) * (cpu_id + 1) + unit->is_op);
}
