// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "targets.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "tap.h"

#define SLOTS 4096u

/* --- children --- */

static void child_live(int orders, int answers);

static void be_child(int orders[2], int answers[2])
{
	close(orders[1]);
	close(answers[0]);
	child_live(orders[0], answers[1]);
	_exit(0);
}

struct child child_start_as(struct clone_args *arguments)
{
	int orders[2], answers[2];
	struct child child;

	if (pipe(orders) || pipe(answers))
		abort();
	arguments->exit_signal = SIGCHLD;
	child.pid = (pid_t)syscall(SYS_clone3, arguments, sizeof(*arguments));
	if (!child.pid)
		be_child(orders, answers);
	close(orders[0]);
	close(answers[1]);
	child.orders = orders[1];
	child.answers = answers[0];
	return child;
}

struct child child_start(void)
{
	struct clone_args plain = { 0 };

	return child_start_as(&plain);
}

int child_ask(const struct child *child, char order)
{
	int answer = -1;

	if (write(child->orders, &order, 1) != 1 || read(child->answers, &answer, sizeof(answer)) != sizeof(answer))
		return -1;
	return answer;
}

void child_become(const struct child *child, const char *program)
{
	size_t bytes = strlen(program) + 1;

	if (write(child->orders, "c", 1) != 1 || write(child->orders, program, bytes) != (ssize_t)bytes)
		abort();
}

void child_end(struct child *child)
{
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
	close(child->orders);
	close(child->answers);
}

static struct child grandchild;

/* Reads the program's path, byte by byte so as to leave it what follows, and runs it under the name of cat. */
static __attribute__((noreturn)) void become(int orders, int answers)
{
	char program[256];
	size_t length = 0;

	while (length < sizeof(program) && read(orders, &program[length], 1) == 1 && program[length])
		length++;
	dup2(orders, STDIN_FILENO);
	dup2(answers, STDOUT_FILENO);
	execlp(program, "cat", (char *)NULL);
	_exit(1);
}

static int child_obey(char order, int orders, int answers)
{
	switch (order) {
	case 'f':
		grandchild = child_start();
		return grandchild.pid;
	case 'e':
		child_end(&grandchild);
		return 0;
	case 'n':
		return setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY) ? -1 : 0;
	case 'c':
		become(orders, answers);
	default:
		return getpid();
	}
}

static void child_live(int orders, int answers)
{
	char order;

	while (read(orders, &order, 1) == 1) {
		int answer = child_obey(order, orders, answers);

		if (write(answers, &answer, sizeof(answer)) != sizeof(answer))
			return;
	}
}

bool cat_answers(const struct child *child)
{
	char byte = 'x';

	return write(child->orders, &byte, 1) == 1 && read(child->answers, &byte, 1) == 1 && byte == 'x';
}

/* --- groups --- */

struct group open_group(struct fixture *fixture, struct mbal_group_rule rule, __u32 places)
{
	struct group group;

	if (group_open_for(&fixture->sampler, &group, ++fixture->next_id, &rule, SLOTS, places))
		abort();
	return group;
}

struct group open_kind(struct fixture *fixture, enum mbal_target_kind kind)
{
	return open_group(fixture, (struct mbal_group_rule){ .kind = kind }, PLACES);
}

int join(struct fixture *fixture, const struct group *group, __u32 tgid, __u32 flags)
{
	struct mbal_newcomer process = { .group_id = group->id, .tgid = tgid, .flags = flags, .command = "joined" };

	return target_change(&fixture->sampler, MBAL_RETARGET_JOIN, &process);
}

void tidy(struct fixture *fixture)
{
	int targets_fd = bpf_map__fd(fixture->sampler.skeleton->maps.mbal_targets);
	__u32 tgid, next;
	int err = bpf_map_get_next_key(targets_fd, NULL, &next);

	/* The next key is read before the action, which may delete this one; a walk that lost its place begins again. */
	for (unsigned int i = 0; !err && i < 1u << 16; i++) {
		tgid = next;
		err = bpf_map_get_next_key(targets_fd, &tgid, &next);
		target_change(&fixture->sampler, MBAL_RETARGET_TIDY, &(struct mbal_newcomer){ .tgid = tgid });
	}
}

