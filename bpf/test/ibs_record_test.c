// SPDX-License-Identifier: Apache-2.0
/* What IBS records are taken for, without BPF and without IBS. */
#include <string.h>

#include "mbal_ibs_record.bpf.h"
#include "tap.h"

#define USER_IP 0x401000ULL
#define KERNEL_IP 0xffffffff81000000ULL
#define ADDRESS 0x7f0012345678ULL
#define PHYSICAL 0x123456678ULL

#define ZEN3_CAPABILITIES 0x3ffu
#define ZEN4_CAPABILITIES 0xbffu

static __u64 latency(__u64 cycles)
{
	return cycles << 32;
}

static __u64 open_misses(__u64 count)
{
	return count << 26;
}

static __u64 width_code(__u64 code)
{
	return code << 22;
}

/* A load of 8 bytes that hit L1. */
static struct mbal_ibs_op load(void)
{
	return (struct mbal_ibs_op){
		.capabilities = ZEN4_CAPABILITIES,
		.control = MBAL_IBS_OP_VALID,
		.rip = USER_IP,
		.data3 = MBAL_IBS_LOAD | MBAL_IBS_LINEAR_VALID | MBAL_IBS_PHYSICAL_VALID | width_code(4) | latency(999),
		.linear_address = ADDRESS,
		.physical_address = PHYSICAL,
	};
}

static void check_reject(const struct mbal_ibs_op *op, bool user_only, u32 expected, const char *what)
{
	u32 got = mbal_ibs_reject(op, mbal_ibs_ip(op, USER_IP), user_only);

	tap_check(got == expected, "%s: counter %u, expected %u", what, got, expected);
}

static void check_rejects(void)
{
	struct mbal_ibs_op op = load();

	check_reject(&op, true, 0, "a load is taken");
	op.rip = KERNEL_IP;
	check_reject(&op, true, MBAL_COUNTER_DROP_KERNEL, "kernel code");
	check_reject(&op, false, 0, "kernel code, when wanted");
	op = load();
	op.control = 0;
	check_reject(&op, true, MBAL_COUNTER_DROP_BAD_RECORD, "a record that is not valid");
	op = load();
	op.data3 |= MBAL_IBS_PREFETCH;
	check_reject(&op, true, MBAL_COUNTER_DROP_PREFETCH, "a software prefetch");
	op = load();
	op.data3 &= ~MBAL_IBS_LOAD;
	check_reject(&op, true, MBAL_COUNTER_DROP_NO_ACCESS, "an op that accesses no memory");
	op = load();
	op.data3 &= ~MBAL_IBS_LINEAR_VALID;
	check_reject(&op, true, MBAL_COUNTER_DROP_NO_ADDRESS, "an address that is not valid");
}

static void check_ip(void)
{
	struct mbal_ibs_op op = load();

	op.data = MBAL_IBS_RIP_INVALID;
	tap_check(mbal_ibs_ip(&op, 5) == 5, "an invalid RIP is replaced by the interrupted one");
	op.capabilities &= ~MBAL_IBS_CAP_RIP_INVALID_CHECK;
	tap_check(mbal_ibs_ip(&op, 5) == USER_IP, "without the capability, that bit says nothing");
}

static struct mbal_access filled(const struct mbal_ibs_op *op)
{
	struct mbal_access access = { 0 };

	mbal_ibs_fill(&access, op);
	return access;
}

static void check_hit(void)
{
	struct mbal_ibs_op op = load();
	struct mbal_access access = filled(&op);

	tap_check(access.vaddr == ADDRESS && access.paddr == PHYSICAL, "address %llx, physical %llx", access.vaddr,
		  access.paddr);
	tap_check(access.flags == MBAL_ACCESS_LOAD && access.width == 8, "flags %u, width %u", access.flags,
		  access.width);
	tap_check(!access.latency && !access.open_misses && !access.data_source,
		  "a hit has no latency (%u), open misses (%u) or source (%u)", access.latency, access.open_misses,
		  access.data_source);
	op.data3 &= ~MBAL_IBS_PHYSICAL_VALID;
	access = filled(&op);
	tap_check(access.paddr == 0, "an invalid physical address is none: %llx", access.paddr);
}

