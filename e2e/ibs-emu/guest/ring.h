/* SPDX-License-Identifier: Apache-2.0 */
/* Samples of one IBS unit on all CPUs, from perf's ring buffers. */
#ifndef RING_H
#define RING_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define RING_CPUS_MAX		64
#define RAW_REGISTERS_MAX	9

struct ibs_sample {
	uint64_t ip;
	uint64_t address;
	uint64_t physical;
	uint64_t period;
	uint64_t weight;
	uint64_t data_src;
	uint64_t registers[RAW_REGISTERS_MAX];
	uint32_t raw_bytes;
	uint32_t caps;
	uint32_t cpu;
	pid_t	pid;
	bool	user;		/* by perf's account of the mode */
	bool	exact;		/* perf says that ip is that of the op */
};

struct ring {
	int	fd;
	struct perf_event_mmap_page *page;
	uint64_t lost;
};

struct rings {
	struct ring ring[RING_CPUS_MAX];
	int	count;
};

/* Opens the event on every online CPU; 0 or -errno with nothing left open. */
int rings_open(struct rings *rings, struct perf_event_attr *attr);
void rings_close(struct rings *rings);

/* Hands over every sample that is there. Returns how many. */
int rings_drain(struct rings *rings, void (*take)(void *context, const struct ibs_sample *sample),
		void *context);

uint64_t rings_lost(const struct rings *rings);

#endif
