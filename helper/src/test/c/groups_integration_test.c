// SPDX-License-Identifier: Apache-2.0
/* Groups of several processes, as a real helper makes them: who is in, who may ask for them, and that each sample is counted. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "fixture.h"
#include "groups.h"
#include "tap.h"

#define PAGE_BYTES 4096u
#define WIDE_GROUPS 16

/* Has a child itself, whose pid is in shared memory, and another one when it is told. */
static pid_t *grandchildren;

static void live_with_children(int orders)
{
	pid_t self = getpid();
	char byte;

	for (int i = 0;; i++) {
		pid_t pid = fork();

		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			while (getppid() == self) /* it may have been killed before that */
				pause();
		}
		__atomic_store_n(&grandchildren[i], pid, __ATOMIC_RELEASE);
		if (read(orders, &byte, 1) != 1)
			_exit(0);
	}
}

static bool has_grandchild(void *index)
{
	return __atomic_load_n(&grandchildren[*(int *)index], __ATOMIC_ACQUIRE) != 0;
}

static pid_t wait_grandchild(int index)
{
	REQUIRE(fixture_wait(has_grandchild, &index));
	return grandchildren[index];
}

static void makes_grandchildren_known(void)
{
	grandchildren = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	REQUIRE(grandchildren != MAP_FAILED);
	memset(grandchildren, 0, PAGE_BYTES);
}

/* --- who is in --- */

static void follows_descendants(const struct helper_process *helper)
{
	struct open_group group;
	int orders;
	pid_t child;

	makes_grandchildren_known();
	child = child_start(live_with_children, &orders);
	wait_grandchild(0);
	group = group_open(helper, MBAL_TARGET_DESCENDANTS, child);
	CHECK(is_in(&group, child) && is_in(&group, grandchildren[0]), "a parent and the child that it had before are in the group");
	CHECK(!is_in(&group, getpid()), "and not who asked");
	REQUIRE(write(orders, "", 1) == 1);
	CHECK(is_in(&group, wait_grandchild(1)), "so is one that it has afterwards");
	CHECK_TEXT(process_of(&group, child)->command, "groups_integrat", "under its name, as long as names are");
	CHECK_EQUAL(describe(helper, group.id).processes, 3, "three processes");
	CHECK_EQUAL(describe(helper, group.id).tgid, child, "the first of which is the parent");
	CHECK_EQUAL(describe(helper, group.id).target_kind, MBAL_TARGET_DESCENDANTS, "of that kind");
	CHECK_EQUAL(client_status(group.fd).targets, 3, "all of them targets");
	group_close(&group);
	child_end(child, orders);
}

static void follows_children_only(const struct helper_process *helper)
{
	struct open_group group;
	int orders, late_orders;
	pid_t child, late;

	makes_grandchildren_known();
	child = child_start(live_with_children, &orders);
	wait_grandchild(0);
	group = group_open(helper, MBAL_TARGET_CHILDREN, getpid());
	late = child_start(live_idle, &late_orders);
	CHECK(is_in(&group, child) && is_in(&group, late) && !is_in(&group, grandchildren[0]) && !is_in(&group, getpid()),
	      "children only: those that were there and those that come, neither grandchildren nor the parent");
	child_end(child, orders);
	child_end(late, late_orders);
	group_close(&group);
}

