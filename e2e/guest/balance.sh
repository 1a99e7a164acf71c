# SPDX-License-Identifier: Apache-2.0
# The C workload and `membalancer balance` beside it. Sourced by the cases that need it.

workload_pid=
balance_pid=
hot_start=
hot_end=
hot_pages=

# start_workload NAME CPUS OPTION...: hot-set on these CPUs; returns once it has said where its hot part is
start_workload() {
	local out=/tmp/$1.out words
	"$E2E_BUILD/examples/hot-set" --cpus "$2" --share 0.9 --seconds 3600 "${@:3}" >"$out" &
	workload_pid=$!
	wait_until 60 "the workload" grep -q ' hot ' "$out"
	read -r -a words <"$out"
	hot_start=${words[6]%-*} hot_end=${words[6]#*-}
	working_start=${words[4]%-*} working_end=${words[4]#*-}
	hot_pages=$(((hot_end - hot_start) / 4096))
}

stop_workload() {
	kill "$1"
	wait "$1" 2>/dev/null || true
}

# start_balance NAME PID OPTION...: output in the case's logs
start_balance() {
	"$E2E_TOP/bin/membalancer" balance -p "$2" "${@:3}" >"$E2E_LOGS/$1.out" 2>"$E2E_LOGS/$1.err" &
	balance_pid=$!
}

# stop_balance NAME: as a service manager would (a shell makes its background jobs deaf to SIGINT); says whether it ended well and its numbers add up
stop_balance() {
	local status=0
	kill "$balance_pid"
	wait "$balance_pid" || status=$?
	check_equal "$1: exit code after SIGTERM" 0 $status
	check_outcomes_add_up "$1"
}

check_outcomes_add_up() {
	local asked sum
	read -r asked sum < <(awk '/^pages asked to move / {
		asked = $5; sum = 0
		for (i = 6; i < NF; i++) if ($i == "=" || $i == "+") sum += $(i + 1)
		print asked, sum }' "$E2E_LOGS/$1.out")
	check_equal "$1: pages asked to move, and the sum of their outcomes" "$asked" "$sum"
}

# pages_on PID START END NODE
pages_on() {
	page_nodes "$1" "$2" "$3" | awk -v node="node$4" '{ for (i = 1; i < NF; i += 2) if ($i == node) print $(i + 1) }'
}

# are_on PID START END NODE PERCENT: at least so many of the range's pages are on the node
are_on() {
	[ $(($(pages_on "$1" "$2" "$3" "$4") * 100)) -ge $((($3 - $2) / 4096 * $5)) ]
}

# Pages that the kernel has migrated since boot, for whomever.
migrated() {
	awk '$1 == "pgmigrate_success" { print $2 }' /proc/vmstat
}

# start_free_workload NAME OPTION...: starts on node 0 with memory on node 1, and may run anywhere from then on
start_free_workload() {
	start_workload "$1" 0-1 --node 1 --threads 1 "${@:2}"
	taskset -a -p -c 0-3 "$workload_pid" >/dev/null
}

# affinities PID: of its threads, each once
affinities() {
	sed -n 's/^Cpus_allowed_list:\s*//p' /proc/"$1"/task/*/status | sort -u | tr '\n' ' '
}

# has_thread_on PID CPUS: some thread of it may run there only
has_thread_on() {
	affinities "$1" | tr ' ' '\n' | grep -qx "$2"
}
