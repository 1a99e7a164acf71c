// SPDX-License-Identifier: Apache-2.0
#include "targets.h"

#include <errno.h>
#include <signal.h>

#include <bpf/bpf.h>

#define SWEEP_TARGETS 512u	/* of one call */

static int change(const struct sampler *sampler, enum mbal_retarget_action action, const struct mbal_newcomer *process)
{
	struct mbal_retarget_args args = { .action = action, .process = *process };
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &args, .ctx_size_in = sizeof(args));
	int err = bpf_prog_test_run_opts(sampler->retarget_fd, &options);

	return err ? err : args.result;
}

int targets_join(const struct sampler *sampler, const struct mbal_newcomer *process)
{
	return change(sampler, MBAL_RETARGET_JOIN, process);
}

int targets_leave(const struct sampler *sampler, uint32_t tgid, uint64_t group_id)
{
	return change(sampler, MBAL_RETARGET_LEAVE, &(struct mbal_newcomer){ .tgid = tgid, .group_id = group_id });
}

bool targets_has(const struct sampler *sampler, uint32_t tgid, uint64_t group_id)
{
	struct mbal_target target;

	if (bpf_map_lookup_elem(sampler->targets_fd, &tgid, &target))
		return false;
	for (unsigned int i = 0; i < MBAL_MEMBERSHIPS; i++)
		if (target.memberships[i].group_id == group_id)
			return true;
	return false;
}

/* The next key is read before the action, which may delete this one: a walk that lost its place begins again. */
void targets_tidy(const struct sampler *sampler)
{
	uint32_t tgid, next;
	int err = bpf_map_get_next_key(sampler->targets_fd, NULL, &next);

	for (unsigned int i = 0; !err && i < MBAL_MAX_TARGETS; i++) {
		tgid = next;
		err = bpf_map_get_next_key(sampler->targets_fd, &tgid, &next);
		(void)change(sampler, MBAL_RETARGET_TIDY, &(struct mbal_newcomer){ .tgid = tgid });
	}
}

void targets_sweep(const struct sampler *sampler, uint32_t *cursor)
{
	uint32_t tgid = *cursor, next;

	for (unsigned int i = 0; i < SWEEP_TARGETS; i++) {
		/* From the start, if the one that we stopped at is gone. */
		if (bpf_map_get_next_key(sampler->targets_fd, &tgid, &next))
			break;
		tgid = next;
		if (kill((pid_t)tgid, 0) && errno == ESRCH)
			(void)change(sampler, MBAL_RETARGET_FORGET, &(struct mbal_newcomer){ .tgid = tgid });
		else
			(void)change(sampler, MBAL_RETARGET_TIDY, &(struct mbal_newcomer){ .tgid = tgid });
	}
	*cursor = tgid;
}
