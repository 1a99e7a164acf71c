// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "events.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sysfs.h"

#define PROC_SYS_KERNEL "/proc/sys/kernel"
#define LOOKS_AT_ONCE 2u	/* each interrupts the CPU of its event, and waits for it */
#define SHARED_PERCENT 95u	/* below this somebody else had the PMU: switching alone costs less */

/* What an administrator would look at next. */
static int open_failed(const struct source_event *event, unsigned int cpu, int err, struct reason *reason)
{
	const struct perf_event_attr *attr = &event->attr;
	const char *name = errno_name(err);
	long limit;

	/* Above 2, which Debian and Ubuntu add, the kernel wants CAP_SYS_ADMIN. */
	if ((err == -EPERM || err == -EACCES) && !sysfs_read_number(PROC_SYS_KERNEL, "perf_event_paranoid", &limit))
		return reason_set(reason, err, "perf_event_open of %s on CPU %u failed: %s; needs %s (kernel.perf_event_paranoid is %ld)",
				  event->name, cpu, name,
				  limit > 2 ? "CAP_SYS_ADMIN at start, or kernel.perf_event_paranoid=2" : "CAP_PERFMON", limit);
	if (err == -EINVAL && attr->freq && !sysfs_read_number(PROC_SYS_KERNEL, "perf_event_max_sample_rate", &limit) &&
	    limit >= 0 && attr->sample_freq > (unsigned long)limit)
		return reason_set(reason, err, "perf_event_open of %s on CPU %u failed: %s; kernel.perf_event_max_sample_rate is %ld",
				  event->name, cpu, name, limit);
	if (err == -EBUSY || err == -ENOSPC)
		return reason_set(reason, err, "perf_event_open of %s on CPU %u failed: %s; another user (perf?) has this PMU, which takes one "
				  "event a CPU", event->name, cpu, name);
	return reason_set(reason, err, "perf_event_open of %s on CPU %u failed: %s", event->name, cpu, name);
}

static int find_fd(const struct events *events, unsigned int cpu, unsigned int index)
{
	for (unsigned int i = 0; i < events->count; i++)
		if (events->open[i].cpu == cpu && events->open[i].index == index)
			return events->open[i].fd;
	return -1;
}

static int make_room(struct events *events)
{
	unsigned int room = events->room ? events->room * 2 : 16;
	struct open_event *more;

	if (events->count < events->room)
		return 0;
	more = realloc(events->open, room * sizeof(*more));
	if (!more)
		return -ENOMEM;
	events->open = more;
	events->room = room;
	return 0;
}

static void close_one(struct open_event *open)
{
	throttle_close(&open->throttle);
	close(open->fd);
}

/* A throttled event that nobody hears of still samples. */
static void watch_throttle(struct events *events, struct open_event *open)
{
	int err = throttle_open(&open->throttle, open->fd);

	if (err)
		events->throttle_error = err;
}

static int attach(struct events *events, struct open_event *open, struct reason *reason)
{
	const struct source_event *event = &events->plan.events[open->index];

	if (event->program == SOURCE_PROGRAM_NONE)
		return 0;
	if (ioctl(open->fd, PERF_EVENT_IOC_SET_BPF, events->program_fds[event->program]))
		return reason_set(reason, -errno, "the BPF program of %s cannot be attached on CPU %u: %s", event->name, open->cpu,
				  errno_name(errno));
	watch_throttle(events, open);
	return 0;
}

static int open_one(struct events *events, unsigned int cpu, unsigned int index, struct reason *reason)
{
	const struct source_event *event = &events->plan.events[index];
	int leader_fd = event->is_grouped ? find_fd(events, cpu, index - 1) : -1;
	struct perf_event_attr copy = event->attr;	/* the system call wants to write `size` when it is wrong */
	struct open_event *open;
	int fd;

	if (event->has_cpus && !cpu_list_has(&event->cpus, cpu))
		return 0;
	if (make_room(events))
		return reason_set(reason, -ENOMEM, "out of memory");
	fd = (int)syscall(SYS_perf_event_open, &copy, -1, cpu, leader_fd, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return open_failed(event, cpu, -errno, reason);
	open = &events->open[events->count++];
	*open = (struct open_event){ .fd = fd, .cpu = cpu, .index = index };
	return attach(events, open, reason);
}

/* Closes what the caller's filter picks: the last first, so that a group's members go before their leader. */
static void close_where(struct events *events, bool by_cpu, unsigned int number)
{
	for (unsigned int i = events->count; i-- > 0;) {
		if ((by_cpu ? events->open[i].cpu : events->open[i].index) != number)
			continue;
		close_one(&events->open[i]);
		for (unsigned int j = i + 1; j < events->count; j++)
			events->open[j - 1] = events->open[j];
		events->count--;
	}
	events->next_look = 0;
}

/* Always the last of a plan. */
static void leave_out(struct events *events, unsigned int index, const struct reason *why)
{
	close_where(events, false, index);
	source_plan_note(&events->plan, "%s is not sampled: %.400s", events->plan.events[index].name, why->text);
	events->plan.count = index;
}

static int open_cpu(struct events *events, unsigned int cpu, struct reason *reason)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < events->plan.count; i++) {
		err = open_one(events, cpu, i, reason);
		if (!err || !events->plan.events[i].is_optional)
			continue;
		leave_out(events, i, reason);
		err = 0;
	}
	if (err)
		close_where(events, true, cpu);
	else
		cpu_list_add(&events->cpus, cpu);
	return err;
}

