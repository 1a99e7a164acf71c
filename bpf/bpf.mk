# SPDX-License-Identifier: Apache-2.0
# The BPF object and its skeleton. Reads the libc's and libbpf's headers, nothing of any kernel's source or BTF.

BPF_OBJECT := $(BUILD)/bpf/mbal_sampler.bpf.o
BPF_SKELETON := $(BUILD)/bpf/mbal_sampler.skel.h
# asm/types.h lies in the multiarch folder, where clang does not look for the target bpf.
BPF_MULTIARCH := $(shell $(CC) -print-multiarch)
BPF_CFLAGS := -target bpf -mcpu=v3 -std=gnu11 -O2 -g -Wall -Wextra -Werror -Ibpf -Ibpf/include \
	-idirafter /usr/include/$(BPF_MULTIARCH)

NATIVE += $(BPF_SKELETON)

$(BPF_OBJECT): bpf/mbal_sampler.bpf.c bpf/bpf.mk
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -MF $(@:.o=.d) -c $< -o $@

# Generated code: the pragma keeps warnings off it, while -I (not -isystem) lets -MMD see that it changed.
$(BPF_SKELETON): $(BPF_OBJECT)
	{ echo '#pragma GCC system_header'; $(BPFTOOL) gen skeleton $< name mbal_sampler_bpf; } > $@.new
	mv $@.new $@

-include $(BPF_OBJECT:.o=.d)

# --- tests: each *_test.c is a program; all need root and skip without, but those that need no BPF ---

BPF_TEST_BUILD := $(BUILD)/test/bpf
BPF_TEST_NAMES := load_test account_test decay_test replacement_test race_test
BPF_TEST_CFLAGS := $(CFLAGS_COMMON) -Ibpf -Ibpf/include -I$(BUILD)/bpf -pthread
BPF_TEST_LIBS := -l:libbpf.a -l:libelf.a -l:libz.a -lm
BPF_TEST_COMMON := $(BPF_TEST_BUILD)/tap.o $(BPF_TEST_BUILD)/sampler.o
BPF_KERNEL_TESTS := $(BPF_TEST_NAMES:%=$(BPF_TEST_BUILD)/%)

C_TESTS += $(BPF_KERNEL_TESTS)

$(BPF_KERNEL_TESTS): %: %.o $(BPF_TEST_COMMON)
	$(CC) -pthread -o $@ $^ $(BPF_TEST_LIBS)

$(BPF_TEST_BUILD)/%.o: bpf/test/%.c bpf/bpf.mk | $(BPF_SKELETON)
	@mkdir -p $(@D)
	$(CC) $(BPF_TEST_CFLAGS) -c -o $@ $<

-include $(wildcard $(BPF_TEST_BUILD)/*.d)
