// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"
#include "wire.h"

/* Small, so that few replies, and few descriptors on their way, can pile up with a peer that does not read. */
#define SEND_BUFFER_BYTES 4096
#define ACCEPTS_PER_ROUND 16u	/* so that those who connect leave time to those who have */

static struct peer *find_free(struct server *server)
{
	for (unsigned int i = 0; i < PEERS_MAX; i++)
		if (server->peers[i].fd < 0)
			return &server->peers[i];
	return NULL;
}

static bool within_share(const struct server *server, uid_t uid)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < PEERS_MAX; i++)
		count += server->peers[i].fd >= 0 && server->peers[i].identity.uid == uid;
	return uid == 0 || count < UID_SHARE(PEERS_MAX);
}

/* It will read why, rather than find the connection broken. */
static void refuse(struct server *server, int fd, int err)
{
	struct mbal_reply reply = wire_reply(0, err);
	struct mbal_request unread;

	server->requests++;
	server->requests_refused++;
	/* What a peer sent and we did not read would turn our reply into ECONNRESET. */
	(void)recv(fd, &unread, sizeof(unread), MSG_DONTWAIT);
	(void)wire_send(fd, &reply, sizeof(reply), NULL, 0);
	close(fd);
}

static int admit(struct server *server, int fd, struct peer **place, struct reason *reason)
{
	struct identity identity;
	int send_bytes = SEND_BUFFER_BYTES;
	int err = identity_open(&identity, fd, server->nobody_waited_ns, reason);

	if (err)
		return err;
	*place = find_free(server);
	if (!*place || !within_share(server, identity.uid))
		err = reason_set(reason, -EUSERS, "there are %u peers, too many for one more of uid %u", server->peer_count, identity.uid);
	else if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof(send_bytes)))
		err = reason_set(reason, -errno, "SO_SNDBUF cannot be set: %s", errno_name(errno));
	if (err) {
		identity_close(&identity);
		return err;
	}
	**place = (struct peer){ .fd = fd, .identity = identity };
	return 0;
}

static void admit_or_refuse(struct server *server, int fd)
{
	struct reason reason;
	struct peer *place;
	int err = admit(server, fd, &place, &reason);

	if (err) {
		log_peer(server->log, "a peer was refused: %s", reason.text);
		refuse(server, fd, err);
		return;
	}
	server->peer_count++;
	log_detail(server->log, "peer process %d of uid %u connected", place->identity.ids.pid, place->identity.uid);
}

static void pause_accepting(struct server *server, int err)
{
	log_peer(server->log, "no peer can be accepted for a second: %s", errno_name(err));
	server->is_accepting = false;
}

void peers_accept(struct server *server)
{
	for (unsigned int i = 0; i < ACCEPTS_PER_ROUND; i++) {
		uint64_t before_ns = status_boot_time_ns();
		int fd = accept4(server->listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			admit_or_refuse(server, fd);
			continue;
		}
		if (errno == EINTR || errno == ECONNABORTED)
			continue;
		if (errno == EAGAIN)
			server->nobody_waited_ns = before_ns;
		else
			pause_accepting(server, errno);
		return;
	}
}

void peers_drop(struct server *server, unsigned int index)
{
	struct peer *peer = &server->peers[index];

	log_detail(server->log, "peer process %d of uid %u left", peer->identity.ids.pid, peer->identity.uid);
	groups_leave_all(&server->groups, index);
	identity_close(&peer->identity);
	close(peer->fd);
	peer->fd = -1;
	server->peer_count--;
}
