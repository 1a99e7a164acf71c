# SPDX-License-Identifier: Apache-2.0
# make e2e: guests with made-up NUMA nodes.   make e2e CASE=jvm-balance KERNEL=6.12   runs fewer.

KERNEL ?= 6.1 6.12
CASE ?=
E2E_TOOLS := $(addprefix $(BUILD)/e2e/tools/,page_nodes hold_memory fault_memory)

e2e: build c-tests $(BUILD)/e2e/toolchain $(E2E_TOOLS)
	@BUILD=$(BUILD) KERNELS='$(KERNEL)' CASE='$(CASE)' e2e/run

$(BUILD)/e2e/toolchain: make/deps
	@mkdir -p $(@D)
	@make/deps e2e $@

$(BUILD)/e2e/tools/%: e2e/tools/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_COMMON) -o $@ $<

include e2e/ibs-emu/ibs-emu.mk

-include $(wildcard $(BUILD)/e2e/tools/*.d)
