#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which of a JVM's deaths no processor can have caused: by a real JVM that writes to no memory, and by the lines of a report
# from QEMU.
set -u
. e2e/guest/crash.sh
failed=0
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

# check NAME COMMAND...
check() {
	local name=$1
	shift
	if "$@"; then
		echo "ok - $name"
	else
		echo "not ok - $name: $*"
		failed=1
	fi
}

is_ours() { ! died_of_mixed_code "$1"; }

cat >"$folder/Dies.java" <<'EOF'
class Dies {
    public static void main(String[] arguments) throws Exception {
        var field = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        ((sun.misc.Unsafe) field.get(null)).putInt(0, 1);
    }
}
EOF
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:ErrorFile="$folder/real" "$folder/Dies.java" >"$folder/said" 2>&1 || :
check "a JVM that wrote to address 0 left a report" grep -q '^siginfo: .*si_signo: 11 .*si_addr: 0x0*$' "$folder/real"
check "its death counts" is_ours "$folder/real"
check "and is told in short" test "$(crash_in_short "$folder/real" | grep -cE '^(#  SIGSEGV|siginfo|Current thread)')" -eq 3

# report SIGNAL SI_ADDR ROW: at 0x...420
report() {
	cat >"$folder/qemu" <<EOF
#  $1 (0xb) at pc=0x00007fe3f04d0420, pid=2003, tid=2005
# Problematic frame:
# J 53 c1 java.lang.String.getBytes([BIB)V java.base@25.0.3 (44 bytes) @ 0x00007fe3f04d0420 [0x00007fe3f04d0400+0x20]
siginfo: si_signo: 11 ($1), si_code: 1 (SEGV_MAPERR), si_addr: $2

Instructions: (pc=0x00007fe3f04d0420)
  0x00007fe3f04d0410:   00 00 44 8b 56 08 44 3b 50 08 0f 85 c0 1c 58 07
$3 07 fe ff 55 48 83 ec 50 41 81 7f 20
  0x00007fe3f04d0430:   01 00 00 00 74 05 e8 45 d4 56 07 48 8b fa 48 8b

EOF
}

report SIGSEGV 0x0000000000000000 '=>0x00007fe3f04d0420:   e9 3b ae 53'
check "a jump that touched data: not a processor's" died_of_mixed_code "$folder/qemu"
report SIGSEGV 0x0000000000000000 '0x00007fe3f04d0420:   e9 3b ae 53'
check "the same as JDK 17 writes it" died_of_mixed_code "$folder/qemu"
report SIGSEGV 0x00007fe3f04d0420 '=>0x00007fe3f04d0420:   e9 3b ae 53'
check "a jump in a page that is not there counts" is_ours "$folder/qemu"
report SIGSEGV 0x0000000000000000 '=>0x00007fe3f04d0420:   89 84 24 00'
check "a store counts" is_ours "$folder/qemu"
report SIGBUS 0x0000000000000000 '=>0x00007fe3f04d0420:   e9 3b ae 53'
check "another signal counts" is_ours "$folder/qemu"

# report_behind SIGNAL ROW_BEFORE ROW: at 0x...425, in rows from there as JDK 25 writes them
report_behind() {
	cat >"$folder/qemu" <<END
#  $1 (0x4) at pc=0x00007fe3f04d0425, pid=2003, tid=2005
siginfo: si_signo: 4 ($1), si_code: 2 (ILL_ILLOPN), si_addr: 0x00007fe3f04d0425

Instructions: (pc=0x00007fe3f04d0425)
0x00007fe3f04d0415:   $2
=>0x00007fe3f04d0425:   $3

END
}

entry='56 08 44 3b 50 08 0f 85 c0 1c 58'
rest='fe ff 55 48 83 ec 20 41 81 7f 20 03 00 00 00 74'
report_behind SIGILL "$entry e9 3b ae 53 07" "$rest"
check "nothing valid on the rest of a store behind a jump: not a processor's" died_of_mixed_code "$folder/qemu"
report_behind SIGILL "$entry 89 84 24 00 c0" "$rest"
check "the same behind the store itself counts" is_ours "$folder/qemu"
report_behind SIGILL "$entry e9 3b ae 53 07" "0f 0b 55 48 83 ec 20 41 81 7f 20 03 00 00 00 74"
check "an instruction that is there to kill, behind a jump, counts" is_ours "$folder/qemu"
# A mixture of two bytes, 89 of the store and what came behind e9; then of six.
within='9a 47 07 fe ff 55 48 83 ec 60 48 b8 18 6d 07 0b'
report_behind SIGILL "56 08 44 3b 50 08 0f 85 c0 1c 58 90 90 90 e9 c3" "$within"
check "nothing valid within such a jump: not a processor's" died_of_mixed_code "$folder/qemu"
report_behind SIGSEGV "56 08 44 3b 50 08 0f 85 c0 1c 58 90 90 90 e9 c3" "$within"
check "data touched there counts" is_ours "$folder/qemu"
report_behind SIGILL "56 08 44 3b 50 08 0f 85 c0 1c 58 90 90 90 e9 c3" "${within/fe ff/90 90}"
check "within a jump over anything else: counts" is_ours "$folder/qemu"
report_behind SIGILL "44 3b 50 08 0f 85 c0 1c 58 90 e9 c3 9a 47 07 fe" "ff 55 48 83 ec 60 48 b8 18 6d 07 0b 90 90 90 90"
check "the last byte of the store: not a processor's" died_of_mixed_code "$folder/qemu"
report_behind SIGILL "3b 50 08 0f 85 c0 1c 58 90 e9 c3 9a 47 07 fe ff" "55 48 83 ec 60 48 b8 18 6d 07 0b 90 90 90 90 90"
check "behind it an instruction begins: counts" is_ours "$folder/qemu"
report_behind SIGBUS "$entry e9 3b ae 53 07" "$rest"
check "another signal there counts" is_ours "$folder/qemu"
exit $failed
