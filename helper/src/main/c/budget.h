/* SPDX-License-Identifier: Apache-2.0 */
/* Who used how much of the helper's time since the last tick, so that no user keeps it from the others. */
#ifndef BUDGET_H
#define BUDGET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define BUDGET_NS UINT64_C(250000000)	/* what all peers of one uid may use of a second */
#define BUDGET_REQUEST_NS UINT64_C(250000)	/* the least that a request is taken to cost: 1000 a second */
#define BUDGET_UIDS 64u	/* more of them at a time share one budget */

struct budget {
	struct {
		uid_t uid;
		uint64_t spent_ns;
	} uids[BUDGET_UIDS];
	unsigned int count;
};

void budget_reset(struct budget *budget);
void budget_charge(struct budget *budget, uid_t uid, uint64_t time_ns);
/* Never for root. */
bool budget_is_spent(const struct budget *budget, uid_t uid);

#endif
