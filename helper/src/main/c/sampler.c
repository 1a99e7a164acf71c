// SPDX-License-Identifier: Apache-2.0
#include "sampler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "hint_faults.h"
#include "mbal_inject.h"
#include "mbal_sampler.skel.h"
#include "programs.h"

/* Samples arrive while we read; a few tries usually meet a moment without one. */
#define STEADY_READS 8
#define INJECTED_BYTES (MBAL_INJECT_SLOTS * sizeof(struct mbal_access))

/* Each is worth having, and none worth failing: the note says what is missing. */
static void prepare(struct sampler *sampler, const struct sampler_settings *settings)
{
	const char *sysfs_root = settings->source.sysfs_root;

	sampler->note.text[0] = '\0';
	if (sampler->source->has_physical)
		(void)memory_blocks_open(&sampler->blocks, sysfs_root, settings->node_count, &sampler->note);
	if (sampler->source->id == MBAL_SOURCE_FAULTS)
		sampler->has_hint_faults = !hint_faults_probe(&sampler->note);
}

/* Writes the words of the map that are not as they were; `before` NULL: the map is empty. */
static int write_blocks(const struct sampler *sampler, const uint64_t *before)
{
	int map_fd = bpf_map__fd(sampler->skeleton->maps.mbal_mem_blocks), err = 0;

	for (__u32 i = 0; !err && i < sampler->blocks.word_count; i++)
		if (sampler->blocks.words[i] != (before ? before[i] : 0))
			err = bpf_map_update_elem(map_fd, &i, &sampler->blocks.words[i], BPF_ANY);
	return err;
}

int sampler_follow_memory(struct sampler *sampler)
{
	struct memory_blocks *blocks = &sampler->blocks;
	size_t bytes = blocks->word_count * sizeof(*blocks->words);
	uint64_t *before;
	int err, changed;

	if (!blocks->word_count || !memory_blocks_may_have_changed(blocks))
		return 0;
	before = malloc(bytes);
	if (!before)
		return -ENOMEM;
	memcpy(before, blocks->words, bytes);
	err = memory_blocks_read(blocks);
	if (!err)
		err = write_blocks(sampler, before);
	changed = memcmp(before, blocks->words, bytes) != 0;
	free(before);
	return err ? err : changed;
}

static void note_maps(struct sampler *sampler)
{
	sampler->targets_fd = bpf_map__fd(sampler->skeleton->maps.mbal_targets);
	sampler->rules_fd = bpf_map__fd(sampler->skeleton->maps.mbal_rules);
	sampler->wide_fd = bpf_map__fd(sampler->skeleton->maps.mbal_wide);
	sampler->retarget_fd = bpf_program__fd(sampler->skeleton->progs.mbal_retarget);
	sampler->counters_fd = bpf_map__fd(sampler->skeleton->maps.mbal_counters);
	sampler->table_map_fds[MBAL_TABLE_PROCESSES] = bpf_map__fd(sampler->skeleton->maps.mbal_processes);
	sampler->table_map_fds[MBAL_TABLE_HEAT] = bpf_map__fd(sampler->skeleton->maps.mbal_heat);
	sampler->table_map_fds[MBAL_TABLE_THREADS] = bpf_map__fd(sampler->skeleton->maps.mbal_threads);
	sampler->table_map_fds[MBAL_TABLE_RECENT] = bpf_map__fd(sampler->skeleton->maps.mbal_recent);
	sampler->own_recent_fd = bpf_map__fd(sampler->skeleton->maps.mbal_own_recent);
}

/* Only of the source replay. */
static int map_injected(struct sampler *sampler, struct reason *reason)
{
	void *mapped;

	sampler->inject_fd = -1;
	if (sampler->source->id != MBAL_SOURCE_REPLAY)
		return 0;
	mapped = mmap(NULL, INJECTED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(sampler->skeleton->maps.mbal_injected), 0);
	if (mapped == MAP_FAILED)
		return reason_set(reason, -errno, "the map of recorded samples cannot be mapped: %s", errno_name(errno));
	sampler->injected = mapped;
	sampler->inject_fd = bpf_program__fd(sampler->skeleton->progs.mbal_inject);
	return 0;
}

int sampler_inject(const struct sampler *sampler, uint64_t group_id, const struct mbal_access *accesses, uint32_t count)
{
	struct mbal_inject_args args = { .count = count, .group_id = group_id };
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &args, .ctx_size_in = sizeof(args));
	int err;

	if (!sampler->injected)
		return -EOPNOTSUPP;
	memcpy(sampler->injected, accesses, count * sizeof(*accesses));
	err = bpf_prog_test_run_opts(sampler->inject_fd, &options);
	return err || args.injected == count ? err : -EIO;
}

