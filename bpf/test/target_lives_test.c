// SPDX-License-Identifier: Apache-2.0
/* Targets that end, whose id is used again, that run another program, and that live for a moment only. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sampled_events.h"
#include "tap.h"
#include "targets.h"

/* The same process id again and again, in a group with one place besides the parent's. */
static void check_reuse(struct fixture *fixture)
{
	enum { ROUNDS = 40 };
	struct group group = open_group(fixture, (struct mbal_group_rule){ .kind = MBAL_TARGET_DESCENDANTS }, 2);
	pid_t wanted = 0;
	__u32 tags[ROUNDS], rounds = 0, inherited = 0, same_pid = 0;

	join(fixture, &group, (__u32)getpid(), 0);
	for (; rounds < ROUNDS; rounds++) {
		struct clone_args arguments = { .set_tid = wanted ? (__u64)(unsigned long)&wanted : 0, .set_tid_size = wanted ? 1 : 0 };
		struct child child = child_start_as(&arguments);

		if (child.pid < 0)
			break;
		same_pid += child.pid == wanted;
		wanted = child.pid;
		tags[rounds] = tag_of(fixture, &group, child.pid);
		inherited += weight_of(&group, tags[rounds], PAGE);
		for (__u32 i = 0; i < rounds; i++)
			inherited += tags[i] == tags[rounds];
		inject_ip(fixture, (__u32)child.pid, PAGE, 0);
		child_end(&child);
	}
	tap_check(rounds == ROUNDS && same_pid == ROUNDS - 1, "%u processes with the same id", rounds);
	tap_check(!inherited, "none inherits heat or a tag of one before it: %u did", inherited);
	leave(fixture, &group, getpid());
	group_close(&fixture->sampler, &group);
}

/* A target that came in while it ended is still there when its id is used again. */
static void check_stale(struct fixture *fixture)
{
	struct group group = open_kind(fixture, MBAL_TARGET_SET);
	struct child child = child_start();
	pid_t pid = child.pid;
	struct clone_args arguments = { .set_tid = (__u64)(unsigned long)&pid, .set_tid_size = 1 };

	child_end(&child);
	join(fixture, &group, (__u32)pid, 0);
	tap_check(is_in(fixture, &group, pid), "a process that ended before it came in is a target");
	child = child_start_as(&arguments);
	tap_check(child.pid == pid && !target_exists(&fixture->sampler, (__u32)pid),
		  "until another one gets its id: that one is none");
	child_end(&child);
	group_close(&fixture->sampler, &group);
}

/*
 * A member that came in while its group was taken down is left behind in it, and the group's place is given to another:
 * nothing of the member may get there.
 */
static void check_place_reuse(struct fixture *fixture)
{
	struct mbal_group_rule rule = { .kind = MBAL_TARGET_SET };
	struct group old = open_kind(fixture, MBAL_TARGET_SET), new;
	__u64 new_id = old.id + MBAL_MAX_GROUPS;
	struct child left = child_start(), member = child_start();
	struct counters before, added;

	join(fixture, &old, (__u32)left.pid, 0);
	group_close(&fixture->sampler, &old); /* it has no tgid of its own: nobody leaves */
	if (group_open_for(&fixture->sampler, &new, new_id, &rule, PLACES, PLACES))
		abort();
	join(fixture, &new, (__u32)member.pid, 0);
	tap_check(is_in(fixture, &old, left.pid) && tag_of(fixture, &old, left.pid) == tag_of(fixture, &new, member.pid),
		  "one is left in a group that is gone, under a tag that another has in the group at its place");
	before = sampler_counters(&fixture->sampler);
	inject_ip(fixture, (__u32)left.pid, PAGE, 0);
	added = counters_since(&fixture->sampler, &before);
	check_counter(&added, MBAL_COUNTER_DROP_NO_TABLE, 1, "the one left behind");
	tap_check(!weight_of(&new, tag_of(fixture, &new, member.pid), PAGE) && !table_header(&new.heat)->recorded &&
			  !table_header(&new.threads)->recorded && !table_header(&new.recent)->recorded,
		  "no table of the group at its place has it");
	child_end(&left);
	tap_check(process_of(&new, tag_of(fixture, &new, member.pid))->state == MBAL_PROCESS_ALIVE,
		  "its end is not the end of the one that has its tag");
	inject_ip(fixture, (__u32)member.pid, PAGE, 0);
	tap_check(weight_of(&new, tag_of(fixture, &new, member.pid), PAGE) == 1, "that one's accesses count");
	child_end(&member);
	group_close(&fixture->sampler, &new);
}

