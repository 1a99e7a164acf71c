// SPDX-License-Identifier: Apache-2.0
#include "verifier_log.h"

#include "tap.h"

static const char *verdict_of(const char *log)
{
	static char verdict[64];

	verifier_log_verdict(log, verdict, sizeof(verdict));
	return verdict;
}

int main(void)
{
	CHECK_TEXT(verdict_of("342: (7b) *(u64 *)(r6 +0) = r2        ; R2=scalar()\n"
			      "value -4294967295 makes mem pointer be out of bounds\n"
			      "processed 779 insns (limit 1000000) max_states_per_insn 4\n"),
		   "value -4294967295 makes mem pointer be out of bounds", "the line before the statistics");
	CHECK_TEXT(verdict_of("R1 type=ctx expected=fp\nverification time 12 usec\nstack depth 8\nprocessed 1 insns\n"),
		   "R1 type=ctx expected=fp", "also where there are more statistics");
	CHECK_TEXT(verdict_of("unreachable insn 4\n\n"), "unreachable insn 4", "or none");
	CHECK_TEXT(verdict_of("cut off in the mid"), "cut off in the mid", "a log that was cut off");
	CHECK_TEXT(verdict_of(""), "", "no log");
	CHECK_TEXT(verdict_of("processed 0 insns\n"), "", "statistics alone");
	CHECK_TEXT(verdict_of("0123456789012345678901234567890123456789012345678901234567890123456789\n"),
		   "012345678901234567890123456789012345678901234567890123456789012", "what does not fit is cut off");
	return tap_end();
}
