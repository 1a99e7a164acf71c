# SPDX-License-Identifier: Apache-2.0
# The C workloads and their tests. Included by the top Makefile; paths are relative to the top.

HOT_SET := $(BUILD)/examples/hot-set
HOT_SET_TEST := $(BUILD)/test/hot_set_test
HOT_SET_SOURCES := hot_set.c hot_set_jumper.c hot_set_memory.c hot_set_options.c hot_set_progress.c
HOT_SET_TEST_SOURCES := hot_set_jumper.c hot_set_memory.c hot_set_options.c hot_set_progress.c
ACCESS_PATTERN := $(BUILD)/examples/access-pattern
ACCESS_PATTERN_TEST := $(BUILD)/test/access_patterns_test
ACCESS_PATTERN_OBJECTS := $(addprefix $(BUILD)/examples/,access_pattern.o access_patterns.o hot_set_memory.o)
ACCESS_PATTERN_TEST_OBJECTS := $(addprefix $(BUILD)/test/examples/,access_patterns_test.o access_patterns.o \
	hot_set_memory.o)

NATIVE += $(HOT_SET) $(ACCESS_PATTERN)
C_TESTS += $(HOT_SET_TEST) $(ACCESS_PATTERN_TEST)

HOT_SET_OBJECTS := $(HOT_SET_SOURCES:%.c=$(BUILD)/examples/%.o)
HOT_SET_TEST_OBJECTS := $(HOT_SET_TEST_SOURCES:%.c=$(BUILD)/test/examples/%.o) $(BUILD)/test/examples/hot_set_test.o

$(HOT_SET): $(HOT_SET_OBJECTS)
	$(CC) -pthread -o $@ $^

$(ACCESS_PATTERN): $(ACCESS_PATTERN_OBJECTS)
	$(CC) -o $@ $^

$(HOT_SET_TEST): $(HOT_SET_TEST_OBJECTS)
	$(CC) -fsanitize=address,undefined -pthread -o $@ $^

$(ACCESS_PATTERN_TEST): $(ACCESS_PATTERN_TEST_OBJECTS)
	$(CC) -fsanitize=address,undefined -o $@ $^

$(BUILD)/examples/%.o: examples/src/main/c/%.c Makefile examples/examples.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_COMMON) -pthread -c -o $@ $<

$(BUILD)/test/examples/%.o: examples/src/main/c/%.c Makefile examples/examples.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_COMMON) -fsanitize=address,undefined -c -o $@ $<

$(BUILD)/test/examples/%.o: examples/src/test/c/%.c Makefile examples/examples.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_COMMON) -fsanitize=address,undefined -c -o $@ $<

-include $(wildcard $(BUILD)/examples/*.d $(BUILD)/test/examples/*.d)
