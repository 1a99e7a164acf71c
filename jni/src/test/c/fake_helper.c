/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A helper that lies, for the tests of HelperConnection: fake_helper SOCKET [KIND=BEHAVIOUR]...
 *
 * It serves one connection, prints each request and the connection's end, and ends with it. Every request gets the
 * proper answer, made worse by the behaviour that was named for its kind (hello, open, close, status): see
 * `behaviours`. Its tables are memory files with known numbers in them: see fill_header().
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/un.h>

#include "mbal_wire.h"
#include "own_fds.h"

#define TABLE_BYTES (MBAL_HEADER_BYTES + 1031u * 32u)
#define TABLES 3u
#define GROUP_ID 0x123456789abcULL
#define TGID 4099u
#define LIFE_SECONDS 120u	/* so that a test that waits for a request in vain fails */

/* What will be sent. */
struct answer {
	union {
		struct mbal_reply reply;
		struct mbal_status status;
		unsigned char bytes[8192];
	};
	size_t count;
	unsigned int files;	/* tables that ride along */
	size_t file_bytes;
	unsigned int times;	/* how often it is sent; 0: never */
	int then_close;
};

struct behaviour {
	const char *name;
	void (*worsen)(struct answer *answer);
};

static void worsen_good(struct answer *answer) { (void)answer; }
static void worsen_short(struct answer *answer) { answer->count = 7; }
static void worsen_long(struct answer *answer) { answer->count = sizeof(answer->bytes); }
static void worsen_garbage(struct answer *answer) { memset(answer->bytes, 0x5a, answer->count); }
static void worsen_silent(struct answer *answer) { answer->times = 0; }
static void worsen_twice(struct answer *answer) { answer->times = 2; }
static void worsen_wrong_kind(struct answer *answer) { answer->reply.kind = 77; }
static void worsen_bad_error(struct answer *answer) { answer->reply.error = 12345; }
static void worsen_extra_files(struct answer *answer) { answer->files += 2; }
static void worsen_no_files(struct answer *answer) { answer->files = 0; }
static void worsen_small_files(struct answer *answer) { answer->file_bytes = 4096; }
static void worsen_huge_tables(struct answer *answer) { answer->reply.table_bytes[1] = 1ULL << 40; }

static void worsen_eof(struct answer *answer)
{
	answer->times = 0;
	answer->then_close = 1;
}

static void worsen_last_words(struct answer *answer)
{
	answer->then_close = 1;
}

static void worsen_other_abi(struct answer *answer)
{
	answer->reply.abi_version = 99;
	answer->reply.error = -EPROTO;
	answer->count = sizeof(answer->reply) + 16; /* other versions may have other lengths */
}

static void refuse(struct answer *answer, int error)
{
	answer->reply.error = error;
	answer->reply.table_count = 0;
	answer->files = 0;
	answer->count = sizeof(answer->reply);
}

static void worsen_not_permitted(struct answer *answer) { refuse(answer, -EPERM); }
static void worsen_no_process(struct answer *answer) { refuse(answer, -ESRCH); }

static void worsen_later_counters(struct answer *answer)
{
	answer->status.counter_count = 0xffffffffu;
	answer->status.source = 0xfffffff0u;
	memset(answer->status.version, 'v', sizeof(answer->status.version)); /* no NUL */
	memset(answer->status.why, 'w', sizeof(answer->status.why));
}

static void worsen_fewer_counters(struct answer *answer) { answer->status.counter_count = 2; }

static const struct behaviour behaviours[] = {
	{ "good", worsen_good },
	{ "short", worsen_short },
	{ "long", worsen_long },
	{ "garbage", worsen_garbage },
	{ "silent", worsen_silent },
	{ "twice", worsen_twice },
	{ "eof", worsen_eof },
	{ "last-words", worsen_last_words },
	{ "wrong-kind", worsen_wrong_kind },
	{ "bad-error", worsen_bad_error },
	{ "other-abi", worsen_other_abi },
	{ "extra-files", worsen_extra_files },
	{ "no-files", worsen_no_files },
	{ "small-files", worsen_small_files },
	{ "huge-tables", worsen_huge_tables },
	{ "not-permitted", worsen_not_permitted },
	{ "no-process", worsen_no_process },
	{ "later-counters", worsen_later_counters },
	{ "fewer-counters", worsen_fewer_counters },
};

/* One behaviour for each kind of request, by the kind's number. */
struct script {
	const struct behaviour *by_kind[MBAL_REQUEST_MAX];
};

static const char *const kind_names[MBAL_REQUEST_MAX] = {
	[MBAL_REQUEST_HELLO] = "hello",
	[MBAL_REQUEST_OPEN] = "open",
	[MBAL_REQUEST_CLOSE] = "close",
	[MBAL_REQUEST_STATUS] = "status",
};

static const struct behaviour *behaviour_of(const char *name)
{
	for (size_t i = 0; i < sizeof(behaviours) / sizeof(behaviours[0]); i++)
		if (strcmp(behaviours[i].name, name) == 0)
			return &behaviours[i];
	fprintf(stderr, "fake_helper: no such behaviour: %s\n", name);
	exit(2);
}

static void read_argument(struct script *script, const char *argument)
{
	for (int kind = MBAL_REQUEST_HELLO; kind < MBAL_REQUEST_MAX; kind++) {
		size_t length = strlen(kind_names[kind]);

		if (strncmp(argument, kind_names[kind], length) == 0 && argument[length] == '=') {
			script->by_kind[kind] = behaviour_of(argument + length + 1);
			return;
		}
	}
	fprintf(stderr, "fake_helper: no such kind of request: %s\n", argument);
	exit(2);
}

