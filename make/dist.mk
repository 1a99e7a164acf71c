# SPDX-License-Identifier: Apache-2.0
# make dist, make install: the same tree, packed under dist/ or put under $(DESTDIR)$(PREFIX).

PREFIX ?= /usr/local
DESTDIR ?=
DIST_NAME := membalancer-$(VERSION)-linux-$(shell uname -m)
# One moment for every file in the archive, so that the same sources give the same bytes.
SOURCE_DATE_EPOCH ?= 1767225600

dist: build
	rm -rf $(BUILD)/dist && mkdir -p dist
	make/install-tree $(BUILD) $(BUILD)/dist/$(DIST_NAME)
	tar -C $(BUILD)/dist --sort=name --mtime=@$(SOURCE_DATE_EPOCH) --owner=0 --group=0 --numeric-owner \
		--format=gnu -cf - $(DIST_NAME) | gzip -9n >dist/$(DIST_NAME).tar.gz
	@echo dist/$(DIST_NAME).tar.gz

install: build
	make/install-tree $(BUILD) $(DESTDIR)$(PREFIX)
