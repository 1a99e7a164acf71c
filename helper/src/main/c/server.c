// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "server.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define TICK_NS UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

static int open_signals(struct server *server)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	server->signals_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return server->signals_fd < 0 ? -errno : 0;
}

static int open_cost(struct server *server)
{
	struct cost_reading start;
	int err = status_read_cost(server, &start);

	cost_open(&server->cost, 0, &start);
	follow_set_cpu_count(server);
	return err;
}

int server_open(struct server *server, const struct group_settings *settings, struct reason *reason)
{
	int err;

	for (unsigned int i = 0; i < PEERS_MAX; i++)
		server->peers[i] = (struct peer){ .fd = -1, .identity.pidfd = -1 };
	server->signals_fd = -1;
	server->is_accepting = true;
	server->started_ns = status_now_ns();
	server->next_tick_ns = server->started_ns + TICK_NS;
	err = groups_open(&server->groups, settings, server->sampler, server->log);
	if (!err)
		err = open_signals(server);
	if (!err)
		err = open_cost(server);
	if (err) {
		server_close(server);
		return reason_set(reason, err, "the server cannot be set up: %s", errno_name(err));
	}
	return 0;
}

void server_close(struct server *server)
{
	for (unsigned int i = 0; i < PEERS_MAX; i++)
		if (server->peers[i].fd >= 0)
			peers_drop(server, i);
	groups_close(&server->groups);
	if (server->signals_fd >= 0)
		close(server->signals_fd);
	server->signals_fd = -1;
}

/* poll() leaves out what has a negative descriptor: free places, and peers that asked too much in this second. */
static void choose_polls(struct server *server)
{
	server->polls[POLL_SIGNALS] = (struct pollfd){ .fd = server->signals_fd, .events = POLLIN };
	server->polls[POLL_LISTENER] = (struct pollfd){ .fd = server->is_accepting ? server->listener->fd : -1, .events = POLLIN };
	for (unsigned int i = 0; i < PEERS_MAX; i++) {
		const struct peer *peer = &server->peers[i];

		server->polls[POLL_PEERS + i] = (struct pollfd){
			.fd = budget_is_spent(&server->budget, peer->identity.uid) ? -1 : peer->fd,
			.events = POLLIN,
		};
	}
	for (unsigned int i = 0; i < GROUPS_MAX; i++) {
		const struct group *group = &server->groups.slots[i];

		server->polls[POLL_GROUPS + i] = (struct pollfd){ .fd = group->pidfd, .events = POLLIN };
	}
}

static void log_share(const struct server *server, unsigned int share_before)
{
	unsigned int share = server->cost.share_permille, cost = cost_permille(&server->cost);

	if (share_before == SOURCE_FULL_SHARE)
		log_line(server->log, "cost %u.%u %% of one CPU is above the cap of %u.%u %%: rate lowered to %u.%u %% of what was asked for",
			 cost / 10, cost % 10, (unsigned int)(server->cost.max_ppm / 10000),
			 (unsigned int)(server->cost.max_ppm / 1000 % 10), share / 10, share % 10);
	else if (share == SOURCE_FULL_SHARE)
		log_line(server->log, "cost is below the cap: rate restored");
	else
		log_detail(server->log, "cost %u.%u %% of one CPU: rate now %u.%u %% of what was asked for", cost / 10, cost % 10,
			   share / 10, share % 10);
}

/* A rate that cannot be set (the kernel may have lowered perf_event_max_sample_rate) is tried again every second. */
static int change_share(struct server *server)
{
	unsigned int share_before = server->sampler->share_permille;
	int err = sampler_set_share(server->sampler, server->cost.share_permille);

	if (err)
		server->cost.share_permille = share_before;
	else
		log_share(server, share_before);
	return err;
}

static void bound_cost(struct server *server)
{
	struct cost_reading reading;
	int err = status_read_cost(server, &reading);

	if (!err && cost_update(&server->cost, &reading))
		err = change_share(server);
	if (err && !server->is_cost_unbounded)
		log_line(server->log, "the rate cannot be changed to bound the cost: %s", errno_name(err));
	server->is_cost_unbounded = err != 0;
}

static void tick(struct server *server)
{
	uint64_t now_ns = status_now_ns();

	if (now_ns < server->next_tick_ns)
		return;
	server->next_tick_ns = now_ns + TICK_NS;
	follow_tick(server);
	bound_cost(server);
	groups_remove_ended(&server->groups);
	log_tick(server->log);
	server->is_accepting = true;
	budget_reset(&server->budget);
}

/* The budget may have gone to another peer of the same uid in this very round. */
static void serve_peer(struct server *server, unsigned int index)
{
	uid_t uid = server->peers[index].identity.uid;
	uint64_t start_ns = status_now_ns();

	if (budget_is_spent(&server->budget, uid))
		return;
	answer_request(server, index);
	budget_charge(&server->budget, uid, status_now_ns() - start_ns);
}

/* Ends come first: an answer must not be about a process that is known to be gone. */
static void serve_polls(struct server *server)
{
	for (unsigned int i = 0; i < GROUPS_MAX; i++)
		if (server->polls[POLL_GROUPS + i].revents)
			groups_target_ended(&server->groups, &server->groups.slots[i]);
	for (unsigned int i = 0; i < PEERS_MAX; i++)
		if (server->polls[POLL_PEERS + i].revents)
			serve_peer(server, i);
	if (server->polls[POLL_LISTENER].revents)
		peers_accept(server);
	server->is_stopping = server->polls[POLL_SIGNALS].revents != 0;
}

static int wait_ms(const struct server *server)
{
	uint64_t now_ns = status_now_ns();

	if (server->groups.retired)
		return 0;
	return now_ns < server->next_tick_ns ? (int)((server->next_tick_ns - now_ns) / NS_PER_MS) + 1 : 0;
}

/* One round. Who was not seen waiting by poll() had not connected before it. */
static int serve_once(struct server *server)
{
	uint64_t before_ns = status_boot_time_ns();

	choose_polls(server);
	if (poll(server->polls, POLL_MAX, wait_ms(server)) < 0)
		return errno == EINTR ? 0 : -errno;
	if (server->is_accepting && !server->polls[POLL_LISTENER].revents)
		server->nobody_waited_ns = before_ns;
	serve_polls(server);
	groups_close_one(&server->groups);
	return 0;
}

int server_run(struct server *server)
{
	int err = 0;

	while (!err && !server->is_stopping) {
		err = serve_once(server);
		tick(server);
	}
	return err;
}
