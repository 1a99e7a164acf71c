/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's parameters: what the emulated processor is like. */
#ifndef IBS_SETTINGS_H
#define IBS_SETTINGS_H

#include <linux/types.h>

struct ibs_settings {
	unsigned int	caps;
	unsigned int	counts_per_us;
	unsigned int	min_ns;
	unsigned int	idle_ns;
	unsigned int	window;
	unsigned int	nonmem_pct;
	unsigned int	l3miss_pct;
	unsigned int	rip_invalid_pct;
	unsigned int	lat_local;
	unsigned int	lat_remote;
	unsigned int	lat_ext;
	unsigned int	seed;
	bool		kernel_samples;
	bool		nmi;
};

extern struct ibs_settings ibs_settings;

/* 0, or -EINVAL after a message that names the value and its limit. */
int ibs_settings_check(void);

static inline bool ibs_has(u32 cap)
{
	return ibs_settings.caps & cap;
}

#endif
