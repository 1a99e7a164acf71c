// SPDX-License-Identifier: Apache-2.0
/* When a group of several processes ends, although the peer that opened it lives. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "fixture.h"
#include "groups.h"
#include "mbal_targets.h"
#include "tap.h"

static bool has_no_memory(void *group)
{
	return !client_status(((struct open_group *)group)->fd).table_memory_bytes;
}

/* The first place that is free is taken. */
static void gives_its_place_away(const struct helper_process *helper, const struct open_group *ended)
{
	struct open_group next = group_open(helper, MBAL_TARGET_SET, getpid());

	CHECK_EQUAL(MBAL_GROUP_PLACE(next.id), MBAL_GROUP_PLACE(ended->id), "the next group gets its place");
	CHECK(next.id != ended->id, "under another id: %llu, not %llu", next.id, ended->id);
	group_close(&next);
}

static void ends_with_its_last_process(const struct helper_process *helper)
{
	int orders[2];
	pid_t first = child_start(live_idle, &orders[0]), second = child_start(live_idle, &orders[1]);
	struct open_group group = group_open(helper, MBAL_TARGET_SET, first);

	REQUIRE(!group_request(&group, MBAL_REQUEST_ADD, second));
	child_end(first, orders[0]);
	CHECK_EQUAL(group_claim(&group, 0, 0), 0, "a set of two lives on when one has ended");
	CHECK_EQUAL(describe(helper, group.id).processes, 1, "with the other");
	child_end(second, orders[1]);
	CHECK(fixture_wait(has_ended, &group), "the end of the last one frees it, although the peer lives");
	CHECK(fixture_wait(has_no_memory, &group), "with its memory: %llu bytes", client_status(group.fd).table_memory_bytes);
	CHECK_EQUAL(client_status(group.fd).group_count, 0, "no group is left");
	CHECK_EQUAL(group_request(&group, MBAL_REQUEST_ADD, getpid()), -ENOENT, "nobody can be added to it any more");
	CHECK_EQUAL(client_close(group.fd, group.id), -ENOENT, "nor can it be given up");
	gives_its_place_away(helper, &group);
	CHECK_EQUAL(((const struct mbal_table_header *)(const void *)group.processes)->recorded, 2, "its tables can still be read");
	group_forget(&group);
}

/* Whoever asks is told at once, not only once the helper has looked for what ended. */
static void tells_of_the_end(const struct helper_process *helper)
{
	int orders;
	pid_t child = child_start(live_idle, &orders);
	struct open_group group = group_open(helper, MBAL_TARGET_DESCENDANTS, child);

	child_end(child, orders);
	CHECK_EQUAL(group_claim(&group, 0, 0), -ENOENT, "the first request after the end of the last process is refused");
	CHECK_EQUAL(describe(helper, group.id).group_id, 0, "and GROUPS has it no more");
	group_forget(&group);
}

static void outlives_childless_parents(const struct helper_process *helper)
{
	struct open_group group;
	int orders;
	pid_t parent = child_start(live_idle, &orders);

	group = group_open(helper, MBAL_TARGET_CHILDREN, parent);
	CHECK_EQUAL(describe(helper, group.id).processes, 0, "the group of the children of a parent that has none");
	CHECK_EQUAL(group_claim(&group, 0, 0), 0, "lives as long as the parent, which may have some");
	child_end(parent, orders);
	CHECK_EQUAL(group_claim(&group, 0, 0), -ENOENT, "and ends with it");
	group_forget(&group);
}

enum { GENERATIONS = 997 };

static pid_t *last;	/* of them, in memory that all share; 0 before it is there */

/* Forks, and the parent ends at once: at each moment one process is alive, or two. */
static void live_for_generations(int orders)
{
	char byte;
	pid_t pid;

	if (setpgid(0, 0) || read(orders, &byte, 1) != 1)
		return;
	for (int i = 0; i < GENERATIONS; i++) {
		pid = fork();
		if (pid)
			_exit(pid < 0);
	}
	__atomic_store_n(last, getpid(), __ATOMIC_RELEASE);
	(void)!read(orders, &byte, 1);
}

/* Asks all the time, since each request of a group looks whether it has ended. */
static void loses_no_child_of_who_ends(const struct helper_process *helper)
{
	struct open_group group;
	unsigned int asked = 0, refused = 0;
	int orders;
	pid_t first;

	last = mmap(NULL, sizeof(*last), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	REQUIRE(last != MAP_FAILED);
	REQUIRE(!prctl(PR_SET_CHILD_SUBREAPER, 1));
	first = child_start(live_for_generations, &orders);
	group = group_open(helper, MBAL_TARGET_DESCENDANTS, first);
	REQUIRE(write(orders, "", 1) == 1);
	do {
		asked++;
		refused += group_claim(&group, 0, 0) != 0;
	} while (!refused && !__atomic_load_n(last, __ATOMIC_ACQUIRE));
	CHECK(!refused, "a group lives on while each process forks and ends: %u requests", asked);
	CHECK(is_in(&group, *last), "and has the last of %d generations", GENERATIONS);
	close(orders);
	while (waitpid(-first, NULL, 0) > 0)
		;
	REQUIRE(!prctl(PR_SET_CHILD_SUBREAPER, 0));
	munmap(last, sizeof(*last));
	CHECK_EQUAL(group_claim(&group, 0, 0), -ENOENT, "when that one ends, the group does");
	group_forget(&group);
}

int main(void)
{
	struct helper_process helper;

	if (!fixture_can_run("ends of groups of a real helper"))
		return tap_end();
	fixture_start(&helper, "--source faults --table-slots 16384");
	ends_with_its_last_process(&helper);
	tells_of_the_end(&helper);
	outlives_childless_parents(&helper);
	loses_no_child_of_who_ends(&helper);
	CHECK_EQUAL(fixture_stop(&helper), 0, "SIGTERM ends it with status 0");
	return tap_end();
}
