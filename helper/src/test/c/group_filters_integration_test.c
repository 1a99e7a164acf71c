// SPDX-License-Identifier: Apache-2.0
/* What a group asks for besides its processes: only what they do themselves, and a ring of a length of its own. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixture.h"
#include "samples.h"
#include "tap.h"

/* Of all that comes from the process, with a ring of so many recent accesses. */
static void tables_open_wide(struct tables *tables, const struct helper_process *helper, pid_t tgid, __u32 recent_slots)
{
	struct mbal_request request = client_request(MBAL_REQUEST_OPEN);

	request.tgid = (__u32)tgid;
	request.target_kind = MBAL_TARGET_DESCENDANTS;
	request.recent_slots = recent_slots;
	tables_ask(tables, helper, &request);
}

static bool has_recent(void *tables)
{
	return recorded(tables, MBAL_TABLE_RECENT) >= ENOUGH_SAMPLES;
}

static void fills_a_ring_of_any_length(void)
{
	struct helper_process helper;
	struct client_process child;
	struct tables tables;
	bool filled;

	make_hot();
	fixture_start(&helper, "--source soft");
	client_process_start(&child, ALICE, helper.socket_path, write_hot);
	tables_open_wide(&tables, &helper, child.pid, 1031);
	filled = fixture_wait(has_recent, &tables);
	CHECK(filled, "a ring of a length of its own gets samples: %llu", recorded(&tables, MBAL_TABLE_RECENT));
	recent_is_of_it(&tables, child.pid);
	counters_add_up(tables.fd);
	client_process_kill(&child);
	close(tables.fd);
	CHECK_EQUAL(fixture_stop(&helper), 0, "and the helper ends");
}

/* New pages again and again, of which the kernel touches a half: it writes zeros there. */
static void touch_fresh_with_the_kernel(void)
{
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	make_hot();
	REQUIRE(read(zero, (char *)hot, HOT_BYTES / 2) == HOT_BYTES / 2);
	close(zero);
	for (size_t at = HOT_BYTES / 2; at < HOT_BYTES; at += PAGE_BYTES)
		hot[at] = 1;
	munmap((void *)hot, HOT_BYTES);
}

static void tables_open_with(struct tables *tables, const struct helper_process *helper, pid_t tgid, enum mbal_group_flag flags)
{
	struct mbal_request request = client_request(MBAL_REQUEST_OPEN);

	request.tgid = (__u32)tgid;
	request.flags = flags;
	tables_ask(tables, helper, &request);
}

/* Of the recent accesses, those that the kernel made. */
static unsigned int by_kernel(const struct tables *tables)
{
	const struct mbal_table_header *header = tables->maps[MBAL_TABLE_RECENT - 1];
	const struct mbal_access *accesses = (const void *)((const char *)header + header->header_bytes);
	unsigned int count = 0;

	for (__u32 i = 0; i < header->slot_count; i++)
		count += (accesses[i].flags & MBAL_ACCESS_KERNEL) != 0;
	return count;
}

/* Of one process at once: a group with what the kernel does for it, and one without. */
static void leaves_the_kernel_out_of_groups_that_ask_so(void)
{
	struct helper_process helper;
	struct client_process child;
	struct tables all, user_only;

	fixture_start(&helper, "--source faults --with-kernel");
	client_process_start(&child, ALICE, helper.socket_path, touch_fresh_with_the_kernel);
	tables_open(&all, &helper, child.pid);
	tables_open_with(&user_only, &helper, child.pid, MBAL_GROUP_USER_ONLY);
	CHECK(fixture_wait(has_enough, &all), "a group that wants all has samples");
	CHECK(fixture_wait(has_enough, &user_only), "one that wants the program's own has, too");
	CHECK(by_kernel(&all) > 0, "the first has those that the kernel made: %u", by_kernel(&all));
	CHECK_EQUAL(by_kernel(&user_only), 0, "the other has none of them");
	counters_add_up(all.fd);
	client_process_kill(&child);
	close(user_only.fd);
	close(all.fd);
	CHECK_EQUAL(fixture_stop(&helper), 0, "and the helper ends");
}

int main(void)
{
	if (!fixture_can_run("filters of a real helper's groups"))
		return tap_end();
#if defined(__x86_64__)
	fills_a_ring_of_any_length();
#else
	tap_skip("a ring of any length", "the soft source understands x86-64 only");
#endif
	leaves_the_kernel_out_of_groups_that_ask_so();
	return tap_end();
}