static void check_miss(void)
{
	struct mbal_ibs_op op = load();
	struct mbal_access access;

	op.data3 |= MBAL_IBS_CACHE_MISS | open_misses(5);
	op.data2 = 8 >> 3 << 6 | MBAL_IBS_REMOTE;
	access = filled(&op);
	tap_check(access.latency == 999 && access.open_misses == 5, "an L1 miss: latency %u, open misses %u",
		  access.latency, access.open_misses);
	tap_check(!access.data_source && !(access.flags & MBAL_ACCESS_REMOTE), "that L2 answered has no source (%u)",
		  access.data_source);
	op.data3 |= MBAL_IBS_L2_MISS;
	access = filled(&op);
	tap_check(access.data_source == 8 && (access.flags & MBAL_ACCESS_REMOTE),
		  "extension memory of another node: source %u, flags %u", access.data_source, access.flags);
	tap_check(access.flags & MBAL_ACCESS_MISS, "is a miss: flags %u", access.flags);
	op.data2 |= 2;
	op.capabilities = ZEN3_CAPABILITIES;
	access = filled(&op);
	tap_check(access.data_source == 2, "before Zen 4 a source has three bits: %u", access.data_source);
	op.data2 = 3;
	access = filled(&op);
	tap_check(access.data_source == 3 && !(access.flags & MBAL_ACCESS_REMOTE), "local DRAM: source %u, flags %u",
		  access.data_source, access.flags);
}

static void check_stores(void)
{
	struct mbal_ibs_op op = load();
	struct mbal_access access;

	op.data3 = (op.data3 & ~MBAL_IBS_LOAD) | MBAL_IBS_STORE | MBAL_IBS_CACHE_MISS | MBAL_IBS_L2_MISS;
	op.data2 = 3;
	access = filled(&op);
	tap_check(access.flags == (MBAL_ACCESS_STORE | MBAL_ACCESS_MISS) && !access.latency && !access.data_source,
		  "a store: flags %u, latency %u, source %u", access.flags, access.latency, access.data_source);
	op.data3 |= MBAL_IBS_LOAD;
	access = filled(&op);
	tap_check(access.flags == (MBAL_ACCESS_LOAD | MBAL_ACCESS_STORE | MBAL_ACCESS_MISS) && access.latency == 999,
		  "a read-modify-write: flags %u, latency %u", access.flags, access.latency);
}

static void check_widths(void)
{
	struct mbal_ibs_op op = load();

	for (unsigned int code = 0; code < 16; code++) {
		unsigned int expected = code && code <= 8 ? 1u << (code - 1) : 0;

		op.data3 = MBAL_IBS_LOAD | width_code(code);
		tap_check(filled(&op).width == expected, "width code %u: %u, expected %u", code, filled(&op).width,
			  expected);
	}
}

static void check_tlb(void)
{
	struct mbal_ibs_op op = load();
	struct mbal_access access;

	op.data3 |= 321ULL << 48;
	access = filled(&op);
	tap_check(!access.tlb_latency && access.flags == MBAL_ACCESS_LOAD, "a TLB hit: latency %u, flags %u", access.tlb_latency,
		  access.flags);
	op.data3 |= MBAL_IBS_L1_TLB_MISS;
	access = filled(&op);
	tap_check(access.tlb_latency == 321 && access.flags == MBAL_ACCESS_LOAD, "that the second TLB answered: latency %u, flags %u",
		  access.tlb_latency, access.flags);
	op.data3 |= MBAL_IBS_L2_TLB_MISS;
	access = filled(&op);
	tap_check(access.tlb_latency == 321 && access.flags == (MBAL_ACCESS_LOAD | MBAL_ACCESS_TLB_MISS),
		  "that none answered: latency %u, flags %u", access.tlb_latency, access.flags);
}

