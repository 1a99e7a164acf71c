// SPDX-License-Identifier: Apache-2.0
#include "objdump.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static const char *const registers_64[] = { "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9",
					    "r10", "r11", "r12", "r13", "r14", "r15", "rip" };
static const char *const registers_32[] = { "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d",
					    "r10d", "r11d", "r12d", "r13d", "r14d", "r15d", "eip" };

static int hexadecimal(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : c - 'a' + 10;
}

/* "48 8b 03 ": as many as there are. Returns what follows. */
static const char *parse_bytes(const char *text, struct objdump_instruction *instruction)
{
	instruction->length = 0;
	while (instruction->length < (int)sizeof(instruction->bytes) && isxdigit((unsigned char)text[0]) &&
	       isxdigit((unsigned char)text[1]) && text[2] == ' ') {
		instruction->bytes[instruction->length++] = (u8)(hexadecimal(text[0]) << 4 | hexadecimal(text[1]));
		text += 3;
	}
	return text;
}

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* Words that objdump prints before the mnemonic. */
static bool is_prefix(const char *word)
{
	static const char *const exact[] = { "lock", "data16", "addr32", "bnd", "notrack", "xacquire", "xrelease",
					     "cs", "ds", "es", "ss", "fs", "gs" };
	static const char *const starts[] = { "rep", "rex", "{evex}", "{vex}" };

	for (size_t i = 0; i < COUNT_OF(exact); i++) {
		if (!strcmp(word, exact[i]))
			return true;
	}
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		if (starts_with(word, starts[i]))
			return true;
	}
	return false;
}

/* The mnemonic, and the operands up to a comment or symbol. */
static void parse_text(const char *text, struct objdump_instruction *instruction)
{
	size_t length;

	for (;;) {
		length = strcspn(text, " \n");
		if (length >= sizeof(instruction->mnemonic))
			length = sizeof(instruction->mnemonic) - 1;
		memcpy(instruction->mnemonic, text, length);
		instruction->mnemonic[length] = '\0';
		text += length;
		text += strspn(text, " \n");
		if (!*text || !is_prefix(instruction->mnemonic))
			break;
	}
	length = strcspn(text, "#<\n");
	if (length >= sizeof(instruction->operands))
		length = sizeof(instruction->operands) - 1;
	memcpy(instruction->operands, text, length);
	instruction->operands[length] = '\0';
}

bool objdump_parse(const char *line, struct objdump_instruction *instruction)
{
	const char *text = strchr(line, '\t');

	if (!text || (line[0] != ' ' && !isxdigit((unsigned char)line[0])))
		return false;
	text = parse_bytes(text + 1, instruction);
	if (!instruction->length)
		return false;
	text = strchr(text, '\t');
	if (!text || strstr(text, "(bad)") || starts_with(text + 1, ".byte"))
		return false;
	parse_text(text + 1, instruction);
	return true;
}

static int register_number(const char *name, size_t length)
{
	for (int i = 0; i < (int)COUNT_OF(registers_64); i++) {
		if ((strlen(registers_64[i]) == length && !strncmp(name, registers_64[i], length)) ||
		    (strlen(registers_32[i]) == length && !strncmp(name, registers_32[i], length)))
			return i;
	}
	if (length > 3 && strchr("xyz", name[0]) && starts_with(name + 1, "mm"))
		return OBJDUMP_VECTOR_REGISTER + atoi(name + 3);
	return OBJDUMP_NO_REGISTER;		/* riz, eiz */
}

/* One term of [base+index*scale+displacement]. Returns what follows. */
static const char *parse_term(const char *term, int sign, struct objdump_operand *operand)
{
	size_t length = strcspn(term, "+-]*");

	if (isdigit((unsigned char)*term)) {
		operand->displacement += sign * (s64)strtoull(term, NULL, 0);
	} else if (term[length] == '*') {
		operand->index = register_number(term, length);
		operand->scale = term[length + 1] - '0';
		return term + length + 2;
	} else {
		operand->base = register_number(term, length);
	}
	return term + length;
}

static int segment_before(const char *start, const char *operands)
{
	if (start - operands < 3 || start[-1] != ':' || start[-2] != 's')
		return 0;
	return start[-3] == 'f' ? 4 : start[-3] == 'g' ? 5 : 0;
}

static void parse_brackets(const char *start, const char *operands, struct objdump_operand *operand)
{
	const char *text = start + 1;
	int sign = 1;

	while (*text && *text != ']') {
		if (*text == '+' || *text == '-')
			sign = *text++ == '-' ? -1 : 1;
		text = parse_term(text, sign, operand);
	}
	operand->segment = segment_before(start, operands);
}

/* "DWORD PTR", or "DWORD BCST" where an element is broadcast. */
static int parse_width(const char *operands)
{
	static const struct { const char *word; int bytes; } widths[] = {
		{ "XMMWORD", 16 }, { "YMMWORD", 32 }, { "ZMMWORD", 64 }, { "OWORD", 16 }, { "QWORD", 8 }, { "FWORD", 6 },
		{ "DWORD", 4 }, { "TBYTE", 10 }, { "BYTE", 1 }, { "WORD", 2 },
	};
	const char *brackets = strchr(operands, '['), *found;

	for (size_t i = 0; i < COUNT_OF(widths); i++) {
		found = strstr(operands, widths[i].word);
		if (found && (!brackets || found < brackets))
			return widths[i].bytes;
	}
	return 0;
}

struct objdump_operand objdump_operand(const struct objdump_instruction *instruction)
{
	const char *brackets = strchr(instruction->operands, '['), *absolute = strstr(instruction->operands, "s:0x");
	struct objdump_operand operand = { .base = OBJDUMP_NO_REGISTER, .index = OBJDUMP_NO_REGISTER, .scale = 1 };

	operand.exists = brackets || absolute;
	operand.bytes = parse_width(instruction->operands);
	operand.is_absolute = !brackets && absolute;
	if (brackets)
		parse_brackets(brackets, instruction->operands, &operand);
	else if (absolute)
		operand.displacement = (s64)strtoull(absolute + 2, NULL, 0);
	return operand;
}

/* Those that name an address and do not access it. */
static bool only_names(const char *mnemonic)
{
	static const char *const starts[] = { "nop", "prefetch", "vgatherpf", "vscatterpf", "clflush", "bnd", "invlpg" };

	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		if (starts_with(mnemonic, starts[i]))
			return true;
	}
	return !strcmp(mnemonic, "lea") || !strcmp(mnemonic, "clwb") || !strcmp(mnemonic, "cldemote");
}

/* Those that access memory which they do not name. */
static bool accesses_by_nature(const char *mnemonic)
{
	static const char *const starts[] = { "push", "call", "ret", "leave", "enter", "iret", "lret", "maskmov",
					      "vmaskmovdqu" };

	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		if (starts_with(mnemonic, starts[i]))
			return true;
	}
	return starts_with(mnemonic, "pop") && !starts_with(mnemonic, "popcnt");
}

bool objdump_accesses(const struct objdump_instruction *instruction, const struct objdump_operand *operand)
{
	return accesses_by_nature(instruction->mnemonic) ||
	       (operand->exists && !only_names(instruction->mnemonic));
}
