// SPDX-License-Identifier: Apache-2.0
/*
 * A target's end: counted once, and its tgid forgotten, when its last thread is gone and not before, or when another
 * program starts in it.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sampler.h"
#include "tap.h"
#include "wait.h"

#define GROUP 21u
#define SLOTS 1024u

struct fixture {
	struct sampler sampler;
	struct group group;
	struct bpf_link *on_exit, *on_exec;
};

struct child {
	pid_t pid;
	int go;		/* a byte written here lets it go on */
	int ready;	/* a byte arrives here when it has done so */
};

static struct child child_start(void (*body)(int go, int ready))
{
	int go[2], ready[2];
	struct child child = { 0 };

	if (pipe(go) || pipe(ready))
		abort();
	child.pid = fork();
	if (child.pid < 0)
		abort();
	if (child.pid == 0) {
		close(go[1]);
		close(ready[0]);
		body(go[0], ready[1]);
		_exit(0);
	}
	close(go[0]);
	close(ready[1]);
	child.go = go[1];
	child.ready = ready[0];
	return child;
}

static void let_go(const struct child *child)
{
	if (write(child->go, "", 1) != 1)
		abort();
}

static bool wait_ready(const struct child *child)
{
	char byte;

	return read(child->ready, &byte, 1) == 1;
}

static void child_end(struct child *child)
{
	int status;

	waitpid(child->pid, &status, 0);
	close(child->go);
	close(child->ready);
}

static void wait_for_byte(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		_exit(1);
}

static void tell(int fd)
{
	if (write(fd, "", 1) != 1)
		_exit(1);
}

static void *thread_that_ends(void *argument)
{
	return argument;
}

/* Starts and ends a thread, then waits. */
static void body_with_thread(int go, int ready)
{
	pthread_t thread;

	wait_for_byte(go);
	if (pthread_create(&thread, NULL, thread_that_ends, NULL) || pthread_join(thread, NULL))
		_exit(1);
	tell(ready);
	wait_for_byte(go);
}

static int survivor_go, survivor_ready;

/* Waits until the leader has become a zombie, which /proc/PID/stat cannot say of a thread: of the task, it can. */
static bool is_leader_gone(void)
{
	char path[64], line[512], *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	file = fopen(path, "r");
	if (!file)
		return true;
	state = fgets(line, sizeof(line), file);
	fclose(file);
	if (!state)
		return true;
	for (char *p = line; *p; p++) {
		if (*p == ')')
			state = p;
	}
	return state[1] == ' ' && state[2] == 'Z';
}

static void *thread_that_survives(void *argument)
{
	struct wait wait = wait_begin();

	(void)argument;
	while (!is_leader_gone() && wait_more(&wait))
		;
	tell(survivor_ready);
	wait_for_byte(survivor_go);
	_exit(0);
}

/* The first thread ends while another lives on. */
static void body_whose_leader_ends(int go, int ready)
{
	pthread_t thread;

	survivor_go = go;
	survivor_ready = ready;
	wait_for_byte(go);
	if (pthread_create(&thread, NULL, thread_that_survives, NULL))
		_exit(1);
	syscall(SYS_exit, 0);
}

/* Becomes a cat, which answers each byte with that byte. */
static void body_that_execs(int go, int ready)
{
	wait_for_byte(go);
	dup2(go, STDIN_FILENO);
	dup2(ready, STDOUT_FILENO);
	execlp("cat", "cat", (char *)NULL);
}

static enum mbal_counter outcome_of(struct fixture *fixture, __u32 tgid)
{
	struct mbal_access access = { .vaddr = 0x12345000, .tgid = tgid, .tid = tgid, .flags = MBAL_ACCESS_LOAD };
	struct counters before = sampler_counters(&fixture->sampler), added;

	if (sampler_inject(&fixture->sampler, &access, 1))
		abort();
	added = counters_since(&fixture->sampler, &before);
	return added.of[MBAL_COUNTER_RECORDED] ? MBAL_COUNTER_RECORDED : MBAL_COUNTER_DROP_NOT_TARGET;
}

