// SPDX-License-Identifier: Apache-2.0
/*
 * Groups of several processes: who comes in by fork, by another program and by a cgroup, under which tag its accesses
 * are counted, and that nobody is lost without being counted as lost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "sampled_events.h"
#include "sampler.h"
#include "tap.h"

#define SLOTS 4096u
#define PLACES 1024u
#define PAGE 0x7f0012345ULL
#define NOBODY 65534u
#define NO_PROCESS 4000001u	/* above any pid_max */

struct fixture {
	struct sampler sampler;
	struct bpf_link *hooks[8];
	unsigned int hook_count;
	__u64 next_id;
};

/* --- children that do as they are told, a byte each --- */

struct child {
	pid_t pid;
	int orders, answers;
};

static void child_live(int orders, int answers);

static void be_child(int orders[2], int answers[2])
{
	close(orders[1]);
	close(answers[0]);
	child_live(orders[0], answers[1]);
	_exit(0);
}

/* With a clone3 of these arguments; {0}: a plain fork. */
static struct child child_start_as(struct clone_args *arguments)
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

static struct child child_start(void)
{
	struct clone_args plain = { 0 };

	return child_start_as(&plain);
}

static int child_ask(const struct child *child, char order)
{
	int answer = -1;

	if (write(child->orders, &order, 1) != 1 || read(child->answers, &answer, sizeof(answer)) != sizeof(answer))
		return -1;
	return answer;
}

/* Without an answer: the program that it becomes has none. */
static void child_tell(const struct child *child, char order)
{
	if (write(child->orders, &order, 1) != 1)
		abort();
}

static void child_end(struct child *child)
{
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
	close(child->orders);
	close(child->answers);
}

static struct child grandchild;

/* f: fork, answers its pid; e: end that one; n: become nobody; c: become cat; s: become a set-user-ID cat. */
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
	case 's':
		dup2(orders, STDIN_FILENO);
		dup2(answers, STDOUT_FILENO);
		execlp(order == 's' ? "/tmp/mbal-setuid-cat" : "cat", "cat", (char *)NULL);
		_exit(1);
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

/* A child that became cat returns what it gets: when this returns, the program runs. */
static bool cat_answers(const struct child *child)
{
	char byte = 'x';

	return write(child->orders, &byte, 1) == 1 && read(child->answers, &byte, 1) == 1 && byte == 'x';
}

/* --- groups --- */

static struct group open_group(struct fixture *fixture, struct mbal_group_rule rule, __u32 places)
{
	struct group group;

	if (group_open_for(&fixture->sampler, &group, ++fixture->next_id, &rule, SLOTS, places))
		abort();
	return group;
}

static struct group open_kind(struct fixture *fixture, enum mbal_target_kind kind)
{
	return open_group(fixture, (struct mbal_group_rule){ .kind = kind }, PLACES);
}

static int join(struct fixture *fixture, const struct group *group, __u32 tgid, __u32 flags)
{
	struct mbal_newcomer process = { .group_id = group->id, .tgid = tgid, .flags = flags, .command = "joined" };

	return target_change(&fixture->sampler, MBAL_RETARGET_JOIN, &process);
}

static bool is_in(struct fixture *fixture, const struct group *group, pid_t pid)
{
	struct mbal_membership membership;

	return target_is_in(&fixture->sampler, (__u32)pid, group->id, &membership) &&
	       membership.flags & MBAL_MEMBER_COUNTED;
}

static __u32 tag_of(struct fixture *fixture, const struct group *group, pid_t pid)
{
	struct mbal_membership membership = { .process_tag = ~0u };

	target_is_in(&fixture->sampler, (__u32)pid, group->id, &membership);
	return membership.process_tag;
}

static const struct mbal_process *process_of(const struct group *group, __u32 tag)
{
	const struct mbal_process *process = table_process(&group->processes, MBAL_TAG_PLACE(tag) % PLACES);

	return process->tag == tag ? process : NULL;
}

static void inject_ip(struct fixture *fixture, __u32 tgid, __u64 page, __u64 ip)
{
	struct mbal_access access = { .vaddr = page << MBAL_PAGE_SHIFT, .tgid = tgid, .tid = tgid, .time_ns = 1, .ip = ip,
				      .flags = MBAL_ACCESS_LOAD };

	if (sampler_inject(&fixture->sampler, &access, 1))
		abort();
}

