/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>

#include "mbal_wire_client.h"
#include "own_fds.h"
#include "tap.h"

#define TIMEOUT_MS 60000
#define SOON_MS 1

static struct mbal_reply reply_to(__u16 kind)
{
	return (struct mbal_reply){ .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = kind };
}

/* What the client makes of a message that is there already; leaves no descriptor open. */
static int receive(__u16 kind, const void *bytes, size_t count, size_t files)
{
	struct mbal_answer answer;
	struct mbal_fds fds;
	int pair[2], result;

	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
	send_with_files(pair[1], bytes, count, files, 4096);
	result = mbal_client_receive(pair[0], kind, TIMEOUT_MS, &answer, &fds);
	if (result && fds.count > 0)
		result = -ENOTEMPTY; /* after an error there are none */
	for (unsigned int i = 0; i < fds.count; i++)
		if (!(fcntl(fds.fds[i], F_GETFD) & FD_CLOEXEC))
			result = -EINVAL; /* a child would inherit it */
	mbal_fds_close(&fds);
	close(pair[0]);
	close(pair[1]);
	return result;
}

static int receive_reply(__u16 kind, struct mbal_reply reply, size_t files)
{
	return receive(kind, &reply, sizeof(reply), files);
}

static void takes_good_answers(void)
{
	struct mbal_reply reply = reply_to(MBAL_REQUEST_HELLO);
	struct mbal_status status = { .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION,
				      .kind = MBAL_REQUEST_STATUS };

	CHECK_EQUAL(receive_reply(MBAL_REQUEST_HELLO, reply, 0), 0);
	CHECK_EQUAL(receive(MBAL_REQUEST_STATUS, &status, sizeof(status), 0), 0);
	reply = reply_to(MBAL_REQUEST_OPEN);
	reply.table_count = 3;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_OPEN, reply, 3), 0);
}

static void takes_refusals(void)
{
	struct mbal_reply reply = reply_to(MBAL_REQUEST_OPEN);

	reply.error = -EPERM;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_OPEN, reply, 0), 0);
	reply.kind = 0;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_OPEN, reply, 0), 0);
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_STATUS, reply, 0), 0);
	reply.error = -4096;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_OPEN, reply, 0), -EBADMSG);
	reply.error = 1;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_OPEN, reply, 0), -EBADMSG);
}

static void tells_another_abi_version(void)
{
	struct mbal_reply reply = reply_to(MBAL_REQUEST_HELLO);
	struct mbal_answer answer = { 0 };

	reply.abi_version = 99;
	reply.error = -EPROTO;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_HELLO, reply, 0), -EPROTO);
	answer.reply = reply;
	CHECK_EQUAL(mbal_answer_check(&answer, sizeof(reply) + 8, MBAL_REQUEST_HELLO), -EPROTO);
	CHECK_EQUAL(mbal_answer_check(&answer, sizeof(answer.head), MBAL_REQUEST_HELLO), -EPROTO);
}

static void refuses_odd_lengths(void)
{
	struct mbal_status status = { .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION,
				      .kind = MBAL_REQUEST_STATUS };
	struct { struct mbal_status status; char more[7]; } longer = { .status = status };
	struct mbal_reply reply = reply_to(MBAL_REQUEST_HELLO);

	CHECK_EQUAL(receive(MBAL_REQUEST_HELLO, &reply, 7, 0), -EMSGSIZE);
	CHECK_EQUAL(receive(MBAL_REQUEST_HELLO, &reply, sizeof(reply) - 1, 0), -EMSGSIZE);
	CHECK_EQUAL(receive(MBAL_REQUEST_STATUS, &status, sizeof(status) - 1, 0), -EMSGSIZE);
	CHECK_EQUAL(receive(MBAL_REQUEST_STATUS, &longer, sizeof(longer), 0), -EMSGSIZE);
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_STATUS, reply_to(MBAL_REQUEST_STATUS), 0), -EMSGSIZE);
	status.kind = MBAL_REQUEST_HELLO;
	CHECK_EQUAL(receive(MBAL_REQUEST_HELLO, &status, sizeof(status), 0), -EMSGSIZE);
}

