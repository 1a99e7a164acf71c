# SPDX-License-Identifier: Apache-2.0
# The real helper, as root. Sourced by lib.sh.

HELPER=$E2E_BUILD/helper/membalancer-helper
helper_pid=

# start_helper OPTION...: at the default socket; returns when it is ready
start_helper() {
	: >"$E2E_LOGS/helper.out"
	"$HELPER" --foreground --verbose "$@" >"$E2E_LOGS/helper.out" 2>>"$E2E_LOGS/helper.err" &
	helper_pid=$!
	wait_until 60 "the helper" helper_said_ready || {
		tail -n 20 "$E2E_LOGS/helper.out" "$E2E_LOGS/helper.err"
		return 1
	}
}

# Ready, or ended: no use in waiting then.
helper_said_ready() {
	grep -q '^membalancer-helper: ready' "$E2E_LOGS/helper.out" || ! kill -0 "$helper_pid" 2>/dev/null
}

stop_helper() {
	kill "$helper_pid"
	wait "$helper_pid"
}