static __u32 weight_of(const struct group *group, __u32 tag, __u64 page)
{
	const struct mbal_slot *slot = table_find(&group->heat, (__u64)tag << MBAL_KEY_PAGE_BITS | page);

	return slot ? slot_weight(&group->heat, slot) : 0;
}

/* --- checks --- */

static void check_memberships(struct fixture *fixture)
{
	struct group groups[MBAL_MEMBERSHIPS + 1];
	struct counters before = sampler_counters(&fixture->sampler), added;
	int errors[MBAL_MEMBERSHIPS + 1];
	__u32 counted = 0;

	for (unsigned int i = 0; i <= MBAL_MEMBERSHIPS; i++) {
		groups[i] = open_kind(fixture, i ? MBAL_TARGET_SET : MBAL_TARGET_PROCESS);
		errors[i] = join(fixture, &groups[i], NO_PROCESS, 0);
	}
	tap_check(!errors[0] && !errors[1] && !errors[2] && !errors[3] && errors[4] == -ENOSPC,
		  "a process is in four groups at once, and not in a fifth: %d", errors[4]);
	tap_check(join(fixture, &groups[1], NO_PROCESS, 0) == -EEXIST, "nor twice in one");
	inject_ip(fixture, NO_PROCESS, PAGE, 0);
	for (unsigned int i = 0; i < MBAL_MEMBERSHIPS; i++)
		counted += weight_of(&groups[i], tag_of(fixture, &groups[i], NO_PROCESS), PAGE);
	added = counters_since(&fixture->sampler, &before);
	tap_check(counted == MBAL_MEMBERSHIPS, "each of them counts its access: %u", counted);
	check_sum(&added, 1, "one access in four groups");
	check_counter(&added, MBAL_COUNTER_RECORDED, 1, "one access in four groups");
	tap_check(tag_of(fixture, &groups[0], NO_PROCESS) == 0 && tag_of(fixture, &groups[1], NO_PROCESS) != 0,
		  "a group of one has no tags, a group of several has");
	for (unsigned int i = 0; i <= MBAL_MEMBERSHIPS; i++)
		group_close(&fixture->sampler, &groups[i]);
	inject_ip(fixture, NO_PROCESS, PAGE, 0);
	added = counters_since(&fixture->sampler, &before);
	check_counter(&added, MBAL_COUNTER_DROP_NO_TABLE, 1, "after the groups are gone");
	target_change(&fixture->sampler, MBAL_RETARGET_TIDY, &(struct mbal_newcomer){ .tgid = NO_PROCESS });
	tap_check(!target_exists(&fixture->sampler, NO_PROCESS), "tidying up removes a target without groups");
}

static void check_ranges(struct fixture *fixture)
{
	struct mbal_group_rule rule = { .kind = MBAL_TARGET_SET, .range_count = 2,
					.ranges = { { 0x1000, 0x2000 }, { 0x5000, 0x5001 } } };
	static const __u64 ips[] = { 0xfff, 0x1000, 0x1fff, 0x2000, 0x5000, 0x5001 };
	struct group group = open_group(fixture, rule, PLACES), other;
	struct counters before = sampler_counters(&fixture->sampler), added;

	join(fixture, &group, NO_PROCESS, 0);
	for (unsigned int i = 0; i < sizeof(ips) / sizeof(*ips); i++)
		inject_ip(fixture, NO_PROCESS, PAGE, ips[i]);
	added = counters_since(&fixture->sampler, &before);
	check_sum(&added, 6, "code in ranges");
	check_counter(&added, MBAL_COUNTER_RECORDED, 3, "code in ranges");
	check_counter(&added, MBAL_COUNTER_DROP_OUTSIDE, 3, "code in ranges");
	other = open_kind(fixture, MBAL_TARGET_SET);
	join(fixture, &other, NO_PROCESS, 0);
	inject_ip(fixture, NO_PROCESS, PAGE, 0xfff);
	added = counters_since(&fixture->sampler, &before);
	check_counter(&added, MBAL_COUNTER_RECORDED, 4, "outside for one group, recorded in another");
	check_counter(&added, MBAL_COUNTER_DROP_OUTSIDE, 3, "outside for one group, recorded in another");
	target_change(&fixture->sampler, MBAL_RETARGET_FORGET, &(struct mbal_newcomer){ .tgid = NO_PROCESS });
	group_close(&fixture->sampler, &group);
	group_close(&fixture->sampler, &other);
}

