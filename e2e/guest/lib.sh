# SPDX-License-Identifier: Apache-2.0
# What the cases share. Sourced before a case's `run`, in the guest; E2E_TOP, E2E_BUILD, E2E_CASE and E2E_LOGS are set.
# A case says each result once, by ok, not_ok or skip; an unforeseen failure ends it by errexit.

set -euo pipefail

# Kept with the case's own log, but here as long as it runs: each write to /mnt goes to the host and back.
mkdir "$E2E_LOGS"

# say RESULT: the log has the second of the case, too
say() {
	printf '%s\n' "$*" >>/mnt/results
	printf '%4d s: %s\n' $SECONDS "$*"
}

ok() { say "ok $E2E_CASE: $*"; }
not_ok() { say "not ok $E2E_CASE: $*"; }

# note TEXT: what is measured and not judged
note() { say "note $E2E_CASE: $*"; }

# skip TEXT REASON
skip() { say "ok $E2E_CASE: $1 # SKIP $2"; }

# check TEXT COMMAND...: ok when the command succeeds
check() {
	local text=$1
	shift
	if "$@"; then ok "$text"; else not_ok "$text"; fi
}

# check_equal TEXT WANTED GOT
check_equal() {
	if [ "$2" = "$3" ]; then ok "$1: $3"; else not_ok "$1: $3, wanted $2"; fi
}

# A pipe that nobody writes to: waiting for it is a sleep without a process. Processes are dear under emulation, and what
# polls takes the time that it waits for.
exec {never_fd}<> <(:)
pause() { read -r -t "$1" -u "$never_fd" || true; }

# wait_until SECONDS WHAT COMMAND...: polls; the bound only ends a wait for what never comes
wait_until() {
	local began=$SECONDS limit=$1 what=$2
	shift 2
	until "$@"; do
		end_if_a_jvm_died
		if [ $((SECONDS - began)) -ge "$limit" ]; then
			echo "gave up waiting for $what"
			return 1
		fi
		pause 0.5
	done
	printf '%4d s: waited %d s for %s\n' $SECONDS $((SECONDS - began)) "$what"
}

# A case has nothing to wait for when a JVM of it is dead; run-cases says of what it died, once the JVM has written that down.
end_if_a_jvm_died() {
	local report tries
	for report in /hs_err_pid*.log /tmp/hs_err_pid*.log; do
		[ -e "$report" ] || continue
		for ((tries = 0; tries < 120; tries++)); do
			! grep -q '^END' "$report" || break
			pause 0.5
		done
		echo "a JVM died: $report"
		exit 1
	done
}

# What lives for seconds only, or waits most of its time, compiles little: under emulation that costs more than it saves.
few_compiles=-XX:CompileThresholdScaling=20
# The classes of a balancer, as read by the guest's first one (class-data sharing of the JVM). For all cases after it.
balancer_classes=/var/lib/membalancer.jsa

# java_options ARCHIVE: for the launcher; makes the archive at exit if the guest has none yet
java_options() {
	if [ -e $balancer_classes ]; then
		echo "$few_compiles -XX:SharedArchiveFile=$balancer_classes"
	else
		echo "$few_compiles -XX:ArchiveClassesAtExit=$1"
	fi
}

membalancer() { JDK_JAVA_OPTIONS=$few_compiles "$E2E_TOP/bin/membalancer" "$@"; }
page_nodes() { "$E2E_BUILD/e2e/tools/page_nodes" "$@"; }

# check_hot_share LABEL REPORT WITHIN: of the accesses to the workload's working set, its hot part got 0.9 by this report
check_hot_share() {
	local said status=0
	said=$("$JAVA_HOME/bin/java" -Xshare:auto -XX:-UsePerfData -XX:TieredStopAtLevel=1 $few_compiles -XX:+UseSerialGC \
		-cp "$E2E_TOP/examples/target/membalancer-examples.jar" org.membalancer.examples.HotShare --report "$2" \
		--working "${working_range[$1]}" --hot "${hot_range[$1]}" --true 0.9 --within "$3" 2>&1) || status=$?
	echo "$said"
	check "$1: ${said%%$'\n'*}" test $status -eq 0
}

# run_test NAME COMMAND...: a program that prints `ok`, `not ok` and `ok ... # SKIP` lines is one result
run_test() {
	local name=$1 log status=0 ok not_ok skipped
	log=$E2E_LOGS/${name//\//-}.log
	shift
	(cd "$E2E_TOP" && exec "$@") >"$log" 2>&1 || status=$?
	skipped=$(sed -n 's/^ok .*# SKIP //p' "$log")
	ok=$(grep '^ok' "$log" | grep -vc '# SKIP' || true)
	not_ok=$(grep -c '^not ok' "$log" || true)
	if [ $status -eq 0 ] && [ "$ok" -eq 0 ] && [ -n "$skipped" ]; then
		skip "$name" "$skipped"
	else
		check "$name: $ok ok, $not_ok not ok, exit $status${skipped:+; left out: $skipped}" \
			test $status -eq 0 -a "$ok" -gt 0 -a "$not_ok" -eq 0
	fi
	[ $status -eq 0 ] || { grep '^not ok' "$log" || tail -n 40 "$log"; }
}

for part in workload helper jvm ibs balance memory; do
	. "$E2E_TOP/e2e/guest/$part.sh"
done
