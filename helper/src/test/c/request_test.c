// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tap.h"

static union request request_of(unsigned int kind)
{
	return (union request){ .plain = { .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = (__u16)kind } };
}

static int check(union request request)
{
	return request_check(&request, sizeof(struct mbal_request));
}

static void checks_length_and_magic(void)
{
	static const size_t lengths[] = { 0, 1, 31, 191, 193, sizeof(struct mbal_inject_request) - 1,
					  sizeof(struct mbal_move_request) + 1, 1 << 20 };
	union request request;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		request = request_of(MBAL_REQUEST_HELLO);
		CHECK_EQUAL(request_check(&request, lengths[i]), -EMSGSIZE, "a length that no request has");
		CHECK_EQUAL(request.plain.kind, 0, "whose kind is not believed");
	}
	request = request_of(MBAL_REQUEST_HELLO);
	CHECK_EQUAL(request_check(&request, sizeof(struct mbal_request)), 0, "takes a hello");
	CHECK_EQUAL(request_check(&request, sizeof(struct mbal_move_request)), -EMSGSIZE, "not one that is as long as a MOVE");
	CHECK_EQUAL(request.plain.kind, MBAL_REQUEST_HELLO, "whose kind is told");
	request = request_of(MBAL_REQUEST_INJECT);
	CHECK_EQUAL(request_check(&request, sizeof(struct mbal_request)), -EMSGSIZE, "an INJECT that is as short as a HELLO");
	memset(&request, 0xa5, sizeof(request));
	CHECK_EQUAL(request_check(&request, sizeof(struct mbal_request)), -EBADMSG, "garbage");
	CHECK_EQUAL(request.plain.kind, 0, "whose kind is not believed either");
	request = request_of(MBAL_REQUEST_HELLO);
	request.plain.abi_version++;
	CHECK_EQUAL(request_check(&request, sizeof(struct mbal_request)), -EPROTO, "another ABI version");
	CHECK_EQUAL(request.plain.kind, MBAL_REQUEST_HELLO, "whose kind can be told");
	CHECK_EQUAL(check(request_of(0)), -EOPNOTSUPP, "kind 0");
	CHECK_EQUAL(check(request_of(MBAL_REQUEST_MAX)), -EOPNOTSUPP, "a kind that comes after the last");
}

/* Every member, and the kinds of request that name it. */
static void checks_stray_members(void)
{
	static const struct {
		const char *name;
		size_t offset;
		unsigned int kinds;	/* bits */
	} members[] = {
		{ "tgid", offsetof(struct mbal_request, tgid), 1u << MBAL_REQUEST_OPEN | 1u << MBAL_REQUEST_ADD },
		{ "start", offsetof(struct mbal_request, start), 1u << MBAL_REQUEST_GROUPS },
		{ "group_id", offsetof(struct mbal_request, group_id),
		  1u << MBAL_REQUEST_CLOSE | 1u << MBAL_REQUEST_ADD | 1u << MBAL_REQUEST_CLAIM },
		{ "claim_bytes", offsetof(struct mbal_request, claim_bytes), 1u << MBAL_REQUEST_CLAIM },
		{ "claim_rate", offsetof(struct mbal_request, claim_rate), 1u << MBAL_REQUEST_CLAIM },
		{ "cgroup_id", offsetof(struct mbal_request, cgroup_id), 0 }, /* of OPEN with kind CGROUP only */
		{ "range_count", offsetof(struct mbal_request, range_count), 0 },
		{ "recent_slots", offsetof(struct mbal_request, recent_slots), 0 },
		{ "ranges", offsetof(struct mbal_request, ranges), 0 },
		{ "flags", offsetof(struct mbal_request, flags), 1u << MBAL_REQUEST_OPEN },
		{ "ranges[7].end", offsetof(struct mbal_request, ranges[7].end), 0 },
		{ "reserved", offsetof(struct mbal_request, reserved), 0 },
	};

	for (unsigned int kind = MBAL_REQUEST_HELLO; kind <= MBAL_REQUEST_CLAIM; kind++) {
		for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
			union request request = request_of(kind);

			if (kind == MBAL_REQUEST_ADD && members[i].offset != offsetof(struct mbal_request, tgid))
				request.plain.tgid = 1;
			*((unsigned char *)&request + members[i].offset) = 1;
			CHECK(check(request) == (members[i].kinds >> kind & 1 ? 0 : -EINVAL), "kind %u with %s", kind, members[i].name);
		}
	}
	CHECK_EQUAL(check(request_of(MBAL_REQUEST_ADD)), -EINVAL, "ADD of no process");
}

/* Readers count with signs. */
static void checks_claims(void)
{
	union request request = request_of(MBAL_REQUEST_CLAIM);

	request.plain.claim_bytes = request.plain.claim_rate = INT64_MAX;
	CHECK_EQUAL(check(request), 0, "the largest claim");
	request.plain.claim_bytes++;
	CHECK_EQUAL(check(request), -EINVAL, "more bytes than a reader can count");
	request.plain.claim_bytes = 0;
	request.plain.claim_rate++;
	CHECK_EQUAL(check(request), -EINVAL, "more accesses than that");
}

