// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

struct mbal_reply wire_reply(unsigned int kind, int err)
{
	return (struct mbal_reply){
		.magic = MBAL_WIRE_MAGIC,
		.abi_version = MBAL_ABI_VERSION,
		.kind = (__u16)kind,
		.error = err,
	};
}

int wire_send(int fd, const void *message, size_t bytes, const int *fds, unsigned int fd_count)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(WIRE_FDS_MAX * sizeof(int))];
	} control = { 0 };
	struct iovec part = { .iov_base = (void *)message, .iov_len = bytes };
	struct msghdr whole = { .msg_iov = &part, .msg_iovlen = 1 };

	if (fd_count) {
		whole.msg_control = control.bytes;
		whole.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(fd_count * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, fd_count * sizeof(int));
	}
	return sendmsg(fd, &whole, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}
