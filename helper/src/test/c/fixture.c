// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

#define MAX_ARGUMENTS 24
#define LOOK_EVERY_MS 20	/* what looks often costs the helper more than the samples do */
#define LOOKS 3000	/* a minute: a machine that is that busy has no tests to run */

/* Open from the start: a test that runs as another user may not reach the build folder. */
static int helper_fd = -1;

bool fixture_can_run(const char *what)
{
	if (geteuid()) {
		tap_skip(what, "needs root, to load BPF");
		return false;
	}
	if (access("/sys/kernel/btf/vmlinux", F_OK)) {
		tap_skip(what, "this kernel has no BTF");
		return false;
	}
	helper_fd = open(HELPER_PATH, O_PATH | O_CLOEXEC);
	REQUIRE(helper_fd >= 0);
	return true;
}

const char *fixture_helper_path(void)
{
	return HELPER_PATH;
}

static __attribute__((noreturn)) void execute(const char *options, int out_fd, int err_fd)
{
	char *arguments[MAX_ARGUMENTS] = { "membalancer-helper" }, *rest = strdup(options);
	int count = 1;

	REQUIRE(rest && !prctl(PR_SET_PDEATHSIG, SIGKILL));
	while (count < MAX_ARGUMENTS - 1 && (arguments[count] = strtok_r(rest, " ", &rest)))
		count++;
	REQUIRE(dup2(out_fd, STDOUT_FILENO) >= 0 && dup2(err_fd, STDERR_FILENO) >= 0);
	execveat(helper_fd, "", arguments, environ, AT_EMPTY_PATH);
	_exit(127);
}

static pid_t spawn(const char *options, int out_fd, const char *log_path)
{
	int log_fd = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	pid_t pid;

	REQUIRE(log_fd >= 0);
	fflush(stdout);
	pid = fork();
	REQUIRE(pid >= 0);
	if (!pid)
		execute(options, out_fd, log_fd);
	close(log_fd);
	return pid;
}

static void read_file(const char *path, char *text, size_t text_bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t bytes;

	REQUIRE(fd >= 0);
	bytes = read(fd, text, text_bytes - 1);
	REQUIRE(bytes >= 0);
	text[bytes] = '\0';
	close(fd);
}

void fixture_read_log(const struct helper_process *helper, char *said, size_t said_bytes)
{
	read_file(helper->log_path, said, said_bytes);
}

static void read_line(int fd, char *line, size_t line_bytes)
{
	size_t used = 0;

	while (used + 1 < line_bytes && read(fd, line + used, 1) == 1 && line[used] != '\n')
		used++;
	line[used] = '\0';
}

void fixture_start(struct helper_process *helper, const char *options)
{
	char whole[512], said[4096];
	int out[2];

	snprintf(helper->socket_path, sizeof(helper->socket_path), "%s/helper.sock", tap_folder());
	snprintf(helper->log_path, sizeof(helper->log_path), "%s/helper.log", tap_folder());
	snprintf(whole, sizeof(whole), "--foreground --socket %s %s", helper->socket_path, options);
	REQUIRE(!pipe2(out, O_CLOEXEC));
	helper->pid = spawn(whole, out[1], helper->log_path);
	close(out[1]);
	read_line(out[0], helper->ready, sizeof(helper->ready));
	close(out[0]);
	if (*helper->ready)
		return;
	fixture_read_log(helper, said, sizeof(said));
	printf("# %s\n", said);
	REQUIRE(!"a helper that starts");
}

static int wait_for(pid_t pid)
{
	int status;

	REQUIRE(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int fixture_stop(struct helper_process *helper)
{
	char said[65536];
	int status;

	REQUIRE(!kill(helper->pid, SIGTERM));
	status = wait_for(helper->pid);
	fixture_read_log(helper, said, sizeof(said));
	CHECK(!strstr(said, "runtime error") && !strstr(said, "Sanitizer"), "the helper did nothing undefined");
	if (status)
		printf("# %s\n", said);
	return status;
}

int fixture_run(const char *options, char *said, size_t said_bytes)
{
	char path[128];
	int null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC), status;

	snprintf(path, sizeof(path), "%s/run.log", tap_folder());
	REQUIRE(null_fd >= 0);
	status = wait_for(spawn(options, null_fd, path));
	close(null_fd);
	read_file(path, said, said_bytes);
	return status;
}

bool fixture_wait(bool (*holds)(void *argument), void *argument)
{
	for (int i = 0; i < LOOKS; i++) {
		if (holds(argument))
			return true;
		poll(NULL, 0, LOOK_EVERY_MS);
	}
	return false;
}

int client_connect(const char *socket_path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), err;

	snprintf(address.sun_path, sizeof(address.sun_path), "%.107s", socket_path);
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int client_send(int fd, const void *message, size_t bytes)
{
	return send(fd, message, bytes, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

ssize_t client_receive(int fd, void *message, size_t bytes, int fds[CLIENT_FDS])
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(CLIENT_FDS * sizeof(int))];
	} control = { 0 };
	struct iovec part = { .iov_base = message, .iov_len = bytes };
	struct msghdr whole = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control) };
	ssize_t received = recvmsg(fd, &whole, MSG_CMSG_CLOEXEC);
	const struct cmsghdr *header = CMSG_FIRSTHDR(&whole);

	for (int i = 0; i < CLIENT_FDS; i++)
		fds[i] = -1;
	if (received >= 0 && header && header->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
	return received < 0 ? -errno : received;
}

