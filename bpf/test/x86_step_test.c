// SPDX-License-Identifier: Apache-2.0
/*
 * The walk against the processor: a program is single-stepped, and at every few instructions a walk starts from its
 * registers and memory. Then everything that the walk said it knows, registers, flags, the path and each access's
 * address, has to be what happens. So has what the look back says about the instruction before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "busy_java.h"
#include "tap.h"
#include "tracee.h"

/* The x86 headers ask for memory and segment bases of the one tracee there is. */
static struct tracee tracee;
static struct tracee_state now;
#define X86_READ_USER(to, bytes, address) tracee_read(&tracee, to, bytes, address)
#define X86_SEGMENT_BASE(segment) ((segment) == 4 ? now.fs_base : now.gs_base)
struct x86_walk;
static void note_access(struct x86_walk *walk, u32 depth);
#define X86_ON_ACCESS(walk, depth) note_access(walk, depth)
#include "x86_look_back.bpf.h"

#define WALKS 16		/* under way at the same time */
#define WINDOW 128		/* as the helper's, when it is not throttled */
#define MAX_ACCESSES 64
#define STEPS_BETWEEN 11	/* a walk starts at every 11th instruction */
#define EXAMPLES 10
#define PROGRAM_STEPS 30000
#define JAVA_STEPS 120000
#define LEAST_ACCESSES 1000000
#define LEAST_LOOKED_BACK 40000

struct access {
	u64 address;
	u32 kind, width, depth;
};

/* What a walk said before instruction number `start` + i + 1. */
struct prediction {
	u64 start;
	u32 length;				/* points */
	u32 access_count;
	struct {
		u64 registers[17];
		u32 unknown, flags, known_flags;
	} points[WINDOW];
	struct access accesses[MAX_ACCESSES + 2];
};

struct tally {
	u64 steps, walks, paths, registers, flags, accesses, written, loads;	/* compared */
	u64 wrong_paths, wrong_registers, wrong_flags, wrong_accesses, wrong_written, wrong_loads;
	u64 looked_back, by_jump, wrong_looked_back;
	int examples;
};

/* The real instruction at RIP. */
struct executed {
	bool is_decoded;
	struct x86_instruction in;
	struct access accesses[3];
	u32 access_count;
	u8 before;				/* the operand's first byte */
	bool has_before;
};

static struct prediction predictions[WALKS], *filling;

static void note_access(struct x86_walk *walk, u32 depth)
{
	if (filling && filling->access_count < MAX_ACCESSES + 2)
		filling->accesses[filling->access_count++] = (struct access){
			.address = walk->address,
			.kind = walk->in.access,
			.width = (u32)x86_operand_width(&walk->in),
			.depth = depth,
		};
}

static void complain(struct tally *tally, u64 *kind, const char *what, u64 ip, u64 said, u64 real)
{
	u8 code[15] = { 0 };
	char text[sizeof(code) * 2 + 1];

	(*kind)++;
	if (tally->examples++ >= EXAMPLES)
		return;
	tracee_read(&tracee, code, sizeof(code), ip);
	for (size_t i = 0; i < sizeof(code); i++)
		snprintf(text + 2 * i, 3, "%02x", code[i]);
	tap_note("%s at %llx: said %llx, is %llx, code %s", what, ip, said, real, text);
}

static void begin(struct x86_walk *walk)
{
	memcpy(walk->registers, now.registers, sizeof(now.registers));
	x86_begin(walk, (u32)now.flags, (u32)rand(), MAX_ACCESSES);
}

static void predict(struct tally *tally, struct prediction *prediction, u64 step)
{
	static struct x86_walk walk;
	u32 i;

	prediction->start = step;
	prediction->length = 0;
	prediction->access_count = 0;
	begin(&walk);
	if (x86_fetch(&walk, walk.registers[X86_RIP]))
		return;
	tally->walks++;
	filling = prediction;
	for (i = 0; i < WINDOW && !x86_walk_on(&walk, i); i++) {
		memcpy(prediction->points[i].registers, walk.registers, sizeof(now.registers));
		prediction->points[i].unknown = walk.unknown;
		prediction->points[i].flags = walk.flags;
		prediction->points[i].known_flags = walk.known_flags;
	}
	filling = NULL;
	prediction->length = i;
}

