// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "heap_file.h"
#include "members.h"
#include "move.h"
#include "permission.h"
#include "request.h"
#include "server.h"
#include "wire.h"

#define RECENT_SLOTS_FOR_ALL 65536u	/* 4 MiB */

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
	reply.table_count = group->table_count;
	for (unsigned int i = 0; i < group->table_count; i++) {
		fds[i] = group->tables[i].fd;
		reply.table_bytes[i] = group->tables[i].bytes;
	}
	return wire_send(server->peers[index].fd, &reply, sizeof(reply), fds, group->table_count);
}

/* What the peer may have of what it asks for. Returns 0, or -errno with the reason and nothing left open. */
static int make_spec(const struct server *server, unsigned int index, const struct mbal_request *request,
		     struct group_spec *spec, struct reason *reason)
{
	const struct identity *identity = &server->peers[index].identity;

	*spec = (struct group_spec){
		.rule = {
			.cgroup_id = request->cgroup_id,
			.kind = request->target_kind,
			.owner_uid = identity->uid,
			.excluded_tgids = { (__u32)getpid(), (__u32)identity->ids.pid },
			.range_count = request->range_count,
			.flags = request->flags,
		},
		.target = { .pidfd = -1 },
		.recent_slots = request->recent_slots,
		.uid = identity->uid,
	};
	memcpy(spec->rule.ranges, request->ranges, sizeof(spec->rule.ranges));
	if (request->recent_slots > RECENT_SLOTS_FOR_ALL && identity->uid)
		return reason_set(reason, -EPERM, "only root may have more than %u recent accesses", RECENT_SLOTS_FOR_ALL);
	return permission_open_targets(identity, request, server->sampler->source->id, &spec->target, reason);
}

static int open_group(struct server *server, unsigned int index, const struct mbal_request *request, struct group **group,
		      struct reason *reason)
{
	struct group_spec spec;
	int err = make_spec(server, index, request, &spec, reason);

	if (err)
		return err;
	err = groups_join(&server->groups, index, &spec, group);
	target_close(&spec.target);
	if (err)
		reason_set(reason, err, "its tables cannot be made: %s", errno_name(err));
	return err;
}

static void refuse(struct server *server, unsigned int index, unsigned int kind, unsigned int tgid, int err,
		   const struct reason *reason)
{
	const struct identity *identity = &server->peers[index].identity;

	log_peer(server->log, "peer process %d of uid %u asked for process %u and was refused (%s): %s", identity->ids.pid,
		 identity->uid, tgid, errno_name(err), reason->text);
	send_result(server, index, kind, err);
}