static void check_alive(struct fixture *fixture, const struct child *child, __u64 ended, const char *what)
{
	struct counters now = sampler_counters(&fixture->sampler);

	tap_check(target_exists(&fixture->sampler, (__u32)child->pid) &&
			  now.of[MBAL_COUNTER_TARGETS_ENDED] == ended,
		  "%s: still a target, %llu ended, expected %llu", what, now.of[MBAL_COUNTER_TARGETS_ENDED], ended);
	tap_check(outcome_of(fixture, (__u32)child->pid) == MBAL_COUNTER_RECORDED, "%s: its accesses are recorded", what);
}

static void check_ended(struct fixture *fixture, const struct child *child, __u64 ended, const char *what)
{
	struct counters now = sampler_counters(&fixture->sampler);

	tap_check(!target_exists(&fixture->sampler, (__u32)child->pid) && now.of[MBAL_COUNTER_TARGETS_ENDED] == ended,
		  "%s: no target any more, %llu ended, expected %llu", what, now.of[MBAL_COUNTER_TARGETS_ENDED],
		  ended);
	tap_check(outcome_of(fixture, (__u32)child->pid) == MBAL_COUNTER_DROP_NOT_TARGET,
		  "%s: its accesses are of no target", what);
}

static void check_child(struct fixture *fixture, void (*body)(int, int), __u64 ended, const char *alive,
			const char *gone)
{
	struct child child = child_start(body);

	if (target_set(&fixture->sampler, (__u32)child.pid, GROUP))
		abort();
	let_go(&child);
	tap_check(wait_ready(&child), "%s: the child got there", alive);
	check_alive(fixture, &child, ended, alive);
	let_go(&child);
	child_end(&child);
	check_ended(fixture, &child, ended + 1, gone);
}

static void check_exec(struct fixture *fixture, __u64 ended)
{
	struct child child = child_start(body_that_execs);
	struct counters now;

	if (target_set(&fixture->sampler, (__u32)child.pid, GROUP))
		abort();
	let_go(&child);
	let_go(&child);
	tap_check(wait_ready(&child), "another program: it runs");
	check_ended(fixture, &child, ended, "another program");
	kill(child.pid, SIGKILL);
	child_end(&child);
	now = sampler_counters(&fixture->sampler);
	tap_check(now.of[MBAL_COUNTER_TARGETS_ENDED] == ended, "another program ended: %llu counted, expected %llu",
		  now.of[MBAL_COUNTER_TARGETS_ENDED], ended);
}

static void check_other_process(struct fixture *fixture, __u64 ended)
{
	struct child child = child_start(body_with_thread);
	struct counters now;

	let_go(&child);
	wait_ready(&child);
	let_go(&child);
	child_end(&child);
	now = sampler_counters(&fixture->sampler);
	tap_check(now.of[MBAL_COUNTER_TARGETS_ENDED] == ended, "a process in no group ended: %llu counted, expected %llu",
		  now.of[MBAL_COUNTER_TARGETS_ENDED], ended);
}

int main(void)
{
	struct sampler_knobs knobs = { 0 };
	struct fixture fixture = { 0 };

	if (!sampler_possible())
		return tap_done();
	if (!tap_check(!sampler_open(&fixture.sampler, &knobs) &&
			       !group_open(&fixture.sampler, &fixture.group, GROUP, 0, SLOTS),
		       "opens"))
		return tap_done();
	fixture.on_exit = bpf_program__attach(fixture.sampler.skeleton->progs.mbal_exit);
	fixture.on_exec = bpf_program__attach(fixture.sampler.skeleton->progs.mbal_exec);
	if (tap_check(fixture.on_exit && fixture.on_exec, "mbal_exit and mbal_exec attach")) {
		check_child(&fixture, body_with_thread, 0, "a thread ended", "the process ended");
		check_child(&fixture, body_whose_leader_ends, 1, "the first thread ended, another lives",
			    "the last thread ended");
		check_other_process(&fixture, 2);
		check_exec(&fixture, 3);
	}
	bpf_link__destroy(fixture.on_exit);
	bpf_link__destroy(fixture.on_exec);
	group_close(&fixture.sampler, &fixture.group);
	sampler_close(&fixture.sampler);
	return tap_done();
}
