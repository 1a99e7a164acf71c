// SPDX-License-Identifier: GPL-2.0-only
/* The driver's interrupt handler: from registers to a perf sample. */
#include <linux/kprobes.h>
#include <linux/version.h>
#include <asm/ptrace.h>

#include "ibs_emu.h"
#include "settings.h"
#include "stats.h"

static int (*overflow)(struct perf_event *event, struct perf_sample_data *data,
		       struct pt_regs *regs);

#define ENDBR64		0xfa1e0ff3
#define ENDBR64_BYTES	4

/* perf_event_overflow() is not exported to modules: a probe on it says where it is. */
int ibs_overflow_init(void)
{
	struct kprobe probe = { .symbol_name = "perf_event_overflow" };
	unsigned long address;
	int err = register_kprobe(&probe);

	if (err) {
		pr_err("ibs_emu: no probe on perf_event_overflow: error %d\n", err);
		return err;
	}
	address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	if (*(u32 *)(address - ENDBR64_BYTES) == ENDBR64)
		address -= ENDBR64_BYTES;	/* the probe sits behind it */
	overflow = (void *)address;
	return 0;
}

static void save_raw(struct perf_event *event, struct perf_sample_data *data,
		     struct perf_raw_record *raw)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	perf_sample_save_raw_data(data, event, raw);
#else
	data->raw = raw;
	data->sample_flags |= PERF_SAMPLE_RAW;
#endif
}

static void save_weight(u64 type, struct perf_sample_data *data, const struct ibs_record *record)
{
	union ibs_op_data op_data = { .val = record->registers[IBS_OP_DATA] };
	union ibs_op_data3 data3 = { .val = record->registers[IBS_OP_DATA3] };

	if (!data3.dc_miss || !data3.ld_op)
		return;
	if (type & PERF_SAMPLE_WEIGHT_STRUCT) {
		data->weight.full = 0;
		data->weight.var1_dw = data3.dc_miss_lat;
		data->weight.var2_w = op_data.tag_to_ret_ctr;
	} else {
		data->weight.full = data3.dc_miss_lat;
	}
	data->sample_flags |= PERF_SAMPLE_WEIGHT_TYPE;
}

static void save_access(u64 type, struct perf_sample_data *data, const struct ibs_record *record)
{
	union ibs_op_data3 data3 = { .val = record->registers[IBS_OP_DATA3] };

	if (!data3.ld_op && !data3.st_op)
		return;
	if (type & PERF_SAMPLE_DATA_SRC) {
		data->data_src.val = ibs_data_src(record);
		data->sample_flags |= PERF_SAMPLE_DATA_SRC;
	}
	if (type & PERF_SAMPLE_WEIGHT_TYPE)
		save_weight(type, data, record);
	if ((type & PERF_SAMPLE_ADDR) && data3.dc_lin_addr_valid) {
		data->addr = record->registers[IBS_DC_LIN_AD];
		data->sample_flags |= PERF_SAMPLE_ADDR;
	}
	if ((type & PERF_SAMPLE_PHYS_ADDR) && data3.dc_phy_addr_valid) {
		data->phys_addr = record->registers[IBS_DC_PHYS_AD];
		data->sample_flags |= PERF_SAMPLE_PHYS_ADDR;
	}
}

static bool rip_is_invalid(const struct ibs_record *record)
{
	return ibs_has(IBS_CAPS_RIPINVALIDCHK) && (record->registers[IBS_OP_DATA] & IBS_RIP_INVALID);
}

/* The tagged address, which op and fetch have in the same register; else the interrupted one. */
static void set_ip(struct pt_regs *regs, bool is_op, const struct ibs_record *record)
{
	u64 ip = record->registers[IBS_OP_RIP];

	if (is_op && rip_is_invalid(record)) {
		regs->flags &= ~PERF_EFLAGS_EXACT;
		return;
	}
	regs->cs = (s64)ip < 0 ? __KERNEL_CS : __USER_CS;
	regs->ip = ip;
	regs->flags |= PERF_EFLAGS_EXACT;
}

/* Returns whether the event is to be throttled. */
static bool sample(struct ibs_cpu *cpu, struct pt_regs *interrupted, struct ibs_record *record)
{
	struct perf_event *event = cpu->event;
	u64 type = event->attr.sample_type;
	struct perf_raw_record raw = {
		.frag = { .size = ibs_record_bytes(record), .data = &record->caps },
	};
	struct pt_regs regs = *interrupted;
	struct perf_sample_data data;

	perf_sample_data_init(&data, 0, event->hw.last_period);
	set_ip(&regs, cpu->unit->is_op, record);
	if (type & PERF_SAMPLE_RAW)
		save_raw(event, &data, &raw);
	if (cpu->unit->is_op)
		save_access(type, &data, record);
	return overflow(event, &data, &regs);
}

void ibs_interrupt(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_record *record)
{
	struct perf_event *event = cpu->event;
	bool throttle = false;
	u64 period;

	ibs_event_count(event, record->registers[IBS_OP_CTL]);
	if (ibs_event_next_period(event, &period)) {
		ibs_count(IBS_SAMPLES);
		throttle = sample(cpu, regs, record);
	} else {
		ibs_count(IBS_PART);
	}
	if (throttle) {
		ibs_count(IBS_THROTTLED);
		ibs_event_stop(event, 0);
	} else if (!(event->hw.state & PERF_HES_STOPPED)) {
		ibs_event_enable(event, period);
	}
	perf_event_update_userpage(event);
}
