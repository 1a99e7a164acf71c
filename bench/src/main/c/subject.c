// SPDX-License-Identifier: Apache-2.0
#include "subject.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "mbal_bench_lru.skel.h"
#include "mbal_bench_table.skel.h"
#include "mbal_memory_blocks.h"
#include "mbal_targets.h"

#define NODES 2u
#define GROUP 1ULL
#define MEMORY_BLOCK_WORDS 4u	/* 4 GiB of physical addresses in blocks of 128 MiB */
#define OTHER_SLOTS 4096u	/* of the thread table and the ring of recent accesses */

/* The skeletons of both differ by name only. */
#define OPEN(name) \
	static struct bpf_object *open_##name(void) \
	{ \
		struct mbal_bench_##name##_bpf *skeleton = mbal_bench_##name##_bpf__open(); \
\
		if (!skeleton) \
			return NULL; \
		skeleton->rodata->node_count = NODES; \
		skeleton->rodata->slot_bytes = mbal_slot_bytes(NODES); \
		return skeleton->obj; \
	}
OPEN(table)
OPEN(lru)

static int map_fd(const struct subject *subject, const char *name)
{
	return bpf_object__find_map_fd_by_name(subject->object, name);
}

struct table_size {
	__u32 element_bytes, elements, map_flags;
};

/* As the helper makes them: halves of windows behind the header, and the same number in every group. */
static struct table_size windows(__u32 keys)
{
	__u32 slot_bytes = mbal_slot_bytes(NODES), element_bytes = mbal_half_window_bytes(slot_bytes);
	__u32 bytes = MBAL_HEADER_BYTES + mbal_table_slots(keys, slot_bytes) * slot_bytes;

	return (struct table_size){ element_bytes, bytes / element_bytes, BPF_F_MMAPABLE };
}

static struct table_size ring(__u32 accesses)
{
	const __u32 bytes = sizeof(struct mbal_access);

	return (struct table_size){ bytes, MBAL_HEADER_BYTES / bytes + accesses, BPF_F_MMAPABLE };
}

static int table_create(const struct table_size *size)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = size->map_flags);

	return bpf_map_create(BPF_MAP_TYPE_ARRAY, "mbal_bench", sizeof(__u32), size->element_bytes, size->elements, &options);
}

