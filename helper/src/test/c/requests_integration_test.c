// SPDX-License-Identifier: Apache-2.0
/* What a peer may ask a real helper for besides tables: to move pages, and to count recorded samples. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fixture.h"
#include "groups.h"
#include "tap.h"

#define PAGE_BYTES 4096u

/* --- moving --- */

static struct mbal_move_reply ask_move(const struct helper_process *helper, struct mbal_move_request request)
{
	int fd = client_connect(helper->socket_path), fds[CLIENT_FDS];
	struct mbal_move_reply reply = { .error = -ECONNRESET };

	request.magic = MBAL_WIRE_MAGIC;
	request.abi_version = MBAL_ABI_VERSION;
	request.kind = MBAL_REQUEST_MOVE;
	REQUIRE(fd >= 0 && !client_send(fd, &request, sizeof(request)));
	REQUIRE(client_receive(fd, &reply, sizeof(reply), fds) >= (ssize_t)sizeof(struct mbal_reply));
	close(fd);
	return reply;
}

static void moves_pages(void *helper_process)
{
	enum { TOUCHED = 13, ALL = 20 };
	char *pages = mmap(NULL, ALL * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct mbal_move_request request = { .range_count = 1 };
	struct mbal_move_reply reply;
	__u64 failed = 0;

	REQUIRE(pages != MAP_FAILED && !madvise(pages, ALL * PAGE_BYTES, MADV_NOHUGEPAGE));
	for (int i = 0; i < TOUCHED; i++)
		pages[i * (int)PAGE_BYTES] = 1;
	request.ranges[0] = (struct mbal_address_range){ (__u64)(uintptr_t)pages, (__u64)(uintptr_t)(pages + ALL * PAGE_BYTES) };
	reply = ask_move(helper_process, request);
	for (unsigned int i = 0; i < reply.error_count; i++)
		failed += reply.errors[i].pages;
	CHECK_EQUAL(reply.error, 0, "a process has its own pages moved");
	CHECK(reply.asked == ALL && reply.moved == TOUCHED && reply.moved + failed == reply.asked,
	      "of %llu pages %llu lie there, %llu do not", reply.asked, reply.moved, failed);
	CHECK(reply.error_count == 1 && (reply.errors[0].value == ENOENT || reply.errors[0].value == EFAULT), "for one reason: %u",
	      reply.errors[0].value);
	request.node = 55;
	CHECK_EQUAL(ask_move(helper_process, request).error, -ENODEV, "not to a node that is not there");
}

/* The pages lie at the same addresses in a child of another uid. */
static void moves_pages_of_others(const struct helper_process *helper)
{
	char *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct mbal_move_request request = { .range_count = 1 };
	struct mbal_move_reply reply;
	struct client_process bob;

	REQUIRE(page != MAP_FAILED);
	page[0] = 1;
	client_process_start(&bob, BOB, helper->socket_path, NULL);
	request.ranges[0] = (struct mbal_address_range){ (__u64)(uintptr_t)page, (__u64)(uintptr_t)page + PAGE_BYTES };
	request.tgid = (__u32)bob.pid;
	reply = ask_move(helper, request);
	CHECK(!reply.error && reply.asked == 1 && reply.moved == 1, "root has pages moved that another process maps too: error %d", reply.error);
	client_process_kill(&bob);
	CHECK_EQUAL(ask_move(helper, request).error, -ESRCH, "not those of a process that ended");
}

static void may_not_move_of_others(void *helper_process)
{
	struct mbal_move_request request = { .range_count = 1, .tgid = (__u32)getppid(), .ranges = { { PAGE_BYTES, 2 * PAGE_BYTES } } };

	CHECK_EQUAL(ask_move(helper_process, request).error, -EPERM, "of another's pages only root disposes");
}

/* The C library's pages are everybody's. Only where there is another node than the page's does it show that they stay. */
static void may_not_move_what_others_map(void *helper_process)
{
	void *page = (void *)((uintptr_t)&write & -(uintptr_t)PAGE_BYTES);
	struct mbal_move_request request = { .range_count = 1,
					     .ranges = { { (__u64)(uintptr_t)page, (__u64)(uintptr_t)page + PAGE_BYTES } } };
	struct mbal_move_reply reply;
	int node = -1;

	(void)*(const volatile char *)page; /* else it may not be mapped here yet, though it is in memory */
	REQUIRE(!syscall(SYS_move_pages, 0, 1ul, &page, NULL, &node, 0) && node >= 0);
	request.node = node == 0 ? 1 : 0;
	reply = ask_move(helper_process, request);
	if (reply.error == -ENODEV) {
		tap_skip("a page of the C library stays", "there is no node 1");
		return;
	}
	CHECK(!reply.error && !reply.moved && reply.error_count == 1 && reply.errors[0].value == EACCES,
	      "a page of the C library stays on node %d: error %d, %llu moved, errno %u", node, reply.error, reply.moved,
	      reply.errors[0].value);
}

/* Has a page that this process maps twice moved to the node where it is not. */
static struct mbal_move_reply move_away(const struct helper_process *helper, const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC), node = -1;
	struct mbal_move_request request = { .range_count = 1 };
	char *page, *other;

	REQUIRE(fd >= 0 && !ftruncate(fd, PAGE_BYTES));
	page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	other = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	REQUIRE(page != MAP_FAILED && other != MAP_FAILED);
	page[0] = 1;
	other[1] = 1;
	REQUIRE(!syscall(SYS_move_pages, 0, 1ul, (void **)&page, NULL, &node, 0) && node >= 0);
	request.node = node == 0 ? 1 : 0;
	request.ranges[0] = (struct mbal_address_range){ (__u64)(uintptr_t)page, (__u64)(uintptr_t)page + PAGE_BYTES };
	close(fd);
	return ask_move(helper, request);
}

