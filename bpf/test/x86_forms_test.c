// SPDX-License-Identifier: Apache-2.0
/*
 * The evaluation of one instruction against the processor, for every form there is, so that rare ones are tested as
 * often as others: machine code with random operands is single-stepped in a copy of this process, from random registers
 * and flags. What is evaluated is found by asking the evaluation itself.
 *
 * The width of an operand is measured: where it ends with the last byte of a page before one that is not mapped, the
 * processor accesses it, and a byte further on it faults.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tap.h"
#include "tracee.h"

static int read_arena(void *to, size_t bytes, u64 address);
#define X86_READ_USER(to, bytes, address) read_arena(to, bytes, address)
#define X86_SEGMENT_BASE(segment) 0
struct x86_walk;
static void note_access(const struct x86_walk *walk);
static void note_result(int result);
#define X86_ON_ACCESS(walk, depth) note_access(walk)
#define X86_ON_RESULT(result) note_result(result)
#include "x86_forms.h"
#include "x86_look_back.bpf.h"

#define PAGE 4096u
#define LEAST_FORMS 1500
#define LEAST_COMPARED 100
#define MOST_TRIES 4000
#define TRIES_TO_BE_EVALUATED 40
#define TRIES_TO_RUN 10			/* of a form that the processor may not have */
#define OTHERS_RUN 4			/* of a form that is not evaluated */
#define WIDTH_TRIES 6
#define EXAMPLES 20
#define ACCESSES 4
#define FORM_TEXT 96

enum placement { INSIDE, AT_END, BEHIND_END };
enum outcome { NOT_RUN, TRAPPED, COMPARED, WRONG };

struct access {
	u64 address;
	u32 kind, width;
};

/* What the two processes share: a page of code, one of data, and one that nobody may touch. */
static u8 *arena;
static u64 random_state = 88172645463325252ULL;
static struct tracee tracee;
static struct access accesses[ACCESSES];
static u32 access_count;
static bool is_evaluated;

/* One instruction about to be run. */
struct attempt {
	const struct form *form;
	enum placement placement;
	struct written written;
	struct x86_instruction in;
	struct tracee_state before, after;
	u64 address;			/* where its operand was made to lie */
	u8 data[PAGE];			/* as it is before */
	int signal;			/* that it ended with, or 0 */
};

struct tally {
	int evaluated_forms, other_forms, few;
	u64 compared, accesses, registers, flags, stores, trapped;
	u64 widths, wrong;
	int examples;
};

static u8 *data_page(void)
{
	return arena + PAGE;
}

static u64 address_of(const u8 *place)
{
	return (u64)place;
}

static int read_arena(void *to, size_t bytes, u64 address)
{
	if (address < address_of(arena) || address + bytes > address_of(arena) + 2 * PAGE)
		return -1;
	memcpy(to, (const void *)address, bytes);
	return 0;
}

static void note_access(const struct x86_walk *walk)
{
	struct x86_instruction in = walk->in;

	if (access_count < ACCESSES)
		accesses[access_count++] = (struct access){
			.address = walk->address, .kind = in.access, .width = (u32)x86_operand_width(&in),
		};
}

static void note_result(int result)
{
	is_evaluated = result == X86_DONE;
}

static u64 next_random(void)
{
	return form_random(&random_state);
}

/* Numbers at which arithmetic is special come as often as others. */
static u64 operand_value(void)
{
	u64 random = next_random(), kind = next_random() & 7;

	switch (kind) {
	case 0:
		return random & 1;
	case 1:
		return random & 0xff;
	case 2:
		return ~0ULL - (random & 0xff);
	case 3:
		return 1ULL << (random & 63);
	case 4:
		return (1ULL << (random & 63)) - 1;
	case 5:
		return (u64)(s64)(s32)random;
	default:
		return random;
	}
}

static void form_text(const struct attempt *attempt, char *text)
{
	const struct form *form = attempt->form;
	int length = snprintf(text, FORM_TEXT, "%s map %u opcode %02x /%u prefix %02x %s, code ",
			      form->encoding == X86_VEX ? "VEX" : "legacy", form->map, form->opcode, form->group, form->prefix,
			      form->operand == FORM_MEMORY ? "memory" : "register");

	for (u32 i = 0; i < attempt->in.length && i < 15 && length + 3 < FORM_TEXT; i++)
		length += snprintf(text + length, (size_t)(FORM_TEXT - length), "%02x", attempt->written.code[i]);
}