/* Whether the prediction for the state after `depth` instructions holds; if not, it is dropped. */
static bool check_point(struct tally *tally, const struct prediction *prediction, u64 depth)
{
	const u64 *said = prediction->points[depth - 1].registers, *real = now.registers;
	u32 unknown = prediction->points[depth - 1].unknown, known_flags = prediction->points[depth - 1].known_flags;
	u32 flags = prediction->points[depth - 1].flags;

	tally->paths++;
	if (said[X86_RIP] != real[X86_RIP]) {
		complain(tally, &tally->wrong_paths, "path", real[X86_RIP], said[X86_RIP], real[X86_RIP]);
		return false;
	}
	for (u32 i = 0; i < 16; i++) {
		if (unknown >> i & 1)
			continue;
		tally->registers++;
		if (said[i] != real[i]) {
			complain(tally, &tally->wrong_registers, "register", real[X86_RIP], said[i], real[i]);
			return false;
		}
	}
	if (!(known_flags & X86_FLAGS))
		return true;
	tally->flags++;
	if (((u32)now.flags ^ flags) & known_flags & X86_FLAGS) {
		complain(tally, &tally->wrong_flags, "flags", real[X86_RIP], flags & known_flags,
			 now.flags & known_flags);
		return false;
	}
	return true;
}

static bool has_access(const struct executed *executed, const struct access *access)
{
	for (u32 i = 0; i < executed->access_count; i++) {
		const struct access *real = &executed->accesses[i];

		if (real->address == access->address && real->kind == access->kind && real->width == access->width)
			return true;
	}
	return false;
}

/* The accesses said of the instruction that is about to be executed. */
static bool check_accesses(struct tally *tally, const struct prediction *prediction, u64 depth,
			   const struct executed *executed)
{
	for (u32 i = 0; i < prediction->access_count; i++) {
		const struct access *access = &prediction->accesses[i];

		if (access->depth != depth)
			continue;
		tally->accesses++;
		if (!has_access(executed, access)) {
			complain(tally, &tally->wrong_accesses, "access", now.registers[X86_RIP], access->address,
				 executed->access_count ? executed->accesses[0].address : 0);
			return false;
		}
	}
	return true;
}

static void check_predictions(struct tally *tally, u64 step, const struct executed *executed)
{
	for (int i = 0; i < WALKS; i++) {
		struct prediction *prediction = &predictions[i];
		u64 depth = step - prediction->start;

		if (depth > prediction->length ||
		    (depth && !check_point(tally, prediction, depth)) ||
		    !check_accesses(tally, prediction, depth, executed)) {
			prediction->length = 0;
			prediction->access_count = 0;
		}
	}
}

static void forget_predictions(void)
{
	for (int i = 0; i < WALKS; i++) {
		predictions[i].length = 0;
		predictions[i].access_count = 0;
	}
}

static void add_access(struct executed *executed, u64 address, u32 kind, u32 width)
{
	executed->accesses[executed->access_count++] =
		(struct access){ .address = address, .kind = kind, .width = width };
}

/* The instruction at RIP and its accesses, from the real registers. */
static void look(struct executed *executed)
{
	static struct x86_walk walk;
	u32 width;

	memset(executed, 0, sizeof(*executed));
	begin(&walk);
	walk.code_address = ~0ULL - X86_CODE_BYTES;	/* fetch anew */
	if (x86_next_instruction(&walk))
		return;
	executed->is_decoded = true;
	executed->in = walk.in;
	if (!(walk.in.flags & X86_ACCESS) || (walk.in.flags & X86_VECTOR_INDEX))
		return;
	x86_find_address(&walk, 0);
	width = (u32)x86_operand_width(&walk.in);
	add_access(executed, walk.address, walk.in.access, width);
	executed->has_before = !(walk.in.access & X86_STORE) && !tracee_read(&tracee, &executed->before, 1, walk.address);
	if (walk.in.flags & X86_TWO_OPERANDS) {
		x86_find_address(&walk, 1);
		add_access(executed, walk.address, walk.in.access, width);
	}
	if (walk.in.mod != 3 && x86_pushes_operand(&walk.in))
		add_access(executed, now.registers[X86_RSP] - 8, X86_STORE, width);
}