/* Only where there is another node does it show. */
static void moves_heaps_that_are_mapped_twice(void *helper_process)
{
	struct mbal_move_reply reply = move_away(helper_process, "java_heap");

	if (reply.error == -ENODEV) {
		tap_skip("a heap that is mapped twice moves", "there is no node 1");
		return;
	}
	CHECK(!reply.error && reply.moved == 1, "a page of a heap that is mapped twice moves: error %d, %llu moved, errno %u", reply.error,
	      reply.moved, reply.errors[0].value);
	reply = move_away(helper_process, "wayland");
	CHECK(!reply.error && !reply.moved && reply.error_count == 1 && reply.errors[0].value == EACCES,
	      "one of a memory file that others may have stays: error %d, %llu moved, errno %u", reply.error, reply.moved,
	      reply.errors[0].value);
}

/* --- recorded samples --- */

static int inject(const struct open_group *group, __u64 first_time_ns, unsigned int count, unsigned int tag)
{
	static struct mbal_inject_request request;
	struct mbal_reply reply;
	int fds[CLIENT_FDS];

	request = (struct mbal_inject_request){ .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION,
						.kind = MBAL_REQUEST_INJECT, .count = count, .group_id = group->id };
	for (unsigned int i = 0; i < count; i++)
		request.accesses[i] = (struct mbal_access){ .time_ns = first_time_ns + i, .vaddr = 0x7f0000000000ull + i * PAGE_BYTES,
							    .tgid = 4000001, .tid = 4000001, .flags = MBAL_ACCESS_LOAD,
							    .memory_node = MBAL_NODE_UNKNOWN, .process_tag = tag };
	REQUIRE(!client_send(group->fd, &request, sizeof(request)));
	return client_receive(group->fd, &reply, sizeof(reply), fds) == sizeof(reply) ? reply.error : -ECONNRESET;
}

static void replays(void)
{
	struct helper_process helper;
	struct open_group group;
	struct mbal_status status;

	fixture_start(&helper, "--source replay --table-slots 2048");
	group = group_open(&helper, MBAL_TARGET_REPLAY, 0);
	CHECK_EQUAL(inject(&group, 1000, 256, 1u << 14), 0, "recorded samples are taken");
	CHECK_EQUAL(inject(&group, 1254, 2, 1u << 14), -EINVAL, "not if their time goes back behind those before");
	CHECK_EQUAL(inject(&group, 1255, 2, 1u << 14), 0, "at the same moment they are");
	CHECK_EQUAL(inject(&(struct open_group){ .fd = group.fd, .id = group.id + 1 }, 5000, 1, 0), -ENOENT, "not for a group of nobody");
	status = client_status(group.fd);
	CHECK_EQUAL(status.source, MBAL_SOURCE_REPLAY, "the source is replay");
	CHECK_EQUAL(status.event_count, 0, "without any event");
	CHECK_EQUAL(status.counters[MBAL_COUNTER_SEEN], 258, "what was taken was seen");
	CHECK_EQUAL(status.counters[MBAL_COUNTER_RECORDED], 258, "and recorded");
	CHECK_EQUAL(status.requests_refused, 2, "what was refused is counted");
	CHECK_EQUAL(describe(&helper, group.id).recorded, 258, "in the group");
	CHECK(is_in(&group, 4000001), "whose table has the process");
	group_close(&group);
	CHECK_EQUAL(fixture_stop(&helper), 0, "it ends");
}

