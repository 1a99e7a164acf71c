// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of a tagged op. Address, width, direction, page size and node
 * are true; in which cache the data lay and how long it took are drawn.
 */
#include <linux/nodemask.h>
#include <linux/topology.h>

#include "access.h"
#include "ibs_emu.h"
#include "page.h"
#include "settings.h"
#include "stats.h"

#define CACHE_LINE		64
#define TLB_MISS_PCT		10	/* of accesses */
#define L2_TLB_MISS_PCT		50	/* of them */
#define L3_HIT_PCT		10	/* of what does not come from memory */
#define L2_HIT_PCT		12	/* of the rest */
#define PEER_CACHE_PCT		20	/* of third level hits: in another core complex */
#define LATENCY_MAX		0xffff

enum level { LEVEL_L1, LEVEL_L2, LEVEL_L3, LEVEL_MEMORY };

struct op {
	struct ibs_tagged tagged;
	struct ibs_page	page;
	bool		present;
	enum level	level;
	union ibs_op_data2 data2;
	union ibs_op_data3 data3;
};

/* the encoding of IbsOpMemWidth */
static unsigned int width_code(unsigned int bytes)
{
	switch (bytes) {
	case 1:
		return 1;
	case 2:
		return 2;
	case 4:
		return 3;
	case 8:
		return 4;
	case 16:
		return 5;
	case 32:
		return 6;
	}
	return 0;
}

static u32 between(struct ibs_cpu *cpu, u32 low, u32 span)
{
	return low + ibs_random(cpu) % (span + 1);
}

static enum level draw_level(struct ibs_cpu *cpu, bool present)
{
	if (present && ibs_percent(cpu, ibs_settings.l3miss_pct))
		return LEVEL_MEMORY;
	if (ibs_percent(cpu, L3_HIT_PCT))
		return LEVEL_L3;
	return ibs_percent(cpu, L2_HIT_PCT) ? LEVEL_L2 : LEVEL_L1;
}

static void set_source(struct op *op, unsigned int source)
{
	op->data2.data_src_lo = source & 7;
	op->data2.data_src_hi = source >> 3;
}

static void fill_cache_source(struct ibs_cpu *cpu, struct op *op)
{
	bool zen4 = ibs_has(IBS_CAPS_ZEN4);
	unsigned int source = zen4 ? IBS_DATA_SRC_EXT_LOC_CACHE : IBS_DATA_SRC_LOC_CACHE;

	if (ibs_percent(cpu, PEER_CACHE_PCT)) {
		if (!zen4)
			source = IBS_DATA_SRC_REM_CACHE;
		else if (ibs_random(cpu) & 1)
			source = IBS_DATA_SRC_EXT_NEAR_CCX_CACHE;
		else
			source = IBS_DATA_SRC_EXT_FAR_CCX_CACHE;
	}
	set_source(op, source);
	op->data2.cache_hit_st = 1;
}

/* Returns the least latency of that memory. A node without CPUs is what CXL memory looks like. */
static u32 fill_memory_source(struct op *op)
{
	int node = ibs_page_node(op->page.physical);
	bool remote = node != numa_node_id();

	if (ibs_has(IBS_CAPS_ZEN4) && node >= 0 && !node_state(node, N_CPU)) {
		set_source(op, IBS_DATA_SRC_EXT_EXT_MEM);
		return ibs_settings.lat_ext;
	}
	set_source(op, IBS_DATA_SRC_EXT_DRAM);	/* the same number before Zen 4 */
	op->data2.rmt_node = remote;
	return remote ? ibs_settings.lat_remote : ibs_settings.lat_local;
}

/* Data2 and the latency are valid for loads that missed only. */
static void fill_miss(struct ibs_cpu *cpu, struct op *op)
{
	u32 latency = 12;

	if (op->level == LEVEL_L1)
		return;
	op->data3.dc_miss = 1;
	op->data3.l2_miss = op->level != LEVEL_L2;
	if (op->level == LEVEL_MEMORY)
		op->data3.op_dc_miss_open_mem_reqs = between(cpu, 1, 7);
	if (!op->tagged.access.load)
		return;
	if (op->level == LEVEL_L3) {
		fill_cache_source(cpu, op);
		latency = 45;
	} else if (op->level == LEVEL_MEMORY) {
		latency = fill_memory_source(op);
	}
	op->data3.dc_miss_lat = min_t(u32, between(cpu, latency, latency / 4), LATENCY_MAX);
}