static enum outcome complain(struct tally *tally, const struct attempt *attempt, const char *what, u64 said, u64 real)
{
	char text[FORM_TEXT];

	tally->wrong++;
	form_text(attempt, text);
	if (tally->examples++ < EXAMPLES)
		tap_note("%s: said %llx, is %llx: %s", what, said, real, text);
	return WRONG;
}

/* Fills the data with values that are as special as registers are. */
static void fill_data(void)
{
	for (u32 i = 0; i < PAGE; i += 8) {
		u64 value = operand_value();

		memcpy(data_page() + i, &value, 8);
	}
}

static u64 draw_address(const struct attempt *attempt, u32 width)
{
	u64 end = address_of(data_page()) + PAGE, random = next_random();

	if (attempt->placement != INSIDE)
		return end - width + (attempt->placement == BEHIND_END);
	/* Some instructions want their operand aligned. */
	return address_of(data_page()) + 1024 + (random & 1023 & (random >> 63 ? ~0ULL : ~63ULL));
}

static u64 code_target(void)
{
	return address_of(arena) + 512 + (next_random() & 1023);
}

/* The operand's base, or its displacement from RIP, so that its address is what was drawn. */
static void place_operand(struct attempt *attempt, u64 code)
{
	struct written *written = &attempt->written;
	u64 *registers = attempt->before.registers, index = 0;
	s32 displacement;

	if (written->index != X86_NONE)
		index = registers[written->index] << written->scale;
	if (written->base == X86_RIP) {
		displacement = (s32)(attempt->address - (code + attempt->in.length));
		memcpy(written->code + written->displacement_offset, &displacement, 4);
	} else if (written->base != X86_NONE) {
		registers[written->base] = attempt->address - index - (u64)written->displacement;
	}
}

/* Branches by a register or memory need code there. */
static void place_target(struct attempt *attempt)
{
	const struct x86_instruction *in = &attempt->in;
	u64 *registers = attempt->before.registers, target = code_target();

	if (in->map || in->encoding != X86_LEGACY || attempt->placement != INSIDE)
		return;
	if ((in->opcode & 0xfe) == 0xc2)
		memcpy((void *)registers[X86_RSP], &target, 8);
	else if (in->opcode == 0xff && (in->reg & 6) && attempt->form->operand == FORM_MEMORY)
		memcpy((void *)attempt->address, &target, 8);
	else if (in->opcode == 0xff && (in->reg & 6))
		registers[in->rm] = target;
}

static bool decode(struct attempt *attempt)
{
	memset(&attempt->in, 0, sizeof(attempt->in));
	memcpy(&attempt->in.bytes_low, attempt->written.code, 8);
	memcpy(&attempt->in.bytes_high, attempt->written.code + 8, 8);
	return !x86_decode(&attempt->in);
}

/* bt m, r: a number of a bit near the operand. */
static void place_bit(struct attempt *attempt)
{
	if (attempt->in.flags & X86_BIT_INDEX)
		attempt->before.registers[attempt->in.reg & 15] = (u64)(s64)(s8)next_random();
}

static void draw_state(struct tracee_state *state, u64 code)
{
	for (int i = 0; i < 16; i++)
		state->registers[i] = operand_value();
	/* Division by what is there mostly faults, but for a small dividend. */
	if (next_random() & 1)
		state->registers[X86_RDX] &= next_random() & 3;
	state->registers[X86_RSP] = address_of(data_page()) + 2560 + (next_random() & 511 & ~7ULL);
	state->registers[X86_RBP] = address_of(data_page()) + 3072 + (next_random() & 511 & ~7ULL);
	state->registers[X86_RIP] = code;
	state->flags = (next_random() & X86_FLAGS) | 0x202;
}

/* Everything before the step, or false when these operands do not do. */
static bool prepare(struct attempt *attempt)
{
	u64 code = address_of(arena) + 1024 + (next_random() & 255);

	form_write(attempt->form, &random_state, &attempt->written);
	if (!decode(attempt))
		return false;
	fill_data();
	draw_state(&attempt->before, code);
	place_bit(attempt);
	if ((attempt->in.flags & X86_BIT_INDEX) &&
	    (attempt->written.base == (int)(attempt->in.reg & 15) || attempt->written.index == (int)(attempt->in.reg & 15)))
		return false;
	attempt->address = draw_address(attempt, (u32)x86_operand_width(&attempt->in));
	place_operand(attempt, code);
	place_target(attempt);
	memcpy((void *)code, attempt->written.code, sizeof(attempt->written.code));
	memcpy(attempt->data, data_page(), PAGE);
	return true;
}

