// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <errno.h>
#include <string.h>

#include "tap.h"

static struct mbal_request hello(void)
{
	return (struct mbal_request){ .magic = MBAL_WIRE_MAGIC, .abi_version = MBAL_ABI_VERSION, .kind = MBAL_REQUEST_HELLO };
}

static int check(const struct mbal_request *message)
{
	struct mbal_request request;

	return request_check(&request, message, sizeof(*message));
}

static void checks_length_and_magic(void)
{
	struct mbal_request message = hello(), request;
	char garbage[sizeof(struct mbal_request)];

	CHECK_EQUAL(request_check(&request, &message, sizeof(message)), 0, "takes a hello");
	CHECK(!memcmp(&request, &message, sizeof(message)), "and copies it whole");
	CHECK_EQUAL(request_check(&request, &message, 0), -EMSGSIZE, "an empty message");
	CHECK_EQUAL(request_check(&request, &message, sizeof(message) - 1), -EMSGSIZE, "a byte too few");
	CHECK_EQUAL(request_check(&request, &message, sizeof(message) + 1), -EMSGSIZE, "a byte too many");
	CHECK_EQUAL(request.kind, 0, "whose kind is not believed");
	memset(garbage, 0xa5, sizeof(garbage));
	CHECK_EQUAL(request_check(&request, garbage, sizeof(garbage)), -EBADMSG, "garbage");
	CHECK_EQUAL(request.kind, 0, "whose kind is not believed either");
	message.abi_version++;
	CHECK_EQUAL(request_check(&request, &message, sizeof(message)), -EPROTO, "another ABI version");
	CHECK_EQUAL(request.kind, MBAL_REQUEST_HELLO, "whose kind can be told");
}

static void checks_members(void)
{
	struct mbal_request message = hello();

	message.kind = 0;
	CHECK_EQUAL(check(&message), -EOPNOTSUPP, "kind 0");
	message.kind = MBAL_REQUEST_MAX;
	CHECK_EQUAL(check(&message), -EOPNOTSUPP, "a kind that comes after the last");
	message = hello();
	message.start = 1;
	CHECK_EQUAL(check(&message), -EINVAL, "a member of another kind");
	message = hello();
	message.reserved = 1;
	CHECK_EQUAL(check(&message), -EINVAL, "a reserved bit");
	message = hello();
	message.tgid = 1;
	CHECK_EQUAL(check(&message), -EINVAL, "HELLO with a process");
	message.kind = MBAL_REQUEST_OPEN;
	CHECK_EQUAL(check(&message), 0, "OPEN with one");
	message.tgid = 0x80000000u;
	CHECK_EQUAL(check(&message), -EINVAL, "OPEN with a negative one");
	message.tgid = 0;
	message.group_id = 1;
	CHECK_EQUAL(check(&message), -EINVAL, "OPEN with a group");
	message.kind = MBAL_REQUEST_CLOSE;
	CHECK_EQUAL(check(&message), 0, "CLOSE with one");
	message.kind = MBAL_REQUEST_STATUS;
	CHECK_EQUAL(check(&message), -EINVAL, "STATUS with a group");
}

int main(void)
{
	checks_length_and_magic();
	checks_members();
	return tap_end();
}
