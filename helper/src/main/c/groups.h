/* SPDX-License-Identifier: Apache-2.0 */
/* All groups, and who wants which. Sampling runs only while there is one. */
#ifndef GROUPS_H
#define GROUPS_H

#include "group.h"
#include "log.h"

#define GROUPS_MAX 256u
_Static_assert(GROUPS_MAX <= MBAL_MAX_GROUPS, "each group has a place of its own");
/* What all but root may have of the groups, or of the peers, for one uid: some are left for everybody else. */
#define UID_SHARE(all) ((all) / 4u * 3u)
#define OPENS_PER_PEER_MAX 1024u	/* of one group */

struct groups {
	struct group *slots;	/* GROUPS_MAX of them */
	unsigned int count;	/* without those that are retired */
	unsigned int retired;
	uint64_t next_generation;	/* of a group's id */
	uint64_t targets_ended;	/* those that BPF did not count, because we were first to see it */
	uint64_t targets_lost;	/* those that were there before their group, and for which there was no place */
	struct mbal_wide_groups wide;	/* as BPF has them */
	uint32_t sweep_cursor;
	struct group_settings settings;
	struct sampler *sampler;
	struct log *log;
};

/* Returns 0 or -ENOMEM. */
int groups_open(struct groups *groups, const struct group_settings *settings, struct sampler *sampler, struct log *log);
void groups_close(struct groups *groups);

/*
 * Counts the peer among those who want what the spec says: a group of one process is made if there is none with its flags, any
 * other anew. Takes over the target's pidfd if it needs it. Returns 0, or -errno: -EUSERS when there are too many groups (of
 * this uid, or that take processes in from everywhere), -EMFILE when this peer opened this one too often.
 */
int groups_join(struct groups *groups, unsigned int peer, struct group_spec *spec, struct group **joined);
/* The group of that id, if the peer has it open and it has not ended; else NULL. */
struct group *groups_find(struct groups *groups, unsigned int peer, uint64_t group_id);
/* Takes back one join. Returns 0, or -ENOENT: the peer has no such group, or it has ended. */
int groups_leave(struct groups *groups, unsigned int peer, uint64_t group_id);
void groups_leave_all(struct groups *groups, unsigned int peer);
/* What the group was about has ended, whoever still wants it: its tables are freed, but for those who have them mapped. */
void groups_target_ended(struct groups *groups, struct group *group);
/* Finds those whose end no pidfd tells. Call once a second. */
void groups_remove_ended(struct groups *groups);
/* Up to MBAL_WIRE_GROUPS of them, passing over `start`. */
struct mbal_groups groups_list(const struct groups *groups, unsigned int start, uint64_t now_ns);

/*
 * Closes one retired group, if there is any. Call it now and then while `retired` is not 0: closing all at once would
 * keep every peer waiting when many processes end together.
 */
void groups_close_one(struct groups *groups);

uint64_t groups_memory_bytes(const struct groups *groups);

#endif