static union request open_of(unsigned int target_kind, unsigned int tgid, unsigned long long cgroup_id)
{
	union request request = request_of(MBAL_REQUEST_OPEN);

	request.plain.target_kind = (__u16)target_kind;
	request.plain.tgid = tgid;
	request.plain.cgroup_id = cgroup_id;
	return request;
}

static void checks_targets(void)
{
	CHECK_EQUAL(check(open_of(MBAL_TARGET_PROCESS, 0, 0)), 0, "one's own process");
	CHECK_EQUAL(check(open_of(MBAL_TARGET_PROCESS, 5, 0)), 0, "another process");
	CHECK_EQUAL(check(open_of(MBAL_TARGET_PROCESS, 0x80000000u, 0)), -EINVAL, "a negative one");
	CHECK_EQUAL(check(open_of(MBAL_TARGET_PROCESS, 0, 5)), -EINVAL, "a process with a cgroup");
	for (unsigned int kind = MBAL_TARGET_SET; kind <= MBAL_TARGET_CHILDREN; kind++) {
		CHECK_EQUAL(check(open_of(kind, 5, 0)), 0, "a kind that needs a process");
		CHECK_EQUAL(check(open_of(kind, 0, 0)), -EINVAL, "without one");
		CHECK_EQUAL(check(open_of(kind, 5, 5)), -EINVAL, "with a cgroup");
	}
	CHECK_EQUAL(check(open_of(MBAL_TARGET_CGROUP, 0, 5)), 0, "a cgroup");
	CHECK_EQUAL(check(open_of(MBAL_TARGET_CGROUP, 0, 0)), -EINVAL, "no cgroup");
	CHECK_EQUAL(check(open_of(MBAL_TARGET_CGROUP, 5, 5)), -EINVAL, "a cgroup with a process");
	for (unsigned int kind = MBAL_TARGET_ALL; kind <= MBAL_TARGET_REPLAY; kind++) {
		CHECK_EQUAL(check(open_of(kind, 0, 0)), 0, "a kind that names nothing");
		CHECK_EQUAL(check(open_of(kind, 5, 0)), -EINVAL, "with a process");
		CHECK_EQUAL(check(open_of(kind, 0, 5)), -EINVAL, "with a cgroup");
	}
	CHECK_EQUAL(check(open_of(MBAL_TARGET_MAX, 0, 0)), -EINVAL, "a kind after the last");
}

static int check_ranges(unsigned int count, const struct mbal_address_range *ranges, unsigned int copied)
{
	union request request = open_of(MBAL_TARGET_ALL, 0, 0);

	request.plain.range_count = (__u16)count;
	memcpy(request.plain.ranges, ranges, copied * sizeof(*ranges));
	return check(request);
}

static void checks_filters(void)
{
	static const struct mbal_address_range good[] = { { 1, 2 }, { 2, 9 }, { 10, ~0ull } }, empty[] = { { 5, 5 } },
					       back[] = { { 5, 6 }, { 4, 5 } }, overlap[] = { { 5, 9 }, { 8, 10 } };
	union request request = open_of(MBAL_TARGET_ALL, 0, 0);

	CHECK_EQUAL(check_ranges(3, good, 3), 0, "ranges that touch");
	CHECK_EQUAL(check_ranges(2, good, 3), -EINVAL, "one range more than counted");
	CHECK_EQUAL(check_ranges(4, good, 3), -EINVAL, "one fewer");
	CHECK_EQUAL(check_ranges(1, empty, 1), -EINVAL, "an empty range");
	CHECK_EQUAL(check_ranges(2, back, 2), -EINVAL, "ranges that descend");
	CHECK_EQUAL(check_ranges(2, overlap, 2), -EINVAL, "ranges that overlap");
	CHECK_EQUAL(check_ranges(MBAL_MAX_RANGES + 1, good, 3), -EINVAL, "more than there is room for");
	request.plain.recent_slots = MBAL_MAX_RECENT_SLOTS;
	CHECK_EQUAL(check(request), 0, "as many recent accesses as allowed");
	request.plain.recent_slots++;
	CHECK_EQUAL(check(request), -EINVAL, "one more");
	for (unsigned int kind = MBAL_TARGET_PROCESS; kind < MBAL_TARGET_MAX; kind++) {
		bool has_process = kind > MBAL_TARGET_PROCESS && kind <= MBAL_TARGET_CHILDREN;

		request = open_of(kind, has_process ? 5 : 0, kind == MBAL_TARGET_CGROUP ? 5 : 0);
		request.plain.flags = MBAL_GROUP_USER_ONLY;
		CHECK_EQUAL(check(request), 0, "user mode only, of any kind");
		request.plain.flags = MBAL_GROUP_FLAGS + 1;
		CHECK_EQUAL(check(request), -EINVAL, "a flag that there is not");
	}
	request = open_of(MBAL_TARGET_PROCESS, 5, 0);
	request.plain.recent_slots = 1;
	CHECK_EQUAL(check(request), -EINVAL, "a wish about a group that all share");
}

