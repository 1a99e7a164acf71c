// SPDX-License-Identifier: Apache-2.0
#include "topology.h"

#include <errno.h>

#include "mbal_abi.h"
#include "sysfs.h"

#define ONLINE_CPUS "devices/system/cpu/online"
#define ONLINE_NODES "devices/system/node/online"
#define LIST_BYTES 4096

static int read_list(struct cpu_list *list, const char *sysfs_root, const char *path)
{
	char text[LIST_BYTES];
	int err = sysfs_read(sysfs_root, path, text, sizeof(text));

	return err ? err : cpu_list_parse(list, text);
}

/* A kernel without CONFIG_NUMA has no node directory: everything is node 0. */
static int read_node_count(struct topology *topology, const char *sysfs_root, struct reason *reason)
{
	struct cpu_list nodes;
	int err = read_list(&nodes, sysfs_root, ONLINE_NODES);

	topology->node_count = 1;
	if (err == -ENOENT)
		return 0;
	if (err)
		return reason_set(reason, err, "%s/%s cannot be read: %s", sysfs_root, ONLINE_NODES, errno_name(err));
	topology->node_count = cpu_list_last(&nodes) + 1;
	return 0;
}

int topology_read_online_cpus(struct cpu_list *online, const char *sysfs_root)
{
	return read_list(online, sysfs_root, ONLINE_CPUS);
}

void topology_make_room(struct topology *topology, unsigned int node_count)
{
	if (node_count > topology->node_count)
		topology->node_count = node_count;
	topology->slot_bytes = mbal_slot_bytes(topology->node_count);
}

int topology_read(struct topology *topology, const char *sysfs_root, struct reason *reason)
{
	int err = topology_read_online_cpus(&topology->online_cpus, sysfs_root);

	if (err)
		return reason_set(reason, err, "%s/%s cannot be read: %s", sysfs_root, ONLINE_CPUS, errno_name(err));
	err = read_node_count(topology, sysfs_root, reason);
	if (err)
		return err;
	topology->slot_bytes = mbal_slot_bytes(topology->node_count);
	if (topology->node_count > MBAL_MAX_NODES)
		return reason_set(reason, -E2BIG, "node ids must be 0..%u: the highest is %u", MBAL_MAX_NODES - 1,
				  topology->node_count - 1);
	return 0;
}
