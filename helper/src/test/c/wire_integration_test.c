// SPDX-License-Identifier: Apache-2.0
/* What a peer without any privilege gets from a real helper, and what it gets for garbage. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "fixture.h"
#include "tap.h"

#define TABLE_SLOTS 2048u
#define KEPT (1ull << CAP_BPF | 1ull << CAP_PERFMON | 1ull << CAP_SYS_NICE | 1ull << CAP_SYS_PTRACE)

static struct mbal_table_header *map_header(int fd)
{
	struct mbal_table_header *header = mmap(NULL, MBAL_HEADER_BYTES, PROT_READ, MAP_SHARED, fd, 0);

	REQUIRE(header != MAP_FAILED);
	return header;
}

static void has_header(const struct mbal_table_header *header, const struct mbal_reply *reply, __u32 kind)
{
	CHECK_EQUAL(header->magic, MBAL_TABLE_MAGIC, "a table has its magic");
	CHECK_EQUAL(header->abi_version, MBAL_ABI_VERSION, "and ABI version");
	CHECK_EQUAL(header->kind, kind, "its kind");
	CHECK_EQUAL(header->header_bytes, MBAL_HEADER_BYTES, "its first slot's place");
	CHECK_EQUAL(header->group_id, reply->group_id, "its group");
	CHECK_EQUAL(header->tgid, getpid(), "its process");
	CHECK_EQUAL(header->page_shift, 12, "its pages");
	CHECK_EQUAL(header->epoch_shift, MBAL_EPOCH_SHIFT, "its epochs");
	CHECK_EQUAL(header->header_bytes + (__u64)header->slot_bytes * header->slot_count, reply->table_bytes[kind - 1],
		    "and the size that the reply says");
}

static void has_slots(const struct mbal_table_header *header, __u32 slot_count)
{
	CHECK_EQUAL(header->slot_count, slot_count, "as many slots as asked for");
	CHECK_EQUAL(header->slot_bytes, mbal_slot_bytes(header->node_count), "as large as the nodes need");
	CHECK_EQUAL(header->counts_offset, sizeof(struct mbal_slot), "with counts behind the slot's head");
	CHECK_EQUAL(header->counts2_offset, header->counts_offset + 2 * header->node_count, "and the other counts behind them");
}

static void refuses_writing(int fd, void *mapped, size_t bytes)
{
	char value[256] = { 0 };
	__u32 key = 0;
	void *writable = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	CHECK(writable == MAP_FAILED && errno == EPERM, "a table cannot be mapped for writing: %s", strerror(errno));
	CHECK(mprotect(mapped, bytes, PROT_READ | PROT_WRITE) && errno == EACCES, "nor made writable: %s", strerror(errno));
	CHECK(bpf_map_update_elem(fd, &key, value, BPF_ANY) == -EPERM, "nor updated: %s", strerror(errno));
	CHECK(bpf_map_delete_elem(fd, &key) < 0, "nor emptied: %s", strerror(errno));
}

/* Runs as a user without capabilities. */
static void gets_own_tables(void *helper_process)
{
	const struct helper_process *helper = helper_process;
	int fd = client_connect(helper->socket_path), fds[CLIENT_FDS];
	struct mbal_reply reply;
	void *heat;

	REQUIRE(fd >= 0);
	CHECK_EQUAL(client_open(fd, 0, &reply, fds), 0, "a user without capabilities gets its own tables");
	CHECK_EQUAL(reply.table_count, 3, "all three");
	CHECK(fds[0] >= 0 && fds[1] >= 0 && fds[2] >= 0, "each as a descriptor");
	CHECK_EQUAL(reply.tgid, getpid(), "of its process");
	CHECK_EQUAL(reply.source, MBAL_SOURCE_SOFT, "with the source");
	has_header(map_header(fds[0]), &reply, MBAL_TABLE_HEAT);
	has_slots(map_header(fds[0]), TABLE_SLOTS);
	has_header(map_header(fds[1]), &reply, MBAL_TABLE_THREADS);
	has_slots(map_header(fds[1]), 4096);
	has_header(map_header(fds[2]), &reply, MBAL_TABLE_RECENT);
	CHECK_EQUAL(map_header(fds[2])->slot_bytes, sizeof(struct mbal_access), "the recent table is a ring of accesses");
	heat = mmap(NULL, reply.table_bytes[0], PROT_READ, MAP_SHARED, fds[0], 0);
	CHECK(heat != MAP_FAILED, "the whole heat table can be mapped for reading");
	for (int i = 0; i < 3; i++)
		refuses_writing(fds[i], map_header(fds[i]), MBAL_HEADER_BYTES);
	CHECK_EQUAL(client_close(fd, reply.group_id), 0, "it can give them up");
	CHECK_EQUAL(client_close(fd, reply.group_id), -ENOENT, "once");
	client_close_fds(fds);
	close(fd);
}

