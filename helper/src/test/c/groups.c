// SPDX-License-Identifier: Apache-2.0
#include "groups.h"

#include <sys/mman.h>
#include <unistd.h>

#include "tap.h"

struct mbal_request open_request(enum mbal_target_kind kind, pid_t tgid)
{
	struct mbal_request request = client_request(MBAL_REQUEST_OPEN);

	request.target_kind = (__u16)kind;
	request.tgid = (__u32)tgid;
	return request;
}

int group_ask(const struct helper_process *helper, const struct mbal_request *request, struct open_group *group)
{
	int fds[CLIENT_FDS], err;

	*group = (struct open_group){ .helper = helper, .fd = client_connect(helper->socket_path) };
	REQUIRE(group->fd >= 0);
	err = client_ask(group->fd, request, &group->reply, fds);
	group->id = group->reply.group_id;
	if (!err && group->reply.table_count == 4)
		group->processes = mmap(NULL, group->reply.table_bytes[3], PROT_READ, MAP_SHARED, fds[3], 0);
	client_close_fds(fds);
	if (err)
		close(group->fd);
	return err;
}

struct open_group group_open(const struct helper_process *helper, enum mbal_target_kind kind, pid_t tgid)
{
	struct mbal_request request = open_request(kind, tgid);
	unsigned int tables = kind == MBAL_TARGET_PROCESS ? 3 : 4;
	struct open_group group;
	int err = group_ask(helper, &request, &group);

	CHECK_EQUAL(err, 0, "a group is opened");
	REQUIRE(!err && group.reply.table_count == tables && group.processes != MAP_FAILED);
	return group;
}

void group_close(struct open_group *group)
{
	CHECK_EQUAL(client_close(group->fd, group->id), 0, "a group is closed");
	group_forget(group);
}

void group_forget(struct open_group *group)
{
	if (group->processes)
		munmap((void *)group->processes, group->reply.table_bytes[3]);
	close(group->fd);
}

int group_request(const struct open_group *group, unsigned int kind, pid_t tgid)
{
	struct mbal_request request = client_request(kind);
	struct mbal_reply reply;
	int fds[CLIENT_FDS];

	request.group_id = group->id;
	request.tgid = (__u32)tgid;
	return client_ask(group->fd, &request, &reply, fds);
}

int group_claim(const struct open_group *group, __u64 bytes, __u64 rate)
{
	struct mbal_request request = client_request(MBAL_REQUEST_CLAIM);
	struct mbal_reply reply;
	int fds[CLIENT_FDS];

	request.group_id = group->id;
	request.claim_bytes = bytes;
	request.claim_rate = rate;
	return client_ask(group->fd, &request, &reply, fds);
}

struct mbal_groups list_groups(const struct helper_process *helper, unsigned int start)
{
	struct mbal_request request = client_request(MBAL_REQUEST_GROUPS);
	int fd = client_connect(helper->socket_path), fds[CLIENT_FDS];
	struct mbal_groups groups;

	request.start = start;
	REQUIRE(fd >= 0 && !client_send(fd, &request, sizeof(request)));
	REQUIRE(client_receive(fd, &groups, sizeof(groups), fds) == sizeof(groups) && !groups.error);
	close(fd);
	return groups;
}

struct mbal_group_info describe(const struct helper_process *helper, __u64 id)
{
	struct mbal_groups groups = list_groups(helper, 0);

	for (unsigned int i = 0; i < groups.count; i++)
		if (groups.groups[i].group_id == id)
			return groups.groups[i];
	return (struct mbal_group_info){ 0 };
}

bool has_ended(void *group)
{
	const struct open_group *ended = group;
	struct mbal_groups groups = list_groups(ended->helper, 0);

	for (unsigned int i = 0; i < groups.count; i++)
		if (groups.groups[i].group_id == ended->id)
			return false;
	return true;
}

const struct mbal_process *process_of(const struct open_group *group, pid_t tgid)
{
	const struct mbal_table_header *header = (const void *)group->processes;

	for (__u32 i = 0; i < header->slot_count; i++) {
		const struct mbal_process *process = (const void *)(group->processes + header->header_bytes + (size_t)i * header->slot_bytes);

		if (process->tgid == (__u32)tgid && process->state == MBAL_PROCESS_ALIVE)
			return process;
	}
	return NULL;
}

bool is_in(const struct open_group *group, pid_t tgid)
{
	return process_of(group, tgid) != NULL;
}
