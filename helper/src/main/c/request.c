// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SAME_PLACE(type, field)                                                                         \
	_Static_assert(offsetof(struct type, field) == offsetof(struct mbal_request, field), "all requests begin alike")

SAME_PLACE(mbal_inject_request, magic);
SAME_PLACE(mbal_inject_request, abi_version);
SAME_PLACE(mbal_inject_request, kind);
SAME_PLACE(mbal_move_request, magic);
SAME_PLACE(mbal_move_request, abi_version);
SAME_PLACE(mbal_move_request, kind);

static size_t bytes_of(unsigned int kind)
{
	switch (kind) {
	case MBAL_REQUEST_INJECT:
		return sizeof(struct mbal_inject_request);
	case MBAL_REQUEST_MOVE:
		return sizeof(struct mbal_move_request);
	default:
		return sizeof(struct mbal_request);
	}
}

/* Of any request: what the length alone tells. */
static bool is_length(size_t bytes)
{
	return bytes == sizeof(struct mbal_request) || bytes == sizeof(struct mbal_inject_request) ||
	       bytes == sizeof(struct mbal_move_request);
}

/* Whether anything is set that the kind does not name. */
static bool has_stray_members(const struct mbal_request *request)
{
	struct mbal_request rest = *request, nothing = { .magic = request->magic, .abi_version = request->abi_version,
							 .kind = request->kind };

	switch (request->kind) {
	case MBAL_REQUEST_OPEN:
		rest.tgid = 0;
		rest.cgroup_id = 0;
		rest.target_kind = 0;
		rest.range_count = 0;
		rest.recent_slots = 0;
		rest.flags = 0;
		memset(rest.ranges, 0, sizeof(rest.ranges));
		break;
	case MBAL_REQUEST_ADD:
		rest.tgid = 0;
		rest.group_id = 0;
		break;
	case MBAL_REQUEST_CLAIM:
		rest.claim_bytes = 0;
		rest.claim_rate = 0;
		rest.group_id = 0;
		break;
	case MBAL_REQUEST_CLOSE:
		rest.group_id = 0;
		break;
	case MBAL_REQUEST_GROUPS:
		rest.start = 0;
		break;
	default: /* HELLO, STATUS */
		break;
	}
	return memcmp(&rest, &nothing, sizeof(rest)) != 0;
}

static bool are_ranges_good(const struct mbal_request *request)
{
	static const struct mbal_address_range none;

	if (request->range_count > MBAL_MAX_RANGES)
		return false;
	for (unsigned int i = 0; i < MBAL_MAX_RANGES; i++) {
		const struct mbal_address_range *range = &request->ranges[i];

		if (i >= request->range_count && memcmp(range, &none, sizeof(none)))
			return false;
		if (i < request->range_count && range->start >= range->end)
			return false;
		if (i > 0 && i < request->range_count && range->start < range[-1].end)
			return false;
	}
	return true;
}

/* Which process or cgroup each kind names. */
static bool is_target_good(const struct mbal_request *request)
{
	switch (request->target_kind) {
	case MBAL_TARGET_PROCESS: /* shared by all who ask for it: no wishes but flags */
		return !request->cgroup_id && !request->range_count && !request->recent_slots;
	case MBAL_TARGET_SET:
	case MBAL_TARGET_DESCENDANTS:
	case MBAL_TARGET_CHILDREN:
		return request->tgid && !request->cgroup_id;
	case MBAL_TARGET_CGROUP:
		return !request->tgid && request->cgroup_id;
	case MBAL_TARGET_ALL:
	case MBAL_TARGET_REPLAY:
		return !request->tgid && !request->cgroup_id;
	default:
		return false;
	}
}

static int check_plain(const struct mbal_request *request)
{
	if (has_stray_members(request) || request->tgid > INT_MAX)
		return -EINVAL;
	if (request->claim_bytes > INT64_MAX || request->claim_rate > INT64_MAX) /* readers count with signs */
		return -EINVAL;
	if (request->kind == MBAL_REQUEST_OPEN && (!is_target_good(request) || !are_ranges_good(request) ||
						   request->flags & ~MBAL_GROUP_FLAGS ||
						   request->recent_slots > MBAL_MAX_RECENT_SLOTS))
		return -EINVAL;
	return request->kind == MBAL_REQUEST_ADD && !request->tgid ? -EINVAL : 0;
}

#define ACCESS_FLAGS (2u * MBAL_ACCESS_KERNEL - 1)	/* the highest, and all below it */

static bool is_node(unsigned int node)
{
	return node < MBAL_MAX_NODES || node == MBAL_NODE_UNKNOWN;
}

static bool is_access_good(const struct mbal_access *access)
{
	return access->flags <= ACCESS_FLAGS && access->source < MBAL_SOURCE_MAX && access->cpu_node < MBAL_MAX_NODES &&
	       is_node(access->memory_node) && access->process_tag < 1u << MBAL_TAG_BITS && !access->reserved &&
	       access->tgid <= INT_MAX && access->tid <= INT_MAX;
}

static int check_inject(const struct mbal_inject_request *request)
{
	uint64_t time_ns = 0;

	if (!request->count || request->count > MBAL_WIRE_ACCESSES || request->reserved)
		return -EINVAL;
	for (unsigned int i = 0; i < request->count; i++) {
		const struct mbal_access *access = &request->accesses[i];

		if (!is_access_good(access) || access->time_ns < time_ns)
			return -EINVAL;
		time_ns = access->time_ns;
	}
	return 0;
}

static int check_move(const struct mbal_move_request *request)
{
	const uint64_t page_mask = (UINT64_C(1) << MBAL_PAGE_SHIFT) - 1;
	uint64_t pages = 0;

	if (!request->range_count || request->range_count > MBAL_WIRE_MOVE_RANGES || request->reserved ||
	    request->tgid > INT_MAX || request->node >= MBAL_MAX_NODES)
		return -EINVAL;
	for (unsigned int i = 0; i < request->range_count; i++) {
		const struct mbal_address_range *range = &request->ranges[i];

		if (range->start >= range->end || (range->start | range->end) & page_mask)
			return -EINVAL;
		pages += (range->end - range->start) >> MBAL_PAGE_SHIFT; /* no overflow: 256 of at most 2^52 */
	}
	return pages <= MBAL_WIRE_MOVE_PAGES ? 0 : -EINVAL;
}

static int check_members(const union request *request)
{
	switch (request->plain.kind) {
	case MBAL_REQUEST_INJECT:
		return check_inject(&request->inject);
	case MBAL_REQUEST_MOVE:
		return check_move(&request->move);
	default:
		return check_plain(&request->plain);
	}
}

int request_check(union request *request, size_t bytes)
{
	struct mbal_request *head = &request->plain;

	if (!is_length(bytes) || head->magic != MBAL_WIRE_MAGIC) {
		head->kind = 0;
		return is_length(bytes) ? -EBADMSG : -EMSGSIZE;
	}
	if (head->abi_version != MBAL_ABI_VERSION)
		return -EPROTO;
	if (head->kind == 0 || head->kind >= MBAL_REQUEST_MAX)
		return -EOPNOTSUPP;
	return bytes == bytes_of(head->kind) ? check_members(request) : -EMSGSIZE;
}
