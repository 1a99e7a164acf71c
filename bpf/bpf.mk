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

$(BPF_SKELETON): $(BPF_OBJECT)
	$(BPFTOOL) gen skeleton $< name mbal_sampler_bpf > $@.new
	mv $@.new $@

-include $(BPF_OBJECT:.o=.d)