/* The kernel's raw records by capabilities: what is behind the registers that we read must be there all the same. */
static void check_sizes(void)
{
	tap_check(mbal_ibs_op_bytes(ZEN4_CAPABILITIES) == 68, "an op of Zen 4 has %u bytes: BrTarget",
		  mbal_ibs_op_bytes(ZEN4_CAPABILITIES));
	tap_check(mbal_ibs_op_bytes(ZEN3_CAPABILITIES) == 68, "of Zen 3 as well: %u", mbal_ibs_op_bytes(ZEN3_CAPABILITIES));
	tap_check(mbal_ibs_op_bytes(ZEN4_CAPABILITIES | MBAL_IBS_CAP_OP_DATA4) == 76, "and with OpData4 76: %u",
		  mbal_ibs_op_bytes(ZEN4_CAPABILITIES | MBAL_IBS_CAP_OP_DATA4));
	tap_check(mbal_ibs_op_bytes(MBAL_IBS_CAP_OP_DATA4) == 68, "OpData4 without BrTarget: %u",
		  mbal_ibs_op_bytes(MBAL_IBS_CAP_OP_DATA4));
	tap_check(mbal_ibs_op_bytes(0) == 60, "the first IBS had 60: %u", mbal_ibs_op_bytes(0));
	tap_check(mbal_ibs_fetch_bytes(ZEN4_CAPABILITIES) == 36, "a fetch of Zen 4 has %u bytes",
		  mbal_ibs_fetch_bytes(ZEN4_CAPABILITIES));
	tap_check(mbal_ibs_fetch_bytes(0) == 28, "without ExtdCtl 28: %u", mbal_ibs_fetch_bytes(0));
}

/* A completed fetch that missed everything. */
static struct mbal_ibs_fetch fetch(void)
{
	return (struct mbal_ibs_fetch){
		.capabilities = ZEN4_CAPABILITIES,
		.control = MBAL_IBS_FETCH_VALID | MBAL_IBS_FETCH_COMPLETE | MBAL_IBS_FETCH_CACHE_MISS | MBAL_IBS_FETCH_PHYSICAL_VALID |
			   MBAL_IBS_FETCH_L1_TLB_MISS | MBAL_IBS_FETCH_L2_TLB_MISS | 543ULL << 32,
		.linear_address = USER_IP,
		.physical_address = PHYSICAL,
		.extended_control = 77,
	};
}

static struct mbal_access fetched(const struct mbal_ibs_fetch *record)
{
	struct mbal_access access = { 0 };

	mbal_ibs_fetch_fill(&access, record);
	return access;
}

static void check_fetch_rejects(void)
{
	struct mbal_ibs_fetch record = fetch();

	tap_check(mbal_ibs_fetch_reject(&record, true) == 0, "a fetch is taken");
	record.linear_address = KERNEL_IP;
	tap_check(mbal_ibs_fetch_reject(&record, true) == MBAL_COUNTER_DROP_KERNEL, "of kernel code not");
	tap_check(mbal_ibs_fetch_reject(&record, false) == 0, "unless that is wanted");
	record.control &= ~MBAL_IBS_FETCH_VALID;
	tap_check(mbal_ibs_fetch_reject(&record, false) == MBAL_COUNTER_DROP_BAD_RECORD, "a record that is not valid never");
}

static void check_fetches(void)
{
	const unsigned int all = MBAL_ACCESS_CODE | MBAL_ACCESS_MISS | MBAL_ACCESS_TLB_MISS;
	struct mbal_ibs_fetch record = fetch();
	struct mbal_access access = fetched(&record);

	tap_check(access.vaddr == USER_IP && access.paddr == PHYSICAL, "a fetch: address %llx, physical %llx", access.vaddr, access.paddr);
	tap_check(access.flags == all && access.latency == 543 && access.tlb_latency == 77,
		  "that missed all: flags %u, latency %u, TLB latency %u", access.flags, access.latency, access.tlb_latency);
	record.control &= ~MBAL_IBS_FETCH_COMPLETE;
	access = fetched(&record);
	tap_check(access.flags == all && !access.latency, "given up, its latency means nothing: %u", access.latency);
	record = fetch();
	record.control &= ~(MBAL_IBS_FETCH_CACHE_MISS | MBAL_IBS_FETCH_L2_TLB_MISS | MBAL_IBS_FETCH_PHYSICAL_VALID);
	access = fetched(&record);
	tap_check(access.flags == MBAL_ACCESS_CODE && !access.latency && !access.paddr, "a hit: flags %u, latency %u, physical %llx",
		  access.flags, access.latency, access.paddr);
	record.capabilities = 0;
	access = fetched(&record);
	tap_check(!access.tlb_latency, "without ExtdCtl there is no TLB latency: %u", access.tlb_latency);
}

int main(void)
{
	check_rejects();
	check_ip();
	check_hit();
	check_miss();
	check_stores();
	check_widths();
	check_tlb();
	check_sizes();
	check_fetch_rejects();
	check_fetches();
	return tap_done();
}