/* Each kind that is answered by a structure of its own gets that or, when refused, a reply. */
static void takes_the_answers_of_each_kind(void)
{
	struct mbal_groups groups = { .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = MBAL_REQUEST_GROUPS };
	struct mbal_move_reply moved = { .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = MBAL_REQUEST_MOVE };
	struct mbal_reply refusal = reply_to(MBAL_REQUEST_MOVE);

	CHECK_EQUAL(receive(MBAL_REQUEST_GROUPS, &groups, sizeof(groups), 0), 0);
	CHECK_EQUAL(receive(MBAL_REQUEST_GROUPS, &groups, sizeof(groups) - 1, 0), -EMSGSIZE);
	CHECK_EQUAL(receive(MBAL_REQUEST_MOVE, &moved, sizeof(moved), 0), 0);
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_MOVE, refusal, 0), -EMSGSIZE); /* a yes without numbers */
	refusal.error = -EPERM;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_MOVE, refusal, 0), 0);
}

static void refuses_requests_without_a_head(void)
{
	struct mbal_request request = { .magic = MBAL_WIRE_MAGIC };
	struct mbal_answer answer;
	struct mbal_fds fds;

	CHECK_EQUAL(mbal_client_ask(-1, &request, sizeof(struct mbal_request_head) - 1, SOON_MS, &answer, &fds), -EINVAL);
}

static void refuses_nonsense(void)
{
	struct mbal_reply reply = reply_to(MBAL_REQUEST_CLOSE);
	char garbage[sizeof(reply)];

	memset(garbage, 0x5a, sizeof(garbage));
	CHECK_EQUAL(receive(MBAL_REQUEST_HELLO, garbage, sizeof(garbage), 0), -EBADMSG);
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_HELLO, reply, 0), -EBADMSG); /* to another question */
	reply.kind = 0;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_HELLO, reply, 0), -EBADMSG); /* to none, yet not refused */
}

/* Also an empty message, which looks like the end, may bring descriptors. */
static void closes_unexpected_descriptors(void)
{
	struct mbal_reply reply = reply_to(MBAL_REQUEST_OPEN);
	int before = open_fds();

	reply.table_count = 3;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_OPEN, reply, 2), -EBADMSG);
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_OPEN, reply, 4), -EBADMSG);
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_OPEN, reply, 16), -EBADMSG);
	reply.table_count = MBAL_ANSWER_FDS;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_OPEN, reply, 16), -EBADMSG); /* the kernel kept 11 back */
	reply.table_count = 3;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_HELLO, reply_to(MBAL_REQUEST_HELLO), 1), -EBADMSG);
	CHECK_EQUAL(receive(MBAL_REQUEST_HELLO, &reply, 5, 3), -EMSGSIZE);
	CHECK_EQUAL(receive(MBAL_REQUEST_HELLO, &reply, 0, 3), -ECONNRESET);
	reply.error = -EPERM;
	CHECK_EQUAL(receive_reply(MBAL_REQUEST_OPEN, reply, 3), -EBADMSG);
	CHECK_EQUAL(open_fds(), before);
}

static void times_out_and_sees_the_end(void)
{
	struct mbal_request request = { .magic = MBAL_WIRE_MAGIC, .kind = MBAL_REQUEST_HELLO };
	struct mbal_answer answer;
	struct mbal_fds fds;
	int pair[2];

	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
	CHECK_EQUAL(mbal_client_state(pair[0]), 0);
	CHECK_EQUAL(mbal_client_ask(pair[0], &request, sizeof(request), SOON_MS, &answer, &fds), -ETIMEDOUT);
	send(pair[1], "late", 4, 0);
	CHECK_EQUAL(mbal_client_state(pair[0]), -EBADMSG);
	CHECK_EQUAL(mbal_client_ask(pair[0], &request, sizeof(request), SOON_MS, &answer, &fds), -EBADMSG);
	recv(pair[1], &answer, sizeof(answer), 0); /* else the end would be a reset */
	close(pair[1]);
	CHECK_EQUAL(mbal_client_state(pair[0]), -ECONNRESET);
	CHECK_EQUAL(mbal_client_receive(pair[0], MBAL_REQUEST_HELLO, SOON_MS, &answer, &fds), -ECONNRESET);
	CHECK_EQUAL(mbal_client_ask(pair[0], &request, sizeof(request), SOON_MS, &answer, &fds), -ECONNRESET);
	close(pair[0]);
	CHECK_EQUAL(mbal_client_state(-1), -EBADF);
}

