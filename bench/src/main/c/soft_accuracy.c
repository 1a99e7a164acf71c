/* SPDX-License-Identifier: Apache-2.0 */
/*
 * soft-accuracy TOP [WORKLOAD...]: how well the soft source measures the share of a workload's hot part.
 *
 * Of each workload three shares are printed: by access, as the workload counts it; by time, from the CPU time that
 * each half takes when it runs alone; and as measured, for several windows at once: samplers of their own on the same
 * run. Needs root.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "sampled_events.h"
#include "sampler.h"

#define WINDOWS 3
#define SLOTS (1u << 18)
#define GROUP 1u
#define NO_DECAY 60u
#define RATE_HZ 997u
#define NS_PER_SECOND 1000000000.0
#define HALF_SECONDS "3"
#define WORDS_MAX 16

struct window {
	__u32 instructions, accesses;
};

static const struct window windows[WINDOWS] = { { 32, 16 }, { 64, 32 }, { 128, 64 } };

struct workload {
	const char *name;
	const char *command;	/* below TOP; JAVA stands for the java program */
	double share;		/* by access; that of the halves is 0 and 1 */
};

#define JAVA_EXAMPLE "JAVA -Xms1g -Xmx1g -XX:+UseSerialGC -cp %s/examples/target/membalancer-examples.jar org.membalancer.examples."

static const struct workload workloads[] = {
	{ "hot-set, C", "%s/build/examples/hot-set --threads 1 --size 128MiB", 0.9 },
	{ "hot-set, Java long[]", JAVA_EXAMPLE "HotSet --threads 1 --size 128MiB", 0.9 },
	{ "chase", "%s/build/examples/access-pattern chase", 0.9 },
	{ "histogram", "%s/build/examples/access-pattern histogram", 0.5 },
	{ "stream", "%s/build/examples/access-pattern stream", 0.9 },
	{ "HashMap, Java", JAVA_EXAMPLE "HashMapLookups", 0.9 },
};

struct range {
	__u64 start, end;
};

/* A run of a workload, and what it said. */
struct run {
	pid_t pid;
	int input, output;	/* ours of its standard input and output */
	struct range working, hot;
	double operations, share;
	double cpu_ns;		/* between its two lines */
};

struct measured {
	double accesses, hot, stalls, stalls_hot, ns_per_tick;
};

struct probe {
	struct sampler sampler;
	struct group group;
	struct sampled_events events;
};

static double cpu_time_ns(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used))
		return 0;
	return (double)used.tv_sec * NS_PER_SECOND + (double)used.tv_nsec;
}