static void check_descendants(struct fixture *fixture)
{
	struct group group = open_kind(fixture, MBAL_TARGET_DESCENDANTS);
	struct child parent = child_start(), child = { 0 };
	struct counters before = sampler_counters(&fixture->sampler), added;
	const struct mbal_process *process;
	__u32 tag;

	join(fixture, &group, (__u32)parent.pid, 0);
	child.pid = child_ask(&parent, 'f');
	tag = tag_of(fixture, &group, child.pid);
	process = process_of(&group, tag);
	tap_check(is_in(fixture, &group, child.pid) && process && process->tgid == (__u32)child.pid &&
			  process->parent_tgid == (__u32)parent.pid && process->state == MBAL_PROCESS_ALIVE &&
			  process->started_ns && !strcmp(process->command, "targets_test"),
		  "a child is in the group, and in its table: %s", process ? process->command : "not");
	tap_check(tag != tag_of(fixture, &group, parent.pid), "under a tag of its own");
	inject_ip(fixture, (__u32)parent.pid, PAGE, 0);
	inject_ip(fixture, (__u32)child.pid, PAGE, 0);
	inject_ip(fixture, (__u32)child.pid, PAGE, 0);
	tap_check(weight_of(&group, tag_of(fixture, &group, parent.pid), PAGE) == 1 && weight_of(&group, tag, PAGE) == 2,
		  "one page in two processes is two pages");
	tap_check(process && process->recorded == 2, "whose samples are counted: %llu", process ? process->recorded : 0);
	child_ask(&parent, 'e');
	added = counters_since(&fixture->sampler, &before);
	tap_check(!target_exists(&fixture->sampler, (__u32)child.pid) && process && process->state == MBAL_PROCESS_ENDED,
		  "a child that ended is no target, and ENDED in the table");
	check_counter(&added, MBAL_COUNTER_TARGETS_ADDED, 1, "one child");
	check_counter(&added, MBAL_COUNTER_TARGETS_ENDED, 1, "one child");
	tap_check(table_header(&group.processes)->recorded == 2 && table_header(&group.processes)->replaced == 1,
		  "the table's header counts who came and who left");
	child_end(&parent);
	group_close(&fixture->sampler, &group);
}

static void check_children_only(struct fixture *fixture)
{
	struct group group = open_kind(fixture, MBAL_TARGET_CHILDREN);
	struct child child;

	join(fixture, &group, (__u32)getpid(), MBAL_JOIN_FOLLOWED);
	child = child_start();
	grandchild.pid = child_ask(&child, 'f');
	tap_check(!is_in(fixture, &group, getpid()) && is_in(fixture, &group, child.pid) &&
			  !is_in(fixture, &group, grandchild.pid),
		  "children only: the child, neither the parent nor the grandchild");
	child_ask(&child, 'e');
	child_end(&child);
	target_change(&fixture->sampler, MBAL_RETARGET_LEAVE,
		      &(struct mbal_newcomer){ .group_id = group.id, .tgid = (__u32)getpid() });
	tap_check(!target_exists(&fixture->sampler, (__u32)getpid()), "who leaves its last group is no target");
	group_close(&fixture->sampler, &group);
}

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
	target_change(&fixture->sampler, MBAL_RETARGET_LEAVE,
		      &(struct mbal_newcomer){ .group_id = group.id, .tgid = (__u32)getpid() });
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
	child_tell(&child, 'c');
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

static bool make_setuid_cat(void)
{
	struct statvfs fs;

	if (system("cp /bin/cat /tmp/mbal-setuid-cat && chown 0:0 /tmp/mbal-setuid-cat && chmod 4755 /tmp/mbal-setuid-cat"))
		return false;
	return !statvfs("/tmp/mbal-setuid-cat", &fs) && !(fs.f_flag & ST_NOSUID);
}

