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
#include "table.h"
#include "verifier_log.h"

/* Samples arrive while we read; a few tries usually meet a moment without one. */
#define STEADY_READS 8
#define INJECTED_BYTES (MBAL_INJECT_SLOTS * sizeof(struct mbal_access))

static struct bpf_program *source_program(const struct mbal_sampler_bpf *skeleton, enum source_program program)
{
	struct bpf_program *const programs[SOURCE_PROGRAM_MAX] = {
		[SOURCE_PROGRAM_SOFT_TICK] = skeleton->progs.mbal_soft_tick,
		[SOURCE_PROGRAM_PAGE_FAULT] = skeleton->progs.mbal_page_fault,
		[SOURCE_PROGRAM_PEBS] = skeleton->progs.mbal_pebs,
		[SOURCE_PROGRAM_IBS_OP] = skeleton->progs.mbal_ibs_op,
		[SOURCE_PROGRAM_IBS_FETCH] = skeleton->progs.mbal_ibs_fetch,
	};

	return programs[program];
}

/* Whether one of the plan's events runs the program. */
static bool is_planned(const struct mbal_sampler_bpf *skeleton, const struct source_plan *plan, const struct bpf_program *program)
{
	for (unsigned int i = 0; i < plan->count; i++)
		if (source_program(skeleton, plan->events[i].program) == program)
			return true;
	return false;
}

/* What follows the lives of processes belongs to every source. */
static bool is_hook(const struct sampler *sampler, const struct bpf_program *program)
{
	if (program == sampler->skeleton->progs.mbal_hint_fault)
		return sampler->has_hint_faults;
	return bpf_program__type(program) == BPF_PROG_TYPE_RAW_TRACEPOINT;
}

/* Every other program stays unloaded: a kernel that refuses one of them can still run this source. */
static void choose_programs(const struct sampler *sampler, const struct source_plan *plan)
{
	const struct mbal_sampler_bpf *skeleton = sampler->skeleton;
	struct bpf_program *program;

	bpf_object__for_each_program(program, skeleton->obj)
		bpf_program__set_autoload(program, is_planned(skeleton, plan, program) || is_hook(sampler, program) ||
							   program == skeleton->progs.mbal_retarget);
	bpf_program__set_autoload(skeleton->progs.mbal_inject, sampler->source->id == MBAL_SOURCE_REPLAY);
	bpf_map__set_autocreate(skeleton->maps.mbal_injected, sampler->source->id == MBAL_SOURCE_REPLAY);
}

/* Maps of the shape that the tables of every group will have: the verifier is shown them. */
struct shapes {
	struct table heat, threads, recent;
};

static int shape_open(struct table *shape, struct bpf_map *tables, const struct mbal_table_header *header)
{
	int err = table_open(shape, header);

	return err ? err : bpf_map__set_inner_map_fd(tables, shape->fd);
}

static struct mbal_table_header shape_header(__u32 kind, __u32 slot_count, __u32 slot_bytes)
{
	return (struct mbal_table_header){
		.kind = kind,
		.header_bytes = MBAL_HEADER_BYTES,
		.slot_bytes = slot_bytes,
		.slot_count = slot_count,
	};
}

static int set_shapes(const struct sampler *sampler, const struct sampler_settings *settings, struct shapes *shapes)
{
	const struct mbal_sampler_bpf *skeleton = sampler->skeleton;
	__u32 bytes = settings->slot_bytes;
	const struct mbal_table_header heat = shape_header(MBAL_TABLE_HEAT, mbal_table_slots(settings->table_slots, bytes), bytes),
				       threads = shape_header(MBAL_TABLE_THREADS, mbal_table_slots(THREAD_SLOTS, bytes), bytes),
				       recent = shape_header(MBAL_TABLE_RECENT, RECENT_SLOTS, sizeof(struct mbal_access));
	int err = shape_open(&shapes->heat, skeleton->maps.mbal_heat, &heat);

	if (!err)
		err = shape_open(&shapes->threads, skeleton->maps.mbal_threads, &threads);
	return err ? err : shape_open(&shapes->recent, skeleton->maps.mbal_recent, &recent);
}