void leave(struct fixture *fixture, const struct group *group, pid_t pid)
{
	target_change(&fixture->sampler, MBAL_RETARGET_LEAVE,
		      &(struct mbal_newcomer){ .group_id = group->id, .tgid = (__u32)pid });
}

bool is_in(struct fixture *fixture, const struct group *group, pid_t pid)
{
	struct mbal_membership membership;

	return target_is_in(&fixture->sampler, (__u32)pid, group->id, &membership) &&
	       membership.flags & MBAL_MEMBER_COUNTED;
}

__u32 tag_of(struct fixture *fixture, const struct group *group, pid_t pid)
{
	struct mbal_membership membership = { .process_tag = ~0u };

	target_is_in(&fixture->sampler, (__u32)pid, group->id, &membership);
	return membership.process_tag;
}

const struct mbal_process *process_of(const struct group *group, __u32 tag)
{
	const struct mbal_process *process = table_process(&group->processes, MBAL_TAG_PLACE(tag) % PLACES);

	return process->tag == tag ? process : NULL;
}

void inject_ip(struct fixture *fixture, __u32 tgid, __u64 page, __u64 ip)
{
	struct mbal_access access = { .vaddr = page << MBAL_PAGE_SHIFT, .tgid = tgid, .tid = tgid, .time_ns = 1, .ip = ip,
				      .flags = MBAL_ACCESS_LOAD };

	if (sampler_inject(&fixture->sampler, &access, 1))
		abort();
}

__u32 weight_of(const struct group *group, __u32 tag, __u64 page)
{
	const struct mbal_slot *slot = table_find(&group->heat, (__u64)tag << MBAL_KEY_PAGE_BITS | page);

	return slot ? slot_weight(&group->heat, slot) : 0;
}

void set_wide(struct fixture *fixture, __u64 group_id)
{
	struct mbal_wide_groups wide = { .group_ids = { 0, group_id } };
	__u32 zero = 0;

	if (bpf_map_update_elem(bpf_map__fd(fixture->sampler.skeleton->maps.mbal_wide), &zero, &wide, BPF_ANY))
		abort();
}

/* --- the whole --- */

static void attach(struct fixture *fixture, struct bpf_program *program)
{
	fixture->hooks[fixture->hook_count++] = bpf_program__attach(program);
	tap_check(fixture->hooks[fixture->hook_count - 1] != NULL, "%s attaches", bpf_program__name(program));
}

bool fixture_open(struct fixture *fixture)
{
	struct sampler_knobs knobs = { 0 };

	return fixture_open_with(fixture, &knobs);
}

bool fixture_open_with(struct fixture *fixture, const struct sampler_knobs *knobs)
{
	*fixture = (struct fixture){ .next_id = 100 };
	if (!sampler_possible() || !tap_check(!sampler_open(&fixture->sampler, knobs), "opens"))
		return false;
	attach(fixture, fixture->sampler.skeleton->progs.mbal_fork);
	attach(fixture, fixture->sampler.skeleton->progs.mbal_exec);
	attach(fixture, fixture->sampler.skeleton->progs.mbal_exit);
	attach(fixture, fixture->sampler.skeleton->progs.mbal_cgroup_move);
	return true;
}

void fixture_close(struct fixture *fixture)
{
	tap_check(fixture->sampler.skeleton->bss->target_count == 0, "no target is left: %llu",
		  fixture->sampler.skeleton->bss->target_count);
	for (unsigned int i = 0; i < fixture->hook_count; i++)
		bpf_link__destroy(fixture->hooks[i]);
	sampler_close(&fixture->sampler);
}
