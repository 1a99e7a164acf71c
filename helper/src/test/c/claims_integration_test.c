// SPDX-License-Identifier: Apache-2.0
/* What balancers claim of the fastest tier, as a real helper keeps it for the others: never more than can be true. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "children.h"
#include "fixture.h"
#include "groups.h"
#include "tap.h"

#define PAGE_BYTES 4096u
#define CLAIMED_BYTES (64u << 20)

/* Of a group whose first process is the caller. */
static void claims_what_can_be(const struct helper_process *helper, const struct open_group *group)
{
	struct mbal_group_info before, after;
	void *memory;

	CHECK_EQUAL(group_claim(group, 3 * PAGE_BYTES, 0), 0, "he may claim memory for it");
	CHECK_EQUAL(describe(helper, group->id).claim_bytes, 3 * PAGE_BYTES, "which others see");
	CHECK_EQUAL(group_claim(group, 1ull << 62, 1ull << 62), 0, "who claims more than there is");
	before = describe(helper, group->id);
	CHECK(before.claim_bytes >= 3 * PAGE_BYTES && before.claim_bytes < 1ull << 34, "gets what his process has in memory: %llu",
	      (unsigned long long)before.claim_bytes);
	CHECK(before.claim_rate < 1ull << 32, "and no more accesses than there are samples: %llu", (unsigned long long)before.claim_rate);
	memory = mmap(NULL, CLAIMED_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	REQUIRE(memory != MAP_FAILED);
	CHECK_EQUAL(group_claim(group, INT64_MAX, INT64_MAX), 0, "once it has more,");
	after = describe(helper, group->id);
	CHECK(after.claim_bytes >= before.claim_bytes + CLAIMED_BYTES / 2, "he may claim more: %llu", (unsigned long long)after.claim_bytes);
	munmap(memory, CLAIMED_BYTES);
	CHECK_EQUAL(group_claim(group, 1ull << 63, 1), -EINVAL, "what readers would take for less than nothing is refused");
	CHECK_EQUAL(group_claim(group, 1, UINT64_MAX), -EINVAL, "as a rate too");
	CHECK_EQUAL(describe(helper, group->id).claim_bytes, after.claim_bytes, "and the former claim stays");
	CHECK_EQUAL(group_claim(&(struct open_group){ .fd = group->fd, .id = group->id + 1 }, 1, 1), -ENOENT,
		    "nobody claims for a group that he has not");
}

/* A claim lives as long as there is somebody to use the memory. */
static void claims_nothing_for_the_dead(const struct helper_process *helper)
{
	int orders, other_orders;
	pid_t first = child_start(live_idle, &orders), other = child_start(live_idle, &other_orders);
	struct open_group group = group_open(helper, MBAL_TARGET_SET, first);

	CHECK_EQUAL(group_request(&group, MBAL_REQUEST_ADD, other), 0, "a set of two");
	child_end(first, orders);
	CHECK_EQUAL(group_claim(&group, 1, 0), 0, "whose first process ended");
	CHECK_EQUAL(describe(helper, group.id).claim_bytes, 0, "has nothing to claim");
	group_close(&group);
	child_end(other, other_orders);
}

/* What root balances is not cut to one of its processes, and outlives it. */
static void claims_for_all_of_roots_set(const struct helper_process *helper)
{
	const __u64 bytes = 16u << 20; /* of the machine's, and more than an idle child has */
	int orders, other_orders;
	pid_t first = child_start(live_idle, &orders), other = child_start(live_idle, &other_orders);
	struct open_group group = group_open(helper, MBAL_TARGET_SET, first);

	CHECK_EQUAL(group_request(&group, MBAL_REQUEST_ADD, other), 0, "a set of root's");
	CHECK_EQUAL(group_claim(&group, bytes, 0), 0, "claims for all of its processes,");
	CHECK_EQUAL(describe(helper, group.id).claim_bytes, bytes, "however small the first is,");
	child_end(first, orders);
	CHECK_EQUAL(group_claim(&group, bytes, 0), 0, "or when it has ended,");
	CHECK_EQUAL(describe(helper, group.id).claim_bytes, bytes, "for those that are left");
	group_close(&group);
	child_end(other, other_orders);
}

static void is_cut_for_users(void *helper_process)
{
	const struct helper_process *helper = helper_process;
	struct open_group group;

	prctl(PR_SET_DUMPABLE, 1);
	group = group_open(helper, MBAL_TARGET_DESCENDANTS, getpid());
	claims_what_can_be(helper, &group);
	group_close(&group);
	claims_nothing_for_the_dead(helper);
}

int main(void)
{
	struct helper_process helper;

	if (!fixture_can_run("claims told to a real helper"))
		return tap_end();
	fixture_start(&helper, "--source faults --table-slots 16384");
	claims_for_all_of_roots_set(&helper);
	tap_as(ALICE, is_cut_for_users, &helper);
	CHECK_EQUAL(fixture_stop(&helper), 0, "SIGTERM ends it with status 0");
	return tap_end();
}
