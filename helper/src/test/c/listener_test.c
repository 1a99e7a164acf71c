// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "listener.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tap.h"

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", tap_folder(), name);
	return path;
}

static mode_t mode_of(const char *path)
{
	struct stat status;

	return stat(path, &status) ? 0 : status.st_mode & 07777;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), err;

	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", path);
	err = connect(fd, (struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
	close(fd);
	return err;
}

static void makes_folder_and_socket(void)
{
	struct listener listener;
	struct reason reason;
	const char *path = path_of("run/helper.sock");
	mode_t mask = umask(077);

	CHECK_EQUAL(listener_open(&listener, path, NULL, &reason), 0, "listens in a folder that is missing");
	umask(mask);
	CHECK_EQUAL(mode_of(path_of("run")), 0755, "which everybody may enter, whatever the umask");
	CHECK_EQUAL(mode_of(path_of("run/helper.sock")), 0666, "at a socket that everybody may connect to");
	CHECK_EQUAL(connect_to(path_of("run/helper.sock")), 0, "and can");
	listener_close(&listener);
	CHECK_EQUAL(mode_of(path_of("run/helper.sock")), 0, "and removes it");
	listener_close(&listener);
	CHECK_EQUAL(listener_open(&listener, path_of("no/such/helper.sock"), NULL, &reason), -ENOENT, "makes one folder, not two");
	CHECK_CONTAINS(reason.text, "no/such/helper.sock cannot be made or opened: ENOENT", "and says so");
}

static void restricts_to_a_group(void)
{
	struct listener listener;
	struct reason reason;
	struct stat status;
	gid_t group = 65534;

	if (geteuid()) {
		tap_skip("a socket of a group", "needs root");
		return;
	}
	REQUIRE(!listener_open(&listener, path_of("group.sock"), &group, &reason));
	REQUIRE(!stat(path_of("group.sock"), &status));
	CHECK_EQUAL(status.st_mode & 07777, 0660, "with a group, others may not connect");
	CHECK(status.st_uid == 0 && status.st_gid == group, "the socket is root's and the group's, not %u:%u", status.st_uid, status.st_gid);
	listener_close(&listener);
}

static void replaces_only_what_is_dead(void)
{
	struct listener first, second;
	struct reason reason;
	char expected[512];

	REQUIRE(!listener_open(&first, path_of("one.sock"), NULL, &reason));
	CHECK_EQUAL(listener_open(&second, path_of("one.sock"), NULL, &reason), -EADDRINUSE, "a socket that is served is left alone");
	snprintf(expected, sizeof(expected), "another helper serves %s/one.sock", tap_folder());
	CHECK_TEXT(reason.text, expected, "and named");
	CHECK_EQUAL(connect_to(path_of("one.sock")), 0, "and is served on");
	first.is_bound = false; /* as if killed: the file stays */
	listener_close(&first);
	CHECK_EQUAL(connect_to(path_of("one.sock")), -ECONNREFUSED, "a dead helper leaves its socket");
	CHECK_EQUAL(listener_open(&first, path_of("one.sock"), NULL, &reason), 0, "which the next one replaces");
	CHECK_EQUAL(connect_to(path_of("one.sock")), 0, "and serves");
	tap_write(tap_folder(), "file.sock", "precious");
	CHECK_EQUAL(listener_open(&second, path_of("file.sock"), NULL, &reason), -EEXIST, "a file that is no socket is left alone");
	CHECK_CONTAINS(reason.text, "file.sock exists and is no socket", "and that is said");
	REQUIRE(!unlink(path_of("one.sock")));
	tap_write(tap_folder(), "one.sock", "somebody else's");
	listener_close(&first);
	CHECK(mode_of(path_of("one.sock")) != 0, "what took the place of our socket is not removed");
}

int main(void)
{
	makes_folder_and_socket();
	restricts_to_a_group();
	replaces_only_what_is_dead();
	return tap_end();
}