int events_open(struct events *events, const struct source_plan *plan, const int program_fds[SOURCE_PROGRAM_MAX],
		const struct cpu_list *cpus, struct reason *reason)
{
	int err = 0;

	*events = (struct events){ .plan = *plan };
	for (unsigned int i = 0; i < SOURCE_PROGRAM_MAX; i++)
		events->program_fds[i] = program_fds[i];
	for (unsigned int cpu = cpu_list_next(cpus, 0); !err && cpu < CPU_LIST_MAX; cpu = cpu_list_next(cpus, cpu + 1))
		err = open_cpu(events, cpu, reason);
	if (!err && !events->count)
		err = reason_set(reason, -ENODEV, "none of the CPUs to sample has its events");
	if (err)
		events_close(events);
	return err;
}

void events_close(struct events *events)
{
	for (unsigned int i = events->count; i-- > 0;)
		close_one(&events->open[i]);
	free(events->open);
	*events = (struct events){ 0 };
}

static int run_one(const struct open_event *open, bool run)
{
	return ioctl(open->fd, run ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0) ? -errno : 0;
}

int events_run(struct events *events, bool run)
{
	int err = 0;

	events->is_running = run;
	for (unsigned int i = 0; i < events->count; i++) {
		int failed = run_one(&events->open[i], run);

		if (!err)
			err = failed;
	}
	return err;
}

static int set_period(const struct events *events, const struct open_event *open)
{
	const struct source_event *event = &events->plan.events[open->index];
	__u64 period = source_thinned_period(event, events->period);

	if (event->program == SOURCE_PROGRAM_NONE)
		return 0;
	return ioctl(open->fd, PERF_EVENT_IOC_PERIOD, &period) ? -errno : 0;
}

int events_set_period(struct events *events, uint64_t period)
{
	int err = 0;

	events->period = period;
	for (unsigned int i = 0; i < events->count; i++) {
		int failed = set_period(events, &events->open[i]);

		if (!err)
			err = failed;
	}
	return err;
}

/* As the others are. */
static int start_cpu(const struct events *events, unsigned int cpu, struct reason *reason)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < events->count; i++) {
		if (events->open[i].cpu != cpu)
			continue;
		if (events->period)
			err = set_period(events, &events->open[i]);
		if (!err && events->is_running)
			err = run_one(&events->open[i], true);
	}
	return err ? reason_set(reason, err, "the events of CPU %u cannot be started: %s", cpu, errno_name(err)) : 0;
}

static unsigned int take_online(struct events *events, unsigned int cpu, struct reason *reason)
{
	int err = open_cpu(events, cpu, reason);

	if (!err)
		err = start_cpu(events, cpu, reason);
	if (!err)
		return 1;
	close_where(events, true, cpu);
	cpu_list_remove(&events->cpus, cpu);
	cpu_list_add(&events->refused, cpu);
	return 0;
}

/* An event whose CPU went offline is dead for good, also when the CPU comes back: the kernel takes it out of its context. */
static unsigned int take_offline(struct events *events, unsigned int cpu)
{
	close_where(events, true, cpu);
	cpu_list_remove(&events->cpus, cpu);
	return 1;
}

unsigned int events_follow(struct events *events, const struct cpu_list *online, struct reason *reason)
{
	unsigned int changes = 0;

	reason->text[0] = '\0';
	for (unsigned int cpu = 0; cpu < CPU_LIST_MAX; cpu++) {
		bool is_online = cpu_list_has(online, cpu), is_sampled = cpu_list_has(&events->cpus, cpu);

		if (!is_online)
			cpu_list_remove(&events->refused, cpu);
		if (is_online && !is_sampled && !cpu_list_has(&events->refused, cpu))
			changes += take_online(events, cpu, reason);
		else if (!is_online && is_sampled)
			changes += take_offline(events, cpu);
	}
	return changes;
}

void events_count_throttled(struct events *events)
{
	for (unsigned int i = 0; i < events->count; i++)
		events->throttled += throttle_take(&events->open[i].throttle);
}

/* Percent of the time since the last look that the event had its PMU; 100 when there was no time. */
static unsigned int look_at(struct open_event *open)
{
	struct {
		uint64_t value, enabled_ns, running_ns;
	} now;
	uint64_t enabled_ns, running_ns;

	if (read(open->fd, &now, sizeof(now)) != sizeof(now))
		return 100;
	enabled_ns = now.enabled_ns - open->enabled_ns;
	running_ns = now.running_ns - open->running_ns;
	open->enabled_ns = now.enabled_ns;
	open->running_ns = now.running_ns;
	return enabled_ns ? (unsigned int)(running_ns * 100 / enabled_ns) : 100;
}

/* What the kernel makes by itself, such as a timer, has no counters that others could take. */
static bool has_pmu(const struct events *events, const struct open_event *open)
{
	return events->plan.events[open->index].attr.type != PERF_TYPE_SOFTWARE;
}

bool events_find_sharing(struct events *events, struct events_sharing *sharing)
{
	for (unsigned int i = 0; i < LOOKS_AT_ONCE && i < events->count; i++) {
		struct open_event *open = &events->open[events->next_look++ % events->count];
		unsigned int percent = has_pmu(events, open) ? look_at(open) : 100;

		if (percent >= SHARED_PERCENT)
			continue;
		*sharing = (struct events_sharing){
			.name = events->plan.events[open->index].name,
			.cpu = open->cpu,
			.running_percent = percent,
		};
		return true;
	}
	return false;
}

unsigned int events_rate_hz(const struct events *events, unsigned int rate_hz)
{
	unsigned int sum = 0, cpus = cpu_list_count(&events->cpus);

	for (unsigned int i = 0; rate_hz && i < events->count; i++) {
		const struct source_event *event = &events->plan.events[events->open[i].index];

		if (event->program != SOURCE_PROGRAM_NONE)
			sum += rate_hz > event->thinning ? rate_hz / event->thinning : 1;
	}
	return cpus ? sum / cpus : 0;
}