static void fill_tlb(struct ibs_cpu *cpu, struct op *op)
{
	bool large = op->present && op->page.size == IBS_PAGE_2M;
	bool huge = op->present && op->page.size == IBS_PAGE_1G;

	if (!ibs_percent(cpu, TLB_MISS_PCT)) {
		op->data3.dc_l1tlb_hit_2m = large;
		op->data3.dc_l1tlb_hit_1g = huge;
		return;
	}
	op->data3.dc_l1tlb_miss = 1;
	op->data3.tlb_refill_lat = between(cpu, 20, 40);
	if (ibs_percent(cpu, L2_TLB_MISS_PCT)) {
		op->data3.dc_l2tlb_miss = 1;
	} else {
		op->data3.dc_l2tlb_hit_2m = large;
		op->data3.dc_l2_tlb_hit_1g = huge;
	}
}

static void fill_access(struct ibs_cpu *cpu, struct op *op)
{
	const struct x86_access *access = &op->tagged.access;

	op->present = ibs_page_find(access->address, &op->page);
	if (!op->present)
		ibs_count(IBS_NO_PHYSICAL);
	op->data3.ld_op = access->load;
	op->data3.st_op = access->store;
	op->data3.dc_mis_acc = access->address % CACHE_LINE + access->bytes > CACHE_LINE;
	op->data3.dc_locked_op = access->locked;
	op->data3.sw_pf = access->prefetch;
	op->data3.op_mem_width = width_code(access->bytes);
	op->data3.dc_lin_addr_valid = 1;
	op->data3.dc_phy_addr_valid = op->present;
	op->level = draw_level(cpu, op->present);
	fill_tlb(cpu, op);
	fill_miss(cpu, op);
}

static union ibs_op_data draw_op_data(struct ibs_cpu *cpu, bool branch)
{
	union ibs_op_data data = { 0 };

	data.comp_to_ret_ctr = between(cpu, 10, 20);
	data.tag_to_ret_ctr = between(cpu, 40, 100);
	data.op_brn_ret = branch;
	data.op_brn_taken = branch;
	data.op_rip_invalid = ibs_has(IBS_CAPS_RIPINVALIDCHK) &&
			      ibs_percent(cpu, ibs_settings.rip_invalid_pct);
	return data;
}

bool ibs_tag_op(struct ibs_cpu *cpu, struct pt_regs *regs, struct ibs_record *record)
{
	struct op op = { .level = LEVEL_L1 };
	union ibs_op_data data;
	u64 *registers = record->registers;

	ibs_tag_access(cpu, regs, &op.tagged);
	if (op.tagged.has_access)
		fill_access(cpu, &op);
	if ((cpu->control & IBS_OP_L3MISSONLY) && op.level != LEVEL_MEMORY)
		return false;
	data = draw_op_data(cpu, op.tagged.branch);
	registers[IBS_OP_CTL] = cpu->control | IBS_OP_VAL;
	registers[IBS_OP_RIP] = data.op_rip_invalid ? 0 : op.tagged.ip;
	registers[IBS_OP_DATA] = data.val;
	registers[IBS_OP_DATA2] = op.data2.val;
	registers[IBS_OP_DATA3] = op.data3.val;
	registers[IBS_DC_LIN_AD] = op.tagged.has_access ? op.tagged.access.address : 0;
	registers[IBS_DC_PHYS_AD] = op.present ? op.page.physical : 0;
	record->count = IBS_OP_REGISTERS;
	if (ibs_has(IBS_CAPS_BRNTRGT))
		registers[record->count++] = 0;
	if (ibs_has(IBS_CAPS_OPDATA4))
		registers[record->count++] = 0;
	return true;
}