/* In a group that a user has, a program stays that he may look into, and no other. */
static void check_exec_of_user(struct fixture *fixture)
{
	struct group group = open_group(fixture, (struct mbal_group_rule){ .kind = MBAL_TARGET_SET, .owner_uid = NOBODY }, PLACES);
	struct child plain = child_start(), privileged = child_start();
	struct counters before, added;

	if (child_ask(&plain, 'n') || child_ask(&privileged, 'n'))
		abort();
	join(fixture, &group, (__u32)plain.pid, 0);
	join(fixture, &group, (__u32)privileged.pid, 0);
	before = sampler_counters(&fixture->sampler);
	child_tell(&plain, 'c');
	tap_check(cat_answers(&plain) && is_in(fixture, &group, plain.pid), "a user's group keeps his process that runs cat");
	if (make_setuid_cat()) {
		child_tell(&privileged, 's');
		tap_check(cat_answers(&privileged) && !target_exists(&fixture->sampler, (__u32)privileged.pid),
			  "and not one that runs a set-user-ID program");
		added = counters_since(&fixture->sampler, &before);
		check_counter(&added, MBAL_COUNTER_TARGETS_ENDED, 1, "a set-user-ID program");
	} else {
		tap_skip("no set-user-ID program can be made in /tmp");
	}
	unlink("/tmp/mbal-setuid-cat");
	child_end(&plain);
	child_end(&privileged);
	group_close(&fixture->sampler, &group);
}

/* --- cgroups --- */

/* The folder where cgroups v2 are mounted. */
static bool find_cgroups(char *folder, size_t bytes)
{
	FILE *mounts = fopen("/proc/self/mounts", "r");
	char line[512], path[256], type[64];
	bool found = false;

	while (mounts && !found && fgets(line, sizeof(line), mounts))
		if (sscanf(line, "%*s %255s %63s", path, type) == 2 && !strcmp(type, "cgroup2"))
			found = snprintf(folder, bytes, "%s", path) > 0;
	if (mounts)
		fclose(mounts);
	return found;
}

/* Where nobody has mounted them, as in a bare guest, we do. */
static bool mount_cgroups(char *folder, size_t bytes)
{
	snprintf(folder, bytes, "/tmp/mbal-cgroups-%d", getpid());
	return !mkdir(folder, 0755) && !mount("cgroup2", folder, "cgroup2", 0, NULL);
}

static void move_to(const char *folder, pid_t pid)
{
	char path[512], text[32];
	int fd, length = snprintf(text, sizeof(text), "%d", pid);

	snprintf(path, sizeof(path), "%s/cgroup.procs", folder);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, (size_t)length) != length)
		abort();
	close(fd);
}

static void set_wide(struct fixture *fixture, __u64 group_id)
{
	struct mbal_wide_groups wide = { .group_ids = { 0, group_id } };
	__u32 zero = 0;

	if (bpf_map_update_elem(bpf_map__fd(fixture->sampler.skeleton->maps.mbal_wide), &zero, &wide, BPF_ANY))
		abort();
}

static void check_cgroup_moves(struct fixture *fixture, const char *root, const char *outer, const char *inner)
{
	struct stat status;
	struct group group;
	struct child child = child_start(), direct;
	struct clone_args into = { .flags = CLONE_INTO_CGROUP, .cgroup = (__u64)open(inner, O_RDONLY | O_DIRECTORY) };

	if (stat(outer, &status))
		abort();
	group = open_group(fixture, (struct mbal_group_rule){ .kind = MBAL_TARGET_CGROUP, .cgroup_id = status.st_ino }, PLACES);
	set_wide(fixture, group.id);
	tap_check(!is_in(fixture, &group, child.pid), "a process in another cgroup is not in the group");
	move_to(outer, child.pid);
	tap_check(is_in(fixture, &group, child.pid), "moved into the cgroup, it is");
	grandchild.pid = child_ask(&child, 'f');
	tap_check(is_in(fixture, &group, grandchild.pid), "so is its child");
	move_to(inner, grandchild.pid);
	tap_check(is_in(fixture, &group, grandchild.pid), "also in a cgroup below");
	direct = child_start_as(&into);
	tap_check(direct.pid > 0 && is_in(fixture, &group, direct.pid), "and one that is made there by clone3");
	child_end(&direct);
	move_to(root, grandchild.pid);
	tap_check(!target_exists(&fixture->sampler, (__u32)grandchild.pid), "moved out, it is not");
	child_ask(&child, 'e');
	child_tell(&child, 'c');
	tap_check(cat_answers(&child) && is_in(fixture, &group, child.pid), "another program stays in the cgroup's group");
	child_end(&child);
	close((int)into.cgroup);
	set_wide(fixture, 0);
	group_close(&fixture->sampler, &group);
}

