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

# As most cases want it: samples enough under emulation, and room for all pages.
start_soft_helper() {
	start_helper --source soft --soft-window short --max-cpu-percent 3 --table-slots 32768
}

helper_is_ready() {
	[[ $(<"$E2E_LOGS/helper.out") == *"membalancer-helper: ready"* ]]
}

helper_is_ready_or_gone() {
	helper_is_ready || ! kill -0 "$helper_pid" 2>/dev/null
}

stop_helper() {
	kill "$helper_pid"
	wait "$helper_pid"
}

# sample_counter NAME: the helper's own count, since it started
sample_counter() {
	"$E2E_BUILD/e2e/tools/helper_counters" | awk -v name="$1" '$(NF - 1) == name { print $NF }'
}

# has_recorded COUNT: since the helper started
has_recorded() {
	[ "$(sample_counter recorded)" -ge "$1" ]
}

# Nothing is sampled while nobody has a table open: only then are the counters of all CPUs of one moment.
samples_rest() {
	local before=$E2E_LOGS/counters.before after=$E2E_LOGS/counters
	"$E2E_BUILD/e2e/tools/helper_counters" >"$before"
	pause 0.2
	"$E2E_BUILD/e2e/tools/helper_counters" >"$after"
	grep -qx 'groups 0' "$after" && cmp -s "$before" "$after"
}

# check_samples_add_up TEXT: seen = recorded + each kind of drop, to the last sample, once nobody samples any more
check_samples_add_up() {
	local said
	wait_until 120 "the sampling to rest" samples_rest
	said=$(awk '$1 == "seen" || $1 == "recorded" || $1 == "drop" && $NF { print $NF, $(NF - 1) }' "$E2E_LOGS/counters" |
		paste -s -d + | sed 's/+/ = /; s/+/ + /g')
	check "$1: $said" awk '$1 == "seen" { seen = $2 } $1 == "recorded" { sum += $2 } $1 == "drop" { sum += $3 }
		END { exit !(seen > 0 && seen == sum) }' "$E2E_LOGS/counters"
}
