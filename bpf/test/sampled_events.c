// SPDX-License-Identifier: Apache-2.0
#include "sampled_events.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_on(struct sampled_events *events, const struct perf_event_attr *attributes,
		   struct bpf_program *program, int cpu)
{
	int fd = (int)syscall(SYS_perf_event_open, attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	struct bpf_link *link;
	int err;

	if (fd < 0)
		return errno == ENODEV ? 0 : -errno;	/* a CPU that is offline */
	link = bpf_program__attach_perf_event(program, fd);
	if (!link) {
		err = -errno;
		close(fd);
		return err;
	}
	events->links[events->count++] = link;		/* owns fd */
	return 0;
}

int sampled_events_open(struct sampled_events *events, const struct perf_event_attr *attributes,
			struct bpf_program *program)
{
	int cpus = libbpf_num_possible_cpus(), err = 0;

	memset(events, 0, sizeof(*events));
	if (cpus > SAMPLED_EVENTS_MAX)
		cpus = SAMPLED_EVENTS_MAX;
	for (int cpu = 0; !err && cpu < cpus; cpu++)
		err = open_on(events, attributes, program, cpu);
	if (err)
		sampled_events_close(events);
	return err;
}

void sampled_events_close(struct sampled_events *events)
{
	for (int i = 0; i < events->count; i++)
		bpf_link__destroy(events->links[i]);
	events->count = 0;
}