static void keeps_a_set(const struct helper_process *helper)
{
	int orders[2];
	pid_t first = child_start(live_idle, &orders[0]), second = child_start(live_idle, &orders[1]);
	struct open_group group = group_open(helper, MBAL_TARGET_SET, first), other = group_open(helper, MBAL_TARGET_DESCENDANTS, first);

	CHECK_EQUAL(group_request(&group, MBAL_REQUEST_ADD, second), 0, "another process is added to a set");
	CHECK(is_in(&group, first) && is_in(&group, second), "both are in it");
	CHECK_EQUAL(group_request(&group, MBAL_REQUEST_ADD, second), -EEXIST, "once");
	CHECK_EQUAL(group_request(&other, MBAL_REQUEST_ADD, second), -EINVAL, "nothing is added to a group of another kind");
	CHECK_EQUAL(group_request(&(struct open_group){ .fd = other.fd, .id = group.id }, MBAL_REQUEST_ADD, second), -ENOENT,
		    "nor by a peer that has not opened it");
	group_close(&other);
	child_end(second, orders[1]);
	CHECK_EQUAL(group_request(&group, MBAL_REQUEST_ADD, second), -ESRCH, "nor a process that ended");
	CHECK_EQUAL(describe(helper, group.id).processes, 1, "which is not counted any more");
	group_close(&group);
	child_end(first, orders[0]);
}

/* Where cgroups v2 are mounted; where nobody has done so, as in a bare guest, we do. */
static bool find_cgroups(char *folder, size_t bytes, bool *is_ours)
{
	FILE *mounts = fopen("/proc/self/mounts", "r");
	char line[512], path[256], type[64];
	bool found = false;

	while (mounts && !found && fgets(line, sizeof(line), mounts))
		if (sscanf(line, "%*s %255s %63s", path, type) == 2 && !strcmp(type, "cgroup2"))
			found = snprintf(folder, bytes, "%s", path) > 0;
	if (mounts)
		fclose(mounts);
	*is_ours = !found;
	if (found)
		return true;
	snprintf(folder, bytes, "/tmp/mbal-cgroups-%d", getpid());
	return !mkdir(folder, 0755) && !mount("cgroup2", folder, "cgroup2", 0, NULL);
}

static void move_to(const char *folder, pid_t pid)
{
	char path[400], text[32];
	int fd, length = snprintf(text, sizeof(text), "%d", pid);

	snprintf(path, sizeof(path), "%s/cgroup.procs", folder);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	REQUIRE(fd >= 0 && write(fd, text, (size_t)length) == length);
	close(fd);
}

/* Nobody is in the cgroup, but somebody may come as long as it is there. */
static void ends_with_its_cgroup(const struct helper_process *helper, struct open_group *group, const char *inner, const char *folder)
{
	int orders;
	pid_t late = child_start(live_idle, &orders);

	CHECK_EQUAL(group_claim(group, 0, 0), 0, "the group of an empty cgroup lives on");
	move_to(inner, late);
	CHECK(is_in(group, late) && describe(helper, group->id).processes == 1, "and whoever is moved there is in it");
	child_end(late, orders);
	REQUIRE(!rmdir(inner));
	CHECK_EQUAL(group_claim(group, 0, 0), 0, "also when the cgroup below it is removed");
	REQUIRE(!rmdir(folder));
	CHECK(fixture_wait(has_ended, group), "the removal of its cgroup frees it, although the peer lives");
	CHECK_EQUAL(group_claim(group, 0, 0), -ENOENT, "which the peer is told");
	group_forget(group);
}

static void follows_a_cgroup(const struct helper_process *helper)
{
	struct mbal_request request = open_request(MBAL_TARGET_CGROUP, 0);
	char root[260], folder[300], inner[340];
	bool is_ours;
	struct open_group group;
	struct stat status;
	int orders[2];
	pid_t before, after;

	if (!find_cgroups(root, sizeof(root), &is_ours)) {
		tap_skip("groups of a cgroup", "no cgroup v2 hierarchy can be mounted here");
		return;
	}
	snprintf(folder, sizeof(folder), "%s/mbal-groups-%d", root, getpid());
	REQUIRE(!mkdir(folder, 0755));
	snprintf(inner, sizeof(inner), "%s/inner", folder);
	REQUIRE(!mkdir(inner, 0755) && !stat(folder, &status));
	before = child_start(live_idle, &orders[0]);
	after = child_start(live_idle, &orders[1]);
	move_to(inner, before);
	request.cgroup_id = status.st_ino;
	REQUIRE(!group_ask(helper, &request, &group));
	CHECK(is_in(&group, before) && !is_in(&group, after), "the processes of a cgroup, and of one below it, are in its group");
	move_to(folder, after);
	CHECK(is_in(&group, after), "also one that is moved there");
	CHECK_EQUAL(describe(helper, group.id).processes, 2, "two");
	child_end(before, orders[0]);
	child_end(after, orders[1]);
	ends_with_its_cgroup(helper, &group, inner, folder);
	CHECK_EQUAL(group_ask(helper, &request, &group), -ENOENT, "a cgroup that is gone has no group");
	if (is_ours && !umount(root))
		rmdir(root);
}

