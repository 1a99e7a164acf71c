// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "tracee.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "wait.h"

#define BUSY_NS 50000000LL	/* of CPU time */

static void run_program(char *const arguments[], bool traced)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (traced)
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	execvp(arguments[0], arguments);
	_exit(127);
}

int tracee_start(struct tracee *tracee, char *const arguments[])
{
	int status;

	memset(tracee, 0, sizeof(*tracee));
	tracee->is_child = true;
	tracee->tid = fork();
	if (tracee->tid < 0)
		return -errno;
	if (tracee->tid == 0)
		run_program(arguments, true);
	if (waitpid(tracee->tid, &status, 0) < 0)
		return -errno;
	return WIFSTOPPED(status) ? 0 : -ENOENT;
}

int tracee_fork(struct tracee *tracee)
{
	int status;

	memset(tracee, 0, sizeof(*tracee));
	tracee->is_child = true;
	tracee->tid = fork();
	if (tracee->tid < 0)
		return -errno;
	if (tracee->tid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		for (;;)
			raise(SIGSTOP);
	}
	if (waitpid(tracee->tid, &status, 0) < 0)
		return -errno;
	return WIFSTOPPED(status) ? 0 : -ESRCH;
}

/* Signals that arrive for the stopped threads are delivered: a JVM uses SIGSEGV for its own ends. */
static void pass_on(pid_t tid, int status)
{
	int signal = WSTOPSIG(status);

	if (status >> 16 || signal == SIGTRAP)
		signal = 0;
	ptrace(PTRACE_CONT, tid, NULL, (void *)(long)signal);
}

/* Returns 0 once the thread has stopped because we asked it to. */
static int interrupt(pid_t tid)
{
	int status;

	if (ptrace(PTRACE_INTERRUPT, tid, NULL, NULL))
		return -errno;
	while (waitpid(tid, &status, __WALL) == tid && WIFSTOPPED(status)) {
		if (status >> 16 == PTRACE_EVENT_STOP)
			return 0;
		pass_on(tid, status);
	}
	return -ESRCH;
}

static int seize(pid_t tid)
{
	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL))
		return -errno;
	return interrupt(tid);
}

static pid_t process_of(pid_t tid)
{
	char path[64], line[256];
	pid_t tgid = tid;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "Tgid: %d", &tgid);
	if (file)
		fclose(file);
	return tgid;
}

static void stop_others(struct tracee *tracee)
{
	struct dirent *entry;
	char path[64];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", process_of(tracee->tid));
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks)) != NULL) {
		pid_t tid = atoi(entry->d_name);

		if (tid > 0 && tid != tracee->tid && tracee->other_count < TRACEE_MAX_THREADS && !seize(tid))
			tracee->others[tracee->other_count++] = tid;
	}
	if (tasks)
		closedir(tasks);
}

int tracee_attach(struct tracee *tracee, pid_t tid)
{
	memset(tracee, 0, sizeof(*tracee));
	tracee->tid = tid;
	stop_others(tracee);
	return seize(tid);
}

static long long cpu_time_ns(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used))
		return 0;
	return used.tv_sec * 1000000000LL + used.tv_nsec;
}

int tracee_start_busy(struct tracee *tracee, char *const arguments[])
{
	struct wait wait = wait_begin();
	pid_t pid = fork();
	int err;

	if (pid < 0)
		return -errno;
	if (pid == 0)
		run_program(arguments, false);
	while (cpu_time_ns(pid) < BUSY_NS) {
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return -ENOENT;
		if (!wait_more(&wait))
			break;
	}
	err = tracee_attach(tracee, pid);
	tracee->is_child = true;
	return err;
}

void tracee_end(struct tracee *tracee)
{
	int status;

	if (tracee->is_child) {
		kill(tracee->tid, SIGKILL);
		waitpid(tracee->tid, &status, __WALL);
		return;
	}
	ptrace(PTRACE_DETACH, tracee->tid, NULL, NULL);
	for (int i = 0; i < tracee->other_count; i++)
		ptrace(PTRACE_DETACH, tracee->others[i], NULL, NULL);
}

