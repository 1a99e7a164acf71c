# SPDX-License-Identifier: Apache-2.0
# `membalancer balance` beside a workload. Sourced by lib.sh.

declare -A balance_pid
# What is balanced, as options, where it is not the one process of that label.
declare -A balance_target
# Where the balancer runs: not where workloads do.
balancer_cpus=2-3
# What bring_home took and moved, by label, and where home is.
declare -A home_ms home_pages
home_node=0

# start_balance NAME LABEL OPTION...: balances the workload, explaining into balance-NAME.json beside its output: few blocks, because
# what is written goes to the host, and all of them would take longer than the moves.
# Its own memory is away from the nodes whose free memory cases count.
start_balance() {
	rm -f "$E2E_LOGS/balance-$1.json" # of a balancer of that name that was before: rounds are counted in it
	JDK_JAVA_OPTIONS=$(java_options "/tmp/balance-$1.jsa") \
		taskset -c $balancer_cpus numactl --preferred=2 "$E2E_TOP/bin/membalancer" balance ${balance_target[$2]:--p ${workload_pid[$2]}} --explain="$E2E_LOGS/balance-$1.json" --explain-top 10 "${@:3}" \
		>"$E2E_LOGS/balance-$1.out" 2>"$E2E_LOGS/balance-$1.err" &
	balance_pid[$1]=$!
}

# begin_balance NAME LABEL OPTION...: the workload stands still until the balancer has started, which does not take twice as long then
begin_balance() {
	kill -STOP "${workload_pid[$2]}"
	start_balance "$@"
	wait_until 240 "the first round of $1" has_rounds "$1" 1
	kill -CONT "${workload_pid[$2]}"
}

# stop_balance NAME: as a service manager would (a shell makes its background jobs deaf to SIGINT); says whether it
# ended well and its numbers add up
stop_balance() {
	local status=0
	kill "${balance_pid[$1]}"
	wait "${balance_pid[$1]}" || status=$?
	check_equal "$1: exit code after SIGTERM" 0 $status
	check_outcomes_add_up "$1"
	[ -e $balancer_classes ] || [ ! -e "/tmp/balance-$1.jsa" ] || mv "/tmp/balance-$1.jsa" $balancer_classes
}

check_outcomes_add_up() {
	local asked sum
	read -r asked sum < <(awk '/^pages asked to move / {
		asked = $5; sum = 0
		for (i = 6; i < NF; i++) if ($i == "=" || $i == "+") sum += $(i + 1)
		print asked, sum }' "$E2E_LOGS/balance-$1.out")
	check_equal "$1: pages asked to move, and the sum of their outcomes" "$asked" "$sum"
}

# leave_cpu_3_idle: threads are moved to nodes with idle CPUs only, and the scheduler moves them by itself when theirs are crowded;
# so the workload has CPU 0, what polls CPU 1, and the balancer CPU 2
leave_cpu_3_idle() {
	taskset -p -c 1 $$ >/dev/null
	balancer_cpus=2
}

# start_free_process LABEL OPTION...: starts on node 0 with all its memory on node 1, its stack too, and may run anywhere from then on
start_free_process() {
	launch "$1" numactl --preferred=1 "$E2E_BUILD/examples/hot-set" --node 1 --cpus 0 --share 0.9 --seconds 3600 --threads 1 \
		"${@:2}"
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

# allowed_cpus TASK: by its folder
allowed_cpus() {
	local key value
	while read -r key value; do
		[ "$key" != Cpus_allowed_list: ] || echo "$value"
	done <"$1/status"
}

# is_pinned LABEL: a thread of it to node 1. Until then those that the scheduler took there by itself are taken back; how often
# is counted in taken_back.
taken_back=0
is_pinned() {
	local task fields
	has_thread_on "$1" 2-3 && return
	for task in "/proc/${workload_pid[$1]}/task"/*; do
		read -r -a fields <"$task/stat"
		if [ "${fields[38]}" -ge 2 ] && [ "$(allowed_cpus "$task")" = 0-3 ]; then
			taskset -p -c 0 "${task##*/}" >/dev/null
			taskset -p -c 0-3 "${task##*/}" >/dev/null
			taken_back=$((taken_back + 1))
			echo "thread ${task##*/} of $1 was taken back from CPU ${fields[38]}"
		fi
	done
	return 1
}

