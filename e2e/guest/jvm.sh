# SPDX-License-Identifier: Apache-2.0
# The Java hot-set in unprivileged JVMs: threads on node 0, memory bound to node 1. Sourced by lib.sh.

# What the unprivileged user reads; the tree itself may lie in a folder that is closed to others.
stage_jars() {
	mkdir -m 755 /tmp/jars
	mkdir -m 1777 /tmp/reports
	install -m 644 "$E2E_TOP/agent/target/membalancer-agent.jar" "$E2E_TOP/examples/target/membalancer-examples.jar" /tmp/jars
}

# jdk_home MAJOR: prints the first JDK of that version, or nothing
jdk_home() {
	local release
	for release in /usr/lib/jvm/*/release; do
		if grep -q "^JAVA_VERSION=\"$1[.\"]" "$release" && [ -x "${release%/release}/bin/java" ]; then
			echo "${release%/release}"
			return
		fi
	done
}

# is_older_kernel: cases try one JDK on it. The newer kernel's guest has all of them, and what the kernel does for a JVM does not
# depend on the JDK.
is_older_kernel() { [[ $(uname -r) == 6.1.* ]]; }

# for_each_jdk FUNCTION [MAJORS]: calls it with MAJOR and HOME, or skips with the reason
for_each_jdk() {
	local major home jdks="17 25"
	! is_older_kernel || jdks=17
	for major in ${2:-$jdks}; do
		home=$(jdk_home $major)
		if [ -n "$home" ]; then
			"$1" $major "$home"
		else
			skip "$major" "no JDK $major in /usr/lib/jvm"
		fi
	done
}

# has_collector JDK_HOME COLLECTOR: not every build of a JDK has each
has_collector() { "$1/bin/java" "-XX:+Use$2GC" -Xmx16m -version >/dev/null 2>&1; }

# Where a JVM starts: its threads on node 0, every page of it made on node 1, under a policy that allows no other.
jvm_place=(numactl --cpunodebind=0 --membind=1)
jvm_heap_mib=48
jvm_hot_set=(--size 16MiB --hot-size 4MiB)
# Under emulation compiling costs more than on a processor, and pays the later.
jvm_compilers=-XX:CompileThresholdScaling=5

# start_jvm LABEL JDK_HOME COLLECTOR JAVA_OPTION...
start_jvm() {
	local label=$1 home=$2 collector=$3
	shift 3
	new_workload "$label"
	(cd /tmp && exec "${jvm_place[@]}" setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$home/bin/java" "-XX:+Use${collector}GC" "-Xms${jvm_heap_mib}m" "-Xmx${jvm_heap_mib}m" -XX:+AlwaysPreTouch $jvm_compilers "$@" \
		-cp /tmp/jars/membalancer-examples.jar org.membalancer.examples.HotSet \
		--share 0.9 --threads 1 --seconds 3600 "${jvm_hot_set[@]}" \
		>"${workload_log[$label]}.out" 2>"${workload_log[$label]}.err" </dev/null) &
	workload_pid[$label]=$!
}

# start_jvms MAJOR JDK_HOME AGENT_OPTIONS COLLECTORS: one with each, under the labels in `jvms`; no options, no agent
start_jvms() {
	local collector
	jvms=()
	for collector in $4; do
		jvms+=("$1-$collector")
		start_jvm "$1-$collector" "$2" "$collector" ${3:+"$(agent_option "$1-$collector" "$3")"}
	done
	wait_for_workloads "${jvms[@]}"
}

# agent_option LABEL OPTIONS: prints the java option; the report will be /tmp/reports/LABEL.json, however long that takes here
agent_option() {
	echo "-javaagent:/tmp/jars/membalancer-agent.jar=$2,exit-wait=120s,report=/tmp/reports/$1.json"
}

# How often the agent's thread has gone to sleep, as the kernel counts: at least once a round.
agent_rounds() {
	local task name key value most=0
	for task in "/proc/${workload_pid[$1]}/task"/*; do
		read -r name <"$task/comm" && [[ $name == membalancer* ]] || continue
		while read -r key value _; do
			[ "$key" != voluntary_ctxt_switches: ] || most=$((value > most ? value : most))
		done <"$task/status"
	done 2>/dev/null
	echo "$most"
}

# agent_has_made LABEL NUMBER
agent_has_made() {
	[ "$(agent_rounds "$1")" -ge "$2" ]
}

# wait_for_rounds COUNT LABEL...
wait_for_rounds() {
	local count=$1 label
	declare -A wanted
	shift
	for label; do
		wanted[$label]=$(($(agent_rounds "$label") + count))
	done
	for label; do
		wait_until 400 "$count rounds of the agent of $label" agent_has_made "$label" "${wanted[$label]}"
	done
}

# judge_home MIGRATED_BEFORE LABEL...: waits until their hot pages are on node 0, lets the agents go on for some rounds, and
# then says where they are. That the kernel has migrated as many shows that they were not there before.
judge_home() {
	local before=$1 label home all=0
	shift
	wait_until 400 "the hot pages to come home" are_home 0 "$@" || true
	wait_for_rounds 10 "$@" # an agent that balances looks ten times a second whether a round is due
	for label; do
		home=$(hot_pages_on "$label" 0)
		all=$((all + hot_pages[$label]))
		check "$label: $home of ${hot_pages[$label]} hot pages on node 0" are_home 0 "$label"
	done
	before=$(($(migrated_pages) - before))
	check "$before pages migrated by the kernel, for $all hot ones" test $((before * 100)) -ge $((all * HOME_PERCENT))
}

# balance_with MAJOR JDK_HOME COLLECTORS: a JVM with each and with the agent brings its hot pages home. Three at a time at most, since they
# share two CPUs and the samples of these. jvm-balance, jvm-balance-25 and jvm-attach share Serial, Parallel, G1 and Z
# of both JDKs between them: each balances once.
balance_with() {
	local label collector before collectors=
	for collector in $3; do
		if has_collector "$2" "$collector"; then
			collectors+=" $collector"
		else
			skip "$1-$collector" "this JDK has no such collector"
		fi
	done
	before=$(migrated_pages)
	start_jvms "$1" "$2" mode=balance,interval=1s "$collectors"
	judge_home "$before" "${jvms[@]}"
	stop_workloads "${jvms[@]}"
	keep_reports
	for label in "${jvms[@]}"; do
		check_moves_add_up "$label"
	done
}

# What the agents wrote at exit, with the case's own logs: it says of each block why it stayed.
keep_reports() {
	cp /tmp/reports/*.json "$E2E_LOGS/"
}

# check_report LABEL: what the agent wrote at exit is right about the hot part; after keep_reports
check_report() {
	check_hot_share "$1" "$E2E_LOGS/$1.json" 0.05
}

# summary LABEL TEXT: prints the agent's line at exit that has this text
summary() {
	grep "^membalancer: summary: .*$2" "${workload_log[$1]}.err"
}

# check_moves_add_up LABEL: of the pages that the agent asked to move each had one outcome, and it moved what came home
check_moves_add_up() {
	local said
	said=$(summary "$1" 'pages asked to move' | sed 's/.*summary: //; s/ (.*//') || true
	check "$1: the agent says: ${said:-nothing}" awk -v said="$said" \
		-v least=$((hot_pages[$1] * HOME_PERCENT / 100)) 'BEGIN {
		gsub(/,/, "", said)
		count = split(said, word, " ")
		for (i = 2; i <= count; i++) if (word[i] ~ /^[0-9]+$/) sum += word[i]
		for (i = 2; i < count; i++) if (word[i + 1] == "moved" && word[i] ~ /^[0-9]+$/) moved += word[i]
		exit !(sum == word[1] && moved >= least)
	}'
}