static void takes_everything(const struct helper_process *helper)
{
	int orders, late_orders;
	pid_t before = child_start(live_idle, &orders), after;
	struct open_group group = group_open(helper, MBAL_TARGET_ALL, 0);

	after = child_start(live_idle, &late_orders);
	CHECK(is_in(&group, before) && is_in(&group, after) && is_in(&group, 1), "all processes are in the group of all");
	CHECK(!is_in(&group, getpid()) && !is_in(&group, helper->pid) && !is_in(&group, 2),
	      "but who asked, the helper, and the kernel's threads");
	child_end(before, orders);
	child_end(after, late_orders);
	group_close(&group);
}

static void bounds_what_takes_in_from_everywhere(const struct helper_process *helper)
{
	struct mbal_request request = open_request(MBAL_TARGET_ALL, 0);
	struct open_group groups[WIDE_GROUPS + 1];
	int opened = 0;

	while (opened <= WIDE_GROUPS && !group_ask(helper, &request, &groups[opened]))
		opened++;
	/* A process can be in four groups only, so those of the fifth are lost, and say so. */
	CHECK_EQUAL(opened, WIDE_GROUPS, "so many groups may take in from everywhere");
	CHECK(client_status(groups[0].fd).counters[MBAL_COUNTER_TARGETS_LOST] > 0, "a process that is in four groups is lost to a fifth, and counted");
	CHECK_EQUAL(list_groups(helper, 3).count, WIDE_GROUPS - 3, "GROUPS passes over as many as asked for");
	CHECK_EQUAL(list_groups(helper, 3).total, WIDE_GROUPS, "and knows how many there are");
	for (int i = 0; i < opened; i++)
		group_close(&groups[i]);
}

/* --- who may ask --- */

static void is_bounded_for_users(void *helper_process)
{
	const struct helper_process *helper = helper_process;
	struct mbal_request request = open_request(MBAL_TARGET_CGROUP, 0);
	struct open_group group;
	int orders;
	pid_t child;

	prctl(PR_SET_DUMPABLE, 1);
	child = child_start(live_idle, &orders);
	request.cgroup_id = 1;
	CHECK_EQUAL(group_ask(helper, &request, &group), -EPERM, "a user gets no cgroup");
	request = open_request(MBAL_TARGET_ALL, 0);
	CHECK_EQUAL(group_ask(helper, &request, &group), -EPERM, "nor everything");
	request = open_request(MBAL_TARGET_DESCENDANTS, 1);
	CHECK_EQUAL(group_ask(helper, &request, &group), -EPERM, "nor what comes from another's process");
	request = open_request(MBAL_TARGET_REPLAY, 0);
	CHECK_EQUAL(group_ask(helper, &request, &group), -EOPNOTSUPP, "nobody gets recorded samples from a helper that samples");
	request = open_request(MBAL_TARGET_DESCENDANTS, getpid());
	request.recent_slots = 65537;
	CHECK_EQUAL(group_ask(helper, &request, &group), -EPERM, "nor more memory than this");
	request.recent_slots = 65536;
	CHECK_EQUAL(group_ask(helper, &request, &group), 0, "what comes from his own process he gets");
	CHECK(is_in(&group, child), "children included");
	CHECK_EQUAL(group.reply.table_bytes[2], MBAL_HEADER_BYTES + 65536 * sizeof(struct mbal_access), "with the ring that he asked for");
	CHECK(describe(helper, group.id).memory_bytes >= group.reply.table_bytes[0] + group.reply.table_bytes[2],
	      "whose memory GROUPS tells");
	group_close(&group);
	child_end(child, orders);
}

