// SPDX-License-Identifier: Apache-2.0
/* Every program loads for every slot size, and within its budget of verifier instructions. */
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "sampler.h"
#include "tap.h"

#define BUDGET_FILE "bpf/test/instruction-budget.txt"

/* The budget of a program for a number of nodes; 0 when the file has none. */
static unsigned int budget_of(const char *program, __u32 node_count)
{
	FILE *file = fopen(BUDGET_FILE, "r");
	unsigned int nodes, instructions, found = 0;
	char line[256], name[64];

	if (!file) {
		perror(BUDGET_FILE);
		return 0;
	}
	while (!found && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63s %u %u", name, &nodes, &instructions) == 3 && nodes == node_count &&
		    !strcmp(name, program))
			found = instructions;
	}
	fclose(file);
	return found;
}

static void check_budget(struct bpf_program *program, __u32 node_count)
{
	const char *name = bpf_program__name(program);
	unsigned int budget = budget_of(name, node_count);
	struct bpf_prog_info info = { 0 };
	__u32 bytes = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &bytes)) {
		tap_check(false, "%s: no bpf_prog_info", name);
		return;
	}
	tap_check(info.verified_insns > 0 && info.verified_insns <= budget,
		  "%s for %u nodes: %u verifier instructions, budget %u", name, node_count, info.verified_insns,
		  budget);
}

static void check_load(__u32 node_count, bool has_kernel, bool budgeted)
{
	struct sampler_knobs knobs = { .node_count = node_count, .has_kernel = has_kernel };
	struct bpf_program *program;
	struct sampler sampler;
	int err = sampler_open(&sampler, &knobs);

	if (!tap_check(!err, "loads for %u nodes, slots of %u bytes%s: error %d", node_count,
		       mbal_slot_bytes(node_count), has_kernel ? ", with the kernel's accesses" : "", err))
		return;
	if (!sampler.has_hint_faults)
		tap_skip("this kernel takes no program at mpol_misplaced(): mbal_hint_fault is not loaded");
	bpf_object__for_each_program(program, sampler.skeleton->obj) {
		if (budgeted && bpf_program__fd(program) >= 0)
			check_budget(program, node_count);
	}
	sampler_close(&sampler);
}

int main(void)
{
	if (!sampler_possible())
		return tap_done();
	check_load(1, false, true);
	check_load(4, false, false);
	check_load(8, false, true);
	check_load(24, false, false);
	check_load(MBAL_MAX_NODES, false, true);
	check_load(MBAL_MAX_NODES, true, true);
	return tap_done();
}
