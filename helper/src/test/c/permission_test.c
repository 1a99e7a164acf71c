// SPDX-License-Identifier: Apache-2.0
/* Who may have whose tables, decided about real processes of several uids and pid namespaces. */
#define _GNU_SOURCE
#include "permission.h"

#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define ALICE 65534u
#define BOB 65533u

struct child {
	unsigned int uid;
	bool may_be_dumped;
	bool new_pid_namespace;
	bool connects;
	/* Filled by start(). */
	pid_t pid;
	int socket_fd;	/* our end of its connection */
};

static int listener = -1;
static struct sockaddr_un address = { .sun_family = AF_UNIX };

static void listen_somewhere(void)
{
	snprintf(address.sun_path, sizeof(address.sun_path), "%.60s/peers.sock", tap_folder());
	listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	REQUIRE(listener >= 0 && !bind(listener, (struct sockaddr *)&address, sizeof(address)) && !listen(listener, 8));
	REQUIRE(!chmod(address.sun_path, 0666));
}

static void become(const struct child *child)
{
	REQUIRE(!setgroups(0, NULL) && !setresgid(child->uid, child->uid, child->uid) &&
		!setresuid(child->uid, child->uid, child->uid));
	/* A process that changed its uid may not be dumped; execve would have made it so again. */
	REQUIRE(!prctl(PR_SET_DUMPABLE, child->may_be_dumped));
}

/* Lives until it is killed. */
static __attribute__((noreturn)) void live(const struct child *child, int ready_fd)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	char byte = 'r';

	become(child);
	REQUIRE(!prctl(PR_SET_PDEATHSIG, SIGKILL)); /* after become(): a new uid forgets it */
	if (child->connects)
		REQUIRE(!connect(fd, (struct sockaddr *)&address, sizeof(address)));
	REQUIRE(write(ready_fd, &byte, 1) == 1);
	for (;;)
		pause();
}

