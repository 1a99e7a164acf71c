/* SPDX-License-Identifier: Apache-2.0 */
/* Counting open descriptors and making ones to pass, for the tests that must see none leak. */
#ifndef MBAL_OWN_FDS_H
#define MBAL_OWN_FDS_H

#include <dirent.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static inline int open_fds(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = -3; /* ".", "..", and the folder's own */

	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static inline int memory_file(size_t bytes)
{
	int fd = memfd_create("mbal-test", MFD_CLOEXEC);

	return ftruncate(fd, (off_t)bytes) ? -1 : fd;
}

/* Sends one message with so many fresh memory files of so many bytes. */
static inline ssize_t send_with_files(int socket_fd, const void *bytes, size_t count, size_t files,
				      size_t file_bytes)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(16 * sizeof(int))] = { 0 };
	struct iovec part = { .iov_base = (void *)bytes, .iov_len = count };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	int fds[16];
	ssize_t sent;

	for (size_t i = 0; i < files; i++)
		fds[i] = memory_file(file_bytes);
	if (files > 0) {
		struct cmsghdr *header = (struct cmsghdr *)control;

		message.msg_control = control;
		message.msg_controllen = CMSG_SPACE(files * sizeof(int));
		*header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
					    .cmsg_len = CMSG_LEN(files * sizeof(int)) };
		memcpy(CMSG_DATA(header), fds, files * sizeof(int));
	}
	sent = sendmsg(socket_fd, &message, MSG_NOSIGNAL);
	for (size_t i = 0; i < files; i++)
		close(fds[i]);
	return sent;
}

#endif
