// SPDX-License-Identifier: Apache-2.0
/*
 * The decoder against objdump, over the code of libjvm and libc: length, whether memory is accessed, and the address
 * expression have to agree for every instruction.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "objdump.h"
#include "tap.h"
#include "x86_width.bpf.h"

#define EXAMPLES 20
#define LEAST_INSTRUCTIONS 300000
#define LEAST_WIDTHS 80000

struct tally {
	long instructions, operands, widths;
	long undecoded, length, access, address, segment, width;
	int examples;
};

static void disagree(struct tally *tally, long *kind, const char *what, const char *line)
{
	(*kind)++;
	if (tally->examples++ < EXAMPLES)
		tap_note("%s: %.*s", what, (int)strcspn(line, "\n"), line);
}

static int decode(const struct objdump_instruction *theirs, struct x86_instruction *ours)
{
	u8 bytes[16];
	int length = theirs->length < 16 ? theirs->length : 16;

	memset(ours, 0, sizeof(*ours));
	memset(bytes, 0xcc, sizeof(bytes));	/* what follows must not matter */
	memcpy(bytes, theirs->bytes, (size_t)length);
	memcpy(&ours->bytes_low, bytes, 8);
	memcpy(&ours->bytes_high, bytes + 8, 8);
	return x86_decode(ours);
}

/* The stack, and string operations: objdump names their operands, or not, in its own ways. */
static bool is_implicit(const struct x86_instruction *ours)
{
	return (ours->flags & X86_STACK) || (ours->traits & X_SMASK);
}

static bool same_displacement(const struct x86_instruction *ours, s64 displacement)
{
	if (ours->flags & X86_ADDRESS_32)
		return (s32)ours->displacement == (s32)displacement;
	return ours->displacement == displacement;
}

static bool same_address(const struct x86_instruction *ours, const struct objdump_operand *theirs)
{
	int scale = ours->index == X86_NONE ? 1 : 1 << ours->scale;
	int their_scale = theirs->index == OBJDUMP_NO_REGISTER ? 1 : theirs->scale;

	if (theirs->index >= OBJDUMP_VECTOR_REGISTER)
		return ours->flags & X86_VECTOR_INDEX;
	return ours->base == theirs->base && ours->index == theirs->index && scale == their_scale &&
	       same_displacement(ours, theirs->displacement);
}

static void compare(struct tally *tally, const struct objdump_instruction *theirs, const char *line)
{
	struct objdump_operand operand = objdump_operand(theirs);
	struct x86_instruction ours;

	tally->instructions++;
	if (decode(theirs, &ours)) {
		disagree(tally, &tally->undecoded, "undecoded", line);
		return;
	}
	if (ours.length != theirs->length) {
		disagree(tally, &tally->length, "length", line);
		return;
	}
	if (objdump_accesses(theirs, &operand) != !!(ours.flags & X86_ACCESS)) {
		disagree(tally, &tally->access, "access", line);
		return;
	}
	if (!(ours.flags & X86_ACCESS))
		return;
	tally->operands++;
	if (operand.bytes) {
		tally->widths++;
		if (x86_operand_width(&ours) != operand.bytes)
			disagree(tally, &tally->width, "width", line);
	}
	if (!operand.exists || is_implicit(&ours))
		return;
	if (!same_address(&ours, &operand))
		disagree(tally, &tally->address, "address", line);
	else if (!operand.is_absolute && ours.segment != operand.segment)
		disagree(tally, &tally->segment, "segment", line);
}

static void check_library(const char *path)
{
	static char line[OBJDUMP_LINE_BYTES];
	struct objdump_instruction theirs;
	struct tally tally = { 0 };
	char command[1024];
	FILE *objdump;
	int status;

	snprintf(command, sizeof(command), "objdump -d -w -M intel '%s'", path);
	objdump = popen(command, "r");
	if (!tap_check(objdump != NULL, "%s: objdump starts", path))
		return;
	while (fgets(line, sizeof(line), objdump)) {
		if (objdump_parse(line, &theirs))
			compare(&tally, &theirs, line);
	}
	status = pclose(objdump);
	tap_check(status == 0 && tally.instructions >= LEAST_INSTRUCTIONS && !tally.undecoded && !tally.length &&
			  tally.widths >= LEAST_WIDTHS && !tally.access && !tally.address && !tally.segment && !tally.width,
		  "%s: %ld instructions, %ld memory operands, of %ld the width; differ: %ld undecoded, %ld length, %ld access, %ld address, %ld segment, %ld width",
		  path, tally.instructions, tally.operands, tally.widths, tally.undecoded, tally.length, tally.access,
		  tally.address, tally.segment, tally.width);
}

/* The first file that matches, checked. A machine that builds membalancer has them all: none is left out. */
static void check_first(const char *what, const char *pattern)
{
	glob_t found;

	if (!tap_check(!glob(pattern, 0, NULL, &found), "there is a %s: %s", what, pattern))
		return;
	check_library(found.gl_pathv[0]);
	globfree(&found);
}

int main(void)
{
	if (!tap_check(!system("objdump --version >/dev/null 2>&1"), "there is an objdump, of Debian's binutils"))
		return tap_done();
	check_first("libc", "/lib/x86_64-linux-gnu/libc.so.6");
	check_first("libjvm", "/usr/lib/jvm/*/lib/server/libjvm.so");
	return tap_done();
}
