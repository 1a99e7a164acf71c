# SPDX-License-Identifier: Apache-2.0
# Benchmarks: ratios only, each against something measured in the same run. Not part of `make test`.
#   make bench                    all of them, and a table of what is kept and what is missed
#   make bench BENCH_ONLY=name    one of them (a wrong name lists them)
#   make bench BENCH_STRICT=1     fails when a bound is missed

BENCH_SOURCES := bench/src/main/c
BENCH_TOOLS := $(addprefix $(BUILD)/bench/,bpf-cost batch-lookup timer-ticks)
BENCH_CFLAGS := $(CFLAGS_COMMON) -Ibpf -Ibpf/include -I$(BENCH_SOURCES) -I$(BUILD)/bench
BENCH_LIBS := -l:libbpf.a -l:libelf.a -l:libz.a -lm
BENCH_BPF := $(BUILD)/bench/mbal_bench_table.bpf.o $(BUILD)/bench/mbal_bench_lru.bpf.o
BENCH_SKELETONS := $(BENCH_BPF:.bpf.o=.skel.h)
BPF_COST_OBJECTS := $(addprefix $(BUILD)/bench/,bpf_cost.o subject.o zipf.o interrupted.o)

.PHONY: bench-tools soft-accuracy
bench-tools: $(BENCH_TOOLS)

bench: build bench-tools
	$(JAVA_HOME)/bin/java -jar bench/target/membalancer-bench.jar $(if $(BENCH_STRICT),--strict) \
		$(if $(BENCH_ONLY),--only $(BENCH_ONLY)) .

$(BUILD)/bench/mbal_bench_lru.bpf.o: BENCH_VARIANT := -DMBAL_BENCH_LRU
$(BENCH_BPF): $(BENCH_SOURCES)/mbal_bench.bpf.c Makefile bench/bench.mk
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) $(BENCH_VARIANT) -I$(BENCH_SOURCES) -MMD -MP -MF $(@:.o=.d) -c $< -o $@

$(BENCH_SKELETONS): %.skel.h: %.bpf.o
	{ echo '#pragma GCC system_header'; $(BPFTOOL) gen skeleton $< name $(basename $(basename $(@F)))_bpf; } >$@.new
	mv $@.new $@

$(BPF_COST_OBJECTS): $(BUILD)/bench/%.o: $(BENCH_SOURCES)/%.c Makefile bench/bench.mk | $(BENCH_SKELETONS)
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -c -o $@ $<

$(BUILD)/bench/bpf-cost: $(BPF_COST_OBJECTS)
	$(CC) -o $@ $^ $(BENCH_LIBS)

$(BUILD)/bench/batch-lookup: $(BENCH_SOURCES)/batch_lookup.c Makefile bench/bench.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -o $@ $< $(BENCH_LIBS)

$(BUILD)/bench/timer-ticks: $(BENCH_SOURCES)/timer_ticks.c Makefile bench/bench.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -Ibpf/test -o $@ $<

# Uses what the BPF tests sample with.
SOFT_ACCURACY_OBJECTS := $(addprefix $(BUILD)/test/bpf/,sampler.o counters.o tables.o sampled_events.o tap.o)
SOFT_ACCURACY_SECONDS := 15

soft-accuracy: build $(BUILD)/bench/soft-accuracy
	$(BUILD)/bench/soft-accuracy . $(SOFT_ACCURACY_SECONDS) $(WORKLOAD)

$(BUILD)/bench/soft-accuracy: bench/src/main/c/soft_accuracy.c $(SOFT_ACCURACY_OBJECTS) bench/bench.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -I$(BUILD)/bpf -Ibpf/test -o $@ $< $(SOFT_ACCURACY_OBJECTS) $(BENCH_LIBS)

-include $(wildcard $(BUILD)/bench/*.d)