/* Registers that an instruction may change besides those the decoder names. */
static u32 implicitly_written(const struct x86_instruction *in)
{
	u32 written = 0, implicit = x86_implicit_kind(in);

	if ((in->flags & X86_STACK) || (in->map == 0 && (in->opcode == 0xff || in->opcode == 0x8f)))
		written |= 1u << X86_RSP;
	if (implicit >= 4 && implicit <= 6)		/* string operations: rsi, rdi, rcx */
		written |= 0xc2;
	if (in->map == 3 && (in->opcode & 0xfc) == 0x60)	/* pcmpestri and its like */
		written |= 1u << X86_RCX;
	if (in->map == 0 && (in->opcode & 0xfc) == 0xe0)	/* loop */
		written |= 1u << X86_RCX;
	return written;
}

static bool is_system_call(const struct x86_instruction *in)
{
	return in->map == 1 && in->opcode == 0x05;
}

/* System calls, rdtsc and the like, cpuid, pushf and popf: not as in an undisturbed program, or by the kernel. */
static bool disturbs(const struct x86_instruction *in)
{
	if (in->map == 0)
		return in->opcode == 0x9c || in->opcode == 0x9d;
	return in->map == 1 && (in->opcode == 0x01 || in->opcode == 0x05 || in->opcode == 0x34 || in->opcode == 0xa2 ||
				(in->opcode >= 0x30 && in->opcode <= 0x37));
}

/* The decoder's word on what the instruction before changed. */
static void check_decoded(struct tally *tally, const struct executed *before, const u64 *registers)
{
	u32 changed = 0, allowed = before->in.written | implicitly_written(&before->in);
	u8 byte;

	for (u32 i = 0; i < 16; i++)
		changed |= (u32)(registers[i] != now.registers[i]) << i;
	tally->written++;
	if (changed & ~allowed)
		complain(tally, &tally->wrong_written, "registers written", registers[X86_RIP], allowed, changed);
	if (!before->has_before || tracee_read(&tracee, &byte, 1, before->accesses[0].address))
		return;
	tally->loads++;
	if (byte != before->before)
		complain(tally, &tally->wrong_loads, "a load stores", registers[X86_RIP], before->before, byte);
}

/*
 * `before` is the instruction that ran last, at `ip`. When it was a jump to here, the bytes before RIP are those of an
 * instruction that did not run now: nobody can tell that from here, so such cases are counted, and have to be few.
 */
static void check_look_back(struct tally *tally, const struct executed *before, u64 ip)
{
	static struct x86_walk walk;

	begin(&walk);
	if (!x86_look_back(&walk))
		return;
	tally->looked_back++;
	if (ip + before->in.length != now.registers[X86_RIP])
		tally->by_jump++;
	else if (!before->access_count || before->accesses[0].address != walk.stalled.address)
		complain(tally, &tally->wrong_looked_back, "look back", now.registers[X86_RIP], walk.stalled.address,
			 before->access_count ? before->accesses[0].address : 0);
}

static void step_through(struct tally *tally, u64 steps)
{
	struct executed executed, before;
	bool has_before = false;
	u64 registers[17];

	forget_predictions();
	while (tally->steps < steps && tracee_state(&tracee, &now)) {
		if (has_before)
			check_decoded(tally, &before, registers);
		look(&executed);
		if (has_before)
			check_look_back(tally, &before, registers[X86_RIP]);
		if (tally->steps % STEPS_BETWEEN == 0)
			predict(tally, &predictions[tally->steps / STEPS_BETWEEN % WALKS], tally->steps);
		check_predictions(tally, tally->steps, &executed);
		memcpy(registers, now.registers, sizeof(registers));
		before = executed;
		tally->steps++;
		switch (tracee_step(&tracee, executed.is_decoded && is_system_call(&executed.in))) {
		case TRACEE_ENDED:
			return;
		case TRACEE_DISTURBED:
			has_before = false;
			break;
		case TRACEE_STEPPED:
			has_before = executed.is_decoded && !disturbs(&executed.in);
			break;
		}
		if (!has_before)
			forget_predictions();
	}
}

