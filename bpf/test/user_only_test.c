// SPDX-License-Identifier: Apache-2.0
/*
 * Groups that want only what programs do themselves, beside groups that want all, where the source delivers what the
 * kernel does for them too.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "sampled_events.h"
#include "tap.h"
#include "targets.h"

#define BY_KERNEL 5u
#define BY_PROGRAM 3u
#define PAGES_BY_KERNEL 499u
#define PAGES_BY_PROGRAM 211u
#define PAGE_BYTES 4096ul

static struct group open_rule(struct fixture *fixture, enum mbal_target_kind kind, enum mbal_group_flag flags)
{
	return open_group(fixture, (struct mbal_group_rule){ .kind = kind, .flags = flags }, PLACES);
}

/* Some accesses of the kernel and some of the program, to one page. Into one group whatever their tgid; 0: by tgid. */
static void inject(struct fixture *fixture, __u64 group_id)
{
	struct mbal_inject_args args = { .count = BY_KERNEL + BY_PROGRAM, .group_id = group_id };
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &args, .ctx_size_in = sizeof(args));

	for (unsigned int i = 0; i < args.count; i++)
		fixture->sampler.injected[i] = (struct mbal_access){
			.vaddr = PAGE << MBAL_PAGE_SHIFT, .tgid = NO_PROCESS, .tid = NO_PROCESS, .time_ns = 1,
			.flags = i < BY_KERNEL ? MBAL_ACCESS_STORE | MBAL_ACCESS_KERNEL : MBAL_ACCESS_STORE,
		};
	if (bpf_prog_test_run_opts(bpf_program__fd(fixture->sampler.skeleton->progs.mbal_inject), &options) ||
	    args.injected != args.count)
		abort();
}

static void check_weight(struct fixture *fixture, const struct group *group, __u32 expected, const char *what)
{
	__u32 weight = weight_of(group, tag_of(fixture, group, NO_PROCESS), PAGE);
	__u64 recorded = table_header(&group->heat)->recorded, recent = table_header(&group->recent)->recorded;
	const struct mbal_slot *thread = table_find(&group->threads, MBAL_KEY_THREAD | NO_PROCESS);

	tap_check(weight == expected && recorded == expected && recent == expected && thread &&
			  slot_count(&group->threads, thread, 0) == expected,
		  "%s: %u of %u in the heat table, %llu recent", what, weight, expected, recent);
}

static void check_at_once(struct fixture *fixture)
{
	struct group all = open_rule(fixture, MBAL_TARGET_SET, 0);
	struct group user = open_rule(fixture, MBAL_TARGET_SET, MBAL_GROUP_USER_ONLY);
	struct counters before = sampler_counters(&fixture->sampler), added;

	join(fixture, &user, NO_PROCESS, 0);
	join(fixture, &all, NO_PROCESS, 0);
	inject(fixture, 0);
	check_weight(fixture, &all, BY_KERNEL + BY_PROGRAM, "a group that wants all");
	check_weight(fixture, &user, BY_PROGRAM, "a group that wants the program's own");
	added = counters_since(&fixture->sampler, &before);
	check_sum(&added, BY_KERNEL + BY_PROGRAM, "in both groups");
	check_counter(&added, MBAL_COUNTER_RECORDED, BY_KERNEL + BY_PROGRAM, "in both groups");

	leave(fixture, &all, NO_PROCESS);
	inject(fixture, 0);
	check_weight(fixture, &user, 2 * BY_PROGRAM, "the same group alone");
	added = counters_since(&fixture->sampler, &before);
	check_sum(&added, 2 * (BY_KERNEL + BY_PROGRAM), "and in one");
	check_counter(&added, MBAL_COUNTER_DROP_USER_ONLY, BY_KERNEL, "and in one");
	leave(fixture, &user, NO_PROCESS);
	group_close(&fixture->sampler, &all);
	group_close(&fixture->sampler, &user);
}

static void check_replay(struct fixture *fixture)
{
	struct group all = open_rule(fixture, MBAL_TARGET_REPLAY, 0);
	struct group user = open_rule(fixture, MBAL_TARGET_REPLAY, MBAL_GROUP_USER_ONLY);
	struct counters before = sampler_counters(&fixture->sampler), added;

	inject(fixture, all.id);
	inject(fixture, user.id);
	tap_check(weight_of(&all, 0, PAGE) == BY_KERNEL + BY_PROGRAM && weight_of(&user, 0, PAGE) == BY_PROGRAM,
		  "recorded accesses: %u in one group, %u in the other", weight_of(&all, 0, PAGE), weight_of(&user, 0, PAGE));
	added = counters_since(&fixture->sampler, &before);
	check_sum(&added, 2 * (BY_KERNEL + BY_PROGRAM), "recorded accesses");
	check_counter(&added, MBAL_COUNTER_DROP_USER_ONLY, BY_KERNEL, "recorded accesses");
	group_close(&fixture->sampler, &all);
	group_close(&fixture->sampler, &user);
}

