// SPDX-License-Identifier: Apache-2.0
#include "budget.h"

void budget_reset(struct budget *budget)
{
	budget->count = 0;
}

/* The place of the uid; the last one when all are taken, or the first free one. */
static unsigned int place_of(const struct budget *budget, uid_t uid)
{
	unsigned int i = 0;

	while (i < budget->count && i < BUDGET_UIDS - 1 && budget->uids[i].uid != uid)
		i++;
	return i;
}

void budget_charge(struct budget *budget, uid_t uid, uint64_t time_ns)
{
	unsigned int place = place_of(budget, uid);

	if (place == budget->count) {
		budget->uids[place].uid = uid;
		budget->uids[place].spent_ns = 0;
		budget->count++;
	}
	budget->uids[place].spent_ns += time_ns > BUDGET_REQUEST_NS ? time_ns : BUDGET_REQUEST_NS;
}

bool budget_is_spent(const struct budget *budget, uid_t uid)
{
	unsigned int place = place_of(budget, uid);

	return uid && place < budget->count && budget->uids[place].spent_ns >= BUDGET_NS;
}
