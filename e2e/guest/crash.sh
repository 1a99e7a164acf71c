# SPDX-License-Identifier: Apache-2.0
# What a JVM wrote of its own death (hs_err_pid*.log). Sourced.

# died_at_jump REPORT: of a SIGSEGV for data, at an instruction that is a jump, which no processor raises: a jump
# reads and writes nothing. QEMU does where one CPU runs a method's entry while another makes it a jump, as a JVM does to
# code that it has given up (5 bytes, written at once): it can run a mixture of old and new. JVMs without any agent die of it.
died_at_jump() {
	local pc address first
	pc=$(sed -n 's/^#  SIGSEGV .* at pc=\(0x[0-9a-f]*\),.*/\1/p' "$1")
	address=$(sed -n 's/^siginfo: .*si_addr: \(0x[0-9a-f]*\).*/\1/p' "$1")
	first=$(sed -n "/^Instructions: (pc=$pc)/,/^\$/s/^\\(=>\\| *\\)$pc: *\\([0-9a-f]\\{2\\}\\) .*/\\2/p" "$1")
	[ -n "$pc" ] && [ "$first" = e9 ] && [ "$address" != "$pc" ]
}

# crash_in_short REPORT: what died, of what and where
crash_in_short() {
	sed -n -e '/^#  SIG/p' -e '/^# Problematic frame/{n;p}' -e '/^Command Line/p' -e '/^Current thread/p' -e '/^siginfo/p' \
		-e '/^Instructions/,/^$/{/^\(=>\|Instructions\)/p}' "$1"
}
