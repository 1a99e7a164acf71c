/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of several processes, as a test asks a real helper for them. */
#ifndef TEST_GROUPS_H
#define TEST_GROUPS_H

#include <stdbool.h>
#include <sys/types.h>

#include "fixture.h"

struct open_group {
	const struct helper_process *helper;
	int fd;
	__u64 id;
	struct mbal_reply reply;
	const char *processes;	/* the mapped table */
};

struct mbal_request open_request(enum mbal_target_kind kind, pid_t tgid);
/* The helper's answer: 0, or -errno and nothing left open. */
int group_ask(const struct helper_process *helper, const struct mbal_request *request, struct open_group *group);
struct open_group group_open(const struct helper_process *helper, enum mbal_target_kind kind, pid_t tgid);
void group_close(struct open_group *group);
/* The same for one that has ended: there is nothing to ask for. */
void group_forget(struct open_group *group);
int group_request(const struct open_group *group, unsigned int kind, pid_t tgid);
int group_claim(const struct open_group *group, __u64 bytes, __u64 rate);

struct mbal_groups list_groups(const struct helper_process *helper, unsigned int start);
/* The group of that id; all zero: there is none. */
struct mbal_group_info describe(const struct helper_process *helper, __u64 id);
/* Whether GROUPS has a struct open_group no more; for fixture_wait(). */
bool has_ended(void *group);
/* The process that is alive in the group's table, or NULL. */
const struct mbal_process *process_of(const struct open_group *group, pid_t tgid);
bool is_in(const struct open_group *group, pid_t tgid);

#endif
