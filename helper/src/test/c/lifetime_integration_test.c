// SPDX-License-Identifier: Apache-2.0
/* What comes and goes: peers, their processes, and the helper itself. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "tap.h"

#define DOCS_PAGE "docs/helper-options.md"

struct expectation {
	int fd;		/* of a connection */
	__u32 groups;
	__u32 peers;
};

static bool has_groups_and_peers(void *expectation)
{
	const struct expectation *expected = expectation;
	struct mbal_status status = client_status(expected->fd);

	return status.group_count == expected->groups && status.peer_count == expected->peers;
}

static bool comes_to(int fd, __u32 groups, __u32 peers)
{
	struct expectation expected = { .fd = fd, .groups = groups, .peers = peers };

	return fixture_wait(has_groups_and_peers, &expected);
}

static bool has_no_memory(void *fd)
{
	return !client_status(*(int *)fd).table_memory_bytes;
}

static void frees_what_a_killed_peer_had(const struct helper_process *helper)
{
	int fd = client_connect(helper->socket_path);
	struct client_process peer;

	client_process_start(&peer, ALICE, helper->socket_path, NULL);
	CHECK(comes_to(fd, 1, 2), "a peer opens a group");
	CHECK(client_status(fd).table_memory_bytes >= 65536 * 32, "which takes memory: %llu bytes", client_status(fd).table_memory_bytes);
	client_process_kill(&peer);
	CHECK(comes_to(fd, 0, 1), "kill -9 of the peer frees it");
	CHECK(fixture_wait(has_no_memory, &fd), "with its memory: %llu bytes", client_status(fd).table_memory_bytes);
	close(fd);
}

static pid_t start_idle(pid_t wanted_pid)
{
	struct clone_args arguments = { .exit_signal = SIGCHLD };
	pid_t pid;

	if (wanted_pid) {
		arguments.set_tid = (__u64)(uintptr_t)&wanted_pid;
		arguments.set_tid_size = 1;
	}
	fflush(stdout);
	pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
	if (!pid)
		for (;;)
			pause();
	return pid;
}

static void stop_idle(pid_t pid)
{
	REQUIRE(!kill(pid, SIGKILL) && waitpid(pid, NULL, 0) == pid);
}

static void ends_a_group_with_its_process(const struct helper_process *helper)
{
	int fd = client_connect(helper->socket_path), fds[CLIENT_FDS];
	__u64 ended = client_status(fd).counters[MBAL_COUNTER_TARGETS_ENDED];
	pid_t target = start_idle(0);
	struct mbal_reply reply;

	CHECK_EQUAL(client_open(fd, target, &reply, fds), 0, "root opens the group of another process");
	CHECK_EQUAL(reply.tgid, target, "of that one");
	stop_idle(target);
	CHECK(comes_to(fd, 0, 1), "the process's end frees it, although the peer lives");
	CHECK_EQUAL(client_status(fd).counters[MBAL_COUNTER_TARGETS_ENDED] - ended, 1, "which is counted once");
	CHECK_EQUAL(client_close(fd, reply.group_id), -ENOENT, "it cannot be given up any more");
	CHECK(mmap(NULL, reply.table_bytes[0], PROT_READ, MAP_SHARED, fds[0], 0) != MAP_FAILED, "its table can still be read");
	client_close_fds(fds);
	close(fd);
}

static pid_t start_program_when_told(int told_fd)
{
	pid_t pid;
	char byte;

	fflush(stdout);
	pid = fork();
	REQUIRE(pid >= 0);
	if (pid)
		return pid;
	REQUIRE(read(told_fd, &byte, 1) == 1);
	execlp("sleep", "sleep", "1000", NULL);
	_exit(127);
}

/* The new program may be one that the peer may not look into, such as su. */
static void ends_a_group_with_its_program(const struct helper_process *helper)
{
	int fd = client_connect(helper->socket_path), fds[CLIENT_FDS], told[2];
	__u64 ended = client_status(fd).counters[MBAL_COUNTER_TARGETS_ENDED];
	struct mbal_reply old, new;
	pid_t target;

	REQUIRE(!pipe(told));
	target = start_program_when_told(told[0]);
	REQUIRE(!client_open(fd, target, &old, fds));
	client_close_fds(fds);
	REQUIRE(write(told[1], "e", 1) == 1);
	CHECK(comes_to(fd, 0, 1), "a process that runs another program loses its group");
	CHECK_EQUAL(client_status(fd).counters[MBAL_COUNTER_TARGETS_ENDED] - ended, 1, "which is counted");
	CHECK_EQUAL(client_open(fd, target, &new, fds), 0, "who asks again and may");
	CHECK(new.group_id != old.group_id, "gets another one: group %llu, not %llu", new.group_id, old.group_id);
	client_close_fds(fds);
	stop_idle(target);
	close(told[0]);
	close(told[1]);
	close(fd);
}