/* An agent's tables are tested so: what its own group holds is known to the sample. */
static void replays_into_the_group_of_a_process(void)
{
	struct helper_process helper;
	struct open_group group, other;

	fixture_start(&helper, "--source replay --table-slots 2048");
	group = group_open(&helper, MBAL_TARGET_PROCESS, getpid());
	other = group_open(&helper, MBAL_TARGET_PROCESS, getpid());
	CHECK_EQUAL(inject(&group, 1000, 17, 0), 0, "recorded samples are taken for the group of a process");
	CHECK_EQUAL(inject(&(struct open_group){ .fd = group.fd, .id = group.id + 1 }, 5000, 1, 0), -ENOENT, "not for another one");
	CHECK_EQUAL(describe(&helper, other.id).recorded, 17, "everybody who has it open sees them");
	group_close(&other);
	group_close(&group);
	CHECK_EQUAL(fixture_stop(&helper), 0, "it ends");
}

static void refuses_samples_where_it_samples(const struct helper_process *helper)
{
	struct open_group group = group_open(helper, MBAL_TARGET_PROCESS, getpid());

	CHECK_EQUAL(inject(&group, 1000, 1, 0), -EOPNOTSUPP, "a helper that samples takes no recorded samples");
	group_close(&group);
}

/* All that GROUPS, INJECT and MOVE may be made of, at once. */
static void answers_noise(const struct helper_process *helper)
{
	static char noise[sizeof(struct mbal_inject_request) + 1];
	const size_t lengths[] = { sizeof(struct mbal_request), sizeof(struct mbal_inject_request), sizeof(struct mbal_move_request), sizeof(noise) };
	int fd = client_connect(helper->socket_path), fds[CLIENT_FDS], refused = 0;
	unsigned int random = 1;
	struct mbal_reply reply;

	REQUIRE(fd >= 0);
	for (unsigned int round = 0; round < 2000; round++) {
		struct mbal_request *head = (struct mbal_request *)noise;

		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (char)((random = random * 1664525u + 1013904223u) >> 24);
		head->magic = MBAL_WIRE_MAGIC;
		head->abi_version = MBAL_ABI_VERSION;
		head->kind = (__u16)(round % (MBAL_REQUEST_MAX + 1));
		REQUIRE(!client_send(fd, noise, lengths[round / 10 % 4]));
		REQUIRE(client_receive(fd, &reply, sizeof(reply), fds) == sizeof(reply));
		refused += reply.error < 0;
	}
	CHECK_EQUAL(refused, 2000, "noise of every kind and length is refused");
	CHECK_EQUAL(client_status(fd).group_count, 0, "and makes no group");
	close(fd);
}

int main(void)
{
	struct helper_process helper;

	if (!fixture_can_run("requests to a real helper"))
		return tap_end();
	fixture_start(&helper, "--source faults --table-slots 16384");
	moves_pages(&helper);
	tap_as(ALICE, moves_pages, &helper);
	moves_pages_of_others(&helper);
	tap_as(ALICE, may_not_move_of_others, &helper);
	tap_as(ALICE, may_not_move_what_others_map, &helper);
	tap_as(ALICE, moves_heaps_that_are_mapped_twice, &helper);
	refuses_samples_where_it_samples(&helper);
	answers_noise(&helper);
	CHECK_EQUAL(fixture_stop(&helper), 0, "SIGTERM ends it with status 0");
	replays();
	replays_into_the_group_of_a_process();
	return tap_end();
}
