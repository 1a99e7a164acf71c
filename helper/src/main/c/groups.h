/* SPDX-License-Identifier: Apache-2.0 */
/* All groups, and who wants which. Sampling runs only while there is one. */
#ifndef GROUPS_H
#define GROUPS_H

#include "group.h"
#include "log.h"

#define GROUPS_MAX 256u
/* What all but root may have of the groups, or of the peers, for one uid: some are left for everybody else. */
#define UID_SHARE(all) ((all) / 4u * 3u)
#define OPENS_PER_PEER_MAX 1024u	/* of one group */

struct groups {
	struct group *slots;	/* GROUPS_MAX of them */
	unsigned int count;	/* without those that are retired */
	unsigned int retired;
	uint64_t next_id;
	uint64_t targets_ended;	/* those that BPF did not count, because we were first to see it */
	struct group_settings settings;
	struct sampler *sampler;
	struct log *log;
};

/* Returns 0 or -ENOMEM. */
int groups_open(struct groups *groups, const struct group_settings *settings, struct sampler *sampler, struct log *log);
void groups_close(struct groups *groups);

/*
 * Counts the peer among those who want the process's group, which is made if there is none. Takes over the target's
 * pidfd if it needs it. Returns 0, or -errno: -EUSERS when there are too many groups, -EMFILE when this peer opened
 * this one too often.
 */
int groups_join(struct groups *groups, unsigned int peer, uid_t uid, struct target *target, struct group **joined);
/* Takes back one join. Returns 0, or -ENOENT: the peer has no such group, or its process has ended. */
int groups_leave(struct groups *groups, unsigned int peer, uint64_t group_id);
void groups_leave_all(struct groups *groups, unsigned int peer);
/* The group's process has ended, whoever still wants it. */
void groups_target_ended(struct groups *groups, struct group *group);
/* Finds those whose end no pidfd tells. */
void groups_remove_ended(struct groups *groups);

/*
 * Closes one retired group, if there is any. Call it now and then while `retired` is not 0: closing all at once would
 * keep every peer waiting when many processes end together.
 */
void groups_close_one(struct groups *groups);

uint64_t groups_memory_bytes(const struct groups *groups);

#endif
