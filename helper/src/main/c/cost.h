/* SPDX-License-Identifier: Apache-2.0 */
/* What the helper costs, and by how much the rate must go down for it to stay below the cap. Pure arithmetic. */
#ifndef COST_H
#define COST_H

#include <stdbool.h>
#include <stdint.h>

/* Clocks that only go forward. */
struct cost_reading {
	uint64_t now_ns;	/* CLOCK_MONOTONIC */
	uint64_t own_cpu_ns;	/* of this process */
	uint64_t bpf_ns;	/* in our BPF programs, on all CPUs */
	uint64_t samples;	/* on all CPUs, whatever became of them */
};

struct cost {
	struct cost_reading last;
	uint64_t max_ppm;	/* millionths of one CPU */
	uint64_t ppm;		/* between the last two readings, in BPF and of our own */
	uint64_t bpf_ppm;	/* of that, in BPF */
	uint64_t samples_per_second;	/* between the last two readings */
	uint64_t most_samples_per_second;	/* ever */
	unsigned int share_permille;	/* of the rate that was asked for */
};

void cost_open(struct cost *cost, unsigned int max_permille, const struct cost_reading *start);
/* Returns whether share_permille has changed. */
bool cost_update(struct cost *cost, const struct cost_reading *reading);
/* When the number of CPUs has changed. */
void cost_set_max(struct cost *cost, unsigned int max_permille);
unsigned int cost_permille(const struct cost *cost);
/* The part of it that is time in BPF. */
unsigned int cost_bpf_permille(const struct cost *cost);

#endif
