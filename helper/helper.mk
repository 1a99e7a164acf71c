# SPDX-License-Identifier: Apache-2.0
# membalancer-helper and its tests. Everything but libc is linked statically.

HELPER := $(BUILD)/helper/membalancer-helper
HELPER_SANITIZED := $(BUILD)/helper/membalancer-helper-sanitized
HELPER_SOURCES := $(wildcard helper/src/main/c/*.c)
HELPER_OBJECTS := $(HELPER_SOURCES:helper/src/main/c/%.c=$(BUILD)/helper/obj/%.o)
HELPER_SANITIZED_OBJECTS := $(HELPER_SOURCES:helper/src/main/c/%.c=$(BUILD)/helper/obj-sanitized/%.o)

HELPER_CFLAGS := $(CFLAGS_COMMON) -fPIE -Ihelper/src/main/c -Ibpf/include -I$(BUILD)/bpf \
	-DMBAL_VERSION='"$(VERSION)"'
HELPER_LDFLAGS := -pie -Wl,-z,relro,-z,now
HELPER_LIBS := -l:libbpf.a -l:libelf.a -l:libz.a
# _FORTIFY_SOURCE and ASan intercept the same functions.
HELPER_SANITIZE := -U_FORTIFY_SOURCE -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined

NATIVE += $(HELPER)

$(HELPER): $(HELPER_OBJECTS) $(BUILD)/helper/sources.txt
	$(CC) $(HELPER_LDFLAGS) -o $@ $(HELPER_OBJECTS) $(HELPER_LIBS)

$(HELPER_SANITIZED): $(HELPER_SANITIZED_OBJECTS)
	$(CC) $(HELPER_LDFLAGS) $(HELPER_SANITIZE) -o $@ $^ $(HELPER_LIBS)

# Before there is a .d file to say so.
$(BUILD)/helper/obj/sampler.o $(BUILD)/helper/obj-sanitized/sampler.o: $(BPF_SKELETON)

# The version comes from pom.xml.
$(BUILD)/helper/obj/%.o: helper/src/main/c/%.c Makefile helper/helper.mk pom.xml
	@mkdir -p $(@D)
	$(CC) $(HELPER_CFLAGS) -c -o $@ $<

$(BUILD)/helper/obj-sanitized/%.o: helper/src/main/c/%.c Makefile helper/helper.mk pom.xml
	@mkdir -p $(@D)
	$(CC) $(HELPER_CFLAGS) $(HELPER_SANITIZE) -c -o $@ $<

# --- tests: each *_test.c is a program; a *_integration_test.c runs the helper itself, once as built, once sanitized ---

HELPER_TEST_DIR := helper/src/test/c
HELPER_TEST_BUILD := $(BUILD)/test/helper
HELPER_TEST_NAMES := $(patsubst $(HELPER_TEST_DIR)/%.c,%,$(wildcard $(HELPER_TEST_DIR)/*_test.c))
HELPER_UNIT_TESTS := $(addprefix $(HELPER_TEST_BUILD)/,$(filter-out %_integration_test,$(HELPER_TEST_NAMES)))
HELPER_INTEGRATION_TESTS := $(addprefix $(HELPER_TEST_BUILD)/,$(filter %_integration_test,$(HELPER_TEST_NAMES)))
HELPER_SANITIZED_TESTS := $(HELPER_INTEGRATION_TESTS:%_test=%_sanitized_test)

C_TESTS += $(HELPER_UNIT_TESTS) $(HELPER_INTEGRATION_TESTS) $(HELPER_SANITIZED_TESTS) $(HELPER_TEST_DIR)/needed_test.sh

# Linked with all of the helper but its main, so that a test names no list of objects.
$(HELPER_UNIT_TESTS): %: %.o $(HELPER_TEST_BUILD)/tap.o $(filter-out %/main.o,$(HELPER_SANITIZED_OBJECTS))
	$(CC) $(HELPER_LDFLAGS) $(HELPER_SANITIZE) -o $@ $^ $(HELPER_LIBS)

# What several of them share, in both builds.
define HELPER_TEST_NEEDS
$(foreach name,$1,$(HELPER_TEST_BUILD)/$(name)_integration_test $(HELPER_TEST_BUILD)/$(name)_integration_sanitized_test): $(HELPER_TEST_BUILD)/$2.o
endef
$(eval $(call HELPER_TEST_NEEDS,groups claims group_ends requests,groups))
$(eval $(call HELPER_TEST_NEEDS,groups claims group_ends,children))
$(eval $(call HELPER_TEST_NEEDS,sampling group_filters,samples))
$(HELPER_INTEGRATION_TESTS): %: %.o $(HELPER_TEST_BUILD)/tap.o $(HELPER_TEST_BUILD)/fixture.o | $(HELPER)
	$(CC) $(HELPER_LDFLAGS) $(HELPER_SANITIZE) -o $@ $^ $(HELPER_LIBS)

$(HELPER_SANITIZED_TESTS): %_sanitized_test: %_test.o $(HELPER_TEST_BUILD)/tap.o $(HELPER_TEST_BUILD)/fixture-sanitized.o | $(HELPER_SANITIZED)
	$(CC) $(HELPER_LDFLAGS) $(HELPER_SANITIZE) -o $@ $^ $(HELPER_LIBS)

$(HELPER_TEST_BUILD)/fixture.o: HELPER_CFLAGS += -DHELPER_PATH='"$(HELPER)"'
$(HELPER_TEST_BUILD)/fixture-sanitized.o: HELPER_CFLAGS += -DHELPER_PATH='"$(HELPER_SANITIZED)"'
$(HELPER_TEST_BUILD)/fixture-sanitized.o: $(HELPER_TEST_DIR)/fixture.c Makefile helper/helper.mk
	@mkdir -p $(@D)
	$(CC) $(HELPER_CFLAGS) $(HELPER_SANITIZE) -c -o $@ $<

$(HELPER_TEST_BUILD)/%.o: $(HELPER_TEST_DIR)/%.c Makefile helper/helper.mk pom.xml
	@mkdir -p $(@D)
	$(CC) $(HELPER_CFLAGS) $(HELPER_SANITIZE) -c -o $@ $<

-include $(wildcard $(BUILD)/helper/obj/*.d $(BUILD)/helper/obj-sanitized/*.d $(HELPER_TEST_BUILD)/*.d)
