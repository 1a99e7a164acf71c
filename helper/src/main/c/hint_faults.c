// SPDX-License-Identifier: Apache-2.0
#include "hint_faults.h"

#include <errno.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define FUNCTION "mpol_misplaced"	/* as in bpf/mbal_page_fault.bpf.h */

/* A program that does nothing, loaded as ours will be. Returns its descriptor or -errno. */
static int load_empty(int function_id)
{
	const struct bpf_insn empty[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY, .attach_btf_id = (__u32)function_id);

	return bpf_prog_load(BPF_PROG_TYPE_TRACING, "mbal_probe", "GPL", empty, sizeof(empty) / sizeof(empty[0]), &opts);
}

/* Kernels without trampolines load it, and refuse here. */
static int attach_empty(int program_fd)
{
	int fd = bpf_raw_tracepoint_open(NULL, program_fd);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int hint_faults_probe(struct reason *reason)
{
	int function_id = libbpf_find_vmlinux_btf_id(FUNCTION, BPF_TRACE_FENTRY), fd, err;

	if (function_id < 0)
		return reason_set(reason, function_id, "NUMA hint faults are not told apart: this kernel has no " FUNCTION "()");
	fd = load_empty(function_id);
	err = fd < 0 ? fd : attach_empty(fd);
	if (fd >= 0)
		close(fd);
	if (err)
		return reason_set(reason, err, "NUMA hint faults are not told apart: this kernel takes no BPF program at " FUNCTION "(): %s",
				  errno_name(err));
	return 0;
}
