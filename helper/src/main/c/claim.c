// SPDX-License-Identifier: Apache-2.0
/*
 * Claims are believed by every balancer of the machine, so nobody may say more than can be true: else one user's number would
 * take the fast memory from all others.
 */
#include <sys/sysinfo.h>

#include "process.h"
#include "server.h"

static uint64_t machine_bytes(void)
{
	struct sysinfo machine;

	sysinfo(&machine); /* cannot fail: the address is good */
	return (uint64_t)machine.totalram * machine.mem_unit;
}

/* Root balances what it wants to: nobody is protected from it. */
static bool is_roots(const struct group *group)
{
	bool has_several = group->rule.kind == MBAL_TARGET_SET || group->rule.kind == MBAL_TARGET_DESCENDANTS ||
			   group->rule.kind == MBAL_TARGET_CHILDREN;

	return !group->uid && has_several;
}

/* A user's group of several is as large as its first process: the sum over all would take a look at each of up to 16384. */
static int read_most_bytes(const struct group *group, const struct sampler *sampler, uint64_t *bytes)
{
	int err;

	*bytes = group_is_wide(group) || is_roots(group) ? machine_bytes() : 0;
	if (!group->tgid || is_roots(group))
		return 0;
	err = process_read_resident(group->tgid, bytes);
	if (group_is_target(group, sampler))
		return err;
	*bytes = 0; /* it ended or left before, and its id may be another's */
	return 0;
}

/* Where there is no rate, what was sampled in the busiest second. */
static uint64_t most_rate(const struct server *server)
{
	const struct sampler *sampler = server->sampler;
	unsigned int asked_hz = source_rate_hz(sampler->source, &sampler->settings, SOURCE_FULL_SHARE);

	if (!asked_hz)
		return server->cost.most_samples_per_second;
	return (uint64_t)events_rate_hz(&sampler->events, asked_hz) * server->cpu_count;
}

static uint64_t at_most(uint64_t number, uint64_t most)
{
	return number < most ? number : most;
}

int claim_keep(const struct server *server, struct group *group, const struct mbal_request *request)
{
	uint64_t most_bytes;
	int err = read_most_bytes(group, server->sampler, &most_bytes);

	if (err)
		return err;
	group->claim_bytes = at_most(request->claim_bytes, most_bytes);
	group->claim_rate = at_most(request->claim_rate, most_rate(server));
	group->claimed_ns = status_now_ns();
	return 0;
}
