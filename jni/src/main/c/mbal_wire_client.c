/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_wire_client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAX_ERRNO 4095
#define SAME_PLACE_IN(head, type, field)                                                                \
	_Static_assert(offsetof(struct type, field) == offsetof(struct head, field), "all of them begin alike")
#define SAME_PLACE(type, field) SAME_PLACE_IN(mbal_answer_head, type, field)

SAME_PLACE(mbal_reply, magic);
SAME_PLACE(mbal_reply, abi_version);
SAME_PLACE(mbal_reply, kind);
SAME_PLACE(mbal_reply, error);
SAME_PLACE(mbal_status, magic);
SAME_PLACE(mbal_status, abi_version);
SAME_PLACE(mbal_status, kind);
SAME_PLACE(mbal_status, error);
SAME_PLACE(mbal_groups, magic);
SAME_PLACE(mbal_groups, abi_version);
SAME_PLACE(mbal_groups, kind);
SAME_PLACE(mbal_groups, error);
SAME_PLACE(mbal_move_reply, magic);
SAME_PLACE(mbal_move_reply, abi_version);
SAME_PLACE(mbal_move_reply, kind);
SAME_PLACE(mbal_move_reply, error);
SAME_PLACE_IN(mbal_request_head, mbal_request, magic);
SAME_PLACE_IN(mbal_request_head, mbal_request, abi_version);
SAME_PLACE_IN(mbal_request_head, mbal_request, kind);
SAME_PLACE_IN(mbal_request_head, mbal_inject_request, magic);
SAME_PLACE_IN(mbal_request_head, mbal_inject_request, abi_version);
SAME_PLACE_IN(mbal_request_head, mbal_inject_request, kind);
SAME_PLACE_IN(mbal_request_head, mbal_move_request, magic);
SAME_PLACE_IN(mbal_request_head, mbal_move_request, abi_version);
SAME_PLACE_IN(mbal_request_head, mbal_move_request, kind);

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Ends when the socket is ready, or broken, which the call after it will say. */
static int wait_for(int socket_fd, short events, long long deadline_ms)
{
	struct pollfd polled = { .fd = socket_fd, .events = events };

	for (;;) {
		long long left_ms = deadline_ms - now_ms();
		int ready = poll(&polled, 1, left_ms > 0 ? (int)left_ms : 0);

		if (ready > 0)
			return 0;
		if (ready == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

static int set_address(struct sockaddr_un *address, const char *path, size_t path_bytes)
{
	if (path_bytes == 0 || path[0] == '\0')
		return -EINVAL;
	if (path_bytes >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path, path, path_bytes);
	return 0;
}

int mbal_client_connect(const char *path, size_t path_bytes, int timeout_ms)
{
	struct timeval timeout = { .tv_sec = timeout_ms / 1000, .tv_usec = (timeout_ms % 1000) * 1000 };
	struct sockaddr_un address;
	int socket_fd, result, err;

	err = set_address(&address, path, path_bytes);
	if (err)
		return err;
	socket_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (socket_fd < 0)
		return -errno;
	/* connect() waits while the helper's queue is full, and only this bounds it. */
	if (setsockopt(socket_fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)))
		goto fail;
	do
		result = connect(socket_fd, (const struct sockaddr *)&address, sizeof(address));
	while (result && errno == EINTR);
	if (!result)
		return socket_fd;
fail:
	err = errno == EAGAIN ? -ETIMEDOUT : -errno;
	close(socket_fd);
	return err;
}

int mbal_client_state(int socket_fd)
{
	char byte;
	ssize_t peeked;

	do
		peeked = recv(socket_fd, &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
	while (peeked < 0 && errno == EINTR);
	if (peeked > 0)
		return -EBADMSG;
	if (peeked == 0)
		return -ECONNRESET;
	return errno == EAGAIN ? 0 : -errno;
}

static int send_request(int socket_fd, const void *request, size_t bytes, long long deadline_ms)
{
	for (;;) {
		int err;

		if (send(socket_fd, request, bytes, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
			return 0; /* SOCK_SEQPACKET: all or nothing */
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -errno;
		err = wait_for(socket_fd, POLLOUT, deadline_ms);
		if (err)
			return err;
	}
}

static void take_fds(struct mbal_fds *fds, const struct cmsghdr *control)
{
	size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);

	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(control) + i * sizeof(fd), sizeof(fd));
		if (fds->count < MBAL_ANSWER_FDS)
			fds->fds[fds->count++] = fd;
		else
			close(fd);
	}
}

/* Owns every descriptor of the message before anything is judged, so that none can leak. */
static void take_all_fds(struct mbal_fds *fds, struct msghdr *message)
{
	struct cmsghdr *control;

	for (control = CMSG_FIRSTHDR(message); control; control = CMSG_NXTHDR(message, control))
		if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS)
			take_fds(fds, control);
}

void mbal_fds_close(struct mbal_fds *fds)
{
	while (fds->count > 0)
		close(fds->fds[--fds->count]);
}

/* Returns the bytes of one message, of whatever length, or -errno. */
static ssize_t receive_message(int socket_fd, long long deadline_ms, struct mbal_answer *answer,
			       struct mbal_fds *fds)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(MBAL_ANSWER_FDS * sizeof(int))];
	struct iovec part = { .iov_base = answer, .iov_len = sizeof(*answer) };
	struct msghdr message;
	ssize_t bytes;
	int err;

	for (;;) {
		message = (struct msghdr){ .msg_iov = &part, .msg_iovlen = 1,
					   .msg_control = control, .msg_controllen = sizeof(control) };
		bytes = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
		if (bytes >= 0)
			break;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -errno;
		err = wait_for(socket_fd, POLLIN, deadline_ms);
		if (err)
			return err;
	}
	take_all_fds(fds, &message);
	if (bytes == 0)
		return -ECONNRESET;
	if (message.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	return message.msg_flags & MSG_CTRUNC ? -EBADMSG : bytes;
}

