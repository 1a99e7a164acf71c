#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The helper must need nothing but libc at run time: libbpf and what it stands on are linked statically.
helper=${BUILD:-build}/helper/membalancer-helper
needed=$(objdump -p "$helper" | awk '$1 == "NEEDED" { print $2 }' | grep -v '^ld-linux' | tr '\n' ' ')
if [ "$needed" = "libc.so.6 " ]; then
	echo "ok - libraries that $helper needs: $needed"
else
	echo "not ok - libraries that $helper needs: $needed, expected libc.so.6"
	exit 1
fi
