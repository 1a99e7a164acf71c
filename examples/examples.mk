# SPDX-License-Identifier: Apache-2.0
# The C workload and its test. Included by the top Makefile; paths are relative to the top.

HOT_SET := $(BUILD)/examples/hot-set
HOT_SET_TEST := $(BUILD)/test/hot_set_test
HOT_SET_SOURCES := hot_set.c hot_set_memory.c hot_set_options.c hot_set_progress.c
HOT_SET_TEST_SOURCES := hot_set_memory.c hot_set_options.c hot_set_progress.c

NATIVE += $(HOT_SET)
C_TESTS += $(HOT_SET_TEST)

HOT_SET_OBJECTS := $(HOT_SET_SOURCES:%.c=$(BUILD)/examples/%.o)
HOT_SET_TEST_OBJECTS := $(HOT_SET_TEST_SOURCES:%.c=$(BUILD)/test/examples/%.o) $(BUILD)/test/examples/hot_set_test.o

$(HOT_SET): $(HOT_SET_OBJECTS)
	$(CC) -pthread -o $@ $^

$(HOT_SET_TEST): $(HOT_SET_TEST_OBJECTS)
	$(CC) -fsanitize=address,undefined -o $@ $^

$(BUILD)/examples/%.o: examples/src/main/c/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_COMMON) -pthread -c -o $@ $<

$(BUILD)/test/examples/%.o: examples/src/main/c/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_COMMON) -fsanitize=address,undefined -c -o $@ $<

$(BUILD)/test/examples/%.o: examples/src/test/c/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_COMMON) -fsanitize=address,undefined -c -o $@ $<

-include $(wildcard $(BUILD)/examples/*.d $(BUILD)/test/examples/*.d)
