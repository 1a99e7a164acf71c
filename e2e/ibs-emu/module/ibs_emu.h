/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The emulated IBS. Two halves that meet only in registers:
 *
 * - the "hardware" counts time, tags an instruction and fills the registers
 *   (clock.c, op.c, fetch.c, access.c, page.c, deliver.c);
 * - the "driver" does with them what arch/x86/events/amd/ibs.c does
 *   (pmu.c, event.c, overflow.c, data_src.c).
 */
#ifndef IBS_EMU_H
#define IBS_EMU_H

#include <linux/hrtimer.h>
#include <linux/perf_event.h>
#include <asm/amd-ibs.h>
#include <asm/perf_event.h>

#include "record.h"

struct ibs_unit;

/* One unit on one CPU. Touched on that CPU only, with interrupts off. */
struct ibs_cpu {
	struct ibs_unit		*unit;
	/* hardware */
	struct hrtimer		timer;
	u64			control;	/* IbsOpCtl or IbsFetchCtl */
	ktime_t			counting_since;
	u64			random_state;
	bool			counting;
	bool			in_tick;	/* the tick arms the timer when it ends */
	/* driver */
	struct perf_event	*event;
};

/* ibs_op or ibs_fetch */
struct ibs_unit {
	struct pmu		pmu;
	const char		*name;
	bool			is_op;
	u64			config_mask;	/* what a user may set in attr.config */
	u64			count_mask;	/* of it, what states a period */
	u64			enable;		/* bits of the control register */
	u64			valid;
	u64			max_period;	/* the longest that the control register holds */
	struct ibs_cpu __percpu	*cpus;
};

extern struct ibs_unit ibs_op_unit;
extern struct ibs_unit ibs_fetch_unit;

static inline struct ibs_unit *ibs_unit_of(struct pmu *pmu)
{
	return container_of(pmu, struct ibs_unit, pmu);
}

/* clock.c */
void ibs_clock_init(struct ibs_cpu *cpu, struct ibs_unit *unit, unsigned int cpu_id);
/* Writes the control register: counts to the period in it, then tags. */
void ibs_clock_start(struct ibs_cpu *cpu, u64 control);
/* Stops counting. Returns the control register with the current count in it. */
u64 ibs_clock_stop(struct ibs_cpu *cpu);
/* The period in a control register, in counts. */
u64 ibs_clock_period(const struct ibs_unit *unit, u64 control);
/* Pseudo-random, so that a run with the same seed draws the same. */
u32 ibs_random(struct ibs_cpu *cpu);
bool ibs_percent(struct ibs_cpu *cpu, unsigned int percent);

/* op.c, fetch.c: fill the registers; false when the hardware discards the sample. */
bool ibs_tag_op(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_record *record);
bool ibs_tag_fetch(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_record *record);

/* deliver.c: raises the interrupt, as an NMI unless the module was told otherwise. */
int ibs_deliver_init(void);
void ibs_deliver_exit(void);
void ibs_deliver(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_record *record);

/* overflow.c: the driver's interrupt handler. */
void ibs_interrupt(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_record *record);
int ibs_overflow_init(void);

/* event.c: the driver's operations. */
int ibs_event_init(struct perf_event *event);
int ibs_event_add(struct perf_event *event, int flags);
void ibs_event_del(struct perf_event *event, int flags);
void ibs_event_start(struct perf_event *event, int flags);
void ibs_event_stop(struct perf_event *event, int flags);
/* Adds the counts of a control register to the event. */
void ibs_event_count(struct perf_event *event, u64 control);
/* The next period for the hardware; true when one of the event's periods ended. */
bool ibs_event_next_period(struct perf_event *event, u64 *period);
/* Writes a period to the hardware. */
void ibs_event_enable(struct perf_event *event, u64 period);

/* data_src.c: perf's description of the access in the registers. */
u64 ibs_data_src(const struct ibs_record *record);

/* pmu.c */
int ibs_pmu_register(void);
void ibs_pmu_unregister(void);

#endif