/* Runs the words of a command line in place of this process. */
static void run_words(char *line)
{
	char *words[WORDS_MAX + 1] = { 0 };
	int count = 0;

	for (char *word = strtok(line, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
		words[count++] = word;
	if (!strcmp(words[0], "JAVA"))
		words[0] = "java";
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execvp(words[0], words);
	perror(words[0]);
	_exit(127);
}

static int start(struct run *run, char *line)
{
	int input[2], output[2];

	if (pipe2(input, O_CLOEXEC) || pipe2(output, O_CLOEXEC))
		return -errno;
	run->pid = fork();
	if (run->pid < 0)
		return -errno;
	if (!run->pid) {
		dup2(input[0], STDIN_FILENO);
		dup2(output[1], STDOUT_FILENO);
		run_words(line);
	}
	close(input[0]);
	close(output[1]);
	run->input = input[1];
	run->output = output[0];
	return 0;
}

static void end(struct run *run)
{
	kill(run->pid, SIGKILL);
	waitpid(run->pid, NULL, 0);
	close(run->input);
	close(run->output);
}

/* One line without its end. Returns 0, or -EPIPE when the workload ended. */
static int read_line(const struct run *run, char *line, size_t bytes)
{
	size_t length = 0;

	while (length < bytes - 1 && read(run->output, line + length, 1) == 1) {
		if (line[length] == '\n') {
			line[length] = '\0';
			return 0;
		}
		length++;
	}
	return -EPIPE;
}

static int read_ready(struct run *run)
{
	char line[512];
	int err = read_line(run, line, sizeof(line));

	if (err)
		return err;
	if (sscanf(line, "%*[^:]: pid %*d working %llx-%llx hot %llx-%llx", &run->working.start, &run->working.end,
		   &run->hot.start, &run->hot.end) != 4)
		return -EPROTO;
	run->cpu_ns = -cpu_time_ns(run->pid);
	return 0;
}

static int read_done(struct run *run)
{
	char line[512];
	int err = read_line(run, line, sizeof(line));

	if (err)
		return err;
	run->cpu_ns += cpu_time_ns(run->pid);
	return sscanf(line, "%*[^:]: operations %lf, hot share %lf", &run->operations, &run->share) == 2 ? 0 : -EPROTO;
}

static int start_workload(struct run *run, const struct workload *workload, const char *top, double share,
			  const char *seconds)
{
	char command[1024], line[1280];
	int err;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(command, sizeof(command), workload->command, top);
#pragma GCC diagnostic pop
	snprintf(line, sizeof(line), "%s --share %g --seconds %s --hold", command, share, seconds);
	*run = (struct run){ 0 };
	err = start(run, line);
	return err ? err : read_ready(run);
}

/* CPU time of one operation when all of them have that share. */
static int measure_half(const struct workload *workload, const char *top, double share, double *ns)
{
	struct run run;
	int err = start_workload(&run, workload, top, share, HALF_SECONDS);

	if (!err)
		err = read_done(&run);
	if (!err)
		*ns = run.cpu_ns / run.operations;
	end(&run);
	return err;
}

static int probe_open(struct probe *probe, const struct window *window, pid_t pid, unsigned int number)
{
	__u64 period_ns = (__u64)(NS_PER_SECOND / RATE_HZ) + 1009 * number;	/* never in step */
	struct perf_event_attr attributes = software_event(PERF_COUNT_SW_CPU_CLOCK, period_ns);
	struct sampler_knobs knobs = {
		.node_count = 1,
		.epoch_shift = NO_DECAY,
		.soft_window = window->instructions,
		.soft_accesses = window->accesses,
	};
	int err = sampler_open(&probe->sampler, &knobs);

	if (!err)
		err = group_open(&probe->sampler, &probe->group, GROUP, (__u32)pid, SLOTS);
	if (!err)
		err = sampled_events_open(&probe->events, &attributes, probe->sampler.skeleton->progs.mbal_soft_tick);
	return err;
}

static void probe_close(struct probe *probe)
{
	sampled_events_close(&probe->events);
	group_close(&probe->sampler, &probe->group);
	sampler_close(&probe->sampler);
}

static bool is_in(__u64 address, const struct range *range)
{
	return address >= range->start && address < range->end;
}

/* Time in BPF for each tick that hit the workload. */
static double ns_per_tick(struct probe *probe)
{
	struct counters counters = sampler_counters(&probe->sampler);
	struct bpf_prog_info info = { 0 };
	__u32 bytes = sizeof(info);
	__u64 ticks = counters.of[MBAL_COUNTER_SEEN] - counters.of[MBAL_COUNTER_DROP_NOT_TARGET] -
		      counters.of[MBAL_COUNTER_DROP_KERNEL] - counters.of[MBAL_COUNTER_STALLS];

	if (bpf_obj_get_info_by_fd(bpf_program__fd(probe->sampler.skeleton->progs.mbal_soft_tick), &info, &bytes))
		return 0;
	return (double)info.run_time_ns / (double)ticks;
}

static struct measured read_probe(struct probe *probe, const struct run *run)
{
	const struct table *heat = &probe->group.heat;
	struct measured measured = { .ns_per_tick = ns_per_tick(probe) };

	for (__u32 i = 0; i < heat->slot_count; i++) {
		const struct mbal_slot *slot = table_slot(heat, i);
		__u64 address = slot->key << MBAL_PAGE_SHIFT;
		double accesses, stalls;

		if (!is_in(address, &run->working))
			continue;
		accesses = slot_count(heat, slot, 0);
		stalls = slot_count2(heat, slot, 0);
		measured.accesses += accesses;
		measured.stalls += stalls;
		if (is_in(address, &run->hot)) {
			measured.hot += accesses;
			measured.stalls_hot += stalls;
		}
	}
	return measured;
}

static void print_row(const struct workload *workload, const struct run *run, const double half_ns[2],
		      const struct measured *measured)
{
	double hot_ns = run->share * half_ns[1], cold_ns = (1 - run->share) * half_ns[0];

	printf("| %s | %.1f | %.1f |", workload->name, 100 * run->share, 100 * hot_ns / (hot_ns + cold_ns));
	for (int i = 0; i < WINDOWS; i++) {
		double share = measured[i].hot / measured[i].accesses;

		printf(" %.1f ± %.1f |", 100 * share, 100 * sqrt(share * (1 - share) / measured[i].accesses));
	}
	if (measured[0].stalls > 0)
		printf(" %.1f of %.0f |", 100 * measured[0].stalls_hot / measured[0].stalls, measured[0].stalls);
	else
		printf(" none |");
	for (int i = 0; i < WINDOWS; i++)
		printf(" %.1f%s", measured[i].ns_per_tick / 1000, i < WINDOWS - 1 ? ", " : " |\n");
	fflush(stdout);
}

static int sample(const struct workload *workload, const char *top, const char *seconds, const double half_ns[2])
{
	static struct probe probes[WINDOWS];
	struct measured measured[WINDOWS];
	struct run run;
	int err = start_workload(&run, workload, top, workload->share, seconds);

	for (unsigned int i = 0; !err && i < WINDOWS; i++)
		err = probe_open(&probes[i], &windows[i], run.pid, i);
	if (!err)
		err = read_done(&run);
	for (int i = 0; i < WINDOWS; i++) {
		if (!err)
			measured[i] = read_probe(&probes[i], &run);
		probe_close(&probes[i]);
	}
	end(&run);
	if (!err)
		print_row(workload, &run, half_ns, measured);
	return err;
}

static int measure(const struct workload *workload, const char *top, const char *seconds)
{
	double half_ns[2] = { 0 };
	int err = measure_half(workload, top, 0, &half_ns[0]);

	if (!err)
		err = measure_half(workload, top, 1, &half_ns[1]);
	return err ? err : sample(workload, top, seconds, half_ns);
}

static bool is_wanted(const struct workload *workload, int argc, char **argv)
{
	for (int i = 3; i < argc; i++) {
		if (!strncmp(argv[i], workload->name, strlen(argv[i])))
			return true;
	}
	return argc < 4;
}

static void print_head(void)
{
	printf("| workload | by access | by time |");
	for (int i = 0; i < WINDOWS; i++)
		printf(" %u/%u |", windows[i].instructions, windows[i].accesses);
	printf(" stalls | us a tick |\n|---|---|---|");
	for (int i = 0; i < WINDOWS; i++)
		printf("---|");
	printf("---|---|\n");
}

int main(int argc, char **argv)
{
	int stats, err, status = EXIT_SUCCESS;

	if (argc < 3) {
		fputs("usage: soft-accuracy TOP SECONDS [WORKLOAD...]\n", stderr);
		return 2;
	}
	stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (stats < 0) {
		fprintf(stderr, "soft-accuracy: BPF statistics: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	print_head();
	for (size_t i = 0; i < sizeof(workloads) / sizeof(*workloads); i++) {
		err = is_wanted(&workloads[i], argc, argv) ? measure(&workloads[i], argv[1], argv[2]) : 0;
		if (!err)
			continue;
		fprintf(stderr, "soft-accuracy: %s: %s\n", workloads[i].name, strerror(-err));
		status = EXIT_FAILURE;
	}
	close(stats);
	return status;
}
