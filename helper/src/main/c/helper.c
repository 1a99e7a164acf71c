// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "helper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "choice.h"
#include "daemon.h"
#include "log.h"
#include "preflight.h"
#include "privileges.h"
#include "server.h"
#include "soft_window.h"
#include "topology.h"

#define SYSFS_ROOT "/sys"
/* For each peer a socket and a pidfd, for each group a pidfd and its tables; the rest are maps, programs, libraries. */
#define OTHER_FILES 128u
#define OPEN_FILES (OTHER_FILES + 2u * PEERS_MAX + (1u + GROUP_TABLES) * GROUPS_MAX)
/* CPUs that are offline now may come. */
#define EVENT_FILES ((unsigned long)sysconf(_SC_NPROCESSORS_CONF) * SOURCE_EVENTS_MAX)

struct helper {
	const struct options *options;
	struct log log;
	struct daemon daemon;
	struct topology topology;
	struct cpu_list cpus;
	struct listener listener;
	struct choice choice;
	struct sampler sampler;
	struct server server;
	int stats_fd;	/* while it is open the kernel counts the run time of BPF programs */
};

static int print_all(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	return vfprintf(stderr, format, arguments);
}

static int choose_cpus(struct helper *helper, struct reason *reason)
{
	const struct options *options = helper->options;
	unsigned int cpu;

	helper->cpus = options->all_cpus ? helper->topology.online_cpus : options->cpus;
	for (cpu = cpu_list_next(&helper->cpus, 0); cpu < CPU_LIST_MAX; cpu = cpu_list_next(&helper->cpus, cpu + 1))
		if (!cpu_list_has(&helper->topology.online_cpus, cpu))
			return reason_set(reason, -ENODEV, "--cpu-list must name CPUs that are online: CPU %u is not", cpu);
	return 0;
}

/* Without it the cap on the cost holds for our own time only: worth a line, not worth to fail. */
static void count_run_time(struct helper *helper)
{
	helper->stats_fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (helper->stats_fd < 0)
		log_line(&helper->log, "warning: the time in BPF cannot be counted (%s; needs CAP_SYS_ADMIN at start): "
			 "--max-cpu-percent bounds the helper's own time only", errno_name(helper->stats_fd));
}

static int open_sampler(struct helper *helper, struct reason *reason)
{
	struct sampler_settings settings = {
		.source = {
			.sysfs_root = SYSFS_ROOT,
			.rate_hz = helper->options->rate_hz,
			.period = helper->options->period,
			.min_latency = helper->options->min_latency,
			.is_l3_miss_only = helper->options->is_l3_miss_only,
			.has_kernel = helper->options->has_kernel,
		},
		.cpus = &helper->cpus,
		.node_count = helper->topology.node_count,
		.table_slots = helper->options->table_slots,
		.slot_bytes = helper->topology.slot_bytes,
		.page_shift = helper->options->page_shift,
		.soft_window = helper->options->soft_window ? helper->options->soft_window :
				soft_window(helper->options->rate_hz, helper->options->max_cpu_percent),
		.keep_verifier_log = !helper->options->verbose,
	};

	count_run_time(helper);
	log_detail(&helper->log, "window of the soft source: %u instructions", settings.soft_window);
	return choice_open(&helper->choice, &helper->sampler, helper->options->source, &settings, reason);
}

static int open_server(struct helper *helper, struct reason *reason)
{
	struct group_settings settings = {
		.table_slots = helper->options->table_slots,
		.node_count = helper->topology.node_count,
		.slot_bytes = helper->topology.slot_bytes,
		.page_shift = helper->options->page_shift,
		.source = helper->sampler.source->id,
	};

	helper->server.options = helper->options;
	helper->server.choice = &helper->choice;
	helper->server.sysfs_root = SYSFS_ROOT;
	helper->server.sampler = &helper->sampler;
	helper->server.listener = &helper->listener;
	helper->server.log = &helper->log;
	return server_open(&helper->server, &settings, reason);
}

/* From here on SIGTERM and SIGINT wait until the server reads them. */
static int block_signals(struct reason *reason)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return reason_set(reason, -errno, "signals cannot be blocked: %s", errno_name(errno));
	return 0;
}

/* Another helper is told first of all: what it holds may be why nothing else would work. */
static int open_all(struct helper *helper, struct reason *reason)
{
	const struct options *options = helper->options;
	int err = preflight_check(SYSFS_ROOT, reason);

	if (!err)
		err = block_signals(reason);
	if (!err)
		err = topology_read(&helper->topology, SYSFS_ROOT, reason);
	if (!err)
		topology_make_room(&helper->topology, options->node_count);
	if (!err)
		err = choose_cpus(helper, reason);
	if (!err)
		err = listener_open(&helper->listener, options->socket_path, options->has_group ? &options->group : NULL, reason);
	if (!err) {
		privileges_raise_open_files(OPEN_FILES + EVENT_FILES, &helper->log);
		err = open_sampler(helper, reason);
	}
	if (!err)
		err = open_server(helper, reason);
	return err ? err : privileges_drop(reason);
}

/* Takes what is half open. */
static void close_all(struct helper *helper)
{
	if (helper->server.sampler)
		server_close(&helper->server);
	if (helper->sampler.skeleton)
		sampler_close(&helper->sampler);
	listener_close(&helper->listener);
	if (helper->stats_fd >= 0)
		close(helper->stats_fd);
}

static void log_why(struct helper *helper)
{
	char why[MBAL_WHY_BYTES], *rest = why, *line;

	memcpy(why, helper->choice.why, sizeof(why));
	while ((line = strtok_r(rest, "\n", &rest)))
		log_line(&helper->log, "%s", line);
}

static void say_ready(struct helper *helper)
{
	const struct options *options = helper->options;
	unsigned int cpu_count = helper->server.cpu_count;
	char rate[32] = "every event";

	if (options->period)
		snprintf(rate, sizeof(rate), "every %u events", options->period);
	else if (helper->sampler.source->has_rate)
		snprintf(rate, sizeof(rate), "%u Hz", options->rate_hz);
	preflight_warn_bpffs("/proc/self/mounts", &helper->log);
	log_why(helper);
	printf("membalancer-helper: ready on %s, source %s, %s on %u CPU%s\n", options->socket_path,
	       source_name(helper->sampler.source->id), rate, cpu_count, cpu_count == 1 ? "" : "s");
	fflush(stdout);
	daemon_ready(&helper->daemon, &helper->log);
}

static int open_and_serve(struct helper *helper)
{
	struct reason reason;
	int err = open_all(helper, &reason);

	if (err) {
		log_line(&helper->log, "%s", reason.text);
		return err;
	}
	say_ready(helper);
	err = server_run(&helper->server);
	if (err)
		log_line(&helper->log, "waiting for peers failed: %s", errno_name(err));
	return err;
}

int helper_run(const struct options *options)
{
	struct helper *helper = calloc(1, sizeof(*helper));
	int err;

	if (!helper)
		return EXIT_FAILURE;
	helper->options = options;
	helper->listener = (struct listener){ .fd = -1, .folder_fd = -1 };
	helper->stats_fd = -1;
	log_open(&helper->log, options->verbose);
	libbpf_set_print(options->verbose ? print_all : NULL);
	err = daemon_start(&helper->daemon, options->foreground);
	if (err)
		log_line(&helper->log, "going into the background failed: %s", errno_name(err));
	else
		err = open_and_serve(helper);
	close_all(helper);
	free(helper);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
