/* SPDX-License-Identifier: Apache-2.0 */
/* What is compared for each sample, and how often it was wrong. */
#ifndef CHECKS_H
#define CHECKS_H

#include "nodes.h"
#include "pmu.h"
#include "ring.h"
#include "tap.h"
#include "workload.h"

#define PAGES_MAX	65536

/* A sampled page, to be asked for when the sampling is over. */
struct page_seen {
	uint64_t address;
	uint64_t physical;
	int	worker;
};

struct checks {
	/* set by the caller */
	struct tap *tap;
	const struct workload *workload;
	const struct nodes *nodes;
	uint32_t caps;
	uint64_t period;
	uint64_t config;
	bool	is_op;
	/* samples */
	unsigned long seen;
	unsigned long kernel;
	unsigned long of_workers;
	unsigned long with_address;
	unsigned long with_physical;
	unsigned long counted;		/* in the workers' areas; for fetch: with a page */
	unsigned long hot;
	unsigned long loads;
	unsigned long stores;
	unsigned long from_memory;
	unsigned long remote;
	unsigned long extension;
	unsigned long without_rip;
	/* of them wrong */
	unsigned long wrong_layout;
	unsigned long wrong_period;
	unsigned long wrong_filter;
	unsigned long wrong_ip;
	unsigned long wrong_address;
	unsigned long wrong_physical;
	unsigned long wrong_source;
	unsigned long wrong_weight;
	unsigned long wrong_node_bits;
	struct page_seen *pages;
	unsigned long page_count;
	/* true counts when sampling began */
	uint64_t hot_before;
	uint64_t accesses_before;
};

/* 0 or -errno */
int checks_open(struct checks *checks);
void checks_close(struct checks *checks);

/* Compares one sample; the callback of rings_drain. */
void checks_take(void *context, const struct ibs_sample *sample);

/* Prints the results of what needs no page: layout, period, filter. */
void checks_report_record(struct checks *checks, const char *what);

/* Asks the kernel for the pages, and prints all results. */
void checks_report(struct checks *checks, const char *what);

#endif
