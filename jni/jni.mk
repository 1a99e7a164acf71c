# SPDX-License-Identifier: Apache-2.0
#
# The JNI library, which Maven packs into the jni jar, its C tests, and the fake helper of the Java tests.

JNI_C := jni/src/main/c
JNI_TEST_C := jni/src/test/c
JNI_LIBRARY := $(BUILD)/jni/libmembalancer_jni.so
JNI_OBJECTS := $(patsubst $(JNI_C)/%.c,$(BUILD)/jni/obj/%.o,$(wildcard $(JNI_C)/*.c))
JNI_JDK ?= $(or $(JAVA_HOME),$(patsubst %/bin/javac,%,$(realpath $(shell command -v javac))))

JNI_CFLAGS = $(CFLAGS_COMMON) -D_GNU_SOURCE -Ibpf/include -I$(JNI_C)
JNI_LIBRARY_CFLAGS = $(JNI_CFLAGS) -fPIC -fvisibility=hidden -I$(JNI_JDK)/include -I$(JNI_JDK)/include/linux
JNI_LDFLAGS := -shared -Wl,-soname,libmembalancer_jni.so -Wl,-z,defs -Wl,-z,relro,-z,now -Wl,-z,noexecstack

# What needs no JVM, with the sanitizers.
JNI_PURE_C := $(addprefix $(JNI_C)/mbal_,abi_names.c syscalls.c tables.c wire_client.c)
JNI_PURE_OBJECTS := $(patsubst $(JNI_C)/%.c,$(BUILD)/test/jni/obj/%.o,$(JNI_PURE_C))
JNI_C_TESTS := $(patsubst $(JNI_TEST_C)/%_test.c,$(BUILD)/test/jni/%_test,$(wildcard $(JNI_TEST_C)/*_test.c))
JNI_FAKE_HELPER := $(BUILD)/test/jni/fake_helper
JNI_TEST_CFLAGS = $(JNI_CFLAGS) -I$(JNI_TEST_C) -U_FORTIFY_SOURCE -fsanitize=address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer -pthread

NATIVE += $(JNI_LIBRARY) $(JNI_FAKE_HELPER)
C_TESTS += $(JNI_C_TESTS) $(JNI_TEST_C)/exports_test.sh

$(JNI_LIBRARY): $(JNI_OBJECTS) $(BUILD)/jni/sources.txt
	$(CC) $(JNI_LDFLAGS) -o $@ $(JNI_OBJECTS)

$(BUILD)/jni/obj/%.o: $(JNI_C)/%.c Makefile jni/jni.mk
	@mkdir -p $(@D)
	$(CC) $(JNI_LIBRARY_CFLAGS) -c -o $@ $<

$(BUILD)/test/jni/obj/%.o: $(JNI_C)/%.c Makefile jni/jni.mk
	@mkdir -p $(@D)
	$(CC) $(JNI_TEST_CFLAGS) -c -o $@ $<

$(BUILD)/test/jni/obj/%.o: $(JNI_TEST_C)/%.c Makefile jni/jni.mk
	@mkdir -p $(@D)
	$(CC) $(JNI_TEST_CFLAGS) -c -o $@ $<

$(JNI_C_TESTS): $(BUILD)/test/jni/%: $(BUILD)/test/jni/obj/%.o $(JNI_PURE_OBJECTS)
	$(CC) $(JNI_TEST_CFLAGS) -o $@ $< $(JNI_PURE_OBJECTS)

$(JNI_FAKE_HELPER): $(JNI_TEST_C)/fake_helper.c Makefile jni/jni.mk
	@mkdir -p $(@D)
	$(CC) $(JNI_CFLAGS) -o $@ $<

-include $(wildcard $(BUILD)/jni/obj/*.d $(BUILD)/test/jni/*.d $(BUILD)/test/jni/obj/*.d)
