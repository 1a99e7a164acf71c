# SPDX-License-Identifier: Apache-2.0
# The BPF object and its skeleton. Reads the libc's and libbpf's headers, nothing of any kernel's source or BTF.

BPF_OBJECT := $(BUILD)/bpf/mbal_sampler.bpf.o
BPF_SKELETON := $(BUILD)/bpf/mbal_sampler.skel.h
# asm/types.h lies in the multiarch folder, where clang does not look for the target bpf.
BPF_MULTIARCH := $(shell $(CC) -print-multiarch)
BPF_CFLAGS := -target bpf -mcpu=v3 -std=gnu11 -O2 -g -Wall -Wextra -Werror -Ibpf -Ibpf/include \
	-idirafter /usr/include/$(BPF_MULTIARCH)

NATIVE += $(BPF_SKELETON)

$(BPF_OBJECT): bpf/mbal_sampler.bpf.c Makefile bpf/bpf.mk
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -MF $(@:.o=.d) -c $< -o $@

# Generated code: the pragma keeps warnings off it, while -I (not -isystem) lets -MMD see that it changed.
$(BPF_SKELETON): $(BPF_OBJECT)
	{ echo '#pragma GCC system_header'; $(BPFTOOL) gen skeleton $< name mbal_sampler_bpf; } > $@.new
	mv $@.new $@

-include $(BPF_OBJECT:.o=.d)

# --- tests: each *_test.c is a program ---

BPF_TEST_BUILD := $(BUILD)/test/bpf
BPF_TEST_CFLAGS := $(CFLAGS_COMMON) -Ibpf -Ibpf/include -I$(BUILD)/bpf -pthread
BPF_TEST_LIBS := -l:libbpf.a -l:libelf.a -l:libz.a -lm
BPF_TEST_COMMON := $(BPF_TEST_BUILD)/tap.o $(BPF_TEST_BUILD)/sampler.o $(BPF_TEST_BUILD)/counters.o $(BPF_TEST_BUILD)/tables.o \
	$(BPF_TEST_BUILD)/sampled_events.o $(BPF_TEST_BUILD)/workload.o
# These load BPF: as root; otherwise they say why not and skip.
BPF_KERNEL_TESTS := $(addprefix $(BPF_TEST_BUILD)/,load_test account_test weight_test decay_test replacement_test race_test \
	exit_test targets_test user_only_test target_lives_test target_cgroups_test faults_test hint_faults_test soft_test)
# These compile the BPF headers for user space, where no -Wconversion is asked of them. No kernel matters to them, so
# they have a folder of their own: guests with other kernels run all of the other one.
BPF_PURE_BUILD := $(BUILD)/test/bpf-user
BPF_PURE_TESTS := $(addprefix $(BPF_PURE_BUILD)/,ibs_record_test data_src_test x86_draw_test x86_look_back_test x86_decode_test \
	x86_forms_test x86_step_test)
BPF_SANITIZE := -U_FORTIFY_SOURCE -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined

C_TESTS += $(BPF_PURE_TESTS) $(BPF_KERNEL_TESTS)

$(addprefix $(BPF_TEST_BUILD)/,targets_test user_only_test target_lives_test target_cgroups_test): $(BPF_TEST_BUILD)/targets.o
$(BPF_KERNEL_TESTS): %: %.o $(BPF_TEST_COMMON)
	$(CC) -pthread -o $@ $^ $(BPF_TEST_LIBS)

$(BPF_TEST_BUILD)/%.o: bpf/test/%.c Makefile bpf/bpf.mk | $(BPF_SKELETON)
	@mkdir -p $(@D)
	$(CC) $(BPF_TEST_CFLAGS) -c -o $@ $<

$(BPF_PURE_BUILD)/x86_decode_test: $(BPF_PURE_BUILD)/objdump.o
$(BPF_PURE_BUILD)/x86_forms_test: $(BPF_PURE_BUILD)/x86_forms.o $(BPF_PURE_BUILD)/tracee.o
$(BPF_PURE_BUILD)/x86_step_test: $(BPF_PURE_BUILD)/tracee.o $(BPF_PURE_BUILD)/busy_java.o
$(BPF_PURE_TESTS): %: %.o $(BPF_PURE_BUILD)/tap.o
	$(CC) $(BPF_SANITIZE) -o $@ $^ -lm

$(BPF_PURE_BUILD)/%.o: bpf/test/%.c Makefile bpf/bpf.mk
	@mkdir -p $(@D)
	$(CC) $(BPF_TEST_CFLAGS) -Wno-conversion -Wno-sign-conversion $(BPF_SANITIZE) -c -o $@ $<

-include $(wildcard $(BPF_TEST_BUILD)/*.d $(BPF_PURE_BUILD)/*.d)
