// SPDX-License-Identifier: Apache-2.0
/*
 * Samples processes with a known hot area and compares each sample with what
 * perf says in its own fields, with the kernel's answers about the page, and
 * with the truth about the hot area.
 *
 * Usage: record_check CAPS    (as CPUID 8000001B EAX)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "checks.h"

#define GUARD_SECONDS	300	/* against hanging, not an expectation */
#define IDLE_US		1000

struct plan {
	const char *what;
	const char *pmu;
	uint64_t period;
	uint64_t config;
	unsigned long wanted;	/* samples in the workers' areas, or of their code */
	uint32_t needs_cap;
	bool	in_full;	/* also what takes many samples to judge */
};

#define PERIOD		1000003	/* low bits are dropped */
#define LONG_PERIOD	5000011	/* longer than the fetch register holds */

static const struct plan plans[] = {
	/* 6000: a standard error of 0.004 in the share of the hot area */
	{ "ibs_op", "ibs_op", PERIOD, 0, 6000, 0, true },
	{ "ibs_fetch", "ibs_fetch", PERIOD, 0, 1000, 0, true },
	{ "ibs_op, cnt_ctl", "ibs_op", PERIOD, OP_CNT_CTL, 50, 0, false },
	{ "ibs_op, l3missonly", "ibs_op", PERIOD, OP_L3MISSONLY, 500, IBS_CAP_ZEN4, false },
	{ "ibs_fetch, l3missonly", "ibs_fetch", PERIOD, FETCH_L3MISSONLY, 500, IBS_CAP_ZEN4, false },
	{ "ibs_fetch, rand_en, long period", "ibs_fetch", LONG_PERIOD, FETCH_RAND_EN, 50, 0, false },
};

static bool time_left(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec < GUARD_SECONDS;
}

/* Samples until enough of the counted ones are there. Returns 0 or -errno. */
static int collect(struct checks *checks, const struct plan *plan)
{
	struct perf_event_attr attr = {
		.type = (unsigned int)pmu_type(plan->pmu),
		.sample_period = plan->period,
		.config = plan->config,
	};
	struct timespec start;
	struct rings rings;
	int err = rings_open(&rings, &attr);

	if (err)
		return err;
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (checks->counted < plan->wanted && time_left(&start))
		if (!rings_drain(&rings, checks_take, checks))
			usleep(IDLE_US);
	printf("# %s: %lu samples, %lu of the workers, %lu counted, %llu lost\n", plan->what,
	       checks->seen, checks->of_workers, checks->counted,
	       (unsigned long long)rings_lost(&rings));
	rings_close(&rings);
	return 0;
}

static void carry_out(const struct plan *plan, struct checks checks)
{
	int err = checks_open(&checks);

	if (!err)
		err = collect(&checks, plan);
	tap_check(checks.tap, !err && checks.counted >= plan->wanted,
		  "%s: %lu samples of the workers (wanted: %lu)%s%s", plan->what, checks.counted,
		  plan->wanted, err ? ": " : "", err ? strerror(-err) : "");
	if (!err && plan->in_full)
		checks_report(&checks, plan->what);
	else if (!err)
		checks_report_record(&checks, plan->what);
	checks_close(&checks);
}

static int sample_workers(uint32_t caps, const struct workload *workload, const struct nodes *nodes,
			  struct tap *tap)
{
	size_t i;

	for (i = 0; i < sizeof(plans) / sizeof(*plans); i++) {
		if ((caps & plans[i].needs_cap) != plans[i].needs_cap)
			continue;
		carry_out(&plans[i], (struct checks){
			.tap = tap, .workload = workload, .nodes = nodes, .caps = caps,
			.period = plans[i].period & ~15ULL, .config = plans[i].config,
			.is_op = !strcmp(plans[i].pmu, "ibs_op"),
		});
	}
	return tap->failures != 0;
}

int main(int argc, char **argv)
{
	static struct workload workload;
	static struct nodes nodes;
	struct tap tap = { 0 };
	int err;

	if (argc != 2) {
		fprintf(stderr, "usage: record_check CAPS\n");
		return 2;
	}
	err = nodes_read(&nodes);
	if (!err)
		err = workload_start(&workload, &nodes);
	if (!tap_check(&tap, !err, "workers with a known hot area started%s%s", err ? ": " : "",
		       err ? strerror(-err) : ""))
		return 1;
	err = sample_workers((uint32_t)strtoul(argv[1], NULL, 0), &workload, &nodes, &tap);
	workload_stop(&workload);
	return err;
}
