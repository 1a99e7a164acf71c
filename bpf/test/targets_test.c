// SPDX-License-Identifier: Apache-2.0
/*
 * Groups of several processes: who comes in by fork, under which tag its accesses are counted, and that nobody is lost
 * without being counted as lost.
 */
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "tap.h"
#include "targets.h"

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
	pid_t grandchild;

	join(fixture, &group, (__u32)getpid(), MBAL_JOIN_FOLLOWED);
	child = child_start();
	grandchild = child_ask(&child, 'f');
	tap_check(!is_in(fixture, &group, getpid()) && is_in(fixture, &group, child.pid) &&
			  !is_in(fixture, &group, grandchild),
		  "children only: the child, neither the parent nor the grandchild");
	child_ask(&child, 'e');
	child_end(&child);
	leave(fixture, &group, getpid());
	tap_check(!target_exists(&fixture->sampler, (__u32)getpid()), "who leaves its last group is no target");
	group_close(&fixture->sampler, &group);
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
	leave(fixture, &group, child.pid);
	rule_set(&fixture->sampler, group.id, &rule);
	child_become(&child, "cat");
	tap_check(cat_answers(&child) && !is_in(fixture, &group, child.pid), "who is excluded stays so with another program");
	rule.excluded_tgids[1] = 0;
	rule_set(&fixture->sampler, group.id, &rule);
	excluded = child_start();
	leave(fixture, &group, excluded.pid);
	child_become(&excluded, "cat");
	tap_check(cat_answers(&excluded) && is_in(fixture, &group, excluded.pid), "whoever starts a program is taken in");
	set_wide(fixture, 0);
	child_end(&child);
	child_end(&excluded);
	group_close(&fixture->sampler, &group);
	tidy(fixture); /* others may have started programs meanwhile, which run on */
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
	leave(fixture, &group, getpid());
	group_close(&fixture->sampler, &group);
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

int main(void)
{
	struct fixture fixture;

	if (!fixture_open(&fixture))
		return tap_done();
	check_memberships(&fixture);
	check_ranges(&fixture);
	check_descendants(&fixture);
	check_children_only(&fixture);
	check_everything(&fixture);
	check_too_many(&fixture);
	check_replay(&fixture);
	fixture_close(&fixture);
	return tap_done();
}