bool tracee_state(const struct tracee *tracee, struct tracee_state *state)
{
	struct user_regs_struct user;

	if (ptrace(PTRACE_GETREGS, tracee->tid, NULL, &user))
		return false;
	*state = (struct tracee_state){
		.registers = { user.rax, user.rcx, user.rdx, user.rbx, user.rsp, user.rbp, user.rsi, user.rdi, user.r8,
			       user.r9, user.r10, user.r11, user.r12, user.r13, user.r14, user.r15, user.rip },
		.flags = user.eflags,
		.fs_base = user.fs_base,
		.gs_base = user.gs_base,
	};
	return true;
}

int tracee_set_state(const struct tracee *tracee, const struct tracee_state *state)
{
	const u64 *registers = state->registers;
	struct user_regs_struct user;

	if (ptrace(PTRACE_GETREGS, tracee->tid, NULL, &user))
		return -errno;
	user.rax = registers[0];
	user.rcx = registers[1];
	user.rdx = registers[2];
	user.rbx = registers[3];
	user.rsp = registers[4];
	user.rbp = registers[5];
	user.rsi = registers[6];
	user.rdi = registers[7];
	user.r8 = registers[8];
	user.r9 = registers[9];
	user.r10 = registers[10];
	user.r11 = registers[11];
	user.r12 = registers[12];
	user.r13 = registers[13];
	user.r14 = registers[14];
	user.r15 = registers[15];
	user.rip = registers[16];
	user.eflags = state->flags;
	user.orig_rax = ~0ULL;			/* no system call is to be restarted */
	return ptrace(PTRACE_SETREGS, tracee->tid, NULL, &user) ? -errno : 0;
}

int tracee_read(const struct tracee *tracee, void *to, size_t bytes, u64 address)
{
	struct iovec local = { to, bytes }, remote = { (void *)address, bytes };

	return process_vm_readv(tracee->tid, &local, 1, &remote, 1, 0) == (ssize_t)bytes ? 0 : -1;
}

static void run_others(struct tracee *tracee)
{
	for (int i = 0; i < tracee->other_count; i++)
		ptrace(PTRACE_CONT, tracee->others[i], NULL, NULL);
}

/* Those that have ended meanwhile are forgotten. */
static void stop_others_again(struct tracee *tracee)
{
	int count = 0;

	for (int i = 0; i < tracee->other_count; i++) {
		if (!interrupt(tracee->others[i]))
			tracee->others[count++] = tracee->others[i];
	}
	tracee->other_count = count;
}

/* Waits for the stepped thread; what happens to the others is passed on. Returns false when it is gone. */
static bool wait_for(const struct tracee *tracee, int *status)
{
	pid_t tid;

	while ((tid = waitpid(-1, status, __WALL)) > 0) {
		if (tid == tracee->tid)
			return WIFSTOPPED(*status);
		if (WIFSTOPPED(*status))
			pass_on(tid, *status);
	}
	return false;
}

enum tracee_step tracee_step(struct tracee *tracee, bool others_run)
{
	bool delivered = tracee->signal != 0, stopped;
	int status;

	if (others_run)
		run_others(tracee);
	if (ptrace(PTRACE_SINGLESTEP, tracee->tid, NULL, (void *)(long)tracee->signal))
		return TRACEE_ENDED;
	stopped = wait_for(tracee, &status);
	if (others_run)
		stop_others_again(tracee);
	if (!stopped)
		return TRACEE_ENDED;
	tracee->signal = 0;
	if (status >> 16)
		return TRACEE_DISTURBED;
	if (WSTOPSIG(status) == SIGTRAP)
		return delivered ? TRACEE_DISTURBED : TRACEE_STEPPED;
	tracee->signal = WSTOPSIG(status);
	return TRACEE_DISTURBED;
}
