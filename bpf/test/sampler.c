// SPDX-License-Identifier: Apache-2.0
#include "sampler.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "tap.h"

#define MAPPED_BTF "/sys/kernel/btf/vmlinux"

static int print_warnings(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

bool sampler_possible(void)
{
	libbpf_set_print(print_warnings);
	if (geteuid() != 0) {
		tap_skip("not root: BPF programs cannot be loaded");
		return false;
	}
	if (access(MAPPED_BTF, R_OK)) {
		tap_skip("no %s: this kernel has no BTF", MAPPED_BTF);
		return false;
	}
	return true;
}

static void set_knobs(struct sampler *sampler, const struct sampler_knobs *knobs)
{
	struct mbal_sampler_bpf *skeleton = sampler->skeleton;

	sampler->node_count = knobs->node_count ? knobs->node_count : 1;
	sampler->slot_bytes = mbal_slot_bytes(sampler->node_count);
	skeleton->rodata->node_count = sampler->node_count;
	skeleton->rodata->slot_bytes = sampler->slot_bytes;
	if (knobs->page_shift)
		skeleton->rodata->page_shift = knobs->page_shift;
	if (knobs->epoch_shift)
		skeleton->rodata->epoch_shift = knobs->epoch_shift;
	if (knobs->soft_window)
		skeleton->rodata->soft_window = knobs->soft_window;
	if (knobs->soft_accesses)
		skeleton->rodata->soft_accesses = knobs->soft_accesses;
	skeleton->rodata->user_only = !knobs->has_kernel;
	bpf_program__set_autoload(skeleton->progs.mbal_soft_tick, !knobs->has_kernel);
}

static int set_slot_bytes(struct sampler *sampler)
{
	struct mbal_sampler_bpf *skeleton = sampler->skeleton;
	__u32 element_bytes = mbal_half_window_bytes(sampler->slot_bytes);
	int err = bpf_map__set_value_size(bpf_map__inner_map(skeleton->maps.mbal_heat), element_bytes);

	if (!err)
		err = bpf_map__set_value_size(bpf_map__inner_map(skeleton->maps.mbal_threads), element_bytes);
	return err;
}

static int map_injected(struct sampler *sampler)
{
	size_t bytes = MBAL_INJECT_SLOTS * sizeof(struct mbal_access);
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			    bpf_map__fd(sampler->skeleton->maps.mbal_injected), 0);

	if (memory == MAP_FAILED)
		return -errno;
	sampler->injected = memory;
	return 0;
}

/* Whether this kernel takes a program where hint faults are handled; the helper asks it the same way. */
static bool can_see_hint_faults(void)
{
	const struct bpf_insn empty[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int function_id = libbpf_find_vmlinux_btf_id("mpol_misplaced", BPF_TRACE_FENTRY), fd;
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = (__u32)function_id);

	if (function_id < 0)
		return false;
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "mbal_probe", "GPL", empty, 2, &options);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int sampler_open(struct sampler *sampler, const struct sampler_knobs *knobs)
{
	int err;

	memset(sampler, 0, sizeof(*sampler));
	sampler->skeleton = mbal_sampler_bpf__open();
	if (!sampler->skeleton)
		return -errno;
	set_knobs(sampler, knobs);
	sampler->has_hint_faults = can_see_hint_faults();
	bpf_program__set_autoload(sampler->skeleton->progs.mbal_hint_fault, sampler->has_hint_faults);
	err = set_slot_bytes(sampler);
	if (!err)
		err = mbal_sampler_bpf__load(sampler->skeleton);
	if (!err)
		err = map_injected(sampler);
	if (err)
		sampler_close(sampler);
	return err;
}

void sampler_close(struct sampler *sampler)
{
	if (sampler->injected)
		munmap(sampler->injected, MBAL_INJECT_SLOTS * sizeof(struct mbal_access));
	mbal_sampler_bpf__destroy(sampler->skeleton);
	memset(sampler, 0, sizeof(*sampler));
}

int rule_set(struct sampler *sampler, __u64 group_id, const struct mbal_group_rule *rule)
{
	return bpf_map_update_elem(bpf_map__fd(sampler->skeleton->maps.mbal_rules), &group_id, rule, BPF_ANY);
}

int rule_delete(struct sampler *sampler, __u64 group_id)
{
	return bpf_map_delete_elem(bpf_map__fd(sampler->skeleton->maps.mbal_rules), &group_id);
}

int target_change(struct sampler *sampler, enum mbal_retarget_action action, const struct mbal_newcomer *process)
{
	struct mbal_retarget_args args = { .action = action, .process = *process };
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &args, .ctx_size_in = sizeof(args));
	int err = bpf_prog_test_run_opts(bpf_program__fd(sampler->skeleton->progs.mbal_retarget), &options);

	return err ? err : args.result;
}

int target_set(struct sampler *sampler, __u32 tgid, __u64 group_id)
{
	struct mbal_newcomer process = { .group_id = group_id, .tgid = tgid };
	struct mbal_group_rule rule = { .kind = MBAL_TARGET_PROCESS };
	int err = rule_set(sampler, group_id, &rule);

	return err ? err : target_change(sampler, MBAL_RETARGET_JOIN, &process);
}

