// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>

#include "permission.h"
#include "request.h"
#include "server.h"
#include "wire.h"

static void drop_unanswered(struct server *server, unsigned int index, int err)
{
	pid_t pid = server->peers[index].identity.ids.pid;

	if (err == -EAGAIN)
		log_peer(server->log, "peer process %d does not read its replies and is disconnected", pid);
	else if (err != -EPIPE && err != -ECONNRESET)
		log_peer(server->log, "peer process %d cannot be answered: %s", pid, errno_name(err));
	peers_drop(server, index);
}

/* A peer that takes no reply is dropped. */
static void send_to(struct server *server, unsigned int index, const void *message, size_t bytes)
{
	int err = wire_send(server->peers[index].fd, message, bytes, NULL, 0);

	if (err)
		drop_unanswered(server, index, err);
}

static void send_result(struct server *server, unsigned int index, unsigned int kind, int err)
{
	struct mbal_reply reply = wire_reply(kind, err);

	reply.source = server->sampler->source->id;
	server->requests_refused += err != 0;
	send_to(server, index, &reply, sizeof(reply));
}

static int send_tables(const struct server *server, unsigned int index, const struct group *group)
{
	struct mbal_reply reply = wire_reply(MBAL_REQUEST_OPEN, 0);
	int fds[GROUP_TABLES];

	reply.source = server->sampler->source->id;
	reply.group_id = group->id;
	reply.tgid = (__u32)group->tgid;
	reply.table_count = GROUP_TABLES;
	for (unsigned int i = 0; i < GROUP_TABLES; i++) {
		fds[i] = group->tables[i].fd;
		reply.table_bytes[i] = group->tables[i].bytes;
	}
	return wire_send(server->peers[index].fd, &reply, sizeof(reply), fds, GROUP_TABLES);
}

static int open_group(struct server *server, unsigned int index, pid_t asked_tgid, struct group **group,
		      struct reason *reason)
{
	const struct identity *identity = &server->peers[index].identity;
	struct target target;
	int err = permission_open_target(identity, asked_tgid, &target, reason);

	if (err)
		return err;
	err = groups_join(&server->groups, index, identity->uid, &target, group);
	target_close(&target);
	if (err)
		reason_set(reason, err, "its tables cannot be made: %s", errno_name(err));
	return err;
}

static void refuse_open(struct server *server, unsigned int index, const struct mbal_request *request, int err,
			const struct reason *reason)
{
	const struct identity *identity = &server->peers[index].identity;

	log_peer(server->log, "peer process %d of uid %u asked for process %u and was refused (%s): %s", identity->ids.pid,
		 identity->uid, request->tgid, errno_name(err), reason->text);
	send_result(server, index, MBAL_REQUEST_OPEN, err);
}

static void answer_open(struct server *server, unsigned int index, const struct mbal_request *request)
{
	struct group *group;
	struct reason reason;
	int err = open_group(server, index, (pid_t)request->tgid, &group, &reason);

	if (err) {
		refuse_open(server, index, request, err, &reason);
		return;
	}
	err = send_tables(server, index, group);
	if (err == -ETOOMANYREFS) {
		(void)groups_leave(&server->groups, index, group->id);
		reason_set(&reason, err, "peers leave too many descriptors unread");
		refuse_open(server, index, request, err, &reason);
	} else if (err) {
		drop_unanswered(server, index, err);
	}
}

static void answer_status(struct server *server, unsigned int index)
{
	struct mbal_status status = status_of(server);

	server->requests_refused += status.error != 0;
	send_to(server, index, &status, sizeof(status));
}

static void answer(struct server *server, unsigned int index, const struct mbal_request *request)
{
	switch (request->kind) {
	case MBAL_REQUEST_OPEN:
		answer_open(server, index, request);
		break;
	case MBAL_REQUEST_CLOSE:
		send_result(server, index, request->kind, groups_leave(&server->groups, index, request->group_id));
		break;
	case MBAL_REQUEST_STATUS:
		answer_status(server, index);
		break;
	default: /* HELLO: that it passed the checks is the answer */
		send_result(server, index, request->kind, 0);
	}
}

/* recv() says 0 for an empty message as well as for the end. */
static bool has_ended(int fd)
{
	struct pollfd poll_one = { .fd = fd, .events = POLLRDHUP };

	return poll(&poll_one, 1, 0) != 0;
}

void answer_request(struct server *server, unsigned int index)
{
	struct peer *peer = &server->peers[index];
	struct mbal_request message, request;
	/* MSG_TRUNC: the real length, whatever fits. Descriptors that ride along are dropped by the kernel. */
	ssize_t bytes = recv(peer->fd, &message, sizeof(message), MSG_DONTWAIT | MSG_TRUNC);
	int err;

	if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (bytes < 0 || (bytes == 0 && has_ended(peer->fd))) {
		peers_drop(server, index);
		return;
	}
	server->requests++;
	err = request_check(&request, &message, (size_t)bytes);
	if (!err) {
		answer(server, index, &request);
		return;
	}
	log_detail(server->log, "peer process %d sent a bad request of %zd bytes: %s", peer->identity.ids.pid, bytes, errno_name(err));
	send_result(server, index, request.kind, err);
}