uint64_t sampler_targets(const struct sampler *sampler)
{
	return *(const volatile __u64 *)&sampler->skeleton->bss->target_count; /* BPF adds to it at any time */
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

static void choose_program_fds(const struct sampler *sampler, int program_fds[SOURCE_PROGRAM_MAX])
{
	program_fds[SOURCE_PROGRAM_NONE] = -1;
	for (enum source_program program = SOURCE_PROGRAM_NONE + 1; program < SOURCE_PROGRAM_MAX; program++)
		program_fds[program] = bpf_program__fd(programs_of_source(sampler->skeleton, program));
}

static int attach(struct sampler *sampler, const struct source_plan *plan, const struct cpu_list *cpus, struct reason *reason)
{
	int program_fds[SOURCE_PROGRAM_MAX], err = write_blocks(sampler, NULL);
	struct bpf_program *program;

	if (err)
		return reason_set(reason, err, "the map of memory blocks cannot be written: %s", errno_name(err));
	bpf_object__for_each_program(program, sampler->skeleton->obj)
		if (!err && programs_is_hook(sampler, program))
			err = attach_hook(sampler, program, reason);
	if (err)
		return err;
	if (!plan->count)
		return 0; /* replay */
	choose_program_fds(sampler, program_fds);
	return events_open(&sampler->events, plan, program_fds, cpus, reason);
}

static int make_counter_buffer(struct sampler *sampler, struct reason *reason)
{
	sampler->possible_cpus = libbpf_num_possible_cpus();
	if (sampler->possible_cpus < 0)
		return reason_set(reason, sampler->possible_cpus, "the number of possible CPUs cannot be read: %s",
				  errno_name(sampler->possible_cpus));
	sampler->cpu_counters = calloc((size_t)sampler->possible_cpus, sizeof(*sampler->cpu_counters));
	return sampler->cpu_counters ? 0 : reason_set(reason, -ENOMEM, "out of memory");
}

int sampler_open(struct sampler *sampler, const struct source *source, const struct sampler_settings *settings,
		 struct reason *reason)
{
	struct source_plan plan = { .count = 0 };
	int err;

	*sampler = (struct sampler){
		.source = source,
		.settings = settings->source,
		.share_permille = SOURCE_FULL_SHARE,
	};
	err = source->plan(&settings->source, &plan, reason);
	if (!err)
		err = make_counter_buffer(sampler, reason);
	if (err)
		return err;
	prepare(sampler, settings);
	err = programs_load(sampler, &plan, settings, reason);
	if (!err)
		err = attach(sampler, &plan, settings->cpus, reason);
	if (!err)
		err = map_injected(sampler, reason);
	if (err)
		sampler_close(sampler);
	else
		note_maps(sampler);
	return err;
}

void sampler_close(struct sampler *sampler)
{
	if (sampler->injected)
		munmap(sampler->injected, INJECTED_BYTES);
	sampler->injected = NULL;
	events_close(&sampler->events);
	for (unsigned int i = 0; i < sampler->hook_count; i++)
		(void)bpf_link__destroy(sampler->hooks[i]);
	sampler->hook_count = 0;
	mbal_sampler_bpf__destroy(sampler->skeleton);
	sampler->skeleton = NULL;
	memory_blocks_close(&sampler->blocks);
	free(sampler->cpu_counters);
	sampler->cpu_counters = NULL;
}

int sampler_run(struct sampler *sampler, bool run)
{
	return events_run(&sampler->events, run);
}

int sampler_set_share(struct sampler *sampler, unsigned int share_permille)
{
	int err = events_set_period(&sampler->events, sampler->source->period(&sampler->settings, share_permille));

	if (!err)
		sampler->share_permille = share_permille;
	return err;
}

static int read_cpus(const struct sampler *sampler)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(sampler->counters_fd, &zero, sampler->cpu_counters);
}

static uint64_t sum_of_cpus(const struct sampler *sampler, enum mbal_counter counter)
{
	uint64_t sum = 0;

	for (int cpu = 0; cpu < sampler->possible_cpus; cpu++)
		sum += sampler->cpu_counters[cpu].of[counter];
	return sum;
}

int sampler_samples(const struct sampler *sampler, uint64_t *samples)
{
	int err = read_cpus(sampler);

	*samples = sum_of_cpus(sampler, MBAL_COUNTER_SEEN);
	return err;
}

/*
 * All counters are one element. The kernel copies SEEN first, which is also counted before its outcome; so it is read
 * again behind them all: what is under way between the two is never below 0.
 */
static int read_counters(const struct sampler *sampler, uint64_t counters[MBAL_COUNTER_MAX])
{
	int err = read_cpus(sampler);

	if (err)
		return err;
	for (enum mbal_counter counter = 0; counter < MBAL_COUNTER_MAX; counter++)
		counters[counter] = sum_of_cpus(sampler, counter);
	return sampler_samples(sampler, &counters[MBAL_COUNTER_SEEN]);
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
	struct bpf_program *program;
	int err = 0;

	*time_ns = 0;
	*runs = 0;
	bpf_object__for_each_program(program, sampler->skeleton->obj)
		if (!err && bpf_program__fd(program) >= 0)
			err = add_run_time(program, time_ns, runs);
	return err;
}
