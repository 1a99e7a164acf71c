#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The library must export JNI_OnLoad (and may export JNI_OnUnload) only, and need nothing but libc.
library=${BUILD:-build}/jni/libmembalancer_jni.so
failed=0

check() { # NAME ACTUAL EXPECTED
	if [ "$2" = "$3" ]; then
		echo "ok - $1: $2"
	else
		echo "not ok - $1: $2, expected $3"
		failed=1
	fi
}

exports=$(nm -D --defined-only "$library" | awk '{ print $3 }' | grep -vx JNI_OnUnload | tr '\n' ' ')
check "exports of $library" "$exports" "JNI_OnLoad "
needed=$(objdump -p "$library" | awk '$1 == "NEEDED" { print $2 }' | grep -v '^ld-linux' | tr '\n' ' ')
check "libraries that it needs" "$needed" "libc.so.6 "
stack=$(objdump -p "$library" | grep -A1 STACK | awk '/flags/ { print $NF }')
check "stack" "$stack" "rw-"
exit $failed
