# SPDX-License-Identifier: Apache-2.0
# What the cases share. Sourced before a case's `run`, in the guest; E2E_TOP, E2E_BUILD and E2E_CASE are set.
# A case says each result once, by ok, not_ok or skip; an unforeseen failure ends it by errexit.

set -euo pipefail

# Kept with the case's own log.
E2E_LOGS=/mnt/$E2E_CASE
mkdir -p "$E2E_LOGS"

ok() { printf 'ok %s: %s\n' "$E2E_CASE" "$*" | tee -a /mnt/results; }
not_ok() { printf 'not ok %s: %s\n' "$E2E_CASE" "$*" | tee -a /mnt/results; }

# skip TEXT REASON
skip() { printf 'ok %s: %s # SKIP %s\n' "$E2E_CASE" "$1" "$2" | tee -a /mnt/results; }

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

# wait_until SECONDS WHAT COMMAND...: polls; the bound only ends a wait for what never comes
wait_until() {
	local deadline=$((SECONDS + $1)) what=$2
	shift 2
	until "$@"; do
		if [ $SECONDS -ge $deadline ]; then
			echo "gave up waiting for $what"
			return 1
		fi
		sleep 0.2
	done
}

membalancer() { "$E2E_TOP/bin/membalancer" "$@"; }
page_nodes() { "$E2E_BUILD/e2e/tools/page_nodes" "$@"; }

# check_hot_share LABEL REPORT WITHIN: of the accesses to the workload's working set, its hot part got 0.9 by this report
check_hot_share() {
	local said status=0
	said=$("$JAVA_HOME/bin/java" -Xshare:auto -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
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

for part in workload helper jvm ibs balance; do
	. "$E2E_TOP/e2e/guest/$part.sh"
done
