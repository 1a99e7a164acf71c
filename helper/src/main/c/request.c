// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

static bool has_stray_members(const struct mbal_request *request)
{
	static const struct mbal_request nothing;

	return request->start || request->cgroup_id || request->target_kind || request->range_count || request->recent_slots ||
	       request->claim_bytes || request->claim_rate || request->reserved ||
	       memcmp(request->ranges, nothing.ranges, sizeof(request->ranges)) ||
	       (request->tgid && request->kind != MBAL_REQUEST_OPEN) ||
	       (request->group_id && request->kind != MBAL_REQUEST_CLOSE);
}

int request_check(struct mbal_request *request, const void *message, size_t bytes)
{
	memset(request, 0, sizeof(*request));
	if (bytes != sizeof(*request))
		return -EMSGSIZE;
	memcpy(request, message, sizeof(*request));
	if (request->magic != MBAL_WIRE_MAGIC) {
		request->kind = 0;
		return -EBADMSG;
	}
	if (request->abi_version != MBAL_ABI_VERSION)
		return -EPROTO;
	if (request->kind == 0 || request->kind > MBAL_REQUEST_STATUS)
		return -EOPNOTSUPP;
	if (has_stray_members(request) || request->tgid > INT_MAX)
		return -EINVAL;
	return 0;
}
