// SPDX-License-Identifier: Apache-2.0
#include "sampler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "mbal_sampler.skel.h"
#include "verifier_log.h"

/* Samples arrive while we read; a few tries usually meet a moment without one. */
#define STEADY_READS 8

static struct bpf_program *source_program(const struct mbal_sampler_bpf *skeleton, const struct source *source)
{
	switch (source->id) {
	case MBAL_SOURCE_IBS:
		return skeleton->progs.mbal_ibs_op;
	case MBAL_SOURCE_SOFT:
		return skeleton->progs.mbal_soft_tick;
	case MBAL_SOURCE_FAULTS:
		return skeleton->progs.mbal_page_fault;
	default:
		return NULL;
	}
}

/* What follows the lives of processes belongs to every source. */
static bool is_hook(const struct bpf_program *program)
{
	return bpf_program__type(program) == BPF_PROG_TYPE_RAW_TRACEPOINT;
}

/* Every other program stays unloaded: a kernel that refuses one of them can still run this source. */
static void choose_programs(const struct mbal_sampler_bpf *skeleton, const struct source *source)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, skeleton->obj)
		bpf_program__set_autoload(program, program == source_program(skeleton, source) || is_hook(program));
	bpf_map__set_autocreate(skeleton->maps.mbal_injected, false);
}

static int set_knobs(const struct mbal_sampler_bpf *skeleton, const struct sampler_settings *settings)
{
	int err = bpf_map__set_value_size(bpf_map__inner_map(skeleton->maps.mbal_heat), settings->slot_bytes);

	if (!err)
		err = bpf_map__set_value_size(bpf_map__inner_map(skeleton->maps.mbal_threads), settings->slot_bytes);
	skeleton->rodata->node_count = settings->node_count;
	skeleton->rodata->slot_bytes = settings->slot_bytes;
	skeleton->rodata->page_shift = settings->page_shift;
	skeleton->rodata->epoch_shift = MBAL_EPOCH_SHIFT;
	return err;
}

static int explain_load(int err, const char *log, struct reason *reason)
{
	char verdict[128];

	verifier_log_verdict(log, verdict, sizeof(verdict));
	return reason_set(reason, err, "the kernel does not load the BPF programs: %s%s%s", errno_name(err), *verdict ? ": " : "", verdict);
}

/* libbpf fills a log of ours instead of printing it, so with --verbose it gets none. */
static int load_or_explain(const struct sampler *sampler, const struct sampler_settings *settings, struct reason *reason)
{
	char *log = settings->keep_verifier_log ? calloc(1, VERIFIER_LOG_BYTES) : NULL;
	int err;

	if (log)
		bpf_program__set_log_buf(source_program(sampler->skeleton, sampler->source), log, VERIFIER_LOG_BYTES);
	err = mbal_sampler_bpf__load(sampler->skeleton);
	if (err)
		explain_load(err, log ? log : "", reason);
	free(log);
	return err;
}

static int load(struct sampler *sampler, const struct sampler_settings *settings, struct reason *reason)
{
	int err;

	sampler->skeleton = mbal_sampler_bpf__open();
	if (!sampler->skeleton)
		return reason_set(reason, -errno, "the BPF object cannot be opened: %s", errno_name(errno));
	choose_programs(sampler->skeleton, sampler->source);
	err = set_knobs(sampler->skeleton, settings);
	if (err)
		return reason_set(reason, err, "the BPF maps cannot be sized: %s", errno_name(err));
	return load_or_explain(sampler, settings, reason);
}

static void note_maps(struct sampler *sampler)
{
	sampler->targets_fd = bpf_map__fd(sampler->skeleton->maps.mbal_targets);
	sampler->counters_fd = bpf_map__fd(sampler->skeleton->maps.mbal_counters);
	sampler->table_map_fds[MBAL_TABLE_HEAT] = bpf_map__fd(sampler->skeleton->maps.mbal_heat);
	sampler->table_map_fds[MBAL_TABLE_THREADS] = bpf_map__fd(sampler->skeleton->maps.mbal_threads);
	sampler->table_map_fds[MBAL_TABLE_RECENT] = bpf_map__fd(sampler->skeleton->maps.mbal_recent);
}

static int attach_hook(struct sampler *sampler, const struct bpf_program *hook, struct reason *reason)
{
	struct bpf_link *link;

	if (sampler->hook_count == SAMPLER_HOOKS_MAX)
		return reason_set(reason, -E2BIG, "more than %u BPF programs are hooks", SAMPLER_HOOKS_MAX);
	link = bpf_program__attach(hook);
	if (!link)
		return reason_set(reason, -errno, "the BPF program %s cannot be attached: %s", bpf_program__name(hook), errno_name(errno));
	sampler->hooks[sampler->hook_count++] = link;
	return 0;
}

static int attach(struct sampler *sampler, const struct perf_event_attr *attr, const struct cpu_list *cpus,
		  struct reason *reason)
{
	struct bpf_program *program;
	int err = 0;