/* A table whose header says whose it is: the programs find everything else that they need in the knobs. */
static int table_insert(const struct subject *subject, const char *tables, const struct table_size *size)
{
	__u32 place = MBAL_GROUP_PLACE(GROUP);
	struct mbal_table_header *header;
	int fd = table_create(size), err;

	if (fd < 0)
		return -errno;
	header = mmap(NULL, sizeof(*header), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (header == MAP_FAILED)
		return -errno;
	header->group_id = GROUP;
	munmap(header, sizeof(*header));
	err = bpf_map_update_elem(map_fd(subject, tables), &place, &fd, BPF_ANY) ? -errno : 0;
	close(fd);
	return err;
}

static int make_group(const struct subject *subject)
{
	const struct table_size heat = windows(SUBJECT_SLOTS), threads = windows(OTHER_SLOTS), recent = ring(OTHER_SLOTS);
	struct mbal_target target = { .memberships = { { .group_id = GROUP, .flags = MBAL_MEMBER_COUNTED } } };
	__u32 tgid = (__u32)getpid();
	int err = table_insert(subject, "mbal_threads", &threads);

	if (!err)
		err = table_insert(subject, "mbal_recent", &recent);
	if (!err)
		err = table_insert(subject, "mbal_heat", &heat);
	if (!err && bpf_map_update_elem(map_fd(subject, "mbal_targets"), &tgid, &target, BPF_ANY))
		err = -errno;
	return err;
}

/* Shows the verifier a table of the shape of those to come. Returns its descriptor, which has to stay open until then. */
static int show_shape(const struct subject *subject, const char *tables, const struct table_size *size)
{
	int fd = table_create(size);

	return fd < 0 || bpf_map__set_inner_map_fd(bpf_object__find_map_by_name(subject->object, tables), fd) ? -1 : fd;
}

static int load(const struct subject *subject)
{
	const struct table_size heat = windows(SUBJECT_SLOTS), threads = windows(OTHER_SLOTS), recent = ring(OTHER_SLOTS);
	const int fds[] = {
		show_shape(subject, "mbal_heat", &heat),
		show_shape(subject, "mbal_threads", &threads),
		show_shape(subject, "mbal_recent", &recent),
	};
	int err = bpf_object__load(subject->object);

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		close(fds[i]);
	return err;
}

/* All memory on node 0: which one it is costs nothing. */
static int fill_memory_blocks(const struct subject *subject)
{
	const __u64 node_0 = 0x0101010101010101ULL * MBAL_BLOCK_OF_NODE(0);

	for (__u32 i = 0; i < MEMORY_BLOCK_WORDS; i++)
		if (bpf_map_update_elem(map_fd(subject, "mbal_mem_blocks"), &i, &node_0, BPF_ANY))
			return -errno;
	return 0;
}

/* What the prototype asks its maps for: this process, and each CPU's node and room for a value. */
static int fill_prototype(const struct subject *subject)
{
	static const char page[1024];	/* more than a value has */
	__u32 tgid = (__u32)getpid(), node = 0;
	int cpus = libbpf_num_possible_cpus(), err = cpus < 0 ? cpus : 0;

	if (!err && bpf_map_update_elem(map_fd(subject, "mbal_included"), &tgid, &tgid, BPF_ANY))
		err = -errno;
	for (__u32 cpu = 0; !err && cpu < (__u32)cpus; cpu++)
		if (bpf_map_update_elem(map_fd(subject, "mbal_cpu_nodes"), &cpu, &node, BPF_ANY) ||
		    bpf_map_update_elem(map_fd(subject, "mbal_cpu_pages"), &cpu, page, BPF_ANY))
			err = -errno;
	return err;
}

static void *map_input(const struct subject *subject, const char *name, size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd(subject, name), 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static int map_inputs(struct subject *subject)
{
	subject->accesses = map_input(subject, "mbal_injected", MBAL_INJECT_SLOTS * sizeof(struct mbal_access));
	subject->ibs_records = map_input(subject, "mbal_ibs_ops", MBAL_INJECT_SLOTS * sizeof(struct bench_ibs_record));
	subject->contexts = map_input(subject, "mbal_contexts", BENCH_CONTEXTS * sizeof(struct bench_context));
	return subject->accesses && subject->ibs_records && subject->contexts ? 0 : -errno;
}

int subject_open(struct subject *subject, enum subject_heat heat, const char *program)
{
	struct bpf_program *each;
	int err;

	*subject = (struct subject){ .object = heat == SUBJECT_LRU ? open_lru() : open_table() };
	if (!subject->object)
		return -errno;
	bpf_object__for_each_program(each, subject->object) {
		bpf_program__set_autoload(each, !strcmp(bpf_program__name(each), program));
	}
	err = bpf_map__set_max_entries(bpf_object__find_map_by_name(subject->object, "mbal_mem_blocks"), MEMORY_BLOCK_WORDS);
	if (!err)
		err = load(subject);
	if (err)
		return err;
	subject->program_fd = bpf_program__fd(bpf_object__find_program_by_name(subject->object, program));
	err = map_inputs(subject);
	if (!err)
		err = fill_memory_blocks(subject);
	if (!err)
		err = fill_prototype(subject);
	return err ? err : make_group(subject);
}

static long long thread_cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

long long subject_run(const struct subject *subject, __u32 count, __u32 batch)
{
	long long start_ns = thread_cpu_ns();

	for (__u32 first = 0; first < count; first += batch) {
		struct mbal_inject_args args = { .start = first, .count = batch };
		/* The kernel writes the context back to where it came from. */
		LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &args, .ctx_size_in = sizeof(args));

		if (bpf_prog_test_run_opts(subject->program_fd, &options))
			return -errno;
		if (args.injected != batch)
			return -EIO;
	}
	return thread_cpu_ns() - start_ns;
}

int subject_empty_pages(const struct subject *subject)
{
	int fd = map_fd(subject, "mbal_pages"), err;
	__u64 key, next;

	/* What follows a key is asked before the key goes: from the start the kernel would pass over all that is empty by then. */
	err = bpf_map_get_next_key(fd, NULL, &next);
	while (!err) {
		key = next;
		err = bpf_map_get_next_key(fd, &key, &next);
		if (bpf_map_delete_elem(fd, &key))
			return -errno;
	}
	return err == -ENOENT ? 0 : err;
}

/* The sums over all CPUs. */
static int read_counters(const struct subject *subject, struct mbal_cpu_counters *sums)
{
	int cpus = libbpf_num_possible_cpus(), err;
	struct mbal_cpu_counters *values;
	__u32 zero = 0;

	*sums = (struct mbal_cpu_counters){ 0 };
	if (cpus < 0)
		return cpus;
	values = calloc((size_t)cpus, sizeof(*values));
	if (!values)
		return -ENOMEM;
	err = bpf_map_lookup_elem(map_fd(subject, "mbal_counters"), &zero, values) ? -errno : 0;
	for (int cpu = 0; cpu < cpus; cpu++)
		for (int i = 0; i < MBAL_COUNTER_MAX; i++)
			sums->of[i] += values[cpu].of[i];
	free(values);
	return err;
}

int subject_count(struct subject *subject, __u64 *seen, __u64 *recorded)
{
	struct mbal_cpu_counters counters;
	int err = read_counters(subject, &counters);

	*seen = counters.of[MBAL_COUNTER_SEEN] - subject->seen;
	*recorded = counters.of[MBAL_COUNTER_RECORDED] - subject->recorded;
	subject->seen = counters.of[MBAL_COUNTER_SEEN];
	subject->recorded = counters.of[MBAL_COUNTER_RECORDED];
	return err;
}
