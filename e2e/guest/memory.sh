# SPDX-License-Identifier: Apache-2.0
# Memory that is plugged and unplugged while the guest runs, as a memory module is: what the guest writes to its second serial
# port goes to QEMU's monitor (e2e/run), and the machine tells the kernel by ACPI. Sourced by lib.sh.

MONITOR=/dev/ttyS1
MEMORY=/sys/devices/system/memory

# tell_monitor COMMAND...: a line each; what it answers is in monitor.log, beside the case's log
tell_monitor() {
	stty -F $MONITOR raw clocal -echo
	printf '%s\n' "$@" >$MONITOR
}

# plug_memory NODE MIB: whole blocks. Returns when the kernel has them, for memory that can be moved only, so
# that they can be unplugged; processes get pages of them before others of that node.
plug_memory() {
	local wanted
	wanted=$(($(block_count "$1") + $(blocks_of "$2")))
	echo online_movable >$MEMORY/auto_online_blocks
	tell_monitor "object_add memory-backend-ram,id=plugged,size=$2M" "device_add pc-dimm,id=module,memdev=plugged,node=$1"
	wait_until 120 "$2 MiB more of node $1" has_blocks "$1" $wanted
}

# unplug_memory NODE MIB: the kernel must be able to move away or to drop all that is in it; a page that is in use just then
# has it say no, and it does not try again by itself
unplug_memory() {
	local wanted try
	wanted=$(($(block_count "$1") - $(blocks_of "$2")))
	for try in 1 2 3 4; do
		tell_monitor "device_del module"
		! wait_until 30 "$2 MiB less of node $1" has_blocks "$1" $wanted || return 0
		echo 3 >/proc/sys/vm/drop_caches
	done
	return 1
}

# blocks_of MIB: so many of the kernel's memory blocks, whose size it says in hex
blocks_of() {
	echo $((($1 << 20) / 0x$(<$MEMORY/block_size_bytes)))
}

# block_count NODE: online
block_count() {
	cat /sys/devices/system/node/node"$1"/memory[0-9]*/state | grep -cx online
}

# has_blocks NODE COUNT
has_blocks() {
	[ "$(block_count "$1")" -eq "$2" ]
}

# plugged_anon_pages NODE: in what was plugged, as the kernel says
plugged_anon_pages() {
	awk -v node="$1," '/^Node/ { is_here = $2 == node && $4 == "Movable" }
		is_here && $1 ~ /^nr_zone_(in)?active_anon$/ { pages += $2 }
		END { print pages + 0 }' /proc/zoneinfo
}
