# SPDX-License-Identifier: Apache-2.0
# The real helper, as root. Sourced by lib.sh.

HELPER=$E2E_BUILD/helper/membalancer-helper
helper_pid=

# start_helper OPTION...: at the default socket; returns when it is ready
start_helper() {
	: >"$E2E_LOGS/helper.out"
	"$HELPER" --foreground --verbose "$@" >"$E2E_LOGS/helper.out" 2>>"$E2E_LOGS/helper.err" &
	helper_pid=$!
	if ! wait_until 60 "the helper" helper_is_ready_or_gone || ! helper_is_ready; then
		echo "the helper is not ready"
		tail -n 20 "$E2E_LOGS/helper.err"
		return 1
	fi
}

helper_is_ready() {
	grep -q '^membalancer-helper: ready' "$E2E_LOGS/helper.out"
}

helper_is_ready_or_gone() {
	helper_is_ready || ! kill -0 "$helper_pid" 2>/dev/null
}

stop_helper() {
	kill "$helper_pid"
	wait "$helper_pid"
}