/* What the walk says of it, into the walk. Returns whether it went on. */
static bool predict(const struct attempt *attempt, struct x86_walk *walk)
{
	memcpy(walk->registers, attempt->before.registers, sizeof(attempt->before.registers));
	x86_begin(walk, (u32)attempt->before.flags, 1, 64);
	access_count = 0;
	is_evaluated = true;		/* the stack's are not evaluated by the function that asks us */
	return !x86_fetch(walk, walk->registers[X86_RIP]) && x86_walk_on(walk, 0) == X86_GO_ON;
}

/* Executes it. Returns false when the process is gone. */
static bool run(struct attempt *attempt)
{
	enum tracee_step step;

	tracee.signal = 0;
	if (tracee_set_state(&tracee, &attempt->before))
		return false;
	step = tracee_step(&tracee, false);
	attempt->signal = step == TRACEE_STEPPED ? 0 : tracee.signal;
	tracee.signal = 0;
	return step != TRACEE_ENDED && tracee_state(&tracee, &attempt->after);
}

static u64 expected_address(const struct attempt *attempt)
{
	const struct x86_instruction *in = &attempt->in;
	s64 bit = (s64)attempt->before.registers[in->reg & 15];

	if (in->flags & X86_STACK)
		return attempt->before.registers[X86_RSP];
	if (!(in->flags & X86_BIT_INDEX))
		return attempt->address;
	/* bit is -128 to 127: the word of the operand's width that holds it */
	return attempt->address + (u64)((bit < 0 ? (bit + 1) / (8 * in->operand_bytes) - 1 : bit / (8 * in->operand_bytes)) *
					in->operand_bytes);
}

/* The access is where it was made to be. push is below rsp, leave at rbp. */
static bool check_address(struct tally *tally, const struct attempt *attempt)
{
	u64 expected = expected_address(attempt);

	if (!(attempt->in.flags & X86_ACCESS) || !access_count)
		return true;
	if ((attempt->in.flags & X86_STACK) && (attempt->in.access & X86_STORE))
		expected -= attempt->in.operand_bytes == 2 && !(attempt->in.traits & X_END) ? 2 : 8;
	if (attempt->in.opcode == 0xc9 && !attempt->in.map)
		expected = attempt->before.registers[X86_RBP];
	tally->accesses++;
	if (accesses[0].address != expected)
		complain(tally, attempt, "address", accesses[0].address, expected);
	return accesses[0].address == expected;
}

/* A byte that changed lies in a store that was said, and has the value that was said. */
static bool check_memory(struct tally *tally, const struct attempt *attempt, const struct x86_walk *walk)
{
	u64 start = address_of(data_page());

	for (u32 i = 0; i < PAGE; i++) {
		bool is_stored = false;

		for (u32 k = 0; k < walk->store_count; k++) {
			u64 offset = start + i - walk->store_addresses[k];
			u8 value = (u8)(walk->store_values[k] >> 8 * (offset & 7));

			if (offset >= (walk->store_bytes[k] & ~X86_STORE_UNKNOWN))
				continue;
			is_stored = true;
			if (!(walk->store_bytes[k] & X86_STORE_UNKNOWN) && data_page()[i] != value) {
				complain(tally, attempt, "stored", value, data_page()[i]);
				return false;
			}
		}
		if (!is_stored && !walk->memory_unknown && data_page()[i] != attempt->data[i]) {
			complain(tally, attempt, "stored outside", i, data_page()[i]);
			return false;
		}
	}
	tally->stores += walk->store_count;
	return true;
}

static enum outcome compare(struct tally *tally, const struct attempt *attempt, const struct x86_walk *walk)
{
	for (u32 i = 0; i <= X86_RIP; i++) {
		if (i < 16 && (walk->unknown >> i & 1))
			continue;
		tally->registers++;
		if (walk->registers[i] != attempt->after.registers[i])
			return complain(tally, attempt, "register", walk->registers[i], attempt->after.registers[i]);
	}
	tally->flags += walk->known_flags != 0;
	if (((u32)attempt->after.flags ^ walk->flags) & walk->known_flags & X86_FLAGS)
		return complain(tally, attempt, "flags", walk->flags & walk->known_flags,
				attempt->after.flags & walk->known_flags);
	if (!check_address(tally, attempt) || !check_memory(tally, attempt, walk))
		return WRONG;
	tally->compared++;
	return COMPARED;
}

/* `run_others`: also when it is not evaluated, for what it is said not to change. */
static enum outcome try(struct tally *tally, struct attempt *attempt, bool run_others)
{
	static struct x86_walk walk;

