/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of several processes on a sampler with all hooks attached, and children that do as they are told. */
#ifndef MBAL_TEST_TARGETS_H
#define MBAL_TEST_TARGETS_H

#include <linux/sched.h>
#include <stdbool.h>
#include <sys/types.h>

#include "sampler.h"

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

/* Opens the sampler and attaches what follows processes. False, said by tap, when this machine or user cannot. */
bool fixture_open(struct fixture *fixture);
bool fixture_open_with(struct fixture *fixture, const struct sampler_knobs *knobs);
/* Also checks that no target is left. */
void fixture_close(struct fixture *fixture);

struct child {
	pid_t pid;
	int orders, answers;
};

/* With a clone3 of these arguments; {0}: a plain fork. */
struct child child_start_as(struct clone_args *arguments);
struct child child_start(void);
/*
 * Tells it one of these and returns its answer. f: fork, answers its pid; e: end that one; n: become nobody; any other: its
 * own pid.
 */
int child_ask(const struct child *child, char order);
/* Has it become cat, which answers nothing by itself. */
void child_become(const struct child *child, const char *program);
/* A child that became cat returns what it gets: when this returns, the program runs. */
bool cat_answers(const struct child *child);
void child_end(struct child *child);

struct group open_group(struct fixture *fixture, struct mbal_group_rule rule, __u32 places);
struct group open_kind(struct fixture *fixture, enum mbal_target_kind kind);
int join(struct fixture *fixture, const struct group *group, __u32 tgid, __u32 flags);
/* Forgets targets that are in no group any more, as the helper does. */
void tidy(struct fixture *fixture);
void leave(struct fixture *fixture, const struct group *group, pid_t pid);
bool is_in(struct fixture *fixture, const struct group *group, pid_t pid);
__u32 tag_of(struct fixture *fixture, const struct group *group, pid_t pid);
/* NULL when its place is another's by now. */
const struct mbal_process *process_of(const struct group *group, __u32 tag);
/* Names the one group that takes processes in from everywhere; 0: none. */
void set_wide(struct fixture *fixture, __u64 group_id);

void inject_ip(struct fixture *fixture, __u32 tgid, __u64 page, __u64 ip);
__u32 weight_of(const struct group *group, __u32 tag, __u64 page);

#endif