static int check_inject(const struct mbal_access *access, unsigned int count)
{
	union request request = request_of(MBAL_REQUEST_INJECT);

	request.inject.count = count;
	request.inject.accesses[0] = *access;
	request.inject.accesses[1] = *access;
	for (unsigned int i = 2; i < MBAL_WIRE_ACCESSES; i++)
		request.inject.accesses[i].time_ns = ~0ull;
	return request_check(&request, sizeof(request.inject));
}

static void checks_accesses(void)
{
	const struct mbal_access good = { .time_ns = 5, .vaddr = ~0ull, .cpu_node = MBAL_MAX_NODES - 1,
					  .memory_node = MBAL_NODE_UNKNOWN, .flags = 511, .source = MBAL_SOURCE_MAX - 1,
					  .process_tag = (1u << MBAL_TAG_BITS) - 1, .tgid = 0x7fffffff };
	struct mbal_access bad;
	union request request;

	CHECK_EQUAL(check_inject(&good, 2), 0, "an access with every member at its limit");
	CHECK_EQUAL(check_inject(&good, MBAL_WIRE_ACCESSES), 0, "as many as there is room for");
	CHECK_EQUAL(check_inject(&good, MBAL_WIRE_ACCESSES + 1), -EINVAL, "one more");
	CHECK_EQUAL(check_inject(&good, 0), -EINVAL, "none");
#define CHECK_BAD(member, value)                                                  \
	bad = good;                                                               \
	bad.member = (value);                                                     \
	CHECK_EQUAL(check_inject(&bad, 2), -EINVAL, "an access with bad " #member)
	CHECK_BAD(cpu_node, MBAL_MAX_NODES);
	CHECK_BAD(memory_node, MBAL_MAX_NODES);
	CHECK_BAD(flags, 512);
	CHECK_BAD(source, MBAL_SOURCE_MAX);
	CHECK_BAD(process_tag, 1u << MBAL_TAG_BITS);
	CHECK_BAD(reserved, 1);
	CHECK_BAD(tgid, 0x80000000u);
	CHECK_BAD(tid, 0x80000000u);
	request = request_of(MBAL_REQUEST_INJECT);
	request.inject.count = 2;
	request.inject.accesses[0].time_ns = 7;
	request.inject.accesses[1].time_ns = 6;
	CHECK_EQUAL(request_check(&request, sizeof(request.inject)), -EINVAL, "time that goes back");
	request.inject.accesses[1].time_ns = 7;
	request.inject.reserved = 1;
	CHECK_EQUAL(request_check(&request, sizeof(request.inject)), -EINVAL, "a reserved bit");
}

static int check_move(unsigned long long start, unsigned long long end, unsigned int node, unsigned int count)
{
	union request request = request_of(MBAL_REQUEST_MOVE);

	request.move.node = node;
	request.move.range_count = count;
	for (unsigned int i = 0; i < count && i < MBAL_WIRE_MOVE_RANGES; i++)
		request.move.ranges[i] = (struct mbal_address_range){ start, end };
	return request_check(&request, sizeof(request.move));
}

static void checks_moves(void)
{
	CHECK_EQUAL(check_move(0x1000, 0x2000, 0, 1), 0, "one page");
	CHECK_EQUAL(check_move(0x1000, 0x2000, MBAL_MAX_NODES - 1, MBAL_WIRE_MOVE_RANGES), 0, "as many ranges as allowed");
	CHECK_EQUAL(check_move(0x1000, 0x2000, 0, MBAL_WIRE_MOVE_RANGES + 1), -EINVAL, "one more");
	CHECK_EQUAL(check_move(0x1000, 0x2000, 0, 0), -EINVAL, "none");
	CHECK_EQUAL(check_move(0x1000, 0x2000, MBAL_MAX_NODES, 1), -EINVAL, "a node that cannot be");
	CHECK_EQUAL(check_move(0x1001, 0x2000, 0, 1), -EINVAL, "a start within a page");
	CHECK_EQUAL(check_move(0x1000, 0x2001, 0, 1), -EINVAL, "an end within a page");
	CHECK_EQUAL(check_move(0x2000, 0x2000, 0, 1), -EINVAL, "an empty range");
	CHECK_EQUAL(check_move(0, MBAL_WIRE_MOVE_PAGES * 4096ull, 0, 1), 0, "as many pages as allowed");
	CHECK_EQUAL(check_move(0, MBAL_WIRE_MOVE_PAGES * 4096ull + 4096, 0, 1), -EINVAL, "one more");
	CHECK_EQUAL(check_move(0, ~0xfffull, 0, MBAL_WIRE_MOVE_RANGES), -EINVAL, "all of memory, many times");
}

int main(void)
{
	checks_length_and_magic();
	checks_stray_members();
	checks_claims();
	checks_targets();
	checks_filters();
	checks_accesses();
	checks_moves();
	return tap_end();
}
