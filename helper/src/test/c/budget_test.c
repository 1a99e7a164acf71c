// SPDX-License-Identifier: Apache-2.0
#include "budget.h"

#include "tap.h"

#define ALICE 65534u
#define BOB 65533u

static void bounds_each_uid(void)
{
	struct budget budget = { .count = 0 };
	unsigned int requests = 0;

	CHECK(!budget_is_spent(&budget, ALICE), "nobody has spent anything yet");
	budget_charge(&budget, ALICE, BUDGET_NS - 1);
	CHECK(!budget_is_spent(&budget, ALICE), "nearly all is not all");
	budget_charge(&budget, ALICE, 1);
	CHECK(budget_is_spent(&budget, ALICE), "all is");
	CHECK(!budget_is_spent(&budget, BOB), "which is nothing to another uid");
	budget_reset(&budget);
	CHECK(!budget_is_spent(&budget, ALICE), "the next second is new");
	while (!budget_is_spent(&budget, BOB) && requests < 5000) {
		budget_charge(&budget, BOB, 0);
		requests++;
	}
	CHECK_EQUAL(requests, BUDGET_NS / BUDGET_REQUEST_NS, "requests that take no time are bounded too");
}

static void does_not_bound_root(void)
{
	struct budget budget = { .count = 0 };

	budget_charge(&budget, 0, 10 * BUDGET_NS);
	CHECK(!budget_is_spent(&budget, 0), "root has no bounds");
}

static void bounds_a_crowd(void)
{
	struct budget budget = { .count = 0 };

	for (uid_t uid = 1; uid <= 1000; uid++)
		budget_charge(&budget, uid, BUDGET_NS / 100);
	CHECK(!budget_is_spent(&budget, 1), "of very many uids the first have their own");
	CHECK(budget_is_spent(&budget, 1000), "and the others share one");
	CHECK(budget_is_spent(&budget, 12345), "also those who come later");
	CHECK_EQUAL(budget.count, BUDGET_UIDS, "in a fixed place");
}

int main(void)
{
	bounds_each_uid();
	does_not_bound_root();
	bounds_a_crowd();
	return tap_end();
}
