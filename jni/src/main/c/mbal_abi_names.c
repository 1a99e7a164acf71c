/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_abi_names.h"

#include <errno.h>

#include "mbal_tables.h"
#include "mbal_wire_client.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CONSTANT(name) { #name, (long long)(name) }
#define OFFSET(type, field) { #type "." #field, (long long)offsetof(struct type, field) }
#define SIZE(type) { "sizeof(" #type ")", (long long)sizeof(struct type) }
#define FIELD_SIZE(type, field) \
	{ "sizeof(" #type "." #field ")", (long long)sizeof(((struct type *)0)->field) }

static const struct mbal_abi_value values[] = {
	CONSTANT(MBAL_ABI_VERSION),
	CONSTANT(MBAL_TABLE_MAGIC),
	CONSTANT(MBAL_HEADER_BYTES),
	CONSTANT(MBAL_PROBE_WINDOW),
	CONSTANT(MBAL_EPOCH_SHIFT),
	CONSTANT(MBAL_PAGE_SHIFT),
	CONSTANT(MBAL_MAX_NODES),
	CONSTANT(MBAL_MAX_SLOTS),
	CONSTANT(MBAL_MIN_SLOTS),
	CONSTANT(MBAL_KEY_EMPTY),
	CONSTANT(MBAL_KEY_BUSY),
	CONSTANT(MBAL_KEY_THREAD),
	CONSTANT(MBAL_TABLE_HEAT),
	CONSTANT(MBAL_TABLE_THREADS),
	CONSTANT(MBAL_TABLE_RECENT),
	CONSTANT(MBAL_TABLE_PROCESSES),
	CONSTANT(MBAL_KEY_PAGE_BITS),
	CONSTANT(MBAL_TAG_PLACE_BITS),
	CONSTANT(MBAL_TAG_BITS),
	CONSTANT(MBAL_STALL_CYCLES),
	CONSTANT(MBAL_NODE_UNKNOWN),

	SIZE(mbal_table_header),
	OFFSET(mbal_table_header, magic),
	OFFSET(mbal_table_header, abi_version),
	OFFSET(mbal_table_header, kind),
	OFFSET(mbal_table_header, header_bytes),
	OFFSET(mbal_table_header, slot_bytes),
	OFFSET(mbal_table_header, slot_count),
	OFFSET(mbal_table_header, node_count),
	OFFSET(mbal_table_header, counts_offset),
	OFFSET(mbal_table_header, counts2_offset),
	OFFSET(mbal_table_header, page_shift),
	OFFSET(mbal_table_header, epoch_shift),
	OFFSET(mbal_table_header, group_id),
	OFFSET(mbal_table_header, tgid),
	OFFSET(mbal_table_header, source),
	OFFSET(mbal_table_header, recorded),
	OFFSET(mbal_table_header, replaced),
	OFFSET(mbal_table_header, dropped),

	SIZE(mbal_slot),
	OFFSET(mbal_slot, key),
	OFFSET(mbal_slot, epoch),
	OFFSET(mbal_slot, latency),
	OFFSET(mbal_slot, stores),
	OFFSET(mbal_slot, codes),

	SIZE(mbal_access),
	OFFSET(mbal_access, time_ns),
	OFFSET(mbal_access, vaddr),
	OFFSET(mbal_access, paddr),
	OFFSET(mbal_access, ip),
	OFFSET(mbal_access, tgid),
	OFFSET(mbal_access, tid),
	OFFSET(mbal_access, latency),
	OFFSET(mbal_access, cpu_node),
	OFFSET(mbal_access, memory_node),
	OFFSET(mbal_access, flags),
	OFFSET(mbal_access, data_source),
	OFFSET(mbal_access, open_misses),
	OFFSET(mbal_access, width),
	OFFSET(mbal_access, source),
	OFFSET(mbal_access, weight),
	OFFSET(mbal_access, tlb_latency),
	OFFSET(mbal_access, process_tag),
	CONSTANT(MBAL_ACCESS_LOAD),
	CONSTANT(MBAL_ACCESS_STORE),
	CONSTANT(MBAL_ACCESS_CODE),
	CONSTANT(MBAL_ACCESS_STALL),
	CONSTANT(MBAL_ACCESS_REMOTE),
	CONSTANT(MBAL_ACCESS_TLB_MISS),
	CONSTANT(MBAL_ACCESS_MISS),
	CONSTANT(MBAL_ACCESS_HINT_FAULT),
	CONSTANT(MBAL_ACCESS_KERNEL),

	SIZE(mbal_process),
	OFFSET(mbal_process, tag),
	OFFSET(mbal_process, tgid),
	OFFSET(mbal_process, parent_tgid),
	OFFSET(mbal_process, state),
	OFFSET(mbal_process, started_ns),
	OFFSET(mbal_process, recorded),
	OFFSET(mbal_process, command),
	FIELD_SIZE(mbal_process, command),
	CONSTANT(MBAL_PROCESS_NONE),
	CONSTANT(MBAL_PROCESS_ALIVE),
	CONSTANT(MBAL_PROCESS_ENDED),

#define X(id, name, text) CONSTANT(MBAL_SOURCE_##id),
	MBAL_SOURCES(X)
#undef X
#define X(id, name, text) CONSTANT(MBAL_COUNTER_##id),
	MBAL_COUNTERS(X)
#undef X
	CONSTANT(MBAL_COUNTER_FIRST_DROP),
	CONSTANT(MBAL_COUNTER_LAST_DROP),

	CONSTANT(MBAL_REQUEST_HELLO),
	CONSTANT(MBAL_REQUEST_CLOSE),
	CONSTANT(MBAL_REQUEST_STATUS),
	CONSTANT(MBAL_REQUEST_OPEN),
	CONSTANT(MBAL_REQUEST_ADD),
	CONSTANT(MBAL_REQUEST_GROUPS),
	CONSTANT(MBAL_REQUEST_CLAIM),
	CONSTANT(MBAL_REQUEST_INJECT),
	CONSTANT(MBAL_REQUEST_MOVE),
	CONSTANT(MBAL_WIRE_MAGIC),
	SIZE(mbal_request),
	OFFSET(mbal_request, magic),
	OFFSET(mbal_request, abi_version),
	OFFSET(mbal_request, kind),
	OFFSET(mbal_request, tgid),
	OFFSET(mbal_request, start),
	OFFSET(mbal_request, group_id),
	OFFSET(mbal_request, cgroup_id),
	OFFSET(mbal_request, target_kind),
	OFFSET(mbal_request, range_count),
	OFFSET(mbal_request, recent_slots),
	OFFSET(mbal_request, claim_bytes),
	OFFSET(mbal_request, claim_rate),
	OFFSET(mbal_request, ranges),
	OFFSET(mbal_request, flags),
	CONSTANT(MBAL_GROUP_USER_ONLY),
	CONSTANT(MBAL_MAX_RANGES),
	CONSTANT(MBAL_MAX_RECENT_SLOTS),
	SIZE(mbal_address_range),
	OFFSET(mbal_address_range, start),
	OFFSET(mbal_address_range, end),
	CONSTANT(MBAL_TARGET_PROCESS),
	CONSTANT(MBAL_TARGET_SET),
	CONSTANT(MBAL_TARGET_DESCENDANTS),
	CONSTANT(MBAL_TARGET_CHILDREN),
	CONSTANT(MBAL_TARGET_CGROUP),
	CONSTANT(MBAL_TARGET_ALL),
	CONSTANT(MBAL_TARGET_REPLAY),
	CONSTANT(MBAL_TARGET_MAX),
	CONSTANT(MBAL_WIRE_ACCESSES),
	SIZE(mbal_inject_request),
	OFFSET(mbal_inject_request, count),
	OFFSET(mbal_inject_request, group_id),
	OFFSET(mbal_inject_request, accesses),
	CONSTANT(MBAL_WIRE_MOVE_RANGES),
	CONSTANT(MBAL_WIRE_MOVE_PAGES),
	SIZE(mbal_move_request),
	OFFSET(mbal_move_request, tgid),
	OFFSET(mbal_move_request, node),
	OFFSET(mbal_move_request, range_count),
	OFFSET(mbal_move_request, ranges),
	CONSTANT(MBAL_WIRE_ERRNOS),
	OFFSET(mbal_move_reply, error_count),
	OFFSET(mbal_move_reply, asked),
	OFFSET(mbal_move_reply, moved),
	OFFSET(mbal_move_reply, errors),
	FIELD_SIZE(mbal_move_reply, errors[0]),
	OFFSET(mbal_move_reply, errors[0].value),
	OFFSET(mbal_move_reply, errors[0].pages),
	CONSTANT(MBAL_WIRE_GROUPS),
	OFFSET(mbal_groups, count),
	OFFSET(mbal_groups, total),
	OFFSET(mbal_groups, groups),
	SIZE(mbal_group_info),
	OFFSET(mbal_group_info, group_id),
	OFFSET(mbal_group_info, tgid),
	OFFSET(mbal_group_info, target_kind),
	OFFSET(mbal_group_info, flags),
	OFFSET(mbal_group_info, peers),
	OFFSET(mbal_group_info, processes),
	OFFSET(mbal_group_info, claim_age_ms),
	OFFSET(mbal_group_info, memory_bytes),
	OFFSET(mbal_group_info, recorded),
	OFFSET(mbal_group_info, dropped),
	OFFSET(mbal_group_info, claim_bytes),
	OFFSET(mbal_group_info, claim_rate),
	SIZE(mbal_answer),
	OFFSET(mbal_answer, head.abi_version),
	OFFSET(mbal_answer, head.error),
	SIZE(mbal_opened),
	OFFSET(mbal_opened, answer.reply.group_id),
	OFFSET(mbal_opened, answer.reply.tgid),
	OFFSET(mbal_opened, answer.reply.table_count),
	OFFSET(mbal_opened, answer.reply.table_bytes),
	OFFSET(mbal_opened, table_addresses),

	OFFSET(mbal_status, helper_pid),
	OFFSET(mbal_status, source),
	OFFSET(mbal_status, rate_asked_hz),
	OFFSET(mbal_status, rate_hz),
	OFFSET(mbal_status, cpu_count),
	OFFSET(mbal_status, group_count),
	OFFSET(mbal_status, peer_count),
	OFFSET(mbal_status, max_cpu_permille),
	OFFSET(mbal_status, cost_permille),
	OFFSET(mbal_status, uptime_ns),
	OFFSET(mbal_status, run_time_ns),
	OFFSET(mbal_status, run_count),
	OFFSET(mbal_status, table_memory_bytes),
	OFFSET(mbal_status, requests),
	OFFSET(mbal_status, requests_refused),
	OFFSET(mbal_status, counter_count),
	OFFSET(mbal_status, rate_real_hz),
	OFFSET(mbal_status, bpf_cost_permille),
	OFFSET(mbal_status, event_count),
	OFFSET(mbal_status, events_throttled),
	OFFSET(mbal_status, targets),
	OFFSET(mbal_status, counters),
	OFFSET(mbal_status, version),
	OFFSET(mbal_status, why),
	FIELD_SIZE(mbal_status, version),
	FIELD_SIZE(mbal_status, why),

	CONSTANT(EPERM),
	CONSTANT(ENOENT),
	CONSTANT(ESRCH),
	CONSTANT(EBADF),
	CONSTANT(ENOMEM),
	CONSTANT(EACCES),
	CONSTANT(EFAULT),
	CONSTANT(EBUSY),
	CONSTANT(ENODEV),
	CONSTANT(EINVAL),
	CONSTANT(ENAMETOOLONG),
	CONSTANT(ENOSYS),
	CONSTANT(EPROTO),
	CONSTANT(EBADMSG),
	CONSTANT(EMSGSIZE),
	CONSTANT(ECONNRESET),
	CONSTANT(ETIMEDOUT),
	CONSTANT(ECONNREFUSED),
};

static const char *const counter_names[] = {
#define X(id, name, text) name,
	MBAL_COUNTERS(X)
#undef X
};

static const char *const counter_texts[] = {
#define X(id, name, text) text,
	MBAL_COUNTERS(X)
#undef X
};

static const char *const source_names[] = {
	"none", /* MBAL_SOURCE_NONE */
#define X(id, name, text) name,
	MBAL_SOURCES(X)
#undef X
};

_Static_assert(COUNT(counter_names) == MBAL_COUNTER_MAX, "a counter's name is at its number");
_Static_assert(COUNT(source_names) == MBAL_SOURCE_MAX, "a source's name is at its number");

const struct mbal_abi_value *mbal_abi_value_at(size_t index)
{
	return index < COUNT(values) ? &values[index] : NULL;
}

const char *mbal_counter_name(size_t counter)
{
	return counter < COUNT(counter_names) ? counter_names[counter] : NULL;
}

const char *mbal_counter_text(size_t counter)
{
	return counter < COUNT(counter_texts) ? counter_texts[counter] : NULL;
}

const char *mbal_source_name(size_t source)
{
	return source < COUNT(source_names) ? source_names[source] : NULL;
}

const char *mbal_default_socket(void)
{
	return MBAL_DEFAULT_SOCKET;
}
