# SPDX-License-Identifier: Apache-2.0
# What a JVM wrote of its own death (hs_err_pid*.log). Sourced.

# died_of_mixed_code REPORT: of what no processor does. QEMU reads an instruction byte by byte; where one CPU runs a method's
# entry while another makes it a jump, as a JVM does to code that it has given up (5 bytes, written at once), it can run a mixture
# of old and new. JVMs without any agent die of it. Either of two reports says so:
#  - SIGSEGV for data at a jump, which reads and writes nothing;
#  - SIGILL inside such a jump or right behind it, over the rest of the store that it was written over (the entry's test of the
#    stack, 89 84 24 and 4 bytes: `fe ff` end it), where no instruction begins. Seen 2 bytes into it (the store's first byte, the
#    jump's second) and behind its 5; a mixture may as well have any other length below the store's 7.
died_of_mixed_code() {
	local signal pc address into
	read -r signal pc < <(sed -n 's/^#  \(SIG[A-Z]*\) .* at pc=\(0x[0-9a-f]*\),.*/\1 \2/p' "$1") || return 1
	address=$(sed -n 's/^siginfo: .*si_addr: \(0x[0-9a-f]*\).*/\1/p' "$1")
	case $signal in
	SIGSEGV) [ "$(code_bytes "$1" "$pc" 1)" = e9 ] && [ "$address" != "$pc" ] ;;
	SIGILL)
		for into in 1 2 3 4 5 6; do
			[ "$(code_bytes "$1" $((pc - into)) 1)" != e9 ] || [ "$(code_bytes "$1" $((pc - into + 5)) 2)" != "fe ff" ] ||
				return 0
		done
		false
		;;
	*) false ;;
	esac
}

# code_bytes REPORT ADDRESS COUNT: of the code around where it died, which the report has in rows; fewer where it has not so many
code_bytes() {
	local row bytes byte at wanted=$(($2)) found=()
	while read -r row bytes; do
		at=$((row))
		for byte in $bytes; do
			[ $at -lt $wanted ] || [ $at -ge $((wanted + $3)) ] || found+=("$byte")
			at=$((at + 1))
		done
	done < <(sed -n '/^Instructions: /,/^$/s/^\(=>\| *\)\(0x[0-9a-f]*\): */\2 /p' "$1")
	echo "${found[*]-}"
}

# crash_in_short REPORT: what died, of what and where, with the code around it
crash_in_short() {
	sed -n -e '/^#  SIG/p' -e '/^# Problematic frame/{n;p}' -e '/^Command Line/p' -e '/^Current thread/p' -e '/^siginfo/p' \
		-e '/^Instructions/,/^$/p' "$1"
}
