# SPDX-License-Identifier: Apache-2.0
# Hot-sets, in C and in Java, any number at a time, each under a label. Sourced by lib.sh.

declare -A workload_pid workload_log working_range hot_range hot_pages
# The part of a hot-set that must be right: of its hot pages, in percent.
HOME_PERCENT=95

# start_process LABEL NODE CPUS OPTION...: the C one, its memory made on NODE and free to move, its threads on CPUS
start_process() {
	launch "$1" "$E2E_BUILD/examples/hot-set" --node "$2" --cpus "$3" --share 0.9 --seconds 3600 "${@:4}"
}

# launch LABEL COMMAND...: in the background, as the workload of that label
launch() {
	new_workload "$1"
	"${@:2}" >"${workload_log[$1]}.out" 2>"${workload_log[$1]}.err" &
	workload_pid[$1]=$!
}

# new_workload LABEL
new_workload() {
	workload_log[$1]=$E2E_LOGS/$1
	: >"$E2E_LOGS/$1.out"
}

# wait_for_workloads LABEL...: until each has said where its hot part is
wait_for_workloads() {
	local label
	for label; do
		wait_until 240 "$label to run" workload_runs_or_is_gone "$label" || true
		if ! read_ranges "$label"; then
			echo "$label did not say its ranges"
			cat "${workload_log[$label]}.out" "${workload_log[$label]}.err"
			return 1
		fi
	done
}

workload_runs_or_is_gone() {
	[[ $(<"${workload_log[$1]}.out") == *"hot-set: pid "*" hot "* ]] || ! kill -0 "${workload_pid[$1]}" 2>/dev/null
}

# From `hot-set: pid N working 0x..-0x.. hot 0x..-0x..`
read_ranges() {
	local words
	read -r -a words < <(grep '^hot-set: pid .* hot ' "${workload_log[$1]}.out") || return 1
	working_range[$1]=${words[4]} hot_range[$1]=${words[6]}
	hot_pages[$1]=$(((${words[6]#*-} - ${words[6]%-*}) / 4096))
	[ "${hot_pages[$1]}" -gt 0 ]
}

# aim LABEL: the range to which what was started with --jump will jump becomes its hot one; all of it is still on node 1
aim() {
	local start=$((${hot_range[$1]%-*}))
	hot_range[$1]=$(printf '%#x-%#x' $((start - hot_pages[$1] * 4096)) $start)
	check_all_on 1 "$1"
}

# jump LABEL: to where aim said
jump() {
	kill -USR1 "${workload_pid[$1]}"
	wait_until 60 "the jump of $1" grep -qx "hot-set: jumped, hot ${hot_range[$1]}" "${workload_log[$1]}.out"
}

# stop_workloads LABEL...: as a service manager would, so that shutdown hooks run; one after the other, while the rest stands
# still, because each may take long for its last report
stop_workloads() {
	local label
	for label; do
		kill -STOP "${workload_pid[$label]}"
	done
	for label; do
		kill "${workload_pid[$label]}"
		# Ended already, if it had not come to stop yet: of two signals the lower number goes first.
		kill -CONT "${workload_pid[$label]}" 2>/dev/null || true
		wait "${workload_pid[$label]}" || true
	done
}

# pages_on LABEL RANGE NODE: as the kernel says
pages_on() {
	local counts
	counts=" $(page_nodes "${workload_pid[$1]}" "${2%-*}" "${2#*-}")"
	counts=${counts#* "node$3" }
	echo "${counts%% *}"
}

# hot_pages_on LABEL NODE
hot_pages_on() {
	pages_on "$1" "${hot_range[$1]}" "$2"
}

# has_home PERCENT LABEL: so many of its hot pages are on node 0
has_home() {
	[ $(($(hot_pages_on "$2" 0) * 100)) -ge $((hot_pages[$2] * $1)) ]
}

# are_home NODE LABEL...: at least 95 % of each one's hot pages are there
are_home() {
	local node=$1 label
	shift
	for label; do
		[ $(($(hot_pages_on "$label" "$node") * 100)) -ge $((hot_pages[$label] * HOME_PERCENT)) ] || return 1
	done
}

# The witnesses below are the kernel's own counts of everything since boot, whoever did it: take the difference.

# Pages that the kernel has migrated.
migrated_pages() { vm_event pgmigrate_success; }

# Of these, those that AutoNUMA wanted.
autonuma_pages() { vm_event numa_pages_migrated; }

# vm_event NAME: 0 when this kernel does not count it
vm_event() {
	awk -v name="$1" '$1 == name { count = $2 } END { print count + 0 }' /proc/vmstat
}

# Milliseconds since boot. Only for ratios of two times in one guest.
uptime_ms() {
	awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime
}

# cpu_ticks LABEL: what it has used, of all its threads
cpu_ticks() {
	local fields
	read -r -a fields <"/proc/${workload_pid[$1]}/stat"
	echo $((fields[13] + fields[14]))
}

has_worked_since() { [ "$(cpu_ticks "$1")" -gt $(($2 + 100)) ]; }

# wait_for_work LABEL...: until each has used another second of CPU time
wait_for_work() {
	local label
	for label; do
		wait_until 240 "a second of CPU time of $label" has_worked_since "$label" "$(cpu_ticks "$label")"
	done
}

# with_autonuma COMMAND...: the kernel's own balancing runs meanwhile
with_autonuma() {
	local status=0
	echo 1 >/proc/sys/kernel/numa_balancing
	"$@" || status=$?
	echo 0 >/proc/sys/kernel/numa_balancing
	return $status
}

# check_all_on NODE LABEL...: every hot page is
check_all_on() {
	local node=$1 label
	shift
	for label; do
		check_equal "$label: hot pages on node $node of ${hot_pages[$label]}" "${hot_pages[$label]}" \
			"$(hot_pages_on "$label" "$node")"
	done
}

free_mib() { node_mib "$1" MemFree; }
total_mib() { node_mib "$1" MemTotal; }

# node_mib NODE FIELD
node_mib() {
	awk -v field="$2:" '$3 == field { print int($4 / 1024) }' "/sys/devices/system/node/node$1/meminfo"
}

# fill_node LABEL NODE MIB: takes memory of the node until so much of it is free; ended as a workload is. Caches go first: the kernel would
# give them up later, and the node would have room again.
fill_node() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	launch "$1" "$E2E_BUILD/e2e/tools/fill_node" "$2" "$3"
	wait_until 180 "node $2 to be filled" is_full_or_gone "$1" || true
	if [ ! -s "${workload_log[$1]}.out" ]; then
		cat "${workload_log[$1]}.err"
		return 1
	fi
}

is_full_or_gone() {
	[ -s "${workload_log[$1]}.out" ] || ! kill -0 "${workload_pid[$1]}" 2>/dev/null
}
