# SPDX-License-Identifier: Apache-2.0
# The Java rooms. Maven runs only when something that it reads has changed.

JAVA_SOURCES := $(shell find pom.xml */pom.xml */src -type f -not -path '*/src/*/c/*' -not -name '.*' | LC_ALL=C sort)
# A list of its own, so that a deleted source counts as a change too.
JAVA_SOURCE_LIST := $(BUILD)/java-sources.txt
JAVA_STAMP := $(BUILD)/java.stamp

.PHONY: java-source-list
java-source-list:
$(JAVA_SOURCE_LIST): java-source-list
	@mkdir -p $(@D)
	@printf '%s\n' $(JAVA_SOURCES) | cmp -s - $@ || printf '%s\n' $(JAVA_SOURCES) >$@

java: $(JAVA_STAMP)

# Of what is compiled from C, the jars hold the JNI library only; NATIVE is complete when the last fragment is read.
.SECONDEXPANSION:
$(JAVA_STAMP): $(JAVA_SOURCE_LIST) $(JAVA_SOURCES) $$(filter %.so,$$(NATIVE)) | $$(NATIVE)
	$(MVN) -DskipTests package
	@touch $@
