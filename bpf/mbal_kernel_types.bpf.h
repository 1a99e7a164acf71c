/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's structures, as far as we read them. CO-RE finds the fields by name in the running kernel's BTF, so
 * neither order nor offset here means anything, and the build needs no kernel.
 */
#ifndef MBAL_KERNEL_TYPES_BPF_H
#define MBAL_KERNEL_TYPES_BPF_H

#include <linux/perf_event.h>

#include "mbal_ints.bpf.h"

#define MBAL_CO_RE __attribute__((preserve_access_index))

struct bpf_map {
	u32 max_entries;
} MBAL_CO_RE;

struct thread_struct {
	unsigned long fsbase;
	unsigned long gsbase;
} MBAL_CO_RE;

typedef struct {
	int counter;
} MBAL_CO_RE atomic_t;

struct signal_struct {
	atomic_t live;	/* threads that did not exit yet */
} MBAL_CO_RE;

typedef struct {
	u32 val;
} MBAL_CO_RE kuid_t;

struct cred {
	kuid_t uid;
	kuid_t euid;
	kuid_t suid;
} MBAL_CO_RE;

struct mm_struct {
	unsigned long flags;
} MBAL_CO_RE;

struct kernfs_node {
	u64 id;		/* the inode number of the folder */
} MBAL_CO_RE;

struct cgroup {
	int level;	/* 0: the root */
	struct kernfs_node *kn;
} MBAL_CO_RE;

struct css_set {
	struct cgroup *dfl_cgrp;	/* in the v2 hierarchy */
} MBAL_CO_RE;

struct task_struct {
	struct thread_struct thread;
	struct signal_struct *signal;
	u32 flags;
	int pid;
	int tgid;
	char comm[16];
	const struct cred *cred;
	struct mm_struct *mm;
	struct css_set *cgroups;
} MBAL_CO_RE;

/* What a program that is started was found to be. */
struct linux_binprm {
	unsigned int secureexec : 1;	/* it has rights that who started it has not */
} MBAL_CO_RE;

struct perf_raw_frag {
	void *data;
	u32 size;
} MBAL_CO_RE;

struct perf_raw_record {
	struct perf_raw_frag frag;
} MBAL_CO_RE;

struct perf_sample_data {
	u64 sample_flags;
	struct perf_raw_record *raw;
	union perf_mem_data_src data_src;
	union perf_sample_weight weight;
	u64 phys_addr;
} MBAL_CO_RE;

/* What the context of a perf_event program really is. */
struct bpf_perf_event_data_kern {
	struct perf_sample_data *data;
} MBAL_CO_RE;

/*
 * The context of a perf_event program on x86-64 as the verifier presents it, every register a u64: a narrower
 * load is refused. UAPI, not CO-RE: bpf_perf_event_data in linux/bpf_perf_event.h.
 */
struct mbal_perf_context {
	u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di;
	u64 orig_ax, ip, cs, flags, sp, ss;
	u64 sample_period, addr;
};

#endif
