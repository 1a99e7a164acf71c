# SPDX-License-Identifier: Apache-2.0
# The C sources of a room, in a list of its own, so that a deleted one counts as a change too of what is linked from all.

.PHONY: source-lists
source-lists:
$(BUILD)/%/sources.txt: source-lists
	@mkdir -p $(@D)
	@printf '%s\n' $(sort $(wildcard $*/src/main/c/*.c)) | cmp -s - $@ || printf '%s\n' $(sort $(wildcard $*/src/main/c/*.c)) >$@