/* The helper may hear of the end after it is asked for the number again. */
static void inherits_no_heat(const struct helper_process *helper)
{
	int fd = client_connect(helper->socket_path), fds[CLIENT_FDS];
	pid_t first = start_idle(0), second;
	struct mbal_reply old, new;
	const struct mbal_table_header *header;

	REQUIRE(!client_open(fd, first, &old, fds));
	client_close_fds(fds);
	stop_idle(first);
	second = start_idle(first);
	REQUIRE(second == first);
	CHECK_EQUAL(client_open(fd, second, &new, fds), 0, "a process gets the id of one that ended, and tables");
	CHECK(new.group_id != old.group_id, "but not those of the other: group %llu, not %llu", new.group_id, old.group_id);
	header = mmap(NULL, MBAL_HEADER_BYTES, PROT_READ, MAP_SHARED, fds[0], 0);
	REQUIRE(header != MAP_FAILED);
	CHECK_EQUAL(header->recorded, 0, "they are empty");
	CHECK_EQUAL(client_close(fd, old.group_id), -ENOENT, "the old group is gone");
	CHECK_EQUAL(client_close(fd, new.group_id), 0, "the new one is not");
	stop_idle(second);
	client_close_fds(fds);
	close(fd);
}

static void disconnects_who_does_not_read(const struct helper_process *helper)
{
	int fd = client_connect(helper->socket_path), idle = client_connect(helper->socket_path);
	struct mbal_request request = client_request(MBAL_REQUEST_STATUS);
	struct pollfd hung_up = { .fd = idle };
	char said[65536];

	REQUIRE(fd >= 0 && idle >= 0);
	for (int i = 0; i < 8; i++)
		(void)client_send(idle, &request, sizeof(request));
	CHECK(comes_to(fd, 0, 1), "a peer that does not read its replies is disconnected");
	CHECK(poll(&hung_up, 1, 0) == 1 && hung_up.revents & POLLHUP, "and sees that");
	fixture_read_log(helper, said, sizeof(said));
	CHECK_CONTAINS(said, "does not read its replies and is disconnected", "which is logged");
	close(idle);
	close(fd);
}

/* Connects until the helper says no; the number that it took. */
static unsigned int crowd(const struct helper_process *helper, int fds[])
{
	struct mbal_request hello = client_request(MBAL_REQUEST_HELLO);
	struct mbal_reply reply;
	unsigned int count = 0;
	int passed[CLIENT_FDS], err = 0;

	for (; !err && count < 300; count++) {
		fds[count] = client_connect(helper->socket_path);
		REQUIRE(fds[count] >= 0);
		err = client_ask(fds[count], &hello, &reply, passed);
	}
	CHECK_EQUAL(err, -EUSERS, "one peer too many hears so");
	return count - 1;
}

static void limits_the_peers_of_a_user(void *helper_process)
{
	int fds[300];

	CHECK_EQUAL(crowd(helper_process, fds), 192, "a user may have 192 peers");
}

static void limits_peers(const struct helper_process *helper)
{
	struct rlimit files;
	int fds[300], fd;
	unsigned int count;
	__u64 refused;

	REQUIRE(!getrlimit(RLIMIT_NOFILE, &files) && files.rlim_max >= 512);
	files.rlim_cur = files.rlim_max;
	REQUIRE(!setrlimit(RLIMIT_NOFILE, &files));
	tap_as(ALICE, limits_the_peers_of_a_user, (void *)helper);
	fd = client_connect(helper->socket_path);
	CHECK(comes_to(fd, 0, 1), "they leave when their process ends");
	refused = client_status(fd).requests_refused;
	count = crowd(helper, fds);
	CHECK_EQUAL(count, 255, "root may have the rest, all 256");
	CHECK_EQUAL(client_status(fd).requests_refused - refused, 1, "the refusal is counted");
	for (unsigned int i = 0; i <= count; i++)
		close(fds[i]);
	CHECK(comes_to(fd, 0, 1), "and all can leave");
	close(fd);
}