	bpf_object__for_each_program(program, sampler->skeleton->obj)
		if (!err && is_hook(program))
			err = attach_hook(sampler, program, reason);
	if (err)
		return err;
	return events_open(&sampler->events, attr, cpus, bpf_program__fd(source_program(sampler->skeleton, sampler->source)),
			   reason);
}

static int make_counter_buffer(struct sampler *sampler, struct reason *reason)
{
	sampler->possible_cpus = libbpf_num_possible_cpus();
	if (sampler->possible_cpus < 0)
		return reason_set(reason, sampler->possible_cpus, "the number of possible CPUs cannot be read: %s",
				  errno_name(sampler->possible_cpus));
	sampler->cpu_values = calloc(MBAL_COUNTER_MAX * (size_t)sampler->possible_cpus, sizeof(*sampler->cpu_values));
	return sampler->cpu_values ? 0 : reason_set(reason, -ENOMEM, "out of memory");
}

int sampler_open(struct sampler *sampler, const struct source *source, const struct sampler_settings *settings,
		 struct reason *reason)
{
	struct perf_event_attr attr;
	int err;

	*sampler = (struct sampler){
		.source = source,
		.rate_hz = settings->source.rate_hz,
		.share_permille = SOURCE_FULL_SHARE,
	};
	err = source->event(&settings->source, &attr, reason);
	if (!err)
		err = make_counter_buffer(sampler, reason);
	if (!err)
		err = load(sampler, settings, reason);
	if (!err)
		err = attach(sampler, &attr, settings->cpus, reason);
	if (err)
		sampler_close(sampler);
	else
		note_maps(sampler);
	return err;
}

void sampler_close(struct sampler *sampler)
{
	events_close(&sampler->events);
	for (unsigned int i = 0; i < sampler->hook_count; i++)
		(void)bpf_link__destroy(sampler->hooks[i]);
	sampler->hook_count = 0;
	mbal_sampler_bpf__destroy(sampler->skeleton);
	sampler->skeleton = NULL;
	free(sampler->cpu_values);
	sampler->cpu_values = NULL;
}

int sampler_run(const struct sampler *sampler, bool run)
{
	return events_run(&sampler->events, run);
}

int sampler_set_share(struct sampler *sampler, unsigned int share_permille)
{
	int err = events_set_period(&sampler->events, sampler->source->period(sampler->rate_hz, share_permille));

	if (!err)
		sampler->share_permille = share_permille;
	return err;
}

static uint64_t sum_of_cpus(const struct sampler *sampler, const uint64_t *cpu_values)
{
	uint64_t sum = 0;

	for (int cpu = 0; cpu < sampler->possible_cpus; cpu++)
		sum += cpu_values[cpu];
	return sum;
}

/*
 * All counters in one system call: per-CPU arrays can be read so since 5.13 (f008d732ab18). SEEN is counted before its
 * outcome, so it is read again behind them all: what is under way between the two is never below 0.
 */
static int read_counters(const struct sampler *sampler, uint64_t counters[MBAL_COUNTER_MAX])
{
	__u32 keys[MBAL_COUNTER_MAX], next, count = MBAL_COUNTER_MAX, seen = MBAL_COUNTER_SEEN;
	int err = bpf_map_lookup_batch(sampler->counters_fd, NULL, &next, keys, sampler->cpu_values, &count, NULL);

	if (err && err != -ENOENT) /* the end of the map */
		return err;
	for (__u32 i = 0; i < count; i++)
		counters[keys[i]] = sum_of_cpus(sampler, &sampler->cpu_values[i * (__u32)sampler->possible_cpus]);
	if (count != MBAL_COUNTER_MAX)
		return -EIO;
	err = bpf_map_lookup_elem(sampler->counters_fd, &seen, sampler->cpu_values);
	counters[MBAL_COUNTER_SEEN] = sum_of_cpus(sampler, sampler->cpu_values);
	return err;
}

int sampler_counters(const struct sampler *sampler, uint64_t counters[MBAL_COUNTER_MAX])
{
	uint64_t before[MBAL_COUNTER_MAX];
	int err = read_counters(sampler, counters);

	for (int i = 0; !err && i < STEADY_READS; i++) {
		memcpy(before, counters, sizeof(before));
		err = read_counters(sampler, counters);
		if (!memcmp(before, counters, sizeof(before)))
			break;
	}
	return err;
}

static int add_run_time(const struct bpf_program *program, uint64_t *time_ns, uint64_t *runs)
{
	struct bpf_prog_info facts = { 0 };
	__u32 length = sizeof(facts);
	int err = bpf_obj_get_info_by_fd(bpf_program__fd(program), &facts, &length);

	*time_ns += facts.run_time_ns;
	*runs += facts.run_cnt;
	return err;
}

int sampler_run_time(const struct sampler *sampler, uint64_t *time_ns, uint64_t *runs)
{
	const struct bpf_program *source = source_program(sampler->skeleton, sampler->source);
	struct bpf_program *program;
	int err = 0;

	*time_ns = 0;
	*runs = 0;
	bpf_object__for_each_program(program, sampler->skeleton->obj)
		if (!err && (program == source || is_hook(program)))
			err = add_run_time(program, time_ns, runs);
	return err;
}