static void check_exec(struct fixture *fixture)
{
	struct group wide = open_kind(fixture, MBAL_TARGET_SET), own = open_kind(fixture, MBAL_TARGET_PROCESS);
	struct child child = child_start();
	const struct mbal_process *process;
	__u32 old_tag, tag;

	join(fixture, &wide, (__u32)child.pid, 0);
	join(fixture, &own, (__u32)child.pid, 0);
	old_tag = tag_of(fixture, &wide, child.pid);
	inject_ip(fixture, (__u32)child.pid, PAGE, 0);
	child_become(&child, "cat");
	tap_check(cat_answers(&child), "another program runs");
	tag = tag_of(fixture, &wide, child.pid);
	process = process_of(&wide, tag);
	tap_check(is_in(fixture, &wide, child.pid) && tag != old_tag && !is_in(fixture, &own, child.pid),
		  "it stays in the wide group under another tag, and its own group forgets it");
	tap_check(process && !strcmp(process->command, "cat") && process_of(&wide, old_tag)->state == MBAL_PROCESS_ENDED,
		  "the table has its name: %s", process ? process->command : "none");
	tap_check(weight_of(&wide, tag, PAGE) == 0 && weight_of(&wide, old_tag, PAGE) == 1, "and it has no heat of the old program");
	child_end(&child);
	group_close(&fixture->sampler, &wide);
	group_close(&fixture->sampler, &own);
}

/* Makes a folder of one's own with a set-user-ID program in it. */
static bool make_setuid_cat(char *folder, char *program, size_t bytes)
{
	char command[512];
	struct statvfs fs;

	if (!mkdtemp(folder) || chmod(folder, 0755))
		return false;
	snprintf(program, bytes, "%s/cat", folder);
	snprintf(command, sizeof(command), "cp /bin/cat %s && chown 0:0 %s && chmod 4755 %s", program, program, program);
	return !system(command) && !statvfs(program, &fs) && !(fs.f_flag & ST_NOSUID);
}

/* In a group that a user has, a program stays that he may look into, and no other. */
static void check_exec_of_user(struct fixture *fixture)
{
	struct group group = open_group(fixture, (struct mbal_group_rule){ .kind = MBAL_TARGET_SET, .owner_uid = NOBODY }, PLACES);
	struct child plain = child_start(), privileged = child_start();
	char folder[] = "/tmp/mbal-setuid-XXXXXX", program[64] = "";
	struct counters before, added;

	if (child_ask(&plain, 'n') || child_ask(&privileged, 'n'))
		abort();
	join(fixture, &group, (__u32)plain.pid, 0);
	join(fixture, &group, (__u32)privileged.pid, 0);
	before = sampler_counters(&fixture->sampler);
	child_become(&plain, "cat");
	tap_check(cat_answers(&plain) && is_in(fixture, &group, plain.pid), "a user's group keeps his process that runs cat");
	if (make_setuid_cat(folder, program, sizeof(program))) {
		child_become(&privileged, program);
		tap_check(cat_answers(&privileged) && !target_exists(&fixture->sampler, (__u32)privileged.pid),
			  "and not one that runs a set-user-ID program");
		added = counters_since(&fixture->sampler, &before);
		check_counter(&added, MBAL_COUNTER_TARGETS_ENDED, 1, "a set-user-ID program");
	} else {
		tap_skip("no set-user-ID program can be made in /tmp");
	}
	unlink(program);
	rmdir(folder);
	child_end(&plain);
	child_end(&privileged);
	group_close(&fixture->sampler, &group);
}

/* --- a storm of short-lived processes, each of which touches a page that no other touches --- */

enum { STORM_PARENTS = 4 };