	attempt->placement = INSIDE;
	if (!prepare(attempt) || !predict(attempt, &walk) || !(is_evaluated || run_others))
		return NOT_RUN;
	if (!run(attempt))
		return complain(tally, attempt, "the process ended", 0, 0);
	if (!attempt->signal)
		return compare(tally, attempt, &walk);
	tally->trapped++;
	return TRAPPED;
}

/* Pushes have a second access. The masked moves access what the mask says. */
static bool has_width(const struct attempt *attempt)
{
	const struct x86_instruction *in = &attempt->in;

	if (!(in->flags & X86_ACCESS) || (in->flags & (X86_BIT_INDEX | X86_FLOW | X86_STACK)) || x86_pushes_operand(in))
		return false;
	return in->encoding != X86_VEX || in->map != 2 || ((in->opcode & 0xfc) != 0x2c && (in->opcode & 0xfd) != 0x8c);
}

/* The operand ends with the page, or one byte behind it. */
static void check_width(struct tally *tally, struct attempt *at_end)
{
	u32 width;
	bool faults;

	at_end->placement = next_random() & 1 ? AT_END : BEHIND_END;
	if (!prepare(at_end) || !has_width(at_end))
		return;
	width = (u32)x86_operand_width(&at_end->in);
	if (!width || !run(at_end) || at_end->signal == SIGILL)
		return;
	faults = at_end->signal == SIGSEGV || at_end->signal == SIGBUS;
	tally->widths++;
	if (faults != (at_end->placement == BEHIND_END))
		complain(tally, at_end, faults ? "is wider" : "is narrower", width, 0);
}

/* Tries of one form, by what became of them. */
struct tries {
	int all, evaluated, compared, trapped;
};

static bool is_decided(const struct tries *tries)
{
	return tries->compared >= LEAST_COMPARED || tries->all >= MOST_TRIES ||
	       (tries->all >= TRIES_TO_BE_EVALUATED && !tries->evaluated) ||
	       (tries->trapped >= TRIES_TO_RUN && !tries->compared);
}

static void try_form(struct tally *tally, struct attempt *attempt, struct tries *tries)
{
	enum outcome outcome = COMPARED;

	while (outcome != WRONG && !is_decided(tries)) {
		outcome = try(tally, attempt, tries->all++ < OTHERS_RUN);
		tries->evaluated += outcome != NOT_RUN && is_evaluated;
		tries->compared += outcome == COMPARED && is_evaluated;
		tries->trapped += outcome == TRAPPED;
	}
}

static void check_form(struct tally *tally, const struct form *form)
{
	static struct attempt attempt;
	struct tries tries = { 0 };
	char text[FORM_TEXT];

	attempt.form = form;
	try_form(tally, &attempt, &tries);
	for (int i = 0; form->operand == FORM_MEMORY && i < WIDTH_TRIES; i++)
		check_width(tally, &attempt);
	if (!tries.compared) {
		tally->other_forms++;
		return;
	}
	tally->evaluated_forms++;
	if (tries.compared >= LEAST_COMPARED)
		return;
	tally->few++;
	form_text(&attempt, text);
	tap_note("compared only %d times in %d tries: %s", tries.compared, tries.all, text);
}

static bool make_arena(void)
{
	arena = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return arena != MAP_FAILED && !mprotect(arena + 2 * PAGE, PAGE, PROT_NONE);
}

int main(void)
{
	struct tally tally = { 0 };
	struct form form;
	int number = 0;

	if (!tap_check(make_arena(), "code can be written and executed"))
		return tap_done();
	if (!tap_check(!tracee_fork(&tracee), "a copy of this process can be stepped"))
		return tap_done();
	while ((number = form_next(number, &form)) >= 0) {
		check_form(&tally, &form);
		number++;
	}
	tracee_end(&tracee);
	tap_check(tally.evaluated_forms >= LEAST_FORMS && !tally.few,
		  "%d forms are evaluated, %d of them compared less than %d times; %d others", tally.evaluated_forms, tally.few,
		  LEAST_COMPARED, tally.other_forms);
	tap_check(!tally.wrong && tally.compared && tally.widths,
		  "compared %llu instructions, %llu registers, %llu flags, %llu accesses, %llu stores, %llu widths; %llu trapped; wrong %llu",
		  tally.compared, tally.registers, tally.flags, tally.accesses, tally.stores, tally.widths, tally.trapped,
		  tally.wrong);
	return tap_done();
}