static void start(struct child *child)
{
	int ready[2];
	char byte;

	fflush(stdout);
	REQUIRE(!pipe(ready));
	child->pid = (pid_t)syscall(SYS_clone, SIGCHLD | (child->new_pid_namespace ? CLONE_NEWPID : 0), 0, 0, 0, 0);
	REQUIRE(child->pid >= 0);
	if (!child->pid) {
		live(child, ready[1]);
	}
	close(ready[1]);
	REQUIRE(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	child->socket_fd = -1;
	if (child->connects) {
		child->socket_fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		REQUIRE(child->socket_fd >= 0);
	}
}

static void end(struct child *child)
{
	REQUIRE(!kill(child->pid, SIGKILL));
	REQUIRE(waitpid(child->pid, NULL, 0) == child->pid);
}

static void stop(struct child *child)
{
	end(child);
	if (child->socket_fd >= 0)
		close(child->socket_fd);
}

static void connect_child(struct child *child, struct identity *identity)
{
	struct reason reason;

	child->connects = true;
	start(child);
	REQUIRE(!identity_open(identity, child->socket_fd, 0, &reason));
}

static int ask(const struct identity *peer, pid_t tgid, struct reason *reason)
{
	struct target target;
	int err = permission_open_target(peer, tgid, &target, reason);

	if (!err && target.tgid != (tgid ? tgid : peer->ids.pid) && peer->ids.own_namespace)
		err = -EXFULL; /* another process than the one that was asked for */
	CHECK(err || process_is_alive(target.pidfd), "a target that is given is held by a pidfd");
	target_close(&target);
	return err;
}

static void tells_who_connects(void)
{
	struct child alice = { .uid = ALICE, .may_be_dumped = true };
	struct identity identity;
	struct reason reason;

	connect_child(&alice, &identity);
	CHECK_EQUAL(identity.uid, ALICE, "the kernel says the peer's uid");
	CHECK_EQUAL(identity.ids.pid, alice.pid, "and its process");
	CHECK(identity.ids.own_namespace && identity.ids.inner_pid == alice.pid, "and that it counts processes as we do");
	CHECK(process_is_alive(identity.pidfd), "which is held");
	CHECK_EQUAL(ask(&identity, 0, &reason), 0, "it may have its own tables by 0");
	CHECK_EQUAL(ask(&identity, alice.pid, &reason), 0, "and by its number");
	end(&alice);
	CHECK(!process_is_alive(identity.pidfd), "its end is seen");
	CHECK_EQUAL(ask(&identity, 0, &reason), -ESRCH, "a peer that ended gets nothing");
	CHECK_TEXT(reason.text, "the process that connected has ended", "and that is said");
	identity_close(&identity);
	close(alice.socket_fd);
}

static void separates_uids(void)
{
	struct child alice = { .uid = ALICE, .may_be_dumped = true }, bob = { .uid = BOB, .may_be_dumped = true };
	struct child hers = { .uid = ALICE, .may_be_dumped = true }, secret = { .uid = ALICE };
	struct identity identity;
	struct reason reason;

	connect_child(&alice, &identity);
	start(&bob);
	start(&hers);
	start(&secret);
	CHECK_EQUAL(ask(&identity, hers.pid, &reason), 0, "another process of the same uid is allowed");
	CHECK_EQUAL(ask(&identity, secret.pid, &reason), -EPERM, "unless it may not be dumped");
	CHECK_TEXT(reason.text, "it has the same uid but may not be dumped", "which is said");
	CHECK_EQUAL(ask(&identity, bob.pid, &reason), -EPERM, "a process of another uid is not");
	CHECK_TEXT(reason.text, "it belongs to uid 65533", "which is said");
	CHECK_EQUAL(ask(&identity, getpid(), &reason), -EPERM, "nor is one of root");
	CHECK_EQUAL(ask(&identity, 1, &reason), -EPERM, "nor is init");
	identity_close(&identity);
	stop(&alice);
	stop(&bob);
	stop(&hers);
	stop(&secret);
}

static void gives_root_all(void)
{
	struct child root = { .uid = 0, .may_be_dumped = true }, secret = { .uid = ALICE };
	struct identity identity;
	struct reason reason;
	pid_t dead;

	connect_child(&root, &identity);
	start(&secret);
	CHECK_EQUAL(ask(&identity, secret.pid, &reason), 0, "root may have any process");
	CHECK_EQUAL(ask(&identity, 1, &reason), 0, "init too");
	dead = secret.pid;
	stop(&secret);
	CHECK_EQUAL(ask(&identity, dead, &reason), -ESRCH, "but none that ended");
	CHECK_TEXT(reason.text, "there is no such process", "which is said");
	CHECK_EQUAL(ask(&identity, -1, &reason), -ESRCH, "and none with a negative number");
	identity_close(&identity);
	stop(&root);
}

static void *wait_in_thread(void *tid_pipe)
{
	pid_t tid = (pid_t)syscall(SYS_gettid);
	int *fds = tid_pipe;
	char byte;

	REQUIRE(write(fds[1], &tid, sizeof(tid)) == sizeof(tid));
	(void)!read(fds[2], &byte, 1);
	return NULL;
}

static void wants_processes_not_threads(void)
{
	struct child root = { .uid = 0, .may_be_dumped = true };
	struct identity identity;
	struct reason reason;
	pthread_t thread;
	int fds[4];
	pid_t tid;

	REQUIRE(!pipe(fds) && !pipe(fds + 2));
	connect_child(&root, &identity);
	REQUIRE(!pthread_create(&thread, NULL, wait_in_thread, fds));
	REQUIRE(read(fds[0], &tid, sizeof(tid)) == sizeof(tid));
	CHECK_EQUAL(ask(&identity, tid, &reason), -ESRCH, "a thread that leads no process is no process");
	REQUIRE(write(fds[3], &tid, 1) == 1);
	REQUIRE(!pthread_join(thread, NULL));
	identity_close(&identity);
	stop(&root);
}

static void keeps_namespaces_apart(void)
{
	struct child inside = { .uid = ALICE, .may_be_dumped = true, .new_pid_namespace = true };
	struct child hers = { .uid = ALICE, .may_be_dumped = true };
	struct identity identity;
	struct reason reason;

	connect_child(&inside, &identity);
	start(&hers);
	CHECK(!identity.ids.own_namespace, "a peer in another pid namespace is told");
	CHECK_EQUAL(identity.ids.pid, inside.pid, "by our number");
	CHECK_EQUAL(identity.ids.inner_pid, 1, "and by its own");
	CHECK_EQUAL(ask(&identity, 0, &reason), 0, "it may ask for itself");
	CHECK_EQUAL(ask(&identity, 1, &reason), 0, "by its own number too: 1 is not init here");
	CHECK_EQUAL(ask(&identity, hers.pid, &reason), -EXDEV, "but for nobody else");
	CHECK_TEXT(reason.text, "the peer lives in another pid namespace and may only ask for itself", "which is said");
	identity_close(&identity);
	stop(&inside);
	stop(&hers);
}

static int claim(const struct child *child, pid_t pid, unsigned int uid, uint64_t connected_after_ns)
{
	const struct identity_claim identity_claim = { .pid = pid, .uid = uid, .connected_after_ns = connected_after_ns };
	struct identity identity;
	int err = identity_open_claimed(&identity, &identity_claim, child->socket_fd);

	CHECK(err || (identity.uid == uid && process_is_alive(identity.pidfd)), "a process that is accepted is held");
	identity_close(&identity);
	return err;
}

#define NEVER UINT64_MAX	/* connected after the end of time: every process had started before */

/* The way of kernels before 6.5, which works on all. */
static void tells_who_connects_by_number(void)
{
	struct child alice = { .uid = ALICE, .may_be_dumped = true, .connects = true };
	struct child other = alice;

	start(&alice);
	CHECK_EQUAL(claim(&alice, alice.pid, ALICE, 0), 0, "without SO_PEERPIDFD the number is held");
	CHECK_EQUAL(claim(&alice, alice.pid, BOB, 0), -EPERM, "a number that passed to another uid is refused");
	CHECK_EQUAL(claim(&alice, 1, ALICE, NEVER), -EPERM, "one that passed to root is refused");
	CHECK_EQUAL(claim(&alice, 0, ALICE, NEVER), -ESRCH, "a peer that our namespace does not see is refused");
	end(&alice);
	CHECK_EQUAL(claim(&alice, alice.pid, ALICE, NEVER), -ESRCH, "a number that nobody has is refused");
	start(&other);
	CHECK_EQUAL(claim(&alice, other.pid, ALICE, NEVER), -ESRCH, "a connection that is hung up is refused, whoever has the number");
	stop(&other);
	close(alice.socket_fd);
}

static void tells_late_starters(void)
{
	struct child secret = { .uid = ALICE, .connects = true };
	struct timespec now;
	uint64_t now_ns, start_ns;
	int pidfd;

	start(&secret);
	clock_gettime(CLOCK_BOOTTIME, &now);
	now_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	pidfd = process_open(secret.pid);
	REQUIRE(pidfd >= 0);
	CHECK_EQUAL(process_read_start(pidfd, secret.pid, &start_ns), 0, "the kernel says when a process started");
	CHECK(start_ns <= now_ns && now_ns - start_ns < UINT64_C(60000000000), "lately: at %llu, now is %llu", (unsigned long long)start_ns,
	      (unsigned long long)now_ns);
	close(pidfd);
	CHECK_EQUAL(claim(&secret, secret.pid, ALICE, start_ns), -EPERM, "who may not be dumped, and may have started after the connect, is refused");
	CHECK_EQUAL(claim(&secret, secret.pid, ALICE, NEVER), 0, "who surely was there before is not");
	stop(&secret);
}

int main(void)
{
	if (geteuid()) {
		tap_skip("permissions", "needs root, to have processes of several uids");
		return tap_end();
	}
	listen_somewhere();
	tells_who_connects();
	separates_uids();
	gives_root_all();
	wants_processes_not_threads();
	keeps_namespaces_apart();
	tells_who_connects_by_number();
	tells_late_starters();
	return tap_end();
}