static void shares_a_group(void *helper_process)
{
	const struct helper_process *helper = helper_process;
	int one = client_connect(helper->socket_path), two = client_connect(helper->socket_path), fds[CLIENT_FDS];
	struct mbal_reply first, second;

	REQUIRE(one >= 0 && two >= 0);
	CHECK_EQUAL(client_open(one, 0, &first, fds), 0, "a process opens its tables");
	client_close_fds(fds);
	CHECK_EQUAL(client_open(two, 0, &second, fds), 0, "and once more");
	client_close_fds(fds);
	CHECK_EQUAL(second.group_id, first.group_id, "which are the same");
	CHECK_EQUAL(client_status(one).group_count, 1, "one group");
	CHECK_EQUAL(client_close(one, first.group_id), 0, "one gives it up");
	CHECK_EQUAL(client_status(one).group_count, 1, "the other keeps it");
	CHECK_EQUAL(client_close(one, first.group_id), -ENOENT, "the one cannot take it from the other");
	CHECK_EQUAL(client_close(two, first.group_id), 0, "the other gives it up");
	CHECK_EQUAL(client_status(one).group_count, 0, "no group");
	CHECK_EQUAL(client_open(one, 0, &second, fds), 0, "opened again");
	client_close_fds(fds);
	CHECK(second.group_id != first.group_id, "it is another group: %llu", second.group_id);
	close(one);
	close(two);
}

/* Of one process, for a peer that asks so and one that does not. */
static void shares_what_is_asked_alike(void *helper_process)
{
	const struct helper_process *helper = helper_process;
	struct mbal_request request = client_request(MBAL_REQUEST_OPEN);
	int fd = client_connect(helper->socket_path), fds[CLIENT_FDS];
	struct mbal_reply all, user_only, again;

	REQUIRE(fd >= 0);
	CHECK_EQUAL(client_open(fd, 0, &all, fds), 0, "a process opens its tables");
	client_close_fds(fds);
	request.flags = MBAL_GROUP_USER_ONLY;
	CHECK_EQUAL(client_ask(fd, &request, &user_only, fds), 0, "and those with what it does itself only");
	client_close_fds(fds);
	CHECK(user_only.group_id != all.group_id, "which are others: %llu", user_only.group_id);
	CHECK_EQUAL(client_ask(fd, &request, &again, fds), 0, "once more");
	client_close_fds(fds);
	CHECK_EQUAL(again.group_id, user_only.group_id, "the same");
	CHECK_EQUAL(client_open(fd, 0, &again, fds), 0, "and the first ones");
	client_close_fds(fds);
	CHECK_EQUAL(again.group_id, all.group_id, "the same");
	CHECK_EQUAL(client_status(fd).group_count, 2, "two groups");
	CHECK_EQUAL(client_status(fd).targets, 1, "of one process");
	close(fd);
}

