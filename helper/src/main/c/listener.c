// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define WAITING_PEERS 64
#define FOLDER_MODE 0755
#define EVERYBODY_MODE 0666
#define GROUP_MODE 0660

static int open_folder(struct listener *listener, const char *path, struct reason *reason)
{
	struct sockaddr_un copy;	/* the path is known to fit */
	const char *folder;

	snprintf(copy.sun_path, sizeof(copy.sun_path), "%s", path);
	folder = dirname(copy.sun_path);
	if (!mkdir(folder, FOLDER_MODE) && chmod(folder, FOLDER_MODE)) /* whatever the umask */
		return reason_set(reason, -errno, "the mode of %s cannot be set: %s", folder, errno_name(errno));
	listener->folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (listener->folder_fd < 0)
		return reason_set(reason, -errno, "the folder of %s cannot be made or opened: %s", path, errno_name(errno));
	listener->name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	return 0;
}

/* Returns 0 when nobody listens there, -EADDRINUSE when somebody does. */
static int check_dead(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int err;

	if (fd < 0)
		return -errno;
	err = connect(fd, (const struct sockaddr *)address, sizeof(*address)) ? errno : 0;
	close(fd);
	return err == ECONNREFUSED || err == ENOENT ? 0 : -EADDRINUSE;
}

static int remove_stale(const struct listener *listener, const struct sockaddr_un *address, struct reason *reason)
{
	struct stat status;

	if (fstatat(listener->folder_fd, listener->name, &status, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : reason_set(reason, -errno, "%s cannot be looked at: %s", address->sun_path, errno_name(errno));
	if (!S_ISSOCK(status.st_mode))
		return reason_set(reason, -EEXIST, "%s exists and is no socket", address->sun_path);
	if (check_dead(address))
		return reason_set(reason, -EADDRINUSE, "another helper serves %s", address->sun_path);
	if (unlinkat(listener->folder_fd, listener->name, 0) && errno != ENOENT)
		return reason_set(reason, -errno, "the socket %s of a dead helper cannot be removed: %s", address->sun_path,
				  errno_name(errno));
	return 0;
}

/* Until permit() the file has no mode bits at all: nobody connects to a socket that is not yet restricted. */
static int bind_closed(struct listener *listener, const struct sockaddr_un *address, struct reason *reason)
{
	mode_t mask = umask(0777);
	int err = bind(listener->fd, (const struct sockaddr *)address, sizeof(*address)) ? -errno : 0;
	struct stat status;

	umask(mask);
	if (!err && fstatat(listener->folder_fd, listener->name, &status, AT_SYMLINK_NOFOLLOW))
		err = -errno;
	if (err)
		return reason_set(reason, err, "the socket %s cannot be made: %s", address->sun_path, errno_name(err));
	listener->is_bound = true;
	listener->device = status.st_dev;
	listener->inode = status.st_ino;
	return 0;
}

static int permit(const struct listener *listener, const gid_t *group, struct reason *reason)
{
	if (group && fchownat(listener->folder_fd, listener->name, (uid_t)-1, *group, AT_SYMLINK_NOFOLLOW))
		return reason_set(reason, -errno, "the socket cannot be given to the group: %s", errno_name(errno));
	if (fchmodat(listener->folder_fd, listener->name, group ? GROUP_MODE : EVERYBODY_MODE, 0))
		return reason_set(reason, -errno, "the mode of the socket cannot be set: %s", errno_name(errno));
	return 0;
}

static int open_socket(struct listener *listener, const char *path, const gid_t *group, struct reason *reason)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int err;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	err = remove_stale(listener, &address, reason);
	if (err)
		return err;
	listener->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0)
		return reason_set(reason, -errno, "no socket can be made: %s", errno_name(errno));
	err = bind_closed(listener, &address, reason);
	if (!err && listen(listener->fd, WAITING_PEERS))
		err = reason_set(reason, -errno, "listening at %s failed: %s", path, errno_name(errno));
	return err ? err : permit(listener, group, reason);
}

int listener_open(struct listener *listener, const char *path, const gid_t *group, struct reason *reason)
{
	int err;

	*listener = (struct listener){ .fd = -1, .folder_fd = -1 };
	err = open_folder(listener, path, reason);
	if (!err)
		err = open_socket(listener, path, group, reason);
	if (err)
		listener_close(listener);
	return err;
}

static bool file_is_ours(const struct listener *listener)
{
	struct stat status;

	return !fstatat(listener->folder_fd, listener->name, &status, AT_SYMLINK_NOFOLLOW) &&
	       status.st_dev == listener->device && status.st_ino == listener->inode;
}

void listener_close(struct listener *listener)
{
	if (listener->is_bound && file_is_ours(listener))
		(void)unlinkat(listener->folder_fd, listener->name, 0);
	if (listener->fd >= 0)
		close(listener->fd);
	if (listener->folder_fd >= 0)
		close(listener->folder_fd);
	*listener = (struct listener){ .fd = -1, .folder_fd = -1 };
}
