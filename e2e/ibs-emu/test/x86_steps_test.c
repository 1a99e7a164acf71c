// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs real programs one instruction at a time and compares each walk with
 * what the processor then does: path, known registers, known flags.
 *
 * Usage: x86_steps_test [STEPS [PROGRAM [ARGUMENT...]]]   (default: a few system programs)
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../x86/x86.h"

#define STEPS_DEFAULT	60000
#define WALK_EVERY	17	/* steps between the starts of walks; prime */
#define WALK_MAX	32
#define CODE_BYTES	64
#define SHOWN_MAX	20
#define EXIT_NO_PTRACE	126
#define EXIT_NO_PROGRAM	127

struct tally {
	unsigned long steps;
	unsigned long walks;
	unsigned long compared;
	unsigned long accesses;		/* with a known address, in the compared part */
	unsigned long wrong;
};

struct run {
	pid_t	pid;
	unsigned long steps_max;
	struct x86_state walk[WALK_MAX + 1];	/* [i]: predicted before instruction i */
	u8	accesses[WALK_MAX + 1];		/* known ones of instruction i */
	int	predicted;			/* instructions in walk */
	int	at;				/* the one that the program is at */
	struct tally tally;
};

static bool read_program(void *context, u64 address, void *to, unsigned int bytes)
{
	struct iovec local = { to, bytes }, remote = { (void *)(uintptr_t)address, bytes };
	pid_t pid = *(const pid_t *)context;

	return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)bytes;
}

static unsigned int read_code(pid_t pid, u64 address, u8 *code)
{
	unsigned int left = 4096 - (address & 4095);

	if (read_program(&pid, address, code, CODE_BYTES))
		return CODE_BYTES;
	if (left < CODE_BYTES && read_program(&pid, address, code, left))
		return left;
	return 0;
}

static void load_state(struct run *run, const struct user_regs_struct *regs,
		       struct x86_state *state)
{
	const u64 gpr[X86_GPR_COUNT] = {
		regs->rax, regs->rcx, regs->rdx, regs->rbx, regs->rsp, regs->rbp, regs->rsi,
		regs->rdi, regs->r8, regs->r9, regs->r10, regs->r11, regs->r12, regs->r13,
		regs->r14, regs->r15,
	};

	memset(state, 0, sizeof(*state));
	memcpy(state->gpr, gpr, sizeof(gpr));
	state->gpr_known = 0xffff;
	state->ip = regs->rip;
	state->flags = (u32)regs->eflags;
	state->flags_known = X86_FLAGS;
	state->fs_base = regs->fs_base;
	state->gs_base = regs->gs_base;
	state->memory.read = read_program;
	state->memory.context = &run->pid;
}

static u8 count_known(const struct x86_accesses *accesses)
{
	u8 known = 0;
	int i;

	for (i = 0; i < accesses->count; i++)
		known = (u8)(known + accesses->at[i].known);
	return known;
}

static void predict(struct run *run, const struct user_regs_struct *regs)
{
	struct x86_accesses accesses;
	struct x86_state *state;
	enum x86_result result = X86_NEXT;
	u8 code[CODE_BYTES];
	unsigned int bytes;

	run->predicted = 0;
	run->at = 0;
	load_state(run, regs, &run->walk[0]);
	while (run->predicted < WALK_MAX && result == X86_NEXT) {
		state = &run->walk[run->predicted + 1];
		*state = run->walk[run->predicted];
		bytes = read_code(run->pid, state->ip, code);
		result = bytes ? x86_step(state, code, bytes, &accesses) : X86_STOP;
		if (result == X86_NEXT)
			run->accesses[run->predicted++] = count_known(&accesses);
	}
	run->tally.walks++;
}

static bool same(const struct x86_state *predicted, const struct x86_state *actual)
{
	int i;

	if (predicted->ip != actual->ip ||
	    ((predicted->flags ^ actual->flags) & predicted->flags_known))
		return false;
	for (i = 0; i < X86_GPR_COUNT; i++)
		if (predicted->gpr_known >> i & 1 && predicted->gpr[i] != actual->gpr[i])
			return false;
	return true;
}

