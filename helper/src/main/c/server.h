/* SPDX-License-Identifier: Apache-2.0 */
/* Peers and their requests: one thread, one poll loop, fixed buffers. */
#ifndef SERVER_H
#define SERVER_H

#include <poll.h>
#include <stdbool.h>

#include "budget.h"
#include "choice.h"
#include "cost.h"
#include "groups.h"
#include "identity.h"
#include "listener.h"
#include "log.h"
#include "options.h"
#include "sampler.h"

#define PERMILLE_PER_PERCENT 10u

struct peer {
	int fd;				/* -1: this place is free */
	struct identity identity;
};

enum server_poll {
	POLL_SIGNALS,
	POLL_LISTENER,
	POLL_PEERS,
	POLL_GROUPS = POLL_PEERS + PEERS_MAX,
	POLL_MAX = POLL_GROUPS + GROUPS_MAX,
};

struct server {
	/* Set by whoever opens it. */
	const struct options *options;
	const struct choice *choice;
	const char *sysfs_root;
	struct sampler *sampler;
	struct listener *listener;
	struct log *log;
	/* Its own. */
	struct groups groups;
	struct cost cost;
	unsigned int cpu_count;		/* that are sampled */
	struct events_sharing sharing;	/* name NULL: all PMUs are ours */
	struct budget budget;
	struct peer peers[PEERS_MAX];
	unsigned int peer_count;
	struct pollfd polls[POLL_MAX];
	int signals_fd;
	uint64_t started_ns;
	uint64_t next_tick_ns;
	uint64_t requests;
	uint64_t requests_refused;
	uint64_t nobody_waited_ns;	/* CLOCK_BOOTTIME when last nobody waited to be accepted */
	bool is_accepting;		/* false until the next tick when we are out of descriptors */
	bool is_cost_unbounded;		/* said once, not every second */
	bool is_stopping;
};

/* Returns 0, or -errno with the reason and nothing left open. SIGTERM and SIGINT must be blocked. */
int server_open(struct server *server, const struct group_settings *settings, struct reason *reason);
/* Serves until SIGTERM or SIGINT. Returns 0 or -errno. */
int server_run(struct server *server);
void server_close(struct server *server);

/* peers.c */
void peers_accept(struct server *server);
void peers_drop(struct server *server, unsigned int index);

/* answer.c: reads one request of the peer and answers it; drops a peer that is gone or does not read. */
void answer_request(struct server *server, unsigned int index);

/*
 * claim.c: keeps what a group's balancer claims, cut to the memory and the samples that the group can have. Returns 0, or
 * -errno with the former claim kept.
 */
int claim_keep(const struct server *server, struct group *group, const struct mbal_request *request);

/* follow.c */
void follow_set_cpu_count(struct server *server);
/* Call once a second. */
void follow_tick(struct server *server);

/* status.c */
struct mbal_status status_of(const struct server *server);
int status_read_cost(const struct server *server, struct cost_reading *reading);
uint64_t status_now_ns(void);
uint64_t status_boot_time_ns(void);

#endif