/* Every field has a number of its own, so that a reader with a wrong offset is seen. */
static void fill_header(struct mbal_table_header *header, __u32 kind)
{
	*header = (struct mbal_table_header){
		.magic = MBAL_TABLE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = kind,
		.header_bytes = MBAL_HEADER_BYTES, .slot_bytes = 32, .slot_count = 1031, .node_count = 3,
		.counts_offset = 16, .counts2_offset = 22, .page_shift = MBAL_PAGE_SHIFT,
		.epoch_shift = MBAL_EPOCH_SHIFT, .group_id = GROUP_ID, .tgid = TGID,
		.recorded = 1000003, .replaced = 10007, .dropped = 101,
	};
}

static int table_file(__u32 kind, size_t bytes)
{
	int fd = memfd_create("mbal-fake", MFD_CLOEXEC);
	struct mbal_table_header header;
	struct mbal_slot slot = { .key = 0x7f1234567ULL, .epoch = 5003, .latency = 211, .stores = 13, .codes = 7 };

	fill_header(&header, kind);
	if (ftruncate(fd, (off_t)bytes) || pwrite(fd, &header, sizeof(header), 0) < 0 ||
	    pwrite(fd, &slot, sizeof(slot), sizeof(header)) < 0)
		exit(1);
	return fd;
}

static void fill_reply(struct answer *answer, const struct mbal_request *request)
{
	answer->count = sizeof(answer->reply);
	answer->reply = (struct mbal_reply){
		.magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = request->kind,
		.source = MBAL_SOURCE_SOFT,
	};
	if (request->kind != MBAL_REQUEST_OPEN)
		return;
	answer->reply.group_id = GROUP_ID;
	answer->reply.tgid = request->tgid ? request->tgid : TGID;
	answer->reply.table_count = TABLES;
	for (unsigned int i = 0; i < TABLES; i++)
		answer->reply.table_bytes[i] = TABLE_BYTES;
	answer->files = TABLES;
}

static void fill_status(struct answer *answer)
{
	answer->count = sizeof(answer->status);
	answer->status = (struct mbal_status){
		.magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = MBAL_REQUEST_STATUS,
		.helper_pid = (__u32)getpid(), .source = MBAL_SOURCE_SOFT, .rate_asked_hz = 997, .rate_hz = 499,
		.cpu_count = 2, .group_count = 3, .peer_count = 5, .max_cpu_permille = 10, .cost_permille = 7,
		.uptime_ns = 10000000019ULL, .run_time_ns = 1000003, .run_count = 10007,
		.table_memory_bytes = 2097169, .requests = 23, .requests_refused = 11,
		.counter_count = MBAL_COUNTER_MAX, .version = "0.1.0-fake",
		.why = "soft: ibs is not on this CPU\nsoft: pebs is not on this CPU\n",
	};
	for (unsigned int i = 0; i < MBAL_COUNTER_MAX; i++)
		answer->status.counters[i] = 1000u + i;
}

static void send_answer(int socket_fd, const struct answer *answer)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(8 * sizeof(int))] = { 0 };
	struct iovec part = { .iov_base = (void *)answer->bytes, .iov_len = answer->count };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct cmsghdr *header = (struct cmsghdr *)control;
	int fds[8];

	for (unsigned int i = 0; i < answer->files; i++)
		fds[i] = table_file(i + 1, answer->file_bytes);
	if (answer->files > 0) {
		message.msg_control = control;
		message.msg_controllen = CMSG_SPACE(answer->files * sizeof(int));
		*header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
					    .cmsg_len = CMSG_LEN(answer->files * sizeof(int)) };
		memcpy(CMSG_DATA(header), fds, answer->files * sizeof(int));
	}
	if (sendmsg(socket_fd, &message, MSG_NOSIGNAL) < 0)
		perror("fake_helper: sendmsg");
	for (unsigned int i = 0; i < answer->files; i++)
		close(fds[i]);
}

/* Returns 0 when the connection shall end. */
static int serve(int socket_fd, const struct script *script)
{
	struct answer answer = { .times = 1, .file_bytes = TABLE_BYTES };
	struct mbal_request request;

	if (recv(socket_fd, &request, sizeof(request), 0) != sizeof(request)) {
		puts("end");
		return 0;
	}
	if (request.magic != MBAL_WIRE_MAGIC || request.abi_version != MBAL_ABI_VERSION ||
	    request.kind == 0 || request.kind >= MBAL_REQUEST_MAX || request.start || request.reserved) {
		puts("bad request");
		return 0;
	}
	fprintf(stdout, "%s tgid=%u group_id=%llx\n", kind_names[request.kind], request.tgid, request.group_id);
	if (request.kind == MBAL_REQUEST_STATUS)
		fill_status(&answer);
	else
		fill_reply(&answer, &request);
	if (script->by_kind[request.kind])
		script->by_kind[request.kind]->worsen(&answer);
	for (unsigned int i = 0; i < answer.times; i++)
		send_answer(socket_fd, &answer);
	return !answer.then_close;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 1)) {
		perror("fake_helper: listen");
		exit(1);
	}
	return listener;
}

int main(int argc, char **argv)
{
	struct script script = { 0 };
	int listener, socket_fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(LIFE_SECONDS);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2) {
		fprintf(stderr, "usage: fake_helper SOCKET [KIND=BEHAVIOUR]...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		read_argument(&script, argv[i]);
	listener = listen_at(argv[1]);
	puts("ready");
	socket_fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	while (serve(socket_fd, &script))
		;
	return 0;
}
