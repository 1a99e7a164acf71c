// SPDX-License-Identifier: Apache-2.0
/*
 * helper_counters: asks the helper what became of its samples. Prints `groups N`, and `NAME N` for each counter, with
 * `drop NAME N` for those that say why a sample was not recorded.
 */
#include "wire_client.h"

#include <stdio.h>
#include <string.h>

static const char *const names[MBAL_COUNTER_MAX] = {
#define X(id, name, text) name,
	MBAL_COUNTERS(X)
#undef X
};

static int print_counters(const struct mbal_status *status)
{
	if (status->error)
		return status->error;
	printf("groups %u\n", status->group_count);
	for (unsigned int i = 0; i < MBAL_COUNTER_MAX; i++)
		printf("%s%s %llu\n", i >= MBAL_COUNTER_FIRST_DROP && i <= MBAL_COUNTER_LAST_DROP ? "drop " : "", names[i],
		       status->counters[i]);
	return 0;
}

int main(void)
{
	struct mbal_request request = { .kind = MBAL_REQUEST_STATUS };
	struct mbal_status status;
	int socket_fd = wire_connect();
	int err = socket_fd < 0 ? socket_fd : wire_ask(socket_fd, &request, &status, sizeof(status));

	if (!err)
		err = print_counters(&status);
	if (err)
		fprintf(stderr, "helper_counters: %s\n", strerror(-err));
	return err != 0;
}
