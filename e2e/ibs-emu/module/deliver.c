// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raises the sample's interrupt. The hardware does it as an NMI, and what only
 * breaks there (locks, faults, memory allocation) shall show here too: the
 * timer sends its own CPU an NMI and waits until that was handled.
 */
#include <linux/percpu.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/nmi.h>

#include "ibs_emu.h"
#include "settings.h"
#include "stats.h"

#define WAIT_NS		(20 * NSEC_PER_MSEC)

struct pending {
	struct ibs_cpu	*cpu;
	struct pt_regs	*regs;		/* of the code that the timer interrupted */
	struct ibs_record *record;
};

struct nmi_line {
	struct pending	*pending;
	unsigned long	late;		/* NMIs that were given up and may still come */
};

static DEFINE_PER_CPU(struct nmi_line, nmi_lines);

static int handle_nmi(unsigned int type, struct pt_regs *regs)
{
	struct nmi_line *line = this_cpu_ptr(&nmi_lines);
	struct pending *pending = xchg(&line->pending, NULL);

	if (pending) {
		ibs_interrupt(pending->cpu, pending->regs, pending->record);
		return NMI_HANDLED;
	}
	if (line->late) {
		line->late--;
		return NMI_HANDLED;
	}
	return NMI_DONE;
}

static bool raise_nmi(struct pending *pending)
{
	struct nmi_line *line = this_cpu_ptr(&nmi_lines);
	ktime_t deadline = ktime_add_ns(ktime_get(), WAIT_NS);

	WRITE_ONCE(line->pending, pending);
	apic->send_IPI(smp_processor_id(), NMI_VECTOR);
	while (READ_ONCE(line->pending) && ktime_before(ktime_get(), deadline))
		cpu_relax();
	if (!xchg(&line->pending, NULL))
		return true;
	line->late++;
	return false;
}

void ibs_deliver(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_record *record)
{
	struct pending pending = { .cpu = cpu, .regs = regs, .record = record };

	if (!ibs_settings.nmi) {
		ibs_interrupt(cpu, regs, record);
	} else if (!raise_nmi(&pending)) {
		ibs_count(IBS_LOST);
		cpu->counting = true;	/* as if the sample had never been */
	}
}

int ibs_deliver_init(void)
{
	if (!ibs_settings.nmi)
		return 0;
	return register_nmi_handler(NMI_LOCAL, handle_nmi, 0, "ibs_emu");
}

void ibs_deliver_exit(void)
{
	if (ibs_settings.nmi)
		unregister_nmi_handler(NMI_LOCAL, "ibs_emu");
}
