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