static void check_cgroups(struct fixture *fixture)
{
	char root[256], outer[300], inner[340];
	bool is_ours = false;

	if (!find_cgroups(root, sizeof(root))) {
		is_ours = mount_cgroups(root, sizeof(root));
		if (!is_ours) {
			tap_skip("no cgroup v2 hierarchy can be mounted: %s", strerror(errno));
			return;
		}
	}
	snprintf(outer, sizeof(outer), "%s/mbal-test-%d", root, getpid());
	snprintf(inner, sizeof(inner), "%s/inner", outer);
	if (mkdir(outer, 0755) || mkdir(inner, 0755)) {
		tap_skip("no cgroup can be made in %s: %s", root, strerror(errno));
		return;
	}
	check_cgroup_moves(fixture, root, outer, inner);
	rmdir(inner);
	rmdir(outer);
	if (is_ours && !umount(root))
		rmdir(root);
}

static void check_everything(struct fixture *fixture)
{
	struct mbal_group_rule rule = { .kind = MBAL_TARGET_ALL, .excluded_tgids = { (__u32)getpid(), 0 } };
	struct group group = open_group(fixture, rule, PLACES);
	struct child child, excluded;

	set_wide(fixture, group.id);
	child = child_start();
	tap_check(is_in(fixture, &group, child.pid), "a new process is in the group of all");
	rule.excluded_tgids[1] = (__u32)child.pid;
	target_change(&fixture->sampler, MBAL_RETARGET_LEAVE, &(struct mbal_newcomer){ .group_id = group.id, .tgid = (__u32)child.pid });
	rule_set(&fixture->sampler, group.id, &rule);
	child_tell(&child, 'c');
	tap_check(cat_answers(&child) && !is_in(fixture, &group, child.pid), "who is excluded stays so with another program");
	rule.excluded_tgids[1] = 0;
	rule_set(&fixture->sampler, group.id, &rule);
	excluded = child_start();
	target_change(&fixture->sampler, MBAL_RETARGET_LEAVE, &(struct mbal_newcomer){ .group_id = group.id, .tgid = (__u32)excluded.pid });
	child_tell(&excluded, 'c');
	tap_check(cat_answers(&excluded) && is_in(fixture, &group, excluded.pid), "whoever starts a program is taken in");
	set_wide(fixture, 0);
	child_end(&child);
	child_end(&excluded);
	group_close(&fixture->sampler, &group);
}

/* More children at once than there are places. */
static void check_too_many(struct fixture *fixture)
{
	enum { FEW = 7, MANY = 41 };
	struct group group = open_group(fixture, (struct mbal_group_rule){ .kind = MBAL_TARGET_CHILDREN }, FEW);
	struct counters before = sampler_counters(&fixture->sampler), added;
	struct child children[MANY];

	join(fixture, &group, (__u32)getpid(), MBAL_JOIN_FOLLOWED);
	for (int i = 0; i < MANY; i++)
		children[i] = child_start();
	added = counters_since(&fixture->sampler, &before);
	check_counter(&added, MBAL_COUNTER_TARGETS_ADDED, FEW, "as many children as places");
	check_counter(&added, MBAL_COUNTER_TARGETS_LOST, MANY - FEW, "the others");
	tap_check(table_header(&group.processes)->dropped == MANY - FEW, "also in the table's header: %llu",
		  table_header(&group.processes)->dropped);
	for (int i = 0; i < MANY; i++)
		child_end(&children[i]);
	target_change(&fixture->sampler, MBAL_RETARGET_LEAVE,
		      &(struct mbal_newcomer){ .group_id = group.id, .tgid = (__u32)getpid() });
	group_close(&fixture->sampler, &group);
}

/* --- a storm of short-lived processes, each of which touches a page that no other touches --- */

enum { STORM_PARENTS = 4, STORM_CHILDREN = 3001, STORM = STORM_PARENTS * STORM_CHILDREN };