static void show_mismatch(struct run *run, const struct x86_state *actual)
{
	const struct x86_state *predicted = &run->walk[run->at];
	u64 ip = run->walk[run->at - 1].ip;
	u8 code[CODE_BYTES];
	int i;

	if (run->tally.wrong > SHOWN_MAX)
		return;
	printf("# after %llx:", (unsigned long long)ip);
	for (i = 0; i < X86_MAX_LENGTH && read_code(run->pid, ip, code); i++)
		printf(" %02x", code[i]);
	printf("\n#   ip %llx is %llx, flags %x of %x are %x\n", (unsigned long long)predicted->ip,
	       (unsigned long long)actual->ip, predicted->flags & predicted->flags_known,
	       predicted->flags_known, actual->flags & predicted->flags_known);
	for (i = 0; i < X86_GPR_COUNT; i++)
		if (predicted->gpr_known >> i & 1 && predicted->gpr[i] != actual->gpr[i])
			printf("#   register %d: %llx is %llx\n", i,
			       (unsigned long long)predicted->gpr[i],
			       (unsigned long long)actual->gpr[i]);
}

/* Compares the walk with where the program is now; starts a new one now and then. */
static void observe(struct run *run)
{
	struct user_regs_struct regs;
	struct x86_state actual;

	if (ptrace(PTRACE_GETREGS, run->pid, NULL, &regs))
		return;
	load_state(run, &regs, &actual);
	if (run->at < run->predicted) {
		/* a repeated string instruction is stepped once for each element */
		if (actual.ip == run->walk[run->at].ip && run->walk[run->at + 1].ip != actual.ip)
			return;
		run->tally.accesses += run->accesses[run->at];
		run->at++;
		run->tally.compared++;
		if (!same(&run->walk[run->at], &actual)) {
			run->tally.wrong++;
			show_mismatch(run, &actual);
			run->predicted = 0;
		}
	}
	if (run->at >= run->predicted && run->tally.steps % WALK_EVERY == 0)
		predict(run, &regs);
}

static pid_t start(char *const *argv)
{
	pid_t pid = fork();
	int null;

	if (pid)
		return pid;
	null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(EXIT_NO_PTRACE);
	execvp(argv[0], argv);
	_exit(EXIT_NO_PROGRAM);
}

/* Returns the program's wait status: it may not have started at all. */
static int trace(char *const *argv, unsigned long steps_max, struct tally *tally)
{
	struct run *run = calloc(1, sizeof(*run));
	int status = 0, deliver = 0;

	if (!run)
		return -1;
	run->steps_max = steps_max;
	run->pid = start(argv);
	waitpid(run->pid, &status, 0);
	while (WIFSTOPPED(status) && run->tally.steps < run->steps_max) {
		deliver = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
		if (deliver)
			run->predicted = 0;	/* a handler may run */
		else
			observe(run);
		run->tally.steps++;
		if (ptrace(PTRACE_SINGLESTEP, run->pid, NULL, (void *)(intptr_t)deliver))
			break;
		waitpid(run->pid, &status, 0);
	}
	if (WIFSTOPPED(status)) {
		kill(run->pid, SIGKILL);
		waitpid(run->pid, &status, 0);
	}
	*tally = run->tally;
	free(run);
	return status;
}

/* NULL when it ran */
static const char *why_not(int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_PTRACE)
		return "ptrace is not permitted";
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_PROGRAM)
		return "not installed";
	return NULL;
}

static bool check(int number, char *const *argv, unsigned long steps_max)
{
	struct tally tally = { 0 };
	const char *reason = why_not(trace(argv, steps_max, &tally));
	bool right = tally.compared && !tally.wrong;

	if (reason) {
		printf("ok %d - walks through %s # SKIP %s\n", number, argv[0], reason);
		return true;
	}
	printf("%s %d - walks through %s are right: %lu steps, %lu walks, %lu instructions and "
	       "%lu addresses compared, %lu wrong\n", right ? "ok" : "not ok", number, argv[0],
	       tally.steps, tally.walks, tally.compared, tally.accesses, tally.wrong);
	return right;
}

int main(int argc, char **argv)
{
	static char *const defaults[][4] = {
		{ "ls", "-l", "/usr/bin", NULL },
		{ "sort", "/etc/services", "/etc/passwd", NULL },
		{ "gzip", "-c", "/proc/self/exe", NULL },
		{ "sha256sum", "/proc/self/exe", NULL },
	};
	unsigned long steps_max = argc > 1 ? strtoul(argv[1], NULL, 10) : STEPS_DEFAULT;
	int failures = 0;
	size_t i, count = sizeof(defaults) / sizeof(*defaults);

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 2) {
		printf("1..1\n");
		return !check(1, argv + 2, steps_max);
	}
	printf("1..%zu\n", count);
	for (i = 0; i < count; i++)
		failures += !check((int)i + 1, defaults[i], steps_max);
	return failures != 0;
}