static void outlives_its_helper(struct helper_process *helper)
{
	int fd = client_connect(helper->socket_path), fds[CLIENT_FDS];
	struct mbal_request hello = client_request(MBAL_REQUEST_HELLO);
	struct mbal_reply reply;
	const struct mbal_table_header *header;

	REQUIRE(!client_open(fd, 0, &reply, fds));
	header = mmap(NULL, reply.table_bytes[0], PROT_READ, MAP_SHARED, fds[0], 0);
	REQUIRE(header != MAP_FAILED);
	REQUIRE(!kill(helper->pid, SIGKILL) && waitpid(helper->pid, NULL, 0) == helper->pid);
	CHECK(client_ask(fd, &hello, &reply, fds) < 0, "kill -9 of the helper ends the connection");
	CHECK_EQUAL(header->magic, MBAL_TABLE_MAGIC, "but a mapped table can still be read");
	CHECK_EQUAL(access(helper->socket_path, F_OK), 0, "its socket stays behind");
	CHECK_EQUAL(client_connect(helper->socket_path), -ECONNREFUSED, "with nobody behind it");
	close(fd);
	fixture_start(helper, "--source soft");
	fd = client_connect(helper->socket_path);
	CHECK(fd >= 0, "the next helper replaces it: %d", fd);
	CHECK_EQUAL(client_open(fd, 0, &reply, fds), 0, "and serves");
	client_close_fds(fds);
	close(fd);
}

static void leaves_a_living_helper_alone(const struct helper_process *helper)
{
	char options[256], said[4096], expected[256];

	snprintf(options, sizeof(options), "--foreground --source soft --socket %s", helper->socket_path);
	CHECK_EQUAL(fixture_run(options, said, sizeof(said)), 1, "a second helper at the same socket ends with 1");
	snprintf(expected, sizeof(expected), "membalancer-helper: another helper serves %s\n", helper->socket_path);
	CHECK_TEXT(said, expected, "and one line");
	close(client_connect(helper->socket_path));
	CHECK_EQUAL(access(helper->socket_path, F_OK), 0, "the first one is not harmed");
}

static void says_what_is_wrong(void)
{
	char options[256], said[4096];

	snprintf(options, sizeof(options), "--foreground --source ibs --socket %s/ibs.sock", tap_folder());
	if (access("/sys/bus/event_source/devices/ibs_op", F_OK)) {
		CHECK_EQUAL(fixture_run(options, said, sizeof(said)), 1, "--source ibs ends with 1 on a machine without IBS");
		CHECK_TEXT(said, "membalancer-helper: source ibs is not available: /sys/bus/event_source/devices/ibs_op is missing: no AMD CPU "
			   "with IBS, or the hypervisor hides it\n", "and the exact reason in one line");
	} else {
		tap_skip("--source ibs without IBS", "this machine has it");
	}
	CHECK_EQUAL(fixture_run("--rate=0", said, sizeof(said)), 2, "a bad value ends with 2");
	CHECK_TEXT(said, "membalancer-helper: --rate must be 1..20000: --rate=0\n", "and one line");
	CHECK_EQUAL(fixture_run("--frobnicate", said, sizeof(said)), 2, "an unknown option ends with 2");
	CHECK_TEXT(said, "membalancer-helper: unknown option (see --help): --frobnicate\n", "and one line");
	snprintf(options, sizeof(options), "--foreground --cpu-list 8191 --socket %s/cpu.sock", tap_folder());
	CHECK_EQUAL(fixture_run(options, said, sizeof(said)), 1, "a CPU that is not there ends with 1");
	CHECK_TEXT(said, "membalancer-helper: --cpu-list must name CPUs that are online: CPU 8191 is not\n", "and one line");
	CHECK_EQUAL(fixture_run("--help", said, sizeof(said)), 0, "--help ends with 0");
	CHECK_EQUAL(fixture_run("--version", said, sizeof(said)), 0, "--version ends with 0");
}

static void says_what_is_not_permitted(void *unused)
{
	char options[256], said[4096];

	(void)unused;
	snprintf(options, sizeof(options), "--foreground --socket %s/no.sock", tap_folder());
	CHECK_EQUAL(fixture_run(options, said, sizeof(said)), 1, "a user without capabilities cannot start it");
	CHECK_TEXT(said, "membalancer-helper: not permitted: CAP_BPF and CAP_PERFMON are missing; start it as root, or with both in "
		   "AmbientCapabilities=\n", "and is told which are missing");
}

static bool is_gone(void *pid)
{
	return kill(*(pid_t *)pid, 0) && errno == ESRCH;
}