static int head_check(const struct mbal_answer_head *head, __u16 kind)
{
	int refused = head->error < 0 && head->error >= -MAX_ERRNO;

	if (head->magic != MBAL_WIRE_MAGIC)
		return -EBADMSG;
	if (head->abi_version != MBAL_ABI_VERSION)
		return -EPROTO;
	if (head->error != 0 && !refused)
		return -EBADMSG;
	if (head->kind != kind && !(refused && head->kind == 0))
		return -EBADMSG;
	return 0;
}

/* Bytes of a yes to a request of that kind. */
static size_t answer_bytes(__u16 kind)
{
	switch (kind) {
	case MBAL_REQUEST_STATUS:
		return sizeof(struct mbal_status);
	case MBAL_REQUEST_GROUPS:
		return sizeof(struct mbal_groups);
	case MBAL_REQUEST_MOVE:
		return sizeof(struct mbal_move_reply);
	default:
		return sizeof(struct mbal_reply);
	}
}

int mbal_answer_check(const struct mbal_answer *answer, size_t bytes, __u16 kind)
{
	int err;

	if (bytes < sizeof(answer->head))
		return -EMSGSIZE;
	err = head_check(&answer->head, kind); /* before the length: other versions may have other ones */
	if (err)
		return err;
	/* A no may come as struct mbal_reply, whatever was asked. */
	if (bytes == answer_bytes(kind) || (answer->head.error && bytes == sizeof(answer->reply)))
		return 0;
	return -EMSGSIZE;
}

static unsigned int expected_fds(const struct mbal_answer *answer, __u16 kind)
{
	return kind == MBAL_REQUEST_OPEN && answer->head.error == 0 ? answer->reply.table_count : 0;
}

int mbal_client_receive(int socket_fd, __u16 kind, int timeout_ms, struct mbal_answer *answer,
			struct mbal_fds *fds)
{
	ssize_t bytes;
	int err;

	memset(answer, 0, sizeof(*answer));
	fds->count = 0;
	bytes = receive_message(socket_fd, now_ms() + timeout_ms, answer, fds);
	err = bytes < 0 ? (int)bytes : mbal_answer_check(answer, (size_t)bytes, kind);
	if (!err && fds->count != expected_fds(answer, kind))
		err = -EBADMSG;
	if (err)
		mbal_fds_close(fds);
	return err;
}

/*
 * A helper that turns a peer away says why at once and closes, perhaps before it was asked anything. Returns 0 when such
 * a refusal waits to be read, else `err`.
 */
static int take_refusal(int socket_fd, int err, __u16 kind, struct mbal_answer *answer, struct mbal_fds *fds)
{
	if (mbal_client_receive(socket_fd, kind, 0, answer, fds))
		return err;
	if (answer->head.kind == 0)
		return 0;
	mbal_fds_close(fds);
	return err;
}

int mbal_client_ask(int socket_fd, const void *request, size_t bytes, int timeout_ms, struct mbal_answer *answer,
		    struct mbal_fds *fds)
{
	const struct mbal_request_head *head = request;
	int err;

	fds->count = 0;
	if (bytes < sizeof(*head))
		return -EINVAL;
	err = mbal_client_state(socket_fd);
	if (!err)
		err = send_request(socket_fd, request, bytes, now_ms() + timeout_ms);
	if (err == -EBADMSG || err == -EPIPE || err == -ECONNRESET)
		return take_refusal(socket_fd, err, head->kind, answer, fds);
	return err ? err : mbal_client_receive(socket_fd, head->kind, timeout_ms, answer, fds);
}