static void may_not_ask_for_others(void *helper_process)
{
	const struct helper_process *helper = helper_process;
	int fd = client_connect(helper->socket_path), fds[CLIENT_FDS];
	struct mbal_reply reply;

	REQUIRE(fd >= 0);
	CHECK_EQUAL(client_open(fd, 1, &reply, fds), -EPERM, "a user does not get init's tables");
	CHECK(reply.table_count == 0 && fds[0] < 0, "not one");
	CHECK_EQUAL(client_open(fd, getppid(), &reply, fds), -EPERM, "nor those of another uid");
	CHECK_EQUAL(client_open(fd, helper->pid, &reply, fds), -EPERM, "nor the helper's");
	CHECK_EQUAL(client_open(fd, 0x7fffffff, &reply, fds), -ESRCH, "nor those of nobody");
	CHECK_EQUAL(client_open(fd, 0, &reply, fds), 0, "and is still served");
	client_close_fds(fds);
	close(fd);
}

static int ask_bytes(int fd, const void *message, size_t bytes, struct mbal_reply *reply)
{
	int fds[CLIENT_FDS];

	REQUIRE(!client_send(fd, message, bytes));
	if (client_receive(fd, reply, sizeof(*reply), fds) != sizeof(*reply))
		return -ECONNRESET;
	return reply->error;
}

static void answers_garbage(void *helper_process)
{
	const struct helper_process *helper = helper_process;
	struct mbal_request hello = client_request(MBAL_REQUEST_HELLO), request = hello;
	__u64 refused;
	struct mbal_reply reply;
	char noise[4096];
	int fd = client_connect(helper->socket_path);

	REQUIRE(fd >= 0);
	refused = client_status(fd).requests_refused;
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * 131 + 7);
	CHECK_EQUAL(ask_bytes(fd, &hello, sizeof(hello), &reply), 0, "a hello is answered");
	CHECK(reply.abi_version == MBAL_ABI_VERSION && reply.kind == MBAL_REQUEST_HELLO, "with the helper's ABI version");
	CHECK_EQUAL(ask_bytes(fd, "", 0, &reply), -EMSGSIZE, "an empty message is answered, and not taken for the end");
	CHECK_EQUAL(ask_bytes(fd, &hello, 1, &reply), -EMSGSIZE, "one byte");
	CHECK_EQUAL(ask_bytes(fd, &hello, sizeof(hello) - 1, &reply), -EMSGSIZE, "one byte too few");
	CHECK_EQUAL(ask_bytes(fd, noise, sizeof(hello) + 1, &reply), -EMSGSIZE, "one byte too many");
	CHECK_EQUAL(ask_bytes(fd, noise, sizeof(noise), &reply), -EMSGSIZE, "a page of noise");
	CHECK_EQUAL(ask_bytes(fd, noise, sizeof(hello), &reply), -EBADMSG, "noise of the right length");
	CHECK_EQUAL(reply.kind, 0, "whose kind is not told");
	request.abi_version = MBAL_ABI_VERSION + 1;
	CHECK_EQUAL(ask_bytes(fd, &request, sizeof(request), &reply), -EPROTO, "another ABI version");
	CHECK_EQUAL(reply.abi_version, MBAL_ABI_VERSION, "hears the helper's own");
	request = client_request(MBAL_REQUEST_MAX);
	CHECK_EQUAL(ask_bytes(fd, &request, sizeof(request), &reply), -EOPNOTSUPP, "an unknown kind");
	request = client_request(MBAL_REQUEST_STATUS);
	request.start = 1;
	CHECK_EQUAL(ask_bytes(fd, &request, sizeof(request), &reply), -EINVAL, "an unknown flag");
	CHECK_EQUAL(ask_bytes(fd, &hello, sizeof(hello), &reply), 0, "and the helper lives");
	CHECK_EQUAL(client_status(fd).requests_refused - refused, 9, "each refusal is counted");
	close(fd);
}