static void answer_open(struct server *server, unsigned int index, const struct mbal_request *request)
{
	struct group *group;
	struct reason reason;
	int err = open_group(server, index, request, &group, &reason);

	if (err) {
		refuse(server, index, request->kind, request->tgid, err, &reason);
		return;
	}
	err = send_tables(server, index, group);
	if (err == -ETOOMANYREFS) {
		(void)groups_leave(&server->groups, index, group->id);
		reason_set(&reason, err, "peers leave too many descriptors unread");
		refuse(server, index, request->kind, request->tgid, err, &reason);
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

static int add_process(struct server *server, unsigned int index, const struct mbal_request *request, struct reason *reason)
{
	struct members members = { .group = groups_find(&server->groups, index, request->group_id), .sampler = server->sampler };
	struct target target;
	int err;

	if (!members.group)
		return reason_set(reason, -ENOENT, "it has no group %llu", request->group_id);
	if (members.group->rule.kind != MBAL_TARGET_SET)
		return reason_set(reason, -EINVAL, "group %llu is none that processes are added to", request->group_id);
	err = permission_open_target(&server->peers[index].identity, (pid_t)request->tgid, &target, reason);
	if (err)
		return err;
	err = members_join(&members, &target, 0);
	target_close(&target);
	server->groups.targets_lost += err == -ENOSPC || err == -E2BIG;
	return err ? reason_set(reason, err, "it cannot be added: %s", errno_name(err)) : 0;
}

static void answer_add(struct server *server, unsigned int index, const struct mbal_request *request)
{
	struct reason reason;
	int err = add_process(server, index, request, &reason);

	if (err)
		refuse(server, index, request->kind, request->tgid, err, &reason);
	else
		send_result(server, index, request->kind, 0);
}

static void answer_groups(struct server *server, unsigned int index, unsigned int start)
{
	struct mbal_groups list = groups_list(&server->groups, start, status_now_ns());

	send_to(server, index, &list, sizeof(list));
}

static int claim(struct server *server, unsigned int index, const struct mbal_request *request)
{
	struct group *group = groups_find(&server->groups, index, request->group_id);

	return group ? claim_keep(server, group, request) : -ENOENT;
}

/*
 * All or none: what is refused was not counted. Into any group that the peer has: with the source replay nothing else is counted
 * there, and whoever has it open may look into its processes anyway.
 */
static int inject(struct server *server, unsigned int index, const struct mbal_inject_request *request)
{
	struct group *group = groups_find(&server->groups, index, request->group_id);
	int err;

	if (!group)
		return -ENOENT;
	if (server->sampler->source->id != MBAL_SOURCE_REPLAY)
		return -EOPNOTSUPP;
	if (request->accesses[0].time_ns < group->injected_ns)
		return -EINVAL;
	err = sampler_inject(server->sampler, group->id, request->accesses, request->count);
	if (!err)
		group->injected_ns = request->accesses[request->count - 1].time_ns;
	return err;
}

/*
 * Pages that are mapped more than once may be anybody's, such as those of the C library: they move for root, and where they are
 * of a JVM's heap. A process that swaps its mappings at the right moment can have others that it maps moved, and so learns
 * and changes nothing but their node; if it does not swap back, that is said.
 */
static struct mbal_move_reply move_for(struct server *server, const struct identity *peer, const struct target *target,
				       const struct mbal_move_request *request)
{
	int before = peer->uid ? heap_file_has(target, request) : 0, after = 0;
	struct mbal_move_reply reply = move_pages_of(target, request, !peer->uid || before > 0);

	if (before > 0)
		after = heap_file_has(target, request);
	if (before > 0 && !after && process_is_alive(target->pidfd))
		log_peer(server->log, "process %d changed its mappings while pages of it moved for peer process %d of uid %u", target->tgid,
			 peer->ids.pid, peer->uid);
	if (before < 0 || after < 0)
		log_peer(server->log, "the mappings of process %d cannot be read, to move pages of it for peer process %d of uid %u: %s",
			 target->tgid, peer->ids.pid, peer->uid, errno_name(before < 0 ? before : after));
	return reply;
}

static void answer_move(struct server *server, unsigned int index, const struct mbal_move_request *request)
{
	struct mbal_move_reply reply;
	struct target target;
	struct reason reason;
	int err = permission_open_target(&server->peers[index].identity, (pid_t)request->tgid, &target, &reason);

	if (err) {
		refuse(server, index, request->kind, request->tgid, err, &reason);
		return;
	}
	reply = move_for(server, &server->peers[index].identity, &target, request);
	target_close(&target);
	server->requests_refused += reply.error != 0;
	send_to(server, index, &reply, sizeof(reply));
}

static void answer(struct server *server, unsigned int index, const union request *request)
{
	const struct mbal_request *plain = &request->plain;

	switch (plain->kind) {
	case MBAL_REQUEST_OPEN:
		answer_open(server, index, plain);
		break;
	case MBAL_REQUEST_ADD:
		answer_add(server, index, plain);
		break;
	case MBAL_REQUEST_CLOSE:
		send_result(server, index, plain->kind, groups_leave(&server->groups, index, plain->group_id));
		break;
	case MBAL_REQUEST_STATUS:
		answer_status(server, index);
		break;
	case MBAL_REQUEST_GROUPS:
		answer_groups(server, index, plain->start);
		break;
	case MBAL_REQUEST_CLAIM:
		send_result(server, index, plain->kind, claim(server, index, plain));
		break;
	case MBAL_REQUEST_INJECT:
		send_result(server, index, plain->kind, inject(server, index, &request->inject));
		break;
	case MBAL_REQUEST_MOVE:
		answer_move(server, index, &request->move);
		break;
	default: /* HELLO: that it passed the checks is the answer */
		send_result(server, index, plain->kind, 0);
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
	union request request = { 0 };
	/* MSG_TRUNC: the real length, whatever fits. Descriptors that ride along are dropped by the kernel. */
	ssize_t bytes = recv(peer->fd, &request, sizeof(request), MSG_DONTWAIT | MSG_TRUNC);
	int err;

	if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (bytes < 0 || (bytes == 0 && has_ended(peer->fd))) {
		peers_drop(server, index);
		return;
	}
	server->requests++;
	err = request_check(&request, (size_t)bytes);
	if (!err) {
		answer(server, index, &request);
		return;
	}
	log_detail(server->log, "peer process %d sent a bad request of %zd bytes: %s", peer->identity.ids.pid, bytes, errno_name(err));
	send_result(server, index, request.plain.kind, err);
}