static void storm_parent(int go, char *pages)
{
	char byte;

	if (read(go, &byte, 1) != 1)
		_exit(1);
	for (int i = 0; i < STORM_CHILDREN; i++) {
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

		found += page >= first && page < first + STORM;
	}
	tap_check(added.of[MBAL_COUNTER_TARGETS_ADDED] + added.of[MBAL_COUNTER_TARGETS_LOST] == STORM + STORM_PARENTS,
		  "a storm of %d forks: %llu added, %llu lost", STORM, added.of[MBAL_COUNTER_TARGETS_ADDED],
		  added.of[MBAL_COUNTER_TARGETS_LOST]);
	tap_check(found + added.of[MBAL_COUNTER_TARGETS_LOST] >= STORM - added.of[MBAL_COUNTER_DROP_TABLE_RACE] &&
			  !added.of[MBAL_COUNTER_DROP_TABLE_FULL],
		  "the page of each child is in the table: %llu of %d", found, STORM);
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
			storm_parent(go[0], pages + ((size_t)i * STORM_CHILDREN << MBAL_PAGE_SHIFT));
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
	struct perf_event_attr attributes = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attributes),
					      .config = PERF_COUNT_SW_PAGE_FAULTS, .sample_type = PERF_SAMPLE_ADDR,
					      .sample_period = 1 };
	struct mbal_group_rule rule = { .kind = MBAL_TARGET_DESCENDANTS };
	size_t bytes = (size_t)STORM << MBAL_PAGE_SHIFT;
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
	target_change(&fixture->sampler, MBAL_RETARGET_LEAVE,
		      &(struct mbal_newcomer){ .group_id = group.id, .tgid = (__u32)getpid() });
	group_close(&fixture->sampler, &group);
	munmap(pages, bytes);
}

static void check_replay(struct fixture *fixture)
{
	struct group group = open_kind(fixture, MBAL_TARGET_REPLAY);
	struct mbal_inject_args args = { .count = 3, .group_id = group.id };
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &args, .ctx_size_in = sizeof(args));
	const __u32 tags[] = { 1u << MBAL_TAG_PLACE_BITS | 5, 2u << MBAL_TAG_PLACE_BITS | 5, 0xfffffu };

	for (unsigned int i = 0; i < 3; i++)
		fixture->sampler.injected[i] = (struct mbal_access){ .vaddr = PAGE << MBAL_PAGE_SHIFT, .tgid = 70 + i, .time_ns = 1,
								     .process_tag = tags[i], .flags = MBAL_ACCESS_LOAD };
	if (bpf_prog_test_run_opts(bpf_program__fd(fixture->sampler.skeleton->progs.mbal_inject), &options))
		abort();
	tap_check(args.injected == 3 && weight_of(&group, tags[0], PAGE) == 1 && weight_of(&group, tags[1], PAGE) == 1 &&
			  weight_of(&group, tags[2], PAGE) == 1,
		  "recorded accesses are counted under the tags that they have, the largest too");
	tap_check(process_of(&group, tags[1]) && process_of(&group, tags[1])->tgid == 71 &&
			  process_of(&group, tags[1])->recorded == 1,
		  "and their processes are in the table");
	group_close(&fixture->sampler, &group);
}

static void attach(struct fixture *fixture, struct bpf_program *program)
{
	fixture->hooks[fixture->hook_count++] = bpf_program__attach(program);
	tap_check(fixture->hooks[fixture->hook_count - 1] != NULL, "%s attaches", bpf_program__name(program));
}

int main(void)
{
	struct sampler_knobs knobs = { 0 };
	struct fixture fixture = { .next_id = 100 };

	if (!sampler_possible())
		return tap_done();
	if (!tap_check(!sampler_open(&fixture.sampler, &knobs), "opens"))
		return tap_done();
	attach(&fixture, fixture.sampler.skeleton->progs.mbal_fork);
	attach(&fixture, fixture.sampler.skeleton->progs.mbal_exec);
	attach(&fixture, fixture.sampler.skeleton->progs.mbal_exit);
	attach(&fixture, fixture.sampler.skeleton->progs.mbal_cgroup_move);
	check_memberships(&fixture);
	check_ranges(&fixture);
	check_descendants(&fixture);
	check_children_only(&fixture);
	check_reuse(&fixture);
	check_stale(&fixture);
	check_exec(&fixture);
	check_exec_of_user(&fixture);
	check_cgroups(&fixture);
	check_everything(&fixture);
	check_too_many(&fixture);
	check_replay(&fixture);
	check_storm(&fixture);
	tap_check(fixture.sampler.skeleton->bss->target_count == 0, "no target is left: %llu",
		  fixture.sampler.skeleton->bss->target_count);
	for (unsigned int i = 0; i < fixture.hook_count; i++)
		bpf_link__destroy(fixture.hooks[i]);
	sampler_close(&fixture.sampler);
	return tap_done();
}
