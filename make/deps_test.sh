#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which JDK a build takes, among made-up ones that only tell their version.
set -u
failed=0
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
unset JAVA_HOME
export JVMS=$folder/jvm

# jdk HOME VERSION
jdk() {
	mkdir -p "$1/bin" "$1/include"
	touch "$1/include/jni.h"
	printf '#!/bin/sh\necho "javac %s"\n' "$2" >"$1/bin/javac"
	chmod +x "$1/bin/javac"
}

# check NAME EXPECTED
check() {
	local actual
	actual=$(make/deps jdk 2>"$folder/err")
	if [ "$actual" = "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1: $actual, expected $2"
		failed=1
	fi
}

# check_says NAME EXPECTED: what the last one said beside
check_says() {
	if [ "$(cat "$folder/err")" = "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1: $(cat "$folder/err")"
		failed=1
	fi
}

jdk "$JVMS/jdk-25" 25
jdk "$JVMS/jdk-17" 17.0.9
jdk "$JVMS/jdk-11" 11.0.2
jdk "$folder/mine 21" 21.0.1
mkdir -p "$folder/jre/bin" "$JVMS/no-compiler/include"
ln -s jdk-25 "$JVMS/default"

check "without JAVA_HOME: the oldest from 17 on" "$JVMS/jdk-17"
check_says "nothing to say" ""
export JAVA_HOME="$JVMS/default"
check "JAVA_HOME wins, by its own name" "$JVMS/jdk-25"
export JAVA_HOME="$folder/mine 21"
check "JAVA_HOME wins wherever it lies" "$folder/mine 21"
export JAVA_HOME="$JVMS/jdk-11"
check "a JAVA_HOME that is too old does not" "$JVMS/jdk-17"
check_says "and that is said" "deps: JAVA_HOME is not used: no JDK from 17 on with a compiler and headers: $JVMS/jdk-11"
export JAVA_HOME="$folder/jre"
check "nor one without a compiler" "$JVMS/jdk-17"
exit $failed
