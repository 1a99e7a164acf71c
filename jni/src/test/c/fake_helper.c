/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A helper that lies, for the tests of HelperConnection: fake_helper SOCKET [KIND=BEHAVIOUR]...
 *
 * It serves one connection, prints each request and the connection's end, and ends with it. Every request gets the
 * proper answer, made worse by the behaviour that was named for its kind (hello, open, close, status, add, groups, claim, inject, move): see
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
#define ALL_GROUPS 67u	/* more than one answer holds */
#define GROUP_ID 0x123456789abcULL
#define TGID 4099u
#define LIFE_SECONDS 120u	/* so that a test that waits for a request in vain fails */

/* What will be sent. */
struct answer {
	union {
		struct mbal_reply reply;
		struct mbal_status status;
		struct mbal_groups groups;
		struct mbal_move_reply moved;
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

static void worsen_later_groups(struct answer *answer)
{
	answer->groups.count = 0xffffffffu;
	answer->groups.total = 0;
	answer->groups.groups[0].target_kind = 0xff;
}

static void worsen_many_errors(struct answer *answer) { answer->moved.error_count = 0xffffffffu; }

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
	{ "later-groups", worsen_later_groups },
	{ "many-errors", worsen_many_errors },
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
	[MBAL_REQUEST_ADD] = "add",
	[MBAL_REQUEST_GROUPS] = "groups",
	[MBAL_REQUEST_CLAIM] = "claim",
	[MBAL_REQUEST_INJECT] = "inject",
	[MBAL_REQUEST_MOVE] = "move",
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
	if (kind == MBAL_TABLE_RECENT) {
		header->slot_bytes = sizeof(struct mbal_access);
		header->slot_count = (TABLE_BYTES - MBAL_HEADER_BYTES) / header->slot_bytes;
	}
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
	answer->reply.table_count = TABLES + (request->target_kind != MBAL_TARGET_PROCESS);
	for (unsigned int i = 0; i < answer->reply.table_count; i++)
		answer->reply.table_bytes[i] = TABLE_BYTES;
	answer->files = answer->reply.table_count;
}

static struct mbal_group_info group_at(unsigned int index)
{
	return (struct mbal_group_info){
		.group_id = 1000 + index, .tgid = 2000 + index, .target_kind = (__u8)(index % MBAL_TARGET_MAX),
		.flags = index % 2 ? MBAL_GROUP_USER_ONLY : 0,
		.peers = 3, .processes = 5, .claim_age_ms = 7001, .memory_bytes = 1048583, .recorded = 10007,
		.dropped = 101, .claim_bytes = 65537, .claim_rate = 997,
	};
}

static void fill_groups(struct answer *answer, unsigned int start)
{
	unsigned int left = start < ALL_GROUPS ? ALL_GROUPS - start : 0;

	answer->count = sizeof(answer->groups);
	answer->groups = (struct mbal_groups){
		.magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = MBAL_REQUEST_GROUPS,
		.count = left < MBAL_WIRE_GROUPS ? left : MBAL_WIRE_GROUPS, .total = ALL_GROUPS,
	};
	for (unsigned int i = 0; i < answer->groups.count; i++)
		answer->groups.groups[i] = group_at(start + i);
}

static void fill_moved(struct answer *answer)
{
	answer->count = sizeof(answer->moved);
	answer->moved = (struct mbal_move_reply){
		.magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = MBAL_REQUEST_MOVE,
		.error_count = 2, .asked = 41, .moved = 11,
		.errors = { { .value = ENOENT, .pages = 13 }, { .value = EBUSY, .pages = 17 } },
	};
}

static void fill_status(struct answer *answer)
{
	answer->count = sizeof(answer->status);
	answer->status = (struct mbal_status){
		.magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = MBAL_REQUEST_STATUS,
		.helper_pid = (__u32)getpid(), .source = MBAL_SOURCE_SOFT, .rate_asked_hz = 997, .rate_hz = 499,
		.cpu_count = 2, .group_count = 3, .peer_count = 5, .max_cpu_permille = 10, .cost_permille = 7,
		.uptime_ns = 10000000019ULL, .run_time_ns = 1000003, .run_count = 10007,
		.table_memory_bytes = 2097169, .requests = 23, .requests_refused = 11, .rate_real_hz = 487,
		.bpf_cost_permille = 4, .event_count = 19, .events_throttled = 29, .targets = 31,
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

/* Any request; they begin alike. */
union any_request {
	struct mbal_request plain;
	struct mbal_inject_request inject;
	struct mbal_move_request move;
};

static size_t request_bytes(unsigned int kind)
{
	if (kind == MBAL_REQUEST_INJECT)
		return sizeof(struct mbal_inject_request);
	return kind == MBAL_REQUEST_MOVE ? sizeof(struct mbal_move_request) : sizeof(struct mbal_request);
}

static int is_good(const union any_request *request, size_t bytes)
{
	const struct mbal_request *head = &request->plain;

	return bytes >= sizeof(*head) && head->magic == MBAL_WIRE_MAGIC && head->abi_version == MBAL_ABI_VERSION &&
	       head->kind > 0 && head->kind < MBAL_REQUEST_MAX && bytes == request_bytes(head->kind);
}

/* What tests compare; the ranges are those of OPEN. */
static void print_request(const union any_request *request)
{
	const struct mbal_request *plain = &request->plain;

	if (plain->kind == MBAL_REQUEST_INJECT) {
		printf("inject group_id=%llx count=%u last_time=%llu\n", request->inject.group_id, request->inject.count,
		       request->inject.accesses[request->inject.count - 1].time_ns);
		return;
	}
	if (plain->kind == MBAL_REQUEST_MOVE) {
		printf("move tgid=%u node=%u ranges=%u last=%llx-%llx\n", request->move.tgid, request->move.node,
		       request->move.range_count, request->move.ranges[request->move.range_count - 1].start,
		       request->move.ranges[request->move.range_count - 1].end);
		return;
	}
	printf("%s tgid=%u group_id=%llx", kind_names[plain->kind], plain->tgid, plain->group_id);
	if (plain->kind == MBAL_REQUEST_OPEN && plain->target_kind != MBAL_TARGET_PROCESS)
		printf(" kind=%u cgroup=%llu recent=%u ranges=%u first=%llx-%llx", plain->target_kind, plain->cgroup_id,
		       plain->recent_slots, plain->range_count, plain->ranges[0].start, plain->ranges[0].end);
	if (plain->flags)
		printf(" flags=%u", plain->flags);
	if (plain->kind == MBAL_REQUEST_CLAIM)
		printf(" bytes=%llu rate=%llu", plain->claim_bytes, plain->claim_rate);
	if (plain->kind == MBAL_REQUEST_GROUPS)
		printf(" start=%u", plain->start);
	printf("\n");
}

static void fill_answer(struct answer *answer, const struct mbal_request *request)
{
	switch (request->kind) {
	case MBAL_REQUEST_STATUS:
		fill_status(answer);
		break;
	case MBAL_REQUEST_GROUPS:
		fill_groups(answer, request->start);
		break;
	case MBAL_REQUEST_MOVE:
		fill_moved(answer);
		break;
	default:
		fill_reply(answer, request);
	}
}

/* Returns 0 when the connection shall end. */
static int serve(int socket_fd, const struct script *script)
{
	struct answer answer = { .times = 1, .file_bytes = TABLE_BYTES };
	static union any_request request;
	ssize_t bytes = recv(socket_fd, &request, sizeof(request), 0);

	if (bytes <= 0) {
		puts("end");
		return 0;
	}
	if (!is_good(&request, (size_t)bytes)) {
		puts("bad request");
		return 0;
	}
	print_request(&request);
	fill_answer(&answer, &request.plain);
	if (script->by_kind[request.plain.kind])
		script->by_kind[request.plain.kind]->worsen(&answer);
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
