// SPDX-License-Identifier: GPL-2.0-only
/*
 * ibs_emu: software PMUs named "ibs_op" and "ibs_fetch", for testing on machines
 * without AMD's instruction based sampling what samples data addresses with it.
 */
#include <linux/module.h>

#include "ibs_emu.h"
#include "settings.h"

static int __init ibs_emu_init(void)
{
	int err = ibs_settings_check();

	if (err)
		return err;
	err = ibs_overflow_init();
	if (err)
		return err;
	err = ibs_deliver_init();
	if (err)
		return err;
	err = ibs_pmu_register();
	if (err) {
		ibs_deliver_exit();
		return err;
	}
	pr_info("ibs_emu: emulated IBS (0x%08x)\n", ibs_settings.caps);
	return 0;
}

static void __exit ibs_emu_exit(void)
{
	ibs_pmu_unregister();
	ibs_deliver_exit();
}

module_init(ibs_emu_init);
module_exit(ibs_emu_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("emulated AMD IBS PMUs for tests");