/* --- counting --- */

/* Of each of two parents; fewer by MBAL_TEST_FORKS, where forks take long. */
static int storm_forks(void)
{
	const char *forks = getenv("MBAL_TEST_FORKS");

	REQUIRE(!forks || atoi(forks) > 0);
	return forks ? atoi(forks) : 997;
}

static void touch_and_end(void)
{
	volatile char *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	page[0] = 1;
	_exit(0);
}

static void live_storm(int orders)
{
	char byte;

	(void)!read(orders, &byte, 1);
	for (int i = 0, forks = storm_forks(); i < forks; i++) {
		pid_t pid = fork();

		if (!pid)
			touch_and_end();
		waitpid(pid, NULL, 0);
	}
}

/* Several groups, which overlap, while processes come and go. */
static void counts_each_sample_once(const struct helper_process *helper)
{
	struct mbal_status before, after;
	struct open_group groups[3];
	int orders[2];
	pid_t parents[2];

	for (int i = 0; i < 2; i++)
		parents[i] = child_start(live_storm, &orders[i]);
	groups[0] = group_open(helper, MBAL_TARGET_DESCENDANTS, parents[0]);
	groups[1] = group_open(helper, MBAL_TARGET_ALL, 0);
	groups[2] = group_open(helper, MBAL_TARGET_CHILDREN, getpid());
	before = client_status(groups[0].fd);
	for (int i = 0; i < 2; i++)
		REQUIRE(write(orders[i], "", 1) == 1);
	for (int i = 0; i < 2; i++) {
		REQUIRE(waitpid(parents[i], NULL, 0) == parents[i]);
		close(orders[i]);
	}
	after = client_status(groups[0].fd);
	/* How many depends on how far the helper had to lower the rate: targets_test has every one. */
	CHECK(after.counters[MBAL_COUNTER_SEEN] > before.counters[MBAL_COUNTER_SEEN], "%llu samples were seen",
	      after.counters[MBAL_COUNTER_SEEN] - before.counters[MBAL_COUNTER_SEEN]);
	CHECK_EQUAL(client_sum_of_outcomes(&after), after.counters[MBAL_COUNTER_SEEN], "and each has one outcome, in however many groups it counts");
	CHECK(after.counters[MBAL_COUNTER_TARGETS_ADDED] + after.counters[MBAL_COUNTER_TARGETS_LOST] -
			      before.counters[MBAL_COUNTER_TARGETS_ADDED] - before.counters[MBAL_COUNTER_TARGETS_LOST] >=
		      3 * (__u64)storm_forks(),
	      "every child was added or lost: in one group those of a parent, in another both parents'");
	CHECK_EQUAL(group_claim(&groups[0], 1, 0), -ENOENT, "afterwards nobody is left in the first, which ended");
	for (int i = 1; i < 3; i++)
		group_close(&groups[i]);
	group_forget(&groups[0]);
}

int main(void)
{
	struct helper_process helper;

	if (!fixture_can_run("groups of a real helper"))
		return tap_end();
	fixture_start(&helper, "--source faults --table-slots 16384");
	follows_descendants(&helper);
	follows_children_only(&helper);
	keeps_a_set(&helper);
	follows_a_cgroup(&helper);
	takes_everything(&helper);
	bounds_what_takes_in_from_everywhere(&helper);
	tap_as(ALICE, is_bounded_for_users, &helper);
	counts_each_sample_once(&helper);
	CHECK_EQUAL(fixture_stop(&helper), 0, "SIGTERM ends it with status 0");
	return tap_end();
}