# has_rounds NAME COUNT: the balancer has made so many rounds
has_rounds() {
	[ -e "$E2E_LOGS/balance-$1.json" ] && [ "$(wc -l <"$E2E_LOGS/balance-$1.json")" -ge "$2" ]
}

# wait_for_more_rounds NAME COUNT
wait_for_more_rounds() {
	wait_until 240 "$2 rounds more of $1" has_rounds "$1" $(($(wc -l <"$E2E_LOGS/balance-$1.json") + $2))
}

# bring_home LABEL COMMAND...: runs the command, which has pages moved, and waits until the hot ones are on the home node
bring_home() {
	local label=$1 began before
	before=$(migrated_pages)
	began=$(uptime_ms)
	shift
	"$@"
	wait_until 300 "the hot pages of $label to come home" are_home $home_node "$label" || true
	home_ms[$label]=$(($(uptime_ms) - began))
	home_pages[$label]=$(($(migrated_pages) - before))
}

# hold_for_balance LABEL OPTION...: the workload stands still until the balancer, which is called as it, has made some rounds;
# so neither the start of a JVM counts, nor what the balancer moves of its own memory to find out how fast it is
hold_for_balance() {
	kill -STOP "${workload_pid[$1]}"
	start_balance "$1" "$@"
	wait_until 240 "the first rounds of $1" has_rounds "$1" 3
}

# race LABEL OPTION...
race() {
	hold_for_balance "$@"
	bring_home "$1" kill -CONT "${workload_pid[$1]}"
}

# race_of_autonuma LABEL
race_of_autonuma() {
	kill -STOP "${workload_pid[$1]}"
	with_autonuma bring_home "$1" kill -CONT "${workload_pid[$1]}"
}

# remember KEY LABEL: what bring_home took and moved, under another key than the label's
remember() { home_ms[$1]=${home_ms[$2]} home_pages[$1]=${home_pages[$2]}; }

# settle LABEL TICKS: until it has used so much CPU time more, by which AutoNUMA looks: the less often, the longer nothing was wrong
settle() { wait_until 600 "$1 to settle" has_used "$1" $(($(cpu_ticks "$1") + $2)); }

has_used() { [ "$(cpu_ticks "$1")" -ge "$2" ]; }

# settle_and_send LABEL TICKS CPUS: its threads are sent there then, and its hot part is to follow to the home node
settle_and_send() {
	settle "$1" "$2"
	bring_home "$1" send "$1" "$3"
}

# send LABEL CPUS
send() { taskset -a -p -c "$2" "${workload_pid[$1]}" >/dev/null; }

# check_moves LABEL: it is home, and few other pages were moved by then
check_moves() {
	check "$1: $(hot_pages_on "$1" $home_node) of ${hot_pages[$1]} hot pages on node $home_node" are_home $home_node "$1"
	check "$1: ${home_pages[$1]} pages moved by then, at most 1.2 for each hot one" \
		test $((home_pages[$1] * 10)) -le $((hot_pages[$1] * 12))
}

# compare_with_autonuma KEY LABEL: what was remembered under the key, or the workload of that label, with what AutoNUMA did for the
# other. Time is not judged.
compare_with_autonuma() {
	check "AutoNUMA: $(hot_pages_on "$2" $home_node) of ${hot_pages[$2]} hot pages on node $home_node" are_home $home_node "$2"
	note "time, $1: ${home_ms[$1]} ms, AutoNUMA ${home_ms[$2]} ms: ratio $(ratio "${home_ms[$1]}" "${home_ms[$2]}")"
	note "pages moved, $1: ${home_pages[$1]}, AutoNUMA ${home_pages[$2]}: ratio $(ratio "${home_pages[$1]}" "${home_pages[$2]}")"
}

# check_against_autonuma KEY LABEL: AutoNUMA moves every page at its first touch; we move those of which samples say that it pays.
check_against_autonuma() {
	compare_with_autonuma "$1" "$2"
	check "pages moved, $1: at most half of AutoNUMA's" test $((home_pages[$1] * 2)) -le "${home_pages[$2]}"
}

# ratio A B
ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'
}