/* The kernel touches the first pages for the child, which reads zeros into them; the others it touches itself. */
static __attribute__((noreturn)) void touch(volatile char *pages, int go)
{
	int zero = open("/dev/zero", O_RDONLY);
	char byte;

	if (read(go, &byte, 1) != 1 || read(zero, (char *)pages, PAGES_BY_KERNEL * PAGE_BYTES) < 0)
		_exit(1);
	for (unsigned long i = PAGES_BY_KERNEL; i < PAGES_BY_KERNEL + PAGES_BY_PROGRAM; i++)
		pages[i * PAGE_BYTES] = 1;
	_exit(0);
}

static __u32 count_pages(const struct group *group, __u32 tag, __u64 first, __u32 pages)
{
	__u32 found = 0;

	for (__u64 page = first; page < first + pages; page++)
		found += weight_of(group, tag, page) == 1;
	return found;
}

static void run_child(struct fixture *fixture, pid_t pid, int go)
{
	static struct sampled_events events;
	struct perf_event_attr attributes = fault_event(PERF_COUNT_SW_PAGE_FAULTS_MIN);
	int status = -1;

	if (sampled_events_open(&events, &attributes, fixture->sampler.skeleton->progs.mbal_page_fault) || write(go, "", 1) != 1)
		abort();
	waitpid(pid, &status, 0);
	sampled_events_close(&events);
	tap_check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child and the kernel touched its pages");
}

static void check_faults(struct fixture *fixture)
{
	size_t bytes = (PAGES_BY_KERNEL + PAGES_BY_PROGRAM) * PAGE_BYTES;
	struct group all = open_rule(fixture, MBAL_TARGET_SET, 0);
	struct group user = open_rule(fixture, MBAL_TARGET_SET, MBAL_GROUP_USER_ONLY);
	char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	__u64 first = (__u64)pages >> MBAL_PAGE_SHIFT;
	__u32 all_tag, user_tag, by_kernel, by_program;
	struct counters before, added;
	int go[2];
	pid_t pid;

	if (pages == MAP_FAILED || madvise(pages, bytes, MADV_NOHUGEPAGE) || pipe(go))
		abort();
	pid = fork();
	if (!pid)
		touch(pages, go[0]);
	join(fixture, &all, (__u32)pid, 0);
	join(fixture, &user, (__u32)pid, 0);
	all_tag = tag_of(fixture, &all, pid);
	user_tag = tag_of(fixture, &user, pid);
	before = sampler_counters(&fixture->sampler);
	run_child(fixture, pid, go[1]);
	added = counters_since(&fixture->sampler, &before);
	check_sum(&added, added.of[MBAL_COUNTER_SEEN], "page faults");
	by_kernel = count_pages(&all, all_tag, first, PAGES_BY_KERNEL);
	by_program = count_pages(&all, all_tag, first + PAGES_BY_KERNEL, PAGES_BY_PROGRAM);
	tap_check(by_kernel == PAGES_BY_KERNEL && by_program == PAGES_BY_PROGRAM,
		  "a group that wants all has %u of %u pages that the kernel touched, %u of %u of the child's", by_kernel,
		  PAGES_BY_KERNEL, by_program, PAGES_BY_PROGRAM);
	by_kernel = count_pages(&user, user_tag, first, PAGES_BY_KERNEL);
	by_program = count_pages(&user, user_tag, first + PAGES_BY_KERNEL, PAGES_BY_PROGRAM);
	tap_check(by_kernel == 0 && by_program == PAGES_BY_PROGRAM,
		  "one that wants the program's own has %u of them, and %u of %u", by_kernel, by_program, PAGES_BY_PROGRAM);
	munmap(pages, bytes);
	close(go[0]);
	close(go[1]);
	group_close(&fixture->sampler, &all);
	group_close(&fixture->sampler, &user);
}

int main(void)
{
	struct sampler_knobs knobs = { .has_kernel = true };
	struct fixture fixture;

	if (!fixture_open_with(&fixture, &knobs))
		return tap_done();
	check_at_once(&fixture);
	check_replay(&fixture);
	check_faults(&fixture);
	fixture_close(&fixture);
	return tap_done();
}
