# SPDX-License-Identifier: Apache-2.0
# Benchmarks: ratios only, each against something measured in the same run. Not part of `make test`.

BENCH_TOOLS := $(BUILD)/bench/bpf-cost $(BUILD)/bench/batch-lookup
BENCH_CFLAGS := $(CFLAGS_COMMON) -Ibpf/include -I$(BUILD)/bpf -I$(BUILD)/bench
BENCH_LIBS := -l:libbpf.a -l:libelf.a -l:libz.a -lm

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

-include $(wildcard $(BUILD)/bench/*.d)
