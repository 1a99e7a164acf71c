# SPDX-License-Identifier: Apache-2.0
#
# The one door for people and CI. Every C room has its own fragment (ROOM/ROOM.mk), which adds what it builds to
# NATIVE and its test programs to C_TESTS; Maven builds the Java rooms; everything compiled from C lies in build/.
#
#   make                 build everything
#   make demo            see it work on this machine
#   make test            unit and integration tests
#   make e2e             the cases in QEMU guests with made-up NUMA nodes (CASE=name KERNEL=6.12 to run fewer)
#   make bench           benchmarks, each a ratio
#   make dist install    a tar.gz under dist/; the same files under $(DESTDIR)$(PREFIX)
#   make docs            regenerate the option references in docs/
#   make clean           remove what was built
#
# Missing tools are installed from Debian's packages first (make/deps); what is there already is left alone.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := build

BUILD := build
VERSION := $(shell sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml | head -n 1)

CC := gcc
CLANG := clang
BPFTOOL := bpftool
CFLAGS_COMMON := -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wshadow -Wconversion -D_FORTIFY_SOURCE=3 \
	-fstack-protector-strong -MMD -MP
MVN := make/mvn

NATIVE :=
C_TESTS :=

.PHONY: build native java deps demo test e2e bench dist install docs clean help

# A JAVA_HOME that the toolchain was not made for has it made anew; one that will not do, once.
JAVA_HOME_GIVEN := $(JAVA_HOME)
JAVA_HOME_ASKED := $(realpath $(JAVA_HOME))
# build/toolchain.mk installs what is missing when it is made, and says where the tools are (JAVA_HOME, BPFTOOL ...).
# make re-reads everything once it is there, so fragments may rely on the tools even while they are parsed.
ifneq ($(filter-out clean help,$(or $(MAKECMDGOALS),build)),)
include $(BUILD)/toolchain.mk
endif
$(BUILD)/toolchain.mk: make/deps $(if $(filter-out $(JAVA_HOME) $(JAVA_HOME_REFUSED),$(JAVA_HOME_ASKED)),other-java-home)
	@mkdir -p $(@D)
	@JAVA_HOME='$(JAVA_HOME_GIVEN)' make/deps build $@
.PHONY: other-java-home
other-java-home:

ifneq ($(wildcard $(BUILD)/toolchain.mk),)
include $(filter-out $(BUILD)/%,$(sort $(wildcard */*.mk)))
endif

build: native java

native: $(NATIVE)

deps: $(BUILD)/toolchain.mk

demo: build
	@examples/demo

clean:
	rm -rf $(BUILD) dist $(addsuffix /target,$(patsubst %/pom.xml,%,$(wildcard */pom.xml)))

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile
