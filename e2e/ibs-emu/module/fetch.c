// SPDX-License-Identifier: GPL-2.0-only
/* The registers of a tagged fetch. Address, physical address and page size are true. */
#include <asm/ptrace.h>

#include "ibs_emu.h"
#include "page.h"
#include "settings.h"
#include "stats.h"

#define HIT_CYCLES	8
#define REFILL_SPAN	30

static void draw_miss(struct ibs_cpu *cpu, bool l3_miss, union ibs_fetch_ctl *control)
{
	control->fetch_lat = l3_miss ? ibs_settings.lat_local : HIT_CYCLES + ibs_random(cpu) % 20;
	control->ic_miss = l3_miss;
	control->fetch_l2_miss = l3_miss;
	if (ibs_has(IBS_CAPS_ZEN4)) {
		control->fetch_oc_miss = l3_miss;
		control->fetch_l3_miss = l3_miss;
	}
}

bool ibs_tag_fetch(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_record *record)
{
	union ibs_fetch_ctl control = { .val = cpu->control };
	bool l3_miss = ibs_percent(cpu, ibs_settings.l3miss_pct);
	struct ibs_page page = { 0 };

	ibs_count(IBS_FETCH_TAGS);
	if (control.l3_miss_only && !l3_miss)
		return false;
	control.fetch_cnt = control.fetch_maxcnt;
	control.fetch_val = 1;
	control.fetch_comp = 1;
	draw_miss(cpu, l3_miss, &control);
	if (ibs_page_find(regs->ip, &page)) {
		control.phy_addr_valid = 1;
		control.l1tlb_pgsz = page.size;
	}
	record->registers[IBS_FETCH_CTL] = control.val;
	record->registers[IBS_FETCH_LIN_AD] = regs->ip;
	record->registers[IBS_FETCH_PHYS_AD] = page.physical;
	record->count = IBS_FETCH_REGISTERS;
	if (ibs_has(IBS_CAPS_FETCHCTLEXTD))
		record->registers[record->count++] = ibs_random(cpu) % REFILL_SPAN;
	return true;
}