static void becomes_a_daemon(void)
{
	char options[256], path[128], said[4096];
	struct mbal_status status;
	pid_t pid;
	int fd;

	snprintf(path, sizeof(path), "%s/daemon/helper.sock", tap_folder());
	snprintf(options, sizeof(options), "--source soft --socket %s", path);
	CHECK_EQUAL(fixture_run(options, said, sizeof(said)), 0, "without --foreground the command ends with 0");
	fd = client_connect(path);
	CHECK(fd >= 0, "when the helper already listens: %d", fd);
	REQUIRE(fd >= 0);
	status = client_status(fd);
	pid = (pid_t)status.helper_pid;
	CHECK_EQUAL(getsid(pid), pid, "in a session of its own");
	REQUIRE(!kill(pid, SIGTERM));
	CHECK(fixture_wait(is_gone, &pid), "SIGTERM ends it");
	CHECK(access(path, F_OK) && errno == ENOENT, "and removes the socket");
	close(fd);
	snprintf(options, sizeof(options), "--cpu-list 8191 --socket %s", path);
	CHECK_EQUAL(fixture_run(options, said, sizeof(said)), 1, "what fails in the background fails the command");
	CHECK_CONTAINS(said, "--cpu-list must name CPUs", "with its line");
}

static void connects_from_outside(void *socket_path)
{
	CHECK_EQUAL(client_connect(socket_path), -EACCES, "a user outside the group cannot connect");
}

static void serves_a_group_only(void)
{
	struct helper_process helper;
	struct stat status;

	fixture_start(&helper, "--source soft --group root --cpu-list 0");
	REQUIRE(!stat(helper.socket_path, &status));
	CHECK_EQUAL(status.st_mode & 07777, 0660, "--group makes the socket 0660");
	CHECK(strstr(helper.ready, " 997 Hz on 1 CPU"), "--cpu-list 0 samples one CPU: %s", helper.ready);
	tap_as(ALICE, connects_from_outside, helper.socket_path);
	CHECK_EQUAL(fixture_stop(&helper), 0, "and ends");
}

/* Under another uid than root, as a service manager with AmbientCapabilities= starts it. */
static void runs_unprivileged(void *unused)
{
	struct helper_process helper;
	char said[4096];
	struct mbal_reply reply;
	int fds[CLIENT_FDS], fd;

	(void)unused;
	fixture_start(&helper, "--source soft");
	fd = client_connect(helper.socket_path);
	CHECK(fd >= 0 && !client_open(fd, 0, &reply, fds), "a helper without root, with CAP_BPF and CAP_PERFMON, serves");
	fixture_read_log(&helper, said, sizeof(said));
	CHECK_CONTAINS(said, "the time in BPF cannot be counted (EPERM; needs CAP_SYS_ADMIN at start)", "and says what it cannot do");
	close(fd);
	CHECK_EQUAL(fixture_stop(&helper), 0, "and ends");
}

static void runs_without_root(void)
{
	FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "r");
	int paranoid;

	REQUIRE(file && fscanf(file, "%d", &paranoid) == 1);
	fclose(file);
	if (paranoid > 2)
		tap_skip("a helper without root", "kernel.perf_event_paranoid is above 2");
	else
		tap_as_with(ALICE, 1ull << CAP_BPF | 1ull << CAP_PERFMON, runs_unprivileged, NULL);
}

/* The page in docs/ is what the options say. */
static void is_documented(void)
{
	char command[512];

	if (access(DOCS_PAGE, F_OK)) {
		tap_skip("docs/helper-options.md", "not in this tree");
		return;
	}
	snprintf(command, sizeof(command), "%s --help-markdown | cmp -s - %s", fixture_helper_path(), DOCS_PAGE);
	CHECK_EQUAL(system(command), 0, DOCS_PAGE " is what `make docs` writes");
}

int main(void)
{
	struct helper_process helper;

	if (!fixture_can_run("peers and helpers that come and go"))
		return tap_end();
	is_documented();
	says_what_is_wrong();
	tap_as(ALICE, says_what_is_not_permitted, NULL);
	becomes_a_daemon();
	serves_a_group_only();
	runs_without_root();
	fixture_start(&helper, "--source soft");
	frees_what_a_killed_peer_had(&helper);
	ends_a_group_with_its_process(&helper);
	ends_a_group_with_its_program(&helper);
	inherits_no_heat(&helper);
	disconnects_who_does_not_read(&helper);
	limits_peers(&helper);
	leaves_a_living_helper_alone(&helper);
	outlives_its_helper(&helper);
	CHECK_EQUAL(fixture_stop(&helper), 0, "SIGTERM ends it with status 0");
	return tap_end();
}