int client_ask(int fd, const struct mbal_request *request, struct mbal_reply *reply, int fds[CLIENT_FDS])
{
	int err = client_send(fd, request, sizeof(*request));

	/* Who is turned away is told so before asking, and may find the connection closed. */
	if (err && err != -EPIPE)
		return err;
	return client_receive(fd, reply, sizeof(*reply), fds) == sizeof(*reply) ? reply->error : -ECONNRESET;
}

struct mbal_request client_request(unsigned int kind)
{
	return (struct mbal_request){ .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = (__u16)kind };
}

int client_open(int fd, pid_t tgid, struct mbal_reply *reply, int fds[CLIENT_FDS])
{
	struct mbal_request request = client_request(MBAL_REQUEST_OPEN);

	request.tgid = (__u32)tgid;
	return client_ask(fd, &request, reply, fds);
}

int client_close(int fd, __u64 group_id)
{
	struct mbal_request request = client_request(MBAL_REQUEST_CLOSE);
	struct mbal_reply reply;
	int fds[CLIENT_FDS];

	request.group_id = group_id;
	return client_ask(fd, &request, &reply, fds);
}

struct mbal_status client_status(int fd)
{
	struct mbal_request request = client_request(MBAL_REQUEST_STATUS);
	struct mbal_status status;
	int fds[CLIENT_FDS];

	REQUIRE(!client_send(fd, &request, sizeof(request)));
	REQUIRE(client_receive(fd, &status, sizeof(status), fds) == sizeof(status));
	REQUIRE(status.magic == MBAL_WIRE_MAGIC && status.kind == MBAL_REQUEST_STATUS && !status.error);
	return status;
}

__u64 client_sum_of_outcomes(const struct mbal_status *status)
{
	__u64 sum = status->counters[MBAL_COUNTER_RECORDED];

	for (int i = MBAL_COUNTER_FIRST_DROP; i <= MBAL_COUNTER_LAST_DROP; i++)
		sum += status->counters[i];
	return sum;
}

void client_close_fds(int fds[CLIENT_FDS])
{
	for (int i = 0; i < CLIENT_FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static __attribute__((noreturn)) void be_client(unsigned int uid, const char *socket_path, int id_fd, void (*live)(void))
{
	struct mbal_reply reply;
	int fds[CLIENT_FDS], fd;

	REQUIRE(!setgroups(0, NULL) && !setresgid(uid, uid, uid) && !setresuid(uid, uid, uid));
	REQUIRE(!prctl(PR_SET_DUMPABLE, 1) && !prctl(PR_SET_PDEATHSIG, SIGKILL));
	fd = client_connect(socket_path);
	REQUIRE(fd >= 0 && !client_open(fd, 0, &reply, fds));
	REQUIRE(write(id_fd, &reply.group_id, sizeof(reply.group_id)) == sizeof(reply.group_id));
	close(id_fd);
	for (;;)
		live ? live() : (void)pause();
}

void client_process_start(struct client_process *process, unsigned int uid, const char *socket_path, void (*live)(void))
{
	int id[2];

	fflush(stdout);
	REQUIRE(!pipe2(id, O_CLOEXEC));
	process->pid = fork();
	REQUIRE(process->pid >= 0);
	if (!process->pid)
		be_client(uid, socket_path, id[1], live);
	close(id[1]);
	REQUIRE(read(id[0], &process->group_id, sizeof(process->group_id)) == sizeof(process->group_id));
	close(id[0]);
}

void client_process_kill(struct client_process *process)
{
	REQUIRE(!kill(process->pid, SIGKILL));
	REQUIRE(waitpid(process->pid, NULL, 0) == process->pid);
}
