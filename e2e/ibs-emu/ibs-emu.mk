# SPDX-License-Identifier: Apache-2.0
# The instruction decoder of the emulated IBS, tested on the host; e2e.mk includes this. e2e/ibs-emu/build makes the module.

IBS_EMU_TESTS := $(BUILD)/test/e2e/x86_lengths_test $(BUILD)/test/e2e/x86_steps_test
C_TESTS += $(IBS_EMU_TESTS)

# One command for all sources, so their headers are named here and not by -MMD.
$(IBS_EMU_TESTS): $(BUILD)/test/e2e/%: e2e/ibs-emu/test/%.c $(wildcard e2e/ibs-emu/x86/*.[ch])
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(CFLAGS_COMMON)) -fsanitize=address,undefined -o $@ $(filter %.c,$^)
