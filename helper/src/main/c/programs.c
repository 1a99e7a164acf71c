// SPDX-License-Identifier: Apache-2.0
#include "programs.h"

#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "mbal_sampler.skel.h"
#include "table.h"
#include "verifier_log.h"

struct bpf_program *programs_of_source(const struct mbal_sampler_bpf *skeleton, enum source_program program)
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
		if (programs_of_source(skeleton, plan->events[i].program) == program)
			return true;
	return false;
}

bool programs_is_hook(const struct sampler *sampler, const struct bpf_program *program)
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
		bpf_program__set_autoload(program, is_planned(skeleton, plan, program) || programs_is_hook(sampler, program) ||
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

int programs_load(struct sampler *sampler, const struct source_plan *plan, const struct sampler_settings *settings,
		  struct reason *reason)
{
	struct shapes shapes = { .heat.fd = -1, .threads.fd = -1, .recent.fd = -1 };
	int err = load_shaped(sampler, plan, settings, &shapes, reason);

	table_close(&shapes.heat);
	table_close(&shapes.threads);
	table_close(&shapes.recent);
	return err;
}