static int set_sizes(const struct sampler *sampler, const struct sampler_settings *settings, struct shapes *shapes)
{
	int err = set_shapes(sampler, settings, shapes);

	if (!err && sampler->blocks.word_count)
		err = bpf_map__set_max_entries(sampler->skeleton->maps.mbal_mem_blocks, sampler->blocks.word_count);
	return err;
}

static void set_knobs(const struct sampler *sampler, const struct sampler_settings *settings)
{
	const struct mbal_sampler_bpf *skeleton = sampler->skeleton;

	skeleton->rodata->node_count = settings->node_count;
	skeleton->rodata->slot_bytes = settings->slot_bytes;
	skeleton->rodata->page_shift = settings->page_shift;
	skeleton->rodata->epoch_shift = MBAL_EPOCH_SHIFT;
	skeleton->rodata->soft_window = settings->soft_window;
	skeleton->rodata->soft_accesses = settings->soft_window / 2;
	skeleton->rodata->user_only = !settings->source.has_kernel;
	if (sampler->blocks.word_count)
		skeleton->rodata->memory_block_shift = sampler->blocks.shift;
}

static int explain_load(int err, const char *log, struct reason *reason)
{
	char verdict[128];

	verifier_log_verdict(log, verdict, sizeof(verdict));
	return reason_set(reason, err, "the kernel does not load the BPF programs: %s%s%s", errno_name(err), *verdict ? ": " : "", verdict);
}

/* libbpf fills a log of ours instead of printing it, so with --verbose it gets none. */
static int load_or_explain(const struct sampler *sampler, const struct source_plan *plan, const struct sampler_settings *settings,
			   struct reason *reason)
{
	char *log = settings->keep_verifier_log ? calloc(1, VERIFIER_LOG_BYTES) : NULL;
	struct bpf_program *program;
	int err;

	bpf_object__for_each_program(program, sampler->skeleton->obj)
		if (log && is_planned(sampler->skeleton, plan, program))
			bpf_program__set_log_buf(program, log, VERIFIER_LOG_BYTES);
	err = mbal_sampler_bpf__load(sampler->skeleton);
	if (err)
		explain_load(err, log ? log : "", reason);
	free(log);
	return err;
}

static int load_shaped(struct sampler *sampler, const struct source_plan *plan, const struct sampler_settings *settings,
		       struct shapes *shapes, struct reason *reason)
{
	int err;

	sampler->skeleton = mbal_sampler_bpf__open();
	if (!sampler->skeleton)
		return reason_set(reason, -errno, "the BPF object cannot be opened: %s", errno_name(errno));
	choose_programs(sampler, plan);
	set_knobs(sampler, settings);
	err = set_sizes(sampler, settings, shapes);
	if (err)
		return reason_set(reason, err, "the BPF maps cannot be sized: %s", errno_name(err));
	return load_or_explain(sampler, plan, settings, reason);
}

static int load(struct sampler *sampler, const struct source_plan *plan, const struct sampler_settings *settings,
		struct reason *reason)
{
	struct shapes shapes = { .heat.fd = -1, .threads.fd = -1, .recent.fd = -1 };
	int err = load_shaped(sampler, plan, settings, &shapes, reason);

	table_close(&shapes.heat);
	table_close(&shapes.threads);
	table_close(&shapes.recent);
	return err;
}

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
		program_fds[program] = bpf_program__fd(source_program(sampler->skeleton, program));
}

static int attach(struct sampler *sampler, const struct source_plan *plan, const struct cpu_list *cpus, struct reason *reason)
{
	int program_fds[SOURCE_PROGRAM_MAX], err = write_blocks(sampler, NULL);
	struct bpf_program *program;

	if (err)
		return reason_set(reason, err, "the map of memory blocks cannot be written: %s", errno_name(err));
	bpf_object__for_each_program(program, sampler->skeleton->obj)
		if (!err && is_hook(sampler, program))
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
	err = load(sampler, &plan, settings, reason);
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