/* Of each parent; fewer by MBAL_TEST_FORKS, where forks take long. */
static int storm_children = 3001;
static int storm;

static void choose_storm(void)
{
	const char *forks = getenv("MBAL_TEST_FORKS");

	if (forks)
		storm_children = atoi(forks);
	if (storm_children <= 0)
		abort();
	storm = STORM_PARENTS * storm_children;
}

static void storm_parent(int go, char *pages)
{
	char byte;

	if (read(go, &byte, 1) != 1)
		_exit(1);
	for (int i = 0; i < storm_children; i++) {
		pid_t pid = fork();

		if (pid < 0)
			_exit(1);
		if (!pid) {
			pages[(size_t)i << MBAL_PAGE_SHIFT] = 1;
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	_exit(0);
}

static void count_storm(struct fixture *fixture, const struct group *group, const char *pages, const struct counters *before)
{
	struct counters added = sampler_steady_counters(&fixture->sampler);
	__u64 first = (__u64)(unsigned long)pages >> MBAL_PAGE_SHIFT, mask = (1ULL << MBAL_KEY_PAGE_BITS) - 1, found = 0;

	for (int i = 0; i < MBAL_COUNTER_MAX; i++)
		added.of[i] -= before->of[i];
	for (__u32 i = 0; i < group->heat.slot_count; i++) {
		__u64 page = table_slot(&group->heat, i)->key & mask;

		found += page >= first && page < first + (__u64)storm;
	}
	tap_check(added.of[MBAL_COUNTER_TARGETS_ADDED] + added.of[MBAL_COUNTER_TARGETS_LOST] == (__u64)(storm + STORM_PARENTS),
		  "a storm of %d forks: %llu added, %llu lost", storm, added.of[MBAL_COUNTER_TARGETS_ADDED],
		  added.of[MBAL_COUNTER_TARGETS_LOST]);
	/* By chance a window is full although the table is not; and the kernel leaves a fault out that comes within another BPF program. */
	tap_check(found + added.of[MBAL_COUNTER_TARGETS_LOST] + added.of[MBAL_COUNTER_DROP_TABLE_RACE] +
				  added.of[MBAL_COUNTER_DROP_TABLE_FULL] >= (__u64)(storm - storm / 1000) &&
			  added.of[MBAL_COUNTER_DROP_TABLE_FULL] < (__u64)storm / 100,
		  "the page of each child is in the table: %llu of %d, or was counted: %llu races, %llu found a window full", found, storm,
		  added.of[MBAL_COUNTER_DROP_TABLE_RACE], added.of[MBAL_COUNTER_DROP_TABLE_FULL]);
	check_sum(&added, added.of[MBAL_COUNTER_SEEN], "the storm's faults");
	tap_check(table_header(&group->processes)->recorded - table_header(&group->processes)->replaced == 1,
		  "afterwards one process is left in the group: %llu came, %llu left", table_header(&group->processes)->recorded,
		  table_header(&group->processes)->replaced);
}

static void run_storm(struct fixture *fixture, const struct group *group, char *pages)
{
	struct counters before = sampler_steady_counters(&fixture->sampler);
	int go[2], status = 0, failed = 0;

	if (pipe(go))
		abort();
	for (int i = 0; i < STORM_PARENTS; i++) {
		pid_t pid = fork();

		if (!pid)
			storm_parent(go[0], pages + ((size_t)(i * storm_children) << MBAL_PAGE_SHIFT));
	}
	if (write(go[1], "goes", STORM_PARENTS) != STORM_PARENTS)
		abort();
	for (int i = 0; i < STORM_PARENTS; i++) {
		wait(&status);
		failed += status != 0;
	}
	close(go[0]);
	close(go[1]);
	tap_check(!failed, "%d parents forked", STORM_PARENTS);
	count_storm(fixture, group, pages, &before);
}

static void check_storm(struct fixture *fixture)
{
	struct perf_event_attr attributes = fault_event(PERF_COUNT_SW_PAGE_FAULTS);
	struct mbal_group_rule rule = { .kind = MBAL_TARGET_DESCENDANTS };
	size_t bytes = (size_t)storm << MBAL_PAGE_SHIFT;
	char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static struct sampled_events events;
	struct group group;

	if (pages == MAP_FAILED || madvise(pages, bytes, MADV_NOHUGEPAGE))
		abort();
	if (group_open_for(&fixture->sampler, &group, ++fixture->next_id, &rule, 1u << 20, MBAL_MAX_PROCESSES))
		abort();
	join(fixture, &group, (__u32)getpid(), 0);
	if (tap_check(!sampled_events_open(&events, &attributes, fixture->sampler.skeleton->progs.mbal_page_fault),
		      "page faults are sampled")) {
		run_storm(fixture, &group, pages);
		sampled_events_close(&events);
	}
	leave(fixture, &group, getpid());
	group_close(&fixture->sampler, &group);
	munmap(pages, bytes);
}

/* --- processes that fork and end at once --- */

enum { GENERATIONS = 2003 };

static void live_for_generations(int go, int done)
{
	char byte;

	if (read(go, &byte, 1) != 1)
		_exit(1);
	for (int i = 0; i < GENERATIONS; i++) {
		pid_t pid = fork();

		if (pid)
			_exit(pid < 0);
	}
	if (write(done, "d", 1) != 1 || read(go, &byte, 1) != 0)
		_exit(1);
	_exit(0);
}

/*
 * As the helper looks whether a group of several has ended: how many have come is read after how many have ended. A child
 * that comes while its parent ends must never be missed.
 */
static __u64 count_alive(const struct group *group)
{
	const struct mbal_table_header *header = table_header(&group->processes);
	__u64 ended = __atomic_load_n(&header->replaced, __ATOMIC_ACQUIRE);

	return __atomic_load_n(&header->recorded, __ATOMIC_ACQUIRE) - ended;
}

/* Returns how often nobody was found alive before the last generation was there. */
static unsigned int watch_generations(const struct group *group, int done, unsigned int *looks)
{
	struct pollfd last = { .fd = done, .events = POLLIN };
	unsigned int empty = 0;

	for (*looks = 0; !poll(&last, 1, 0); *looks += 1)
		for (int i = 0; i < 1000; i++)
			empty += !count_alive(group);
	return empty;
}

static void check_generations(struct fixture *fixture)
{
	struct group group = open_kind(fixture, MBAL_TARGET_DESCENDANTS);
	unsigned int looks, empty, waited = 0;
	int go[2], done[2];
	pid_t first;

	if (pipe2(go, O_CLOEXEC) || pipe2(done, O_CLOEXEC) || prctl(PR_SET_CHILD_SUBREAPER, 1))
		abort();
	first = fork();
	if (!first) {
		close(go[1]);
		live_for_generations(go[0], done[1]);
	}
	close(done[1]); /* the pipe's end then is the end of a chain that broke */
	join(fixture, &group, (__u32)first, 0);
	if (write(go[1], "g", 1) != 1)
		abort();
	empty = watch_generations(&group, done[0], &looks);
	tap_check(!empty, "while %d processes fork and end at once, there is one at each of %u000 looks: %u found none", GENERATIONS, looks,
		  empty);
	/* Those before it may be on their way out still. */
	tap_check(count_alive(&group) >= 1 && table_header(&group.processes)->recorded == GENERATIONS + 1,
		  "then the last is there: %llu came, %llu ended", table_header(&group.processes)->recorded,
		  table_header(&group.processes)->replaced);
	close(go[1]);
	while (wait(NULL) > 0)
		waited++;
	tap_check(waited == GENERATIONS + 1 && !count_alive(&group), "and when it has ended, nobody");
	close(go[0]);
	close(done[0]);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	group_close(&fixture->sampler, &group);
}

int main(void)
{
	struct fixture fixture;

	choose_storm();
	if (!fixture_open(&fixture))
		return tap_done();
	check_reuse(&fixture);
	check_stale(&fixture);
	check_place_reuse(&fixture);
	check_exec(&fixture);
	check_exec_of_user(&fixture);
	check_storm(&fixture);
	check_generations(&fixture);
	fixture_close(&fixture);
	return tap_done();
}