/* As the helper does with one peer too many: it says why, and closes. */
static void takes_a_refusal_before_the_question(void)
{
	struct mbal_request request = { .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = MBAL_REQUEST_HELLO };
	struct mbal_reply reply = reply_to(0);
	struct mbal_answer answer;
	struct mbal_fds fds;
	int pair[2];

	reply.error = -EUSERS;
	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
	send(pair[1], &reply, sizeof(reply), 0);
	close(pair[1]);
	CHECK_EQUAL(mbal_client_ask(pair[0], &request, sizeof(request), SOON_MS, &answer, &fds), 0);
	CHECK_EQUAL(answer.head.error, -EUSERS);
	close(pair[0]);
}

static void *answer_one_hello(void *socket_fd)
{
	struct mbal_reply reply = reply_to(MBAL_REQUEST_HELLO);
	struct mbal_request request;

	if (recv(*(int *)socket_fd, &request, sizeof(request), 0) == sizeof(request) &&
	    request.magic == MBAL_WIRE_MAGIC && request.kind == MBAL_REQUEST_HELLO)
		send(*(int *)socket_fd, &reply, sizeof(reply), MSG_NOSIGNAL);
	return NULL;
}

static void waits_for_the_answer_to_its_request(void)
{
	struct mbal_request request = { .magic = MBAL_WIRE_MAGIC, .kind = MBAL_REQUEST_HELLO };
	struct mbal_answer answer;
	struct mbal_fds fds;
	pthread_t helper;
	int pair[2];

	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
	pthread_create(&helper, NULL, answer_one_hello, &pair[1]);
	CHECK_EQUAL(mbal_client_ask(pair[0], &request, sizeof(request), TIMEOUT_MS, &answer, &fds), 0);
	CHECK_EQUAL(answer.reply.kind, MBAL_REQUEST_HELLO);
	pthread_join(helper, NULL);
	close(pair[0]);
	close(pair[1]);
}

/* A backlog of 0 holds one connection that nobody accepts; the next one waits. */
static void times_out_connecting_to_a_full_queue(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), first;

	memcpy(address.sun_path, path, strlen(path));
	CHECK_EQUAL(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	CHECK_EQUAL(mbal_client_connect(path, strlen(path), SOON_MS), -ECONNREFUSED);
	listen(listener, 0);
	first = mbal_client_connect(path, strlen(path), TIMEOUT_MS);
	CHECK(first >= 0);
	CHECK_EQUAL(mbal_client_connect(path, strlen(path), SOON_MS), -ETIMEDOUT);
	close(first);
	close(listener);
	unlink(path);
}

static void refuses_bad_paths(void)
{
	char path[200], folder[] = "/tmp/mbal-wire-XXXXXX";
	int before = open_fds();

	memset(path, 'x', sizeof(path));
	CHECK_EQUAL(mbal_client_connect(path, 0, SOON_MS), -EINVAL);
	CHECK_EQUAL(mbal_client_connect("\0abstract", 9, SOON_MS), -EINVAL);
	CHECK_EQUAL(mbal_client_connect(path, 108, SOON_MS), -ENAMETOOLONG);
	CHECK_EQUAL(mbal_client_connect(path, 107, SOON_MS), -ENOENT);
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/helper.sock", folder);
	times_out_connecting_to_a_full_queue(path);
	CHECK_EQUAL(mbal_client_connect(path, strlen(path), SOON_MS), -ENOENT);
	rmdir(folder);
	CHECK_EQUAL(open_fds(), before);
}

int main(void)
{
	takes_good_answers();
	takes_refusals();
	tells_another_abi_version();
	refuses_odd_lengths();
	takes_the_answers_of_each_kind();
	refuses_requests_without_a_head();
	refuses_nonsense();
	closes_unexpected_descriptors();
	times_out_and_sees_the_end();
	takes_a_refusal_before_the_question();
	waits_for_the_answer_to_its_request();
	refuses_bad_paths();
	return tap_done();
}