bool target_is_in(struct sampler *sampler, __u32 tgid, __u64 group_id, struct mbal_membership *membership)
{
	struct mbal_target target;

	if (bpf_map_lookup_elem(bpf_map__fd(sampler->skeleton->maps.mbal_targets), &tgid, &target))
		return false;
	for (unsigned int i = 0; i < MBAL_MEMBERSHIPS; i++) {
		if (target.memberships[i].group_id != group_id)
			continue;
		if (membership)
			*membership = target.memberships[i];
		return true;
	}
	return false;
}

bool target_exists(struct sampler *sampler, __u32 tgid)
{
	struct mbal_target target;

	return !bpf_map_lookup_elem(bpf_map__fd(sampler->skeleton->maps.mbal_targets), &tgid, &target);
}

static int table_enter(struct bpf_map *tables, __u64 group_id, const struct table *table)
{
	__u32 place = MBAL_GROUP_PLACE(group_id);

	return bpf_map_update_elem(bpf_map__fd(tables), &place, &table->fd, BPF_ANY);
}

static int tables_open(struct sampler *sampler, struct group *group, __u32 slot_count)
{
	int err = table_open_counts(&group->heat, group->id, sampler->node_count, slot_count);

	if (!err)
		err = table_open_counts(&group->threads, group->id, sampler->node_count, slot_count);
	if (!err)
		err = table_open_elements(&group->recent, group->id, sizeof(struct mbal_access), slot_count);
	return err;
}

static int tables_enter(struct sampler *sampler, const struct group *group)
{
	int err = table_enter(sampler->skeleton->maps.mbal_recent, group->id, &group->recent);

	if (!err)
		err = table_enter(sampler->skeleton->maps.mbal_threads, group->id, &group->threads);
	if (!err && group->processes.memory)
		err = table_enter(sampler->skeleton->maps.mbal_processes, group->id, &group->processes);
	if (!err)
		err = table_enter(sampler->skeleton->maps.mbal_heat, group->id, &group->heat);
	return err;
}

int group_open(struct sampler *sampler, struct group *group, __u64 id, __u32 tgid, __u32 slot_count)
{
	int err;

	memset(group, 0, sizeof(*group));
	group->id = id;
	group->tgid = tgid;
	err = tables_open(sampler, group, slot_count);
	if (!err)
		err = tables_enter(sampler, group);
	if (!err && tgid)
		err = target_set(sampler, tgid, id);
	if (err)
		group_close(sampler, group);
	return err;
}

int group_open_for(struct sampler *sampler, struct group *group, __u64 id, const struct mbal_group_rule *rule,
		   __u32 slot_count, __u32 places)
{
	int err;

	memset(group, 0, sizeof(*group));
	group->id = id;
	err = tables_open(sampler, group, slot_count);
	if (!err)
		err = table_open_elements(&group->processes, id, sizeof(struct mbal_process), places);
	if (!err)
		err = tables_enter(sampler, group);
	if (!err)
		err = rule_set(sampler, id, rule);
	if (err)
		group_close(sampler, group);
	return err;
}

void group_close(struct sampler *sampler, struct group *group)
{
	struct mbal_newcomer process = { .group_id = group->id, .tgid = group->tgid };
	__u32 place = MBAL_GROUP_PLACE(group->id);

	if (group->tgid)
		target_change(sampler, MBAL_RETARGET_LEAVE, &process);
	rule_delete(sampler, group->id);
	bpf_map_delete_elem(bpf_map__fd(sampler->skeleton->maps.mbal_processes), &place);
	bpf_map_delete_elem(bpf_map__fd(sampler->skeleton->maps.mbal_heat), &place);
	bpf_map_delete_elem(bpf_map__fd(sampler->skeleton->maps.mbal_threads), &place);
	bpf_map_delete_elem(bpf_map__fd(sampler->skeleton->maps.mbal_recent), &place);
	table_close(&group->heat);
	table_close(&group->threads);
	table_close(&group->recent);
	table_close(&group->processes);
}

int sampler_run(struct sampler *sampler, __u32 start, __u32 count)
{
	struct mbal_inject_args args = { .start = start, .count = count };
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &args, .ctx_size_in = sizeof(args));
	int err = bpf_prog_test_run_opts(bpf_program__fd(sampler->skeleton->progs.mbal_inject), &options);

	if (!err && args.injected != count)
		return -EIO;
	return err;
}

int sampler_inject(struct sampler *sampler, const struct mbal_access *accesses, size_t count)
{
	size_t done = 0;

	while (done < count) {
		size_t batch = count - done < MBAL_INJECT_BATCH ? count - done : MBAL_INJECT_BATCH;
		int err;

		memcpy(sampler->injected, accesses + done, batch * sizeof(*accesses));
		err = sampler_run(sampler, 0, (__u32)batch);
		if (err)
			return err;
		done += batch;
	}
	return 0;
}
