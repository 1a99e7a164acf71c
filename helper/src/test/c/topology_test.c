// SPDX-License-Identifier: Apache-2.0
#include "topology.h"

#include <errno.h>
#include <stdio.h>

#include "tap.h"

static int read_machine(const char *name, const char *cpus, const char *nodes, struct topology *topology, struct reason *reason)
{
	char root[256];

	snprintf(root, sizeof(root), "%s/%s", tap_folder(), name);
	if (cpus)
		tap_write(root, "devices/system/cpu/online", cpus);
	if (nodes)
		tap_write(root, "devices/system/node/online", nodes);
	return topology_read(topology, root, reason);
}

int main(void)
{
	struct topology topology;
	struct reason reason;

	CHECK_EQUAL(read_machine("three", "0-3\n", "0-2\n", &topology, &reason), 0, "three nodes");
	CHECK_EQUAL(topology.node_count, 3, "are three");
	CHECK_EQUAL(topology.slot_bytes, 32, "and a slot of 32 bytes has room for them");
	CHECK_EQUAL(cpu_list_count(&topology.online_cpus), 4, "with four CPUs");
	topology_make_room(&topology, 2);
	CHECK_EQUAL(topology.node_count, 3, "room for two is there already");
	topology_make_room(&topology, 9);
	CHECK_EQUAL(topology.node_count, 9, "room for nine is made");
	CHECK_EQUAL(topology.slot_bytes, 64, "in a larger slot");
	CHECK_EQUAL(read_machine("sparse", "0\n", "0,8\n", &topology, &reason), 0, "nodes 0 and 8");
	CHECK_EQUAL(topology.node_count, 9, "need counters for 9");
	CHECK_EQUAL(topology.slot_bytes, 64, "and so a slot of 64 bytes");
	CHECK_EQUAL(read_machine("uma", "0-1\n", NULL, &topology, &reason), 0, "a kernel without NUMA");
	CHECK_EQUAL(topology.node_count, 1, "is one node");
	CHECK_EQUAL(read_machine("full", "0\n", "0-55\n", &topology, &reason), 0, "56 nodes still fit");
	CHECK_EQUAL(read_machine("huge", "0\n", "0-56\n", &topology, &reason), -E2BIG, "57 do not");
	CHECK_TEXT(reason.text, "node ids must be 0..55: the highest is 56", "and that is said");
	CHECK_EQUAL(read_machine("broken", "0\n", "zero\n", &topology, &reason), -EINVAL, "a list that is none");
	CHECK_CONTAINS(reason.text, "broken/devices/system/node/online cannot be read: EINVAL", "names the file");
	CHECK_EQUAL(read_machine("empty", NULL, "0\n", &topology, &reason), -ENOENT, "no CPUs");
	CHECK_CONTAINS(reason.text, "empty/devices/system/cpu/online cannot be read: ENOENT", "names the file");
	CHECK_EQUAL(topology_read(&topology, "/sys", &reason), 0, "this machine");
	CHECK(topology.node_count >= 1 && cpu_list_count(&topology.online_cpus) >= 1, "has %u nodes and %u CPUs", topology.node_count,
	      cpu_list_count(&topology.online_cpus));
	return tap_end();
}
