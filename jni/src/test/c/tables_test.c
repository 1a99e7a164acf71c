/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "mbal_tables.h"
#include "own_fds.h"
#include "tap.h"

#define TIMEOUT_MS 60000
#define FILE_BYTES 8192u
#define OWN_TGID 4242u

/* A helper that answers one request. */
struct helper {
	int socket_fd;
	struct mbal_reply reply;
	size_t files;
	struct mbal_request request;
};

static void *answer_one(void *argument)
{
	struct helper *helper = argument;

	if (recv(helper->socket_fd, &helper->request, sizeof(helper->request), 0) > 0)
		send_with_files(helper->socket_fd, &helper->reply, sizeof(helper->reply), helper->files,
				FILE_BYTES);
	return NULL;
}

static struct helper good_helper(void)
{
	return (struct helper){
		.reply = { .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION,
			   .kind = MBAL_REQUEST_OPEN, .table_count = MBAL_WIRE_TABLES, .group_id = 77,
			   .table_bytes = { FILE_BYTES, FILE_BYTES - 4096, FILE_BYTES - 61, FILE_BYTES } },
		.files = MBAL_TABLES,
	};
}

static int open_from(struct helper *helper, struct mbal_opened *opened)
{
	struct mbal_request request = { .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION,
					.kind = MBAL_REQUEST_OPEN, .tgid = OWN_TGID };
	pthread_t thread;
	int pair[2], result;

	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
	helper->socket_fd = pair[1];
	pthread_create(&thread, NULL, answer_one, helper);
	result = mbal_tables_open(pair[0], &request, TIMEOUT_MS, opened);
	pthread_join(thread, NULL);
	close(pair[0]);
	close(pair[1]);
	return result;
}

/* Lines of a file of /proc/self that contain the text. */
static int lines_with(const char *file, const char *text)
{
	FILE *lines = fopen(file, "r");
	char line[4096];
	int count = 0;

	while (fgets(line, sizeof(line), lines))
		count += strstr(line, text) != NULL;
	fclose(lines);
	return count;
}

static int mapped_tables(void)
{
	return lines_with("/proc/self/maps", "mbal-test");
}

static void maps_the_tables_read_only_and_keeps_no_descriptor(void)
{
	struct helper helper = good_helper();
	struct mbal_opened opened;
	int before = open_fds(), not_for_children = lines_with("/proc/self/smaps", " dc");

	CHECK_EQUAL(open_from(&helper, &opened), 0);
	CHECK_EQUAL(open_fds(), before);
	CHECK_EQUAL(helper.request.tgid, OWN_TGID);
	CHECK_EQUAL(opened.answer.reply.group_id, 77);
	CHECK_EQUAL(mapped_tables(), MBAL_TABLES);
	CHECK_EQUAL(lines_with("/proc/self/maps", "r--s"), MBAL_TABLES);
	CHECK_EQUAL(lines_with("/proc/self/smaps", " dc"), not_for_children + MBAL_TABLES);
	for (int i = 0; i < MBAL_TABLES; i++) {
		CHECK_EQUAL(*(const char *)(uintptr_t)opened.table_addresses[i], 0);
		CHECK_EQUAL(mbal_table_unmap(opened.table_addresses[i], opened.answer.reply.table_bytes[i]), 0);
	}
	CHECK_EQUAL(mapped_tables(), 0);
}

/* A group of one process has no table of processes. */
static void maps_three_tables_where_there_are_three(void)
{
	struct helper helper = good_helper();
	struct mbal_opened opened;

	helper.reply.table_count = 3;
	helper.files = 3;
	CHECK_EQUAL(open_from(&helper, &opened), 0);
	CHECK_EQUAL(mapped_tables(), 3);
	CHECK_EQUAL(opened.table_addresses[3], 0);
	for (int i = 0; i < 3; i++)
		mbal_table_unmap(opened.table_addresses[i], opened.answer.reply.table_bytes[i]);
}

static void maps_nothing_when_refused(void)
{
	struct helper helper = good_helper();
	struct mbal_opened opened;

	helper.reply.error = -EPERM;
	helper.files = 0;
	CHECK_EQUAL(open_from(&helper, &opened), 0);
	CHECK_EQUAL(opened.answer.head.error, -EPERM);
	CHECK_EQUAL(opened.table_addresses[0], 0);
}

static void leaves_nothing_behind_after_a_bad_answer(struct helper helper, int expected)
{
	struct mbal_opened opened;
	int before = open_fds();

	CHECK_EQUAL(open_from(&helper, &opened), expected);
	CHECK_EQUAL(open_fds(), before);
	CHECK_EQUAL(mapped_tables(), 0);
	CHECK_EQUAL(opened.table_addresses[0], 0);
}

static void refuses_bad_tables(void)
{
	struct helper helper = good_helper();

	helper.reply.table_count = 2;
	helper.files = 2;
	leaves_nothing_behind_after_a_bad_answer(helper, -EBADMSG);
	helper.files = 5;
	leaves_nothing_behind_after_a_bad_answer(helper, -EBADMSG);
	helper = good_helper();
	helper.reply.table_bytes[2] = FILE_BYTES + 1; /* reading the last page would be a SIGBUS */
	leaves_nothing_behind_after_a_bad_answer(helper, -EBADMSG);
	helper.reply.table_bytes[2] = MBAL_HEADER_BYTES - 1;
	leaves_nothing_behind_after_a_bad_answer(helper, -EBADMSG);
	helper.reply.table_bytes[2] = 1ULL << 31;
	leaves_nothing_behind_after_a_bad_answer(helper, -EOVERFLOW);
	helper.reply.table_bytes[2] = ~0ULL;
	leaves_nothing_behind_after_a_bad_answer(helper, -EOVERFLOW);
}

static void maps_only_what_can_be_mapped(void)
{
	__u64 address = 0;
	int ends[2];

	CHECK_EQUAL(pipe(ends), 0);
	CHECK_EQUAL(mbal_table_map(ends[0], FILE_BYTES, &address), -ENODEV);
	CHECK_EQUAL(mbal_table_map(-1, FILE_BYTES, &address), -EBADF);
	CHECK_EQUAL(address, 0);
	CHECK_EQUAL(mbal_table_unmap(1, FILE_BYTES), -EINVAL);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	maps_the_tables_read_only_and_keeps_no_descriptor();
	maps_three_tables_where_there_are_three();
	maps_nothing_when_refused();
	refuses_bad_tables();
	maps_only_what_can_be_mapped();
	return tap_done();
}
