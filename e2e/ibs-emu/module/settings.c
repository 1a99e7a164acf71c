// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <asm/perf_event.h>

#include "settings.h"

#define CAPS_ZEN4	0xbff

struct ibs_settings ibs_settings = {
	.caps = CAPS_ZEN4,
	.counts_per_us = 1000,
	.min_ns = 100000,
	.idle_ns = 1000000,
	.window = 32,
	.l3miss_pct = 30,
	.lat_local = 300,
	.lat_remote = 550,
	.lat_ext = 900,
	.seed = 1,
	.kernel_samples = true,
	.nmi = true,
};

#define SETTING(name, type, mode, text)					\
	module_param_named(name, ibs_settings.name, type, mode);	\
	MODULE_PARM_DESC(name, text)

SETTING(caps, uint, 0444, "CPUID 8000001B EAX to present (0xbff: Zen 4, 0x3ff: Zen 3)");
SETTING(counts_per_us, uint, 0444, "counts per microsecond (1000: a clock of 1 GHz)");
SETTING(min_ns, uint, 0644, "shortest time between two samples of a unit on a CPU, on average");
SETTING(idle_ns, uint, 0644, "time between two looks at a halted CPU, which counts nothing");
SETTING(window, uint, 0644, "mean distance from RIP to the tagged instruction");
SETTING(nonmem_pct, uint, 0644, "share of samples made ops without an access");
SETTING(l3miss_pct, uint, 0644, "share of accesses that miss the third level cache");
SETTING(rip_invalid_pct, uint, 0644, "share of ops whose RIP the hardware could not record");
SETTING(lat_local, uint, 0644, "least latency of local memory, cycles");
SETTING(lat_remote, uint, 0644, "least latency of another node's memory, cycles");
SETTING(lat_ext, uint, 0644, "least latency of a node without CPUs, cycles");
SETTING(seed, uint, 0444, "of what is drawn");
SETTING(kernel_samples, bool, 0644, "also sample the kernel, as the hardware does");
SETTING(nmi, bool, 0444, "raise samples in NMI context, as the hardware does");

int ibs_settings_check(void)
{
	const u32 required = IBS_CAPS_AVAIL | IBS_CAPS_FETCHSAM | IBS_CAPS_OPSAM;

	if ((ibs_settings.caps & required) != required) {
		pr_err("ibs_emu: caps must include 0x%x: caps=0x%x\n", required,
		       ibs_settings.caps);
		return -EINVAL;
	}
	if (!ibs_settings.counts_per_us || !ibs_settings.window) {
		pr_err("ibs_emu: counts_per_us and window must be at least 1: %u, %u\n",
		       ibs_settings.counts_per_us, ibs_settings.window);
		return -EINVAL;
	}
	return 0;
}
