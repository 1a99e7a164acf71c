# SPDX-License-Identifier: Apache-2.0
# `membalancer balance` beside a workload. Sourced by lib.sh.

balance_pid=

# start_balance NAME LABEL OPTION...: balances the workload; output in the case's logs under NAME
start_balance() {
	"$E2E_TOP/bin/membalancer" balance -p "${workload_pid[$2]}" "${@:3}" >"$E2E_LOGS/$1.out" 2>"$E2E_LOGS/$1.err" &
	balance_pid=$!
}

# stop_balance NAME: as a service manager would (a shell makes its background jobs deaf to SIGINT); says whether it
# ended well and its numbers add up
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

# start_free_process LABEL OPTION...: starts on node 0 with memory on node 1, and may run anywhere from then on
start_free_process() {
	start_process "$1" 1 0-1 --threads 1 "${@:2}"
	wait_for_workloads "$1"
	taskset -a -p -c 0-3 "${workload_pid[$1]}" >/dev/null
}

# affinities LABEL: of its threads, each once
affinities() {
	sed -n 's/^Cpus_allowed_list:\s*//p' /proc/"${workload_pid[$1]}"/task/*/status | sort -u | tr '\n' ' '
}

# has_thread_on LABEL CPUS: some thread of it may run there only
has_thread_on() {
	affinities "$1" | tr ' ' '\n' | grep -qx "$2"
}

# has_rounds NAME COUNT: so many rounds of a balancer that explains into the case's NAME.json
has_rounds() {
	[ "$(wc -l <"$E2E_LOGS/$1.json")" -ge "$2" ]
}
