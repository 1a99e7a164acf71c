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

# hot_share REPORT WORKING HOT: measured against the true share of 0.9; fails when it is further off than 0.05
hot_share() {
	"$JAVA_HOME/bin/java" -cp "$E2E_TOP/examples/target/membalancer-examples.jar" org.membalancer.examples.HotShare \
		--report "$1" --working "$2" --hot "$3" --true 0.9 --within 0.05
}

. "$E2E_TOP/e2e/guest/helper.sh"
. "$E2E_TOP/e2e/guest/jvm.sh"