static void check_tally(const char *name, const struct tally *tally, u64 least_steps)
{
	u64 wrong = tally->wrong_paths + tally->wrong_registers + tally->wrong_flags + tally->wrong_accesses;

	tap_check(tally->steps >= least_steps && tally->accesses && !wrong,
		  "%s: %llu steps, %llu walks; compared %llu accesses, %llu paths, %llu registers, %llu flags; wrong %llu, %llu, %llu, %llu",
		  name, tally->steps, tally->walks, tally->accesses, tally->paths, tally->registers, tally->flags,
		  tally->wrong_accesses, tally->wrong_paths, tally->wrong_registers, tally->wrong_flags);
	tap_check(!tally->wrong_written && !tally->wrong_loads,
		  "%s: registers written wrong for %llu of %llu instructions, %llu of %llu loads store", name,
		  tally->wrong_written, tally->written, tally->wrong_loads, tally->loads);
	tap_check(tally->looked_back && tally->by_jump * 5 <= tally->looked_back,
		  "%s: %llu accesses found by looking back; wrong %llu; behind a jump %llu, at most 1 in 5", name,
		  tally->looked_back, tally->wrong_looked_back, tally->by_jump);
}

static void add_up(struct tally *total, const struct tally *tally)
{
	total->steps += tally->steps;
	total->accesses += tally->accesses;
	total->looked_back += tally->looked_back;
	total->by_jump += tally->by_jump;
	total->wrong_looked_back += tally->wrong_looked_back;
}

static void check_program(struct tally *total, int start(struct tracee *, char *const[]), char *const arguments[])
{
	struct tally tally = { 0 };
	int err = start(&tracee, arguments);

	if (!tap_check(!err, "%s: starts, to be stepped: error %d", arguments[0], err))
		return;
	step_through(&tally, PROGRAM_STEPS);
	tracee_end(&tracee);
	check_tally(arguments[0], &tally, PROGRAM_STEPS);
	add_up(total, &tally);
}

static void check_java(struct tally *total, const char *name, const char *option, u64 steps)
{
	struct tally tally = { 0 };
	struct busy_java java;
	int err = busy_java_start(&java, option);

	if (!tap_check(!err, "%s: has a busy thread: error %d", name, err))
		return;
	err = tracee_attach(&tracee, java.busy_tid);
	if (tap_check(!err, "%s: attached to its busy thread: error %d", name, err)) {
		step_through(&tally, steps);
		check_tally(name, &tally, steps);
		add_up(total, &tally);
	}
	tracee_end(&tracee);
	busy_java_stop(&java);
}

int main(void)
{
	struct tally total = { 0 };

	check_program(&total, tracee_start, (char *[]){ "ls", "-l", "/usr/bin", NULL });
	check_program(&total, tracee_start_busy, (char *[]){ "gzip", "-cf", "/dev/zero", NULL });
	check_program(&total, tracee_start_busy, (char *[]){ "sha256sum", "/dev/zero", NULL });
	check_program(&total, tracee_start_busy,
		      (char *[]){ "perl", "-e", "for (;;) { $h{$i++ % 97} .= $i; %h = () if $i % 999 == 0 }", NULL });
	check_program(&total, tracee_start_busy,
		      (char *[]){ "awk", "BEGIN { for (;;) { i++; a[i % 97] = a[i % 7] / 3 \"x\" } }", NULL });
	check_java(&total, "java -Xint", "-Xint", JAVA_STEPS);
	check_java(&total, "java", "-XX:+TieredCompilation", JAVA_STEPS);
	tap_check(total.accesses >= LEAST_ACCESSES, "compared %llu accesses in %llu steps, at least %u", total.accesses,
		  total.steps, LEAST_ACCESSES);
	/* Other bytes can look like an access that changes nothing. */
	tap_check(total.looked_back >= LEAST_LOOKED_BACK && total.wrong_looked_back * 10000 <= total.looked_back,
		  "%llu of %llu accesses found by looking back are wrong, at most 1 in 10000; %llu more behind a jump",
		  total.wrong_looked_back, total.looked_back - total.by_jump, total.by_jump);
	return tap_done();
}
