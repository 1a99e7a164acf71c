# SPDX-License-Identifier: Apache-2.0
# make docs: the option references, from the declarations in the code. make test compares them.

GENERATED_DOCS := helper-options.md agent-options.md

.PHONY: build-docs
build-docs: $(addprefix $(BUILD)/docs/,$(GENERATED_DOCS))

docs: build-docs
	cp $(addprefix $(BUILD)/docs/,$(GENERATED_DOCS)) docs/

$(BUILD)/docs/helper-options.md: $(BUILD)/helper/membalancer-helper
	@mkdir -p $(@D)
	$< --help-markdown >$@

# By name: java.mk, which has a variable for it, is read after this.
$(BUILD)/docs/agent-options.md: $(BUILD)/java.stamp
	@mkdir -p $(@D)
	$(JAVA_HOME)/bin/java -cp agent/target/membalancer-agent.jar org.membalancer.agent.OptionsDoc $@
