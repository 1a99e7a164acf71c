# SPDX-License-Identifier: Apache-2.0
# The Java workload in an unprivileged JVM: threads on node 0, memory on node 1. Sourced by lib.sh.

java_home=
jvm_pid=
jvm_log=
jvm_stdin=
working_range=
hot_range=
hot_start=
hot_end=
hot_pages=

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

# start_hot_set LABEL JDK_HOME COLLECTOR JAVA_OPTION...: returns once the workload has said where its hot part is
start_hot_set() {
	local collector=$3
	jvm_log=$E2E_LOGS/$1
	java_home=$2
	shift 3
	rm -f /tmp/stdin && mkfifo /tmp/stdin
	exec {jvm_stdin}<>/tmp/stdin
	(cd /tmp && exec numactl --cpunodebind=0 --preferred=1 setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$java_home/bin/java" "-XX:+Use${collector}GC" -Xms160m -Xmx160m -XX:+AlwaysPreTouch "$@" \
		-cp /tmp/jars/membalancer-examples.jar org.membalancer.examples.HotSet \
		--size 64MiB --hot-size 16MiB --share 0.9 --threads 1 --seconds 3600 --hold \
		<&"$jvm_stdin" >"$jvm_log.out" 2>"$jvm_log.err") &
	jvm_pid=$!
	wait_until 120 "the workload" hot_set_is_running_or_gone || true
	if ! read_hot_range; then
		echo "the workload did not say its range"
		cat "$jvm_log.out" "$jvm_log.err"
		return 1
	fi
}

hot_set_is_running_or_gone() {
	grep -q '^hot-set: pid .* hot ' "$jvm_log.out" || ! kill -0 "$jvm_pid" 2>/dev/null
}

# From `hot-set: pid N working 0x..-0x.. hot 0x..-0x..`
read_hot_range() {
	local words
	read -r -a words < <(grep '^hot-set: pid .* hot ' "$jvm_log.out") || return 1
	working_range=${words[4]} hot_range=${words[6]}
	hot_start=${hot_range%-*} hot_end=${hot_range#*-}
	hot_pages=$(((hot_end - hot_start) / 4096))
	[ "$hot_pages" -gt 0 ]
}

# Ends it as a service manager would, so that its shutdown hooks run.
stop_hot_set() {
	kill "$jvm_pid"
	wait "$jvm_pid" || true
	exec {jvm_stdin}>&-
}

# hot_pages_on NODE
hot_pages_on() {
	page_nodes "$jvm_pid" "$hot_start" "$hot_end" |
		awk -v node="node$1" '{ for (i = 1; i < NF; i += 2) if ($i == node) print $(i + 1) }'
}

# hot_set_is_on NODE: at least 95 % of its hot pages are
hot_set_is_on() {
	[ $(($(hot_pages_on "$1") * 100)) -ge $((hot_pages * 95)) ]
}

# for_each_jdk FUNCTION: calls it with MAJOR and HOME, or skips with the reason
for_each_jdk() {
	local major home
	for major in 17 25; do
		home=$(jdk_home $major)
		if [ -n "$home" ]; then
			"$1" $major "$home"
		else
			skip "$major" "no JDK $major in /usr/lib/jvm"
		fi
	done
}

# agent_option LABEL OPTIONS: prints the java option; the report will be /tmp/reports/LABEL.json
agent_option() {
	echo "-javaagent:/tmp/jars/membalancer-agent.jar=$2,report=/tmp/reports/$1.json"
}

# Pages that the kernel has migrated since boot, for whomever: another witness that is not ours.
migrated_pages() {
	awk '$1 == "pgmigrate_success" { print $2 }' /proc/vmstat
}

# judge_hot_pages_home LABEL MIGRATED_BEFORE: waits until they are on node 0, lets the agent go on for some rounds, and
# then says where they are. That the kernel has migrated as many shows that they were not there before.
judge_hot_pages_home() {
	local home migrated
	wait_until 90 "the hot pages to come home" hot_set_is_on 0 || true
	wait_for_rounds 5
	home=$(hot_pages_on 0)
	migrated=$(($(migrated_pages) - $2))
	check "$1: $home of $hot_pages hot pages on node 0, $migrated pages migrated by the kernel" \
		test $((home * 100)) -ge $((hot_pages * 95)) -a "$migrated" -ge $((hot_pages * 95 / 100))
}

# How often the agent's thread has gone to sleep, as the kernel counts: at least once a round.
agent_rounds() {
	local task
	for task in "/proc/$jvm_pid/task"/*; do
		case $(cat "$task/comm") in
		membalancer*) awk '$1 == "voluntary_ctxt_switches:" { print $2 }' "$task/status" ;;
		esac
	done | awk '$1 > most { most = $1 } END { print most + 0 }'
}

# agent_has_made NUMBER
agent_has_made() {
	[ "$(agent_rounds)" -ge "$1" ]
}

# wait_for_rounds COUNT
wait_for_rounds() {
	wait_until 120 "$1 rounds of the agent" agent_has_made $(($(agent_rounds) + $1))
}

# keep_report LABEL: what the agent wrote at exit, with the case's logs
keep_report() {
	cp "/tmp/reports/$1.json" "$E2E_LOGS/$1.json"
}

# check_hot_share LABEL: of the working set's accesses, the report gives nine in ten to its hot part
check_hot_share() {
	local said status=0
	said=$(hot_share "$E2E_LOGS/$1.json" "$working_range" "$hot_range" 2>&1) || status=$?
	echo "$said"
	check "$1: ${said%%$'\n'*}" test $status -eq 0
}

# summary TEXT: prints the agent's line at exit that has this text
summary() {
	grep "^membalancer: summary: .*$1" "$jvm_log.err"
}

# check_moves_add_up LABEL: of the pages that the agent asked to move each had one outcome, and it moved what came home
check_moves_add_up() {
	local said
	said=$(summary 'pages asked to move' | sed 's/.*summary: //; s/ (.*//') || true
	check "$1: the agent says: ${said:-nothing}" awk -v said="$said" -v least=$((hot_pages * 95 / 100)) 'BEGIN {
		gsub(/,/, "", said)
		count = split(said, word, " ")
		for (i = 2; i <= count; i++) if (word[i] ~ /^[0-9]+$/) sum += word[i]
		for (i = 2; i < count; i++) if (word[i + 1] == "moved" && word[i] ~ /^[0-9]+$/) moved += word[i]
		exit !(sum == word[1] && moved >= least)
	}'
}

# check_samples_add_up LABEL: seen = recorded + each kind of drop, in the agent's summary; but for the few that a CPU was
# counting while the counters were read
check_samples_add_up() {
	local said
	said=$(summary 'samples seen' | sed 's/.*: //') || true
	check "$1: the helper says: ${said:-nothing}" awk -v said="$said" 'BEGIN {
		count = split(said, word, " ")
		for (i = 2; i <= count; i++) if (word[i] ~ /^[0-9]+$/) sum += word[i]
		if (said ~ /under way$/) under_way = word[count - 2]
		exit !(word[1] > 0 && sum == word[1] && under_way * 100 <= word[1])
	}'
}
