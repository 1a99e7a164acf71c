# SPDX-License-Identifier: Apache-2.0
# Benchmarks: ratios only, each against something measured in the same run. Not part of `make test`.

BENCH_TOOLS := $(BUILD)/bench/bpf-cost $(BUILD)/bench/batch-lookup
BENCH_CFLAGS := $(CFLAGS_COMMON) -Ibpf/include -I$(BUILD)/bpf -I$(BUILD)/bench
BENCH_LIBS := -l:libbpf.a -l:libelf.a -l:libz.a -lm

.PHONY: soft-accuracy

bench: build $(BENCH_TOOLS)
	$(BUILD)/bench/bpf-cost $(BUILD)/examples/hot-set
	$(JAVA_HOME)/bin/java -jar bench/target/membalancer-bench.jar .

$(BUILD)/bench/mbal_lru.bpf.o: bench/src/main/c/mbal_lru.bpf.c bench/bench.mk
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -MF $(@:.o=.d) -c $< -o $@

$(BUILD)/bench/mbal_lru.skel.h: $(BUILD)/bench/mbal_lru.bpf.o
	{ echo '#pragma GCC system_header'; $(BPFTOOL) gen skeleton $< name mbal_lru_bpf; } >$@.new
	mv $@.new $@

$(BUILD)/bench/bpf-cost: bench/src/main/c/bpf_cost.c $(BUILD)/bench/mbal_lru.skel.h $(BPF_SKELETON)
	$(CC) $(BENCH_CFLAGS) -o $@ $< $(BENCH_LIBS)

$(BUILD)/bench/batch-lookup: bench/src/main/c/batch_lookup.c
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -o $@ $< $(BENCH_LIBS)

# Uses what the BPF tests sample with.
SOFT_ACCURACY_OBJECTS := $(addprefix $(BUILD)/test/bpf/,sampler.o sampled_events.o tap.o)
SOFT_ACCURACY_SECONDS := 15

soft-accuracy: build $(BUILD)/bench/soft-accuracy
	$(BUILD)/bench/soft-accuracy . $(SOFT_ACCURACY_SECONDS) $(WORKLOAD)

$(BUILD)/bench/soft-accuracy: bench/src/main/c/soft_accuracy.c $(SOFT_ACCURACY_OBJECTS) bench/bench.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -Ibpf/test -o $@ $< $(SOFT_ACCURACY_OBJECTS) $(BENCH_LIBS)

-include $(wildcard $(BUILD)/bench/*.d)
