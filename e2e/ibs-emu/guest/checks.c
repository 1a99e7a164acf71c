// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdlib.h>

#include "checks.h"

enum { OP_CTL, OP_RIP, OP_DATA, OP_DATA2, OP_DATA3, DC_LIN_AD, DC_PHYS_AD };
enum { FETCH_CTL, FETCH_LIN_AD, FETCH_PHYS_AD };

#define BIT(n)			(1ULL << (n))
#define LOAD			BIT(0)
#define STORE			BIT(1)
#define DC_MISS			BIT(7)
#define LIN_VALID		BIT(17)
#define PHYS_VALID		BIT(18)
#define L2_MISS			BIT(20)
#define MISS_LATENCY(data3)	((data3) >> 32 & 0xffff)
#define RIP_INVALID		BIT(38)
#define REMOTE_NODE		BIT(4)
#define FETCH_PHYS_VALID	BIT(52)
#define FETCH_L3_MISS		BIT(61)
#define SOURCE_DRAM		3
#define SOURCE_EXTENSION	8

int checks_open(struct checks *checks)
{
	int i;

	checks->pages = calloc(PAGES_MAX, sizeof(*checks->pages));
	if (!checks->pages)
		return -ENOMEM;
	for (i = 0; i < checks->workload->count; i++) {
		checks->hot_before += checks->workload->worker[i].page->hot_accesses;
		checks->accesses_before += checks->workload->worker[i].page->accesses;
	}
	return 0;
}

void checks_close(struct checks *checks)
{
	free(checks->pages);
	checks->pages = NULL;
}

static uint32_t expected_bytes(const struct checks *checks)
{
	unsigned int registers;

	if (checks->is_op)
		registers = 7U + !!(checks->caps & IBS_CAP_BRANCH_TARGET) +
			    !!(checks->caps & IBS_CAP_OP_DATA4);
	else
		registers = 3U + !!(checks->caps & IBS_CAP_FETCH_EXTENDED);
	return 4 + 8 * registers;
}

static void remember_page(struct checks *checks, int worker, uint64_t address, uint64_t physical)
{
	struct page_seen *page;

	if (checks->page_count == PAGES_MAX)
		return;
	page = &checks->pages[checks->page_count++];
	page->address = address;
	page->physical = physical;
	page->worker = worker;
}

static void check_source(struct checks *checks, const struct ibs_sample *sample, uint64_t data3)
{
	union perf_mem_data_src source = { .val = sample->data_src };
	uint64_t latency = (data3 & DC_MISS) && (data3 & LOAD) ? MISS_LATENCY(data3) : 0;

	checks->wrong_source += source.mem_op !=
				(data3 & LOAD ? PERF_MEM_OP_LOAD : PERF_MEM_OP_STORE);
	checks->wrong_weight += sample->weight != latency;
}

/* Which bits a load from memory must carry, by the node of its page and of the CPU. */
static void check_node_bits(struct checks *checks, const struct ibs_sample *sample, uint64_t data3)
{
	uint64_t data2 = sample->registers[OP_DATA2];
	unsigned int source = (unsigned int)((data2 & 7) | (data2 >> 6 & 3) << 3);
	int node = node_of_physical(checks->nodes, sample->registers[DC_PHYS_AD]);
	bool zen4 = checks->caps & IBS_CAP_ZEN4;
	bool extension, remote;

	if (!(data3 & LOAD) || !(data3 & L2_MISS) || node < 0)
		return;
	if (source != SOURCE_DRAM && source != SOURCE_EXTENSION)
		return;
	extension = zen4 && !checks->nodes->has_cpus[node];
	remote = !extension && node != checks->nodes->node_of_cpu[sample->cpu];
	checks->from_memory++;
	checks->remote += remote;
	checks->extension += extension;
	checks->wrong_node_bits += source != (extension ? SOURCE_EXTENSION : SOURCE_DRAM) ||
				   !(data2 & REMOTE_NODE) != !remote;
}

/* Without a valid RIP perf falls back on the interrupted address, and says so. */
static void check_rip(struct checks *checks, const struct ibs_sample *sample)
{
	if (sample->registers[OP_DATA] & RIP_INVALID) {
		checks->without_rip++;
		checks->wrong_ip += sample->exact || !sample->ip;
		return;
	}
	checks->wrong_ip += !sample->exact || sample->registers[OP_RIP] != sample->ip;
}

static void take_op(struct checks *checks, const struct ibs_sample *sample, int worker)
{
	uint64_t data3 = sample->registers[OP_DATA3];
	uint64_t address = sample->registers[DC_LIN_AD];
	uint64_t physical = sample->registers[DC_PHYS_AD];

	check_rip(checks, sample);
	if (!(data3 & LIN_VALID)) {
		checks->wrong_address += sample->address != 0;
		return;
	}
	checks->with_address++;
	checks->loads += !!(data3 & LOAD);
	checks->stores += !!(data3 & STORE);
	checks->wrong_address += sample->address != address;
	check_source(checks, sample, data3);
	if (worker_is_counted(&checks->workload->worker[worker], address)) {
		checks->counted++;
		checks->hot += worker_is_hot(&checks->workload->worker[worker], address);
	}
	if (!(data3 & PHYS_VALID))
		return;
	checks->with_physical++;
	checks->wrong_physical += sample->physical != physical;
	check_node_bits(checks, sample, data3);
	remember_page(checks, worker, address, physical);
}

static void take_fetch(struct checks *checks, const struct ibs_sample *sample, int worker)
{
	checks->wrong_ip += !sample->exact || sample->registers[FETCH_LIN_AD] != sample->ip;
	checks->wrong_address += sample->address != 0;
	if (!(sample->registers[FETCH_CTL] & FETCH_PHYS_VALID))
		return;
	checks->with_physical++;
	checks->counted++;
	remember_page(checks, worker, sample->registers[FETCH_LIN_AD],
		      sample->registers[FETCH_PHYS_AD]);
}

/* With l3missonly the hardware reports nothing else. */
static bool passes_filter(const struct checks *checks, const struct ibs_sample *sample)
{
	if (checks->is_op)
		return !(checks->config & OP_L3MISSONLY) || sample->registers[OP_DATA3] & L2_MISS;
	return !(checks->config & FETCH_L3MISSONLY) || sample->registers[FETCH_CTL] & FETCH_L3_MISS;
}

void checks_take(void *context, const struct ibs_sample *sample)
{
	struct checks *checks = context;
	int worker = workload_find(checks->workload, sample->pid);

	checks->seen++;
	checks->wrong_layout += sample->raw_bytes != expected_bytes(checks) ||
				sample->caps != checks->caps;
	checks->wrong_period += sample->period != checks->period;
	checks->kernel += !sample->user;
	checks->wrong_filter += !passes_filter(checks, sample);
	if (worker < 0)
		return;
	checks->of_workers++;
	if (!sample->user)
		return;
	if (checks->is_op)
		take_op(checks, sample, worker);
	else
		take_fetch(checks, sample, worker);
}