/* Descriptors that a peer sends must not pile up in the helper. */
static void drops_descriptors_of_peers(void *helper_process)
{
	const struct helper_process *helper = helper_process;
	struct mbal_request hello = client_request(MBAL_REQUEST_HELLO);
	int fd = client_connect(helper->socket_path), ends[2], fds[CLIENT_FDS];
	char control[CMSG_SPACE(sizeof(int))] = { 0 }, byte;
	struct iovec part = { .iov_base = &hello, .iov_len = sizeof(hello) };
	struct msghdr whole = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&whole);
	struct mbal_reply reply;

	REQUIRE(fd >= 0 && !pipe(ends));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &ends[1], sizeof(int));
	REQUIRE(sendmsg(fd, &whole, 0) == sizeof(hello));
	close(ends[1]);
	CHECK_EQUAL(client_receive(fd, &reply, sizeof(reply), fds), sizeof(reply), "a request with a descriptor is answered");
	CHECK_EQUAL(read(ends[0], &byte, 1), 0, "and the descriptor is closed");
	close(ends[0]);
	close(fd);
}

static void reports_status(const struct helper_process *helper)
{
	int fd = client_connect(helper->socket_path);
	struct mbal_status status = client_status(fd);

	CHECK_EQUAL(status.helper_pid, helper->pid, "STATUS names the helper");
	CHECK_EQUAL(status.source, MBAL_SOURCE_SOFT, "its source");
	CHECK_EQUAL(status.rate_asked_hz, 997, "the rate that was asked for");
	CHECK_EQUAL(status.cpu_count, sysconf(_SC_NPROCESSORS_ONLN), "the CPUs");
	CHECK_EQUAL(status.max_cpu_permille, 10 * status.cpu_count, "the cap: 1 % for each CPU");
	CHECK_EQUAL(status.counter_count, MBAL_COUNTER_MAX, "all counters");
	CHECK_EQUAL(status.peer_count, 1, "us");
	CHECK(status.uptime_ns > 0, "that it is up");
	CHECK_TEXT(status.why, "soft: asked for: a timer and a walk over the interrupted instructions\n", "why this source");
	CHECK_TEXT(status.version, MBAL_VERSION, "and its version");
	close(fd);
}

/* The value of a line of /proc/PID/status as a hexadecimal number. */
static unsigned long long status_line(pid_t pid, const char *name)
{
	char path[64], line[256];
	unsigned long long value = ~0ull;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "r");
	REQUIRE(file);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, name, strlen(name)))
			value = strtoull(line + strlen(name) + 1, NULL, 16);
	fclose(file);
	return value;
}

static void drops_privileges(const struct helper_process *helper)
{
	CHECK_EQUAL(status_line(helper->pid, "CapEff"), KEPT, "of all capabilities four are left");
	CHECK_EQUAL(status_line(helper->pid, "CapPrm"), KEPT, "and no other can be taken back");
	CHECK_EQUAL(status_line(helper->pid, "CapInh"), 0, "none is inherited");
	CHECK_EQUAL(status_line(helper->pid, "CapBnd"), 0, "none can be gained by execve");
	CHECK_EQUAL(status_line(helper->pid, "CapAmb"), 0, "none is ambient");
	CHECK_EQUAL(status_line(helper->pid, "NoNewPrivs"), 1, "and no_new_privs is set");
}

int main(void)
{
	struct helper_process helper;
	char expected[256];

	if (!fixture_can_run("a real helper and its peers"))
		return tap_end();
	fixture_start(&helper, "--source soft --table-slots 2048");
	snprintf(expected, sizeof(expected), "membalancer-helper: ready on %s, source soft, 997 Hz on %ld CPU", helper.socket_path,
		 sysconf(_SC_NPROCESSORS_ONLN));
	CHECK(!strncmp(helper.ready, expected, strlen(expected)), "says when it is ready: %s", helper.ready);
	reports_status(&helper);
	drops_privileges(&helper);
	tap_as(ALICE, gets_own_tables, &helper);
	tap_as(ALICE, shares_a_group, &helper);
	tap_as(ALICE, shares_what_is_asked_alike, &helper);
	tap_as(ALICE, may_not_ask_for_others, &helper);
	tap_as(ALICE, answers_garbage, &helper);
	tap_as(ALICE, drops_descriptors_of_peers, &helper);
	CHECK_EQUAL(fixture_stop(&helper), 0, "SIGTERM ends it with status 0");
	CHECK(access(helper.socket_path, F_OK) && errno == ENOENT, "and removes the socket");
	return tap_end();
}
