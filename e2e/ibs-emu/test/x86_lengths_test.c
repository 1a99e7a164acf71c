// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares the decoder with objdump over a whole library: the length of every
 * instruction, whether it has an operand in memory, and how wide that is.
 *
 * Usage: x86_lengths_test [ELF-FILE]   (the C library when none is given)
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>

#include "../x86/x86.h"

#define SHOWN_MAX	20
#define STOP_PERMILLE_MAX 20	/* AVX-512, privileged and legacy instructions */

struct line {
	u64	ip;
	u8	code[X86_MAX_LENGTH];
	unsigned int length;
	const char *text;
};

struct tally {
	unsigned long instructions;
	unsigned long stops;
	unsigned long wrong_lengths;
	unsigned long wrong_operands;
	unsigned long wrong_widths;
	unsigned long shown;
};

/* "  401000:\t48 89 e5             \tmov    rbp,rsp" */
static bool parse_line(char *text, struct line *line)
{
	char *at = text, *end;

	line->ip = strtoull(at, &end, 16);
	if (end == at || *end != ':' || end[1] != '\t')
		return false;
	at = end + 2;
	for (line->length = 0; isxdigit((unsigned char)at[0]); at += 3) {
		if (line->length == X86_MAX_LENGTH || !isxdigit((unsigned char)at[1]))
			return false;
		line->code[line->length++] = (u8)strtoul((char[3]){ at[0], at[1], 0 }, NULL, 16);
	}
	while (*at == ' ' || *at == '\t')
		at++;
	line->text = at;
	return line->length && *at != '\n' && *at && strncmp(at, "(bad)", 5);
}

static bool has_mnemonic(const char *text, const char *mnemonic)
{
	const char *at = strstr(text, mnemonic);

	return at && (at == text || at[-1] == ' ');
}

/* Operands in memory by the text; -1 where it does not show all of them. */
static int operands_in_text(const char *text)
{
	static const char *const implicit[] = {
		"push", "pop", "call", "ret", "leave", "movs", "stos", "lods", "scas", "cmps",
		"bnd", "notrack", "data16", "rex", "addr32",
	};
	size_t i;

	for (i = 0; i < sizeof(implicit) / sizeof(*implicit); i++)
		if (has_mnemonic(text, implicit[i]))
			return -1;
	if (has_mnemonic(text, "lea") || has_mnemonic(text, "nop"))
		return 0;
	return strchr(text, '[') || strstr(text, " PTR ");
}

/* 0 where the text does not say */
static unsigned int width_in_text(const char *text)
{
	static const struct {
		const char *name;
		unsigned int bytes;
	} widths[] = {
		{ "XMMWORD PTR", 16 }, { "YMMWORD PTR", 32 }, { "TBYTE PTR", 10 },
		{ "DWORD PTR", 4 }, { "QWORD PTR", 8 }, { "BYTE PTR", 1 }, { "WORD PTR", 2 },
	};
	size_t i;

	for (i = 0; i < sizeof(widths) / sizeof(*widths); i++)
		if (strstr(text, widths[i].name))
			return widths[i].bytes;
	return 0;
}

static void show(struct tally *tally, const char *what, int found, int expected,
		 const struct line *line)
{
	if (tally->shown++ < SHOWN_MAX)
		printf("# %s: found %d, objdump %d: %llx %s", what, found, expected,
		       (unsigned long long)line->ip, line->text);
}

static void compare(const struct line *line, struct tally *tally)
{
	struct x86_state state = { .ip = line->ip, .gpr_known = 0xffff, .flags_known = X86_FLAGS };
	struct x86_accesses accesses;
	enum x86_result result = x86_step(&state, line->code, line->length, &accesses);
	int expected = operands_in_text(line->text);
	unsigned int width = width_in_text(line->text);

	tally->instructions++;
	if (result == X86_STOP) {
		tally->stops++;
		return;
	}
	if (expected >= 0 && expected != accesses.count) {
		tally->wrong_operands++;
		show(tally, "operands", accesses.count, expected, line);
	}
	if (accesses.count == 1 && expected == 1 && !accesses.at[0].prefetch && width &&
	    width != accesses.at[0].bytes) {
		tally->wrong_widths++;
		show(tally, "width", accesses.at[0].bytes, (int)width, line);
	}
	if (!accesses.branch && result == X86_NEXT && state.ip != line->ip + line->length) {
		tally->wrong_lengths++;
		show(tally, "length", (int)(state.ip - line->ip), (int)line->length, line);
	}
}

static FILE *open_objdump(const char *file)
{
	char command[512];

	snprintf(command, sizeof(command), "objdump -dw -M intel '%s'", file);
	return popen(command, "r");
}

static const char *c_library(void)
{
	Dl_info info;

	return dladdr((void *)(uintptr_t)&gnu_get_libc_version, &info) ? info.dli_fname : NULL;
}

static int report(const char *file, const struct tally *tally)
{
	unsigned long permille = tally->instructions ?
				 tally->stops * 1000 / tally->instructions : 1000;
	bool few_stops = permille <= STOP_PERMILLE_MAX;
	bool right = tally->instructions && !tally->wrong_lengths && !tally->wrong_operands &&
		     !tally->wrong_widths;

	printf("%s 1 - decoder agrees with objdump on %s: %lu instructions, "
	       "%lu wrong lengths, %lu wrong operands, %lu wrong widths\n",
	       right ? "ok" : "not ok", file, tally->instructions, tally->wrong_lengths,
	       tally->wrong_operands, tally->wrong_widths);
	printf("%s 2 - decoder knows them: %lu of 1000 unknown, at most %d\n",
	       few_stops ? "ok" : "not ok", permille, STOP_PERMILLE_MAX);
	return !(right && few_stops);
}

int main(int argc, char **argv)
{
	const char *file = argc > 1 ? argv[1] : c_library();
	struct tally tally = { 0 };
	struct line line;
	char text[512];
	FILE *objdump;

	printf("1..2\n");
	objdump = file ? open_objdump(file) : NULL;
	if (!objdump) {
		printf("Bail out! cannot run objdump on %s\n", file ? file : "the C library");
		return 1;
	}
	while (fgets(text, sizeof(text), objdump))
		if (parse_line(text, &line))
			compare(&line, &tally);
	if (pclose(objdump)) {
		printf("Bail out! objdump failed on %s\n", file);
		return 1;
	}
	return report(file, &tally);
}
