# SPDX-License-Identifier: Apache-2.0
# The emulated IBS, as a processor of either generation. Sourced by lib.sh.

IBS_FOLDER=$E2E_BUILD/e2e/ibs-emu/$(uname -r)
ZEN4_CAPS=0xbff
ZEN3_CAPS=0x3ff

# load_ibs CAPS PARAMETER...
load_ibs() {
	if [ ! -e "$IBS_FOLDER/ibs_emu.ko" ]; then
		echo "there is no ibs_emu.ko for this kernel: e2e/ibs-emu/build says why"
		return 1
	fi
	insmod "$IBS_FOLDER/ibs_emu.ko" "caps=$1" "${@:2}"
}

unload_ibs() {
	rmmod ibs_emu
}

# compare_samples LABEL COUNT: holds that many samples of its working set, and all others meanwhile, against what is true
compare_samples() {
	"$E2E_BUILD/e2e/tools/sample_check" "${workload_pid[$1]}" "$2" 300 "${working_range[$1]}" "${hot_range[$1]}"
}

# check_nodes LABEL SAID: of compare_samples: each sample names the node that the kernel says
check_nodes() {
	check "$1: nodes of samples: ${2%, working*}" nodes_agree "$2"
}

# check_samples LABEL: that, and of 4000 samples the hot share is the true one; there are instruction fetches, too
check_samples() {
	local said
	said=$(compare_samples "$1" 4000)
	check_nodes "$1" "$said"
	check "$1: hot share of samples: ${said#*unanswered *, }, true share 0.90" hot_share_is_true "$said"
	check "$1: instruction fetches among them: ${said##* }" test "${said##* }" -gt 0
}

# nodes_agree TEXT: thousands were compared, and each sample named a node
nodes_agree() {
	[[ $1 =~ ^compared\ [0-9]{4,},\ disagree\ 0,\ untold\ 0, ]]
}

# hot_share_is_true TEXT: of 4000 samples, within 0.02, four standard errors
hot_share_is_true() {
	awk -v said="$1" 'BEGIN {
		split(said, word, /[ ,]+/)
		working = word[10]; hot = word[12]
		exit !(working >= 4000 && (hot / working - 0.9) ^ 2 <= 0.02 ^ 2)
	}'
}
