// SPDX-License-Identifier: Apache-2.0
/* What perf's data source is taken for, without BPF and without PEBS. */
#include <stdbool.h>

#include "mbal_data_src.bpf.h"
#include "tap.h"

#define LOAD PERF_MEM_S(OP, LOAD)
#define STORE PERF_MEM_S(OP, STORE)
#define DTLB_HIT (PERF_MEM_S(TLB, HIT) | PERF_MEM_S(TLB, L1) | PERF_MEM_S(TLB, L2))
#define DTLB_MISS (PERF_MEM_S(TLB, MISS) | PERF_MEM_S(TLB, L2))

#define L1_HIT (PERF_MEM_S(LVL, L1) | PERF_MEM_S(LVL, HIT) | PERF_MEM_S(LVLNUM, L1))
#define L3_HIT (PERF_MEM_S(LVL, L3) | PERF_MEM_S(LVL, HIT) | PERF_MEM_S(LVLNUM, L3))
#define LOCAL_RAM (PERF_MEM_S(LVL, LOC_RAM) | PERF_MEM_S(LVL, HIT) | PERF_MEM_S(LVLNUM, RAM))
#define REMOTE_RAM (PERF_MEM_S(LVL, REM_RAM1) | PERF_MEM_S(LVL, HIT) | PERF_MEM_S(LVLNUM, RAM) | PERF_MEM_S(REMOTE, REMOTE))

/* As Intel's driver composes them for what it calls by these names. */
static const struct {
	const char *name;
	__u64 data_src;
	__u32 flags, data_source;
	bool has_latency;
} cases[] = {
	{ "a load that hit L1", LOAD | L1_HIT | DTLB_HIT, MBAL_ACCESS_LOAD, PERF_MEM_LVLNUM_L1, false },
	{ "a load that hit L3", LOAD | L3_HIT | DTLB_HIT, MBAL_ACCESS_LOAD | MBAL_ACCESS_MISS, PERF_MEM_LVLNUM_L3, true },
	{ "a load from the line fill buffer", LOAD | PERF_MEM_S(LVL, LFB) | PERF_MEM_S(LVL, HIT) | PERF_MEM_S(LVLNUM, LFB) | DTLB_HIT,
	  MBAL_ACCESS_LOAD | MBAL_ACCESS_MISS, PERF_MEM_LVLNUM_LFB, true },
	{ "a load from local memory", LOAD | LOCAL_RAM | DTLB_MISS, MBAL_ACCESS_LOAD | MBAL_ACCESS_MISS | MBAL_ACCESS_TLB_MISS,
	  PERF_MEM_LVLNUM_RAM, true },
	{ "a load from another node's memory", LOAD | REMOTE_RAM | DTLB_HIT,
	  MBAL_ACCESS_LOAD | MBAL_ACCESS_MISS | MBAL_ACCESS_REMOTE, PERF_MEM_LVLNUM_RAM, true },
	{ "the same by its level alone", LOAD | PERF_MEM_S(LVL, REM_CCE1) | PERF_MEM_S(LVL, HIT) | DTLB_HIT,
	  MBAL_ACCESS_LOAD | MBAL_ACCESS_MISS | MBAL_ACCESS_REMOTE, 0, true },
	{ "a load from CXL memory", LOAD | PERF_MEM_S(LVLNUM, CXL) | DTLB_HIT, MBAL_ACCESS_LOAD | MBAL_ACCESS_MISS,
	  PERF_MEM_LVLNUM_CXL, true },
	{ "a load whose level is not known", LOAD | PERF_MEM_S(LVL, NA) | PERF_MEM_S(LVLNUM, NA), MBAL_ACCESS_LOAD, PERF_MEM_LVLNUM_NA,
	  false },
	{ "a store that hit L1", STORE | L1_HIT | DTLB_HIT, MBAL_ACCESS_STORE, PERF_MEM_LVLNUM_L1, false },
	{ "a store that missed L1", STORE | PERF_MEM_S(LVL, L1) | PERF_MEM_S(LVL, MISS) | DTLB_MISS,
	  MBAL_ACCESS_STORE | MBAL_ACCESS_MISS | MBAL_ACCESS_TLB_MISS, 0, false },
	{ "nothing at all", 0, 0, 0, false },
};

static struct mbal_access filled(__u64 data_src, __u64 latency)
{
	struct mbal_access access = { 0 };

	mbal_data_src_fill(&access, data_src, latency);
	return access;
}

int main(void)
{
	struct mbal_access access;

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		access = filled(cases[i].data_src, 345);
		tap_check(access.flags == cases[i].flags && access.data_source == cases[i].data_source,
			  "%s: flags %u, expected %u; source %u, expected %u", cases[i].name, access.flags, cases[i].flags,
			  access.data_source, cases[i].data_source);
		tap_check(access.latency == (cases[i].has_latency ? 345u : 0u), "%s: latency %u", cases[i].name, access.latency);
	}
	access = filled(LOAD | LOCAL_RAM, 1ULL << 40);
	tap_check(access.latency == 0xffff, "a latency beyond all bounds is cut: %u", access.latency);
	return tap_done();
}
