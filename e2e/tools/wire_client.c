// SPDX-License-Identifier: Apache-2.0
#include "wire_client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int wire_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = MBAL_DEFAULT_SOCKET };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -errno;
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int send_request(int socket_fd, struct mbal_request *request)
{
	request->magic = MBAL_WIRE_MAGIC;
	request->abi_version = MBAL_ABI_VERSION;
	return send(socket_fd, request, sizeof(*request), MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int check_length(ssize_t bytes, size_t wanted_bytes)
{
	if (bytes < 0)
		return -errno;
	return (size_t)bytes == wanted_bytes ? 0 : -EPROTO;
}

int wire_ask(int socket_fd, struct mbal_request *request, void *answer, size_t answer_bytes)
{
	int err = send_request(socket_fd, request);

	return err ? err : check_length(recv(socket_fd, answer, answer_bytes, MSG_TRUNC), answer_bytes);
}

/* Takes the descriptors that came with a reply; anything but as many as it says is a broken helper. */
static int take_descriptors(struct msghdr *message, const struct mbal_reply *reply, int fds[MBAL_WIRE_TABLES])
{
	struct cmsghdr *rights = CMSG_FIRSTHDR(message);
	size_t bytes = reply->table_count * sizeof(int);

	if (reply->error)
		return reply->error;
	if (reply->table_count > MBAL_WIRE_TABLES || !rights || rights->cmsg_type != SCM_RIGHTS ||
	    rights->cmsg_len != CMSG_LEN(bytes))
		return -EPROTO;
	memcpy(fds, CMSG_DATA(rights), bytes);
	return 0;
}

int wire_open_process(int socket_fd, __u32 tgid, struct mbal_reply *reply, int fds[MBAL_WIRE_TABLES])
{
	struct mbal_request request = { .kind = MBAL_REQUEST_OPEN, .tgid = tgid, .target_kind = MBAL_TARGET_PROCESS };
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(MBAL_WIRE_TABLES * sizeof(int))];
	struct iovec part = { .iov_base = reply, .iov_len = sizeof(*reply) };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
	};
	int err = send_request(socket_fd, &request);

	if (!err)
		err = check_length(recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC), sizeof(*reply));
	return err ? err : take_descriptors(&message, reply, fds);
}
