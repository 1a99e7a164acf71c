# SPDX-License-Identifier: Apache-2.0
# make e2e: guests with made-up NUMA nodes.   make e2e CASE=jvm-balance KERNEL=6.12   runs fewer.

KERNEL ?= 6.1 6.12
CASE ?=
E2E_TOOLS := $(addprefix $(BUILD)/e2e/tools/,page_nodes hold_memory fill_node fault_memory helper_counters hold_tables sample_check)

e2e: build c-tests $(BUILD)/e2e/toolchain $(E2E_TOOLS)
	@BUILD=$(BUILD) KERNELS='$(KERNEL)' CASE='$(CASE)' e2e/run

$(BUILD)/e2e/toolchain: make/deps
	@mkdir -p $(@D)
	@make/deps e2e $@

$(BUILD)/e2e/tools/%.o: e2e/tools/%.c Makefile e2e/e2e.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_COMMON) -Ibpf/include -c -o $@ $<

$(E2E_TOOLS): %: %.o
	$(CC) -o $@ $^
$(addprefix $(BUILD)/e2e/tools/,helper_counters hold_tables sample_check): $(BUILD)/e2e/tools/wire_client.o

include e2e/ibs-emu/ibs-emu.mk

-include $(wildcard $(BUILD)/e2e/tools/*.d)
