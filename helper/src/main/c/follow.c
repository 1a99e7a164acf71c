// SPDX-License-Identifier: Apache-2.0
/* What changes on the machine while we run: its CPUs, its memory, and who else uses its PMUs. */
#include <errno.h>

#include "server.h"
#include "topology.h"

/* What is sampled of the CPUs that are online: all, or those that were asked for. */
static void keep_asked(const struct options *options, struct cpu_list *online)
{
	for (unsigned int cpu = cpu_list_next(online, 0); cpu < CPU_LIST_MAX; cpu = cpu_list_next(online, cpu + 1))
		if (!options->all_cpus && !cpu_list_has(&options->cpus, cpu))
			cpu_list_remove(online, cpu);
}

/* The cap is so much for each sampled CPU. */
void follow_set_cpu_count(struct server *server)
{
	server->cpu_count = cpu_list_count(&server->sampler->events.cpus);
	cost_set_max(&server->cost, server->options->max_cpu_percent * PERMILLE_PER_PERCENT * server->cpu_count);
}

static void follow_cpus(struct server *server)
{
	struct cpu_list online;
	struct reason reason;
	int err = topology_read_online_cpus(&online, server->sysfs_root);
	unsigned int changes;

	if (err) {
		log_detail(server->log, "the CPUs that are online cannot be read: %s", errno_name(err));
		return;
	}
	keep_asked(server->options, &online);
	changes = events_follow(&server->sampler->events, &online, &reason);
	if (*reason.text)
		log_line(server->log, "a CPU that came online is not sampled: %s", reason.text);
	if (!changes)
		return;
	follow_set_cpu_count(server);
	log_line(server->log, "%u CPU%s came or went: %u sampled", changes, changes == 1 ? "" : "s", server->cpu_count);
}

static void follow_memory(struct server *server)
{
	unsigned int beyond_before = server->sampler->blocks.beyond, beyond;
	int changed = sampler_follow_memory(server->sampler);

	beyond = server->sampler->blocks.beyond;
	if (changed < 0)
		log_detail(server->log, "the memory blocks cannot be read again: %s", errno_name(changed));
	else if (changed)
		log_line(server->log, "memory was plugged or unplugged: its nodes are known again");
	if (beyond > beyond_before)
		log_line(server->log, "%u memory blocks lie beyond what was expected at start: restart to know their nodes", beyond);
}

/* Only what began is logged; STATUS says it as long as it lasts. */
static void follow_sharing(struct server *server)
{
	struct events_sharing *sharing = &server->sharing;
	bool was_sharing = sharing->name;

	if (!events_find_sharing(&server->sampler->events, sharing))
		*sharing = (struct events_sharing){ 0 };
	else if (!was_sharing)
		log_line(server->log, "%s on CPU %u ran %u %% of the last time: another user of its PMU (perf?) takes turns with it",
			 sharing->name, sharing->cpu, sharing->running_percent);
}

void follow_tick(struct server *server)
{
	follow_cpus(server);
	follow_memory(server);
	follow_sharing(server);
	events_count_throttled(&server->sampler->events);
}
