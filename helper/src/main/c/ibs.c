// SPDX-License-Identifier: Apache-2.0
/*
 * The perf events of AMD IBS: ops and instruction fetches. What the driver wants (6.1, 6.12): no exclude bit (EINVAL), so
 * BPF drops kernel samples, unless sysfs offers the software filter of 6.14; events count a whole CPU (6.1 knows no
 * per-task ones); only config bits that sysfs offers. In frequency mode it starts with a period of 16: the first samples
 * of a CPU come in a burst.
 */
#include <errno.h>

#include "pmu.h"
#include "source.h"

#define IBS_OP "ibs_op"
#define IBS_FETCH "ibs_fetch"
/*
 * Most ops access no memory and are dropped, while every fetch is an access: as often as ops, code would be most of the
 * heat, although hardly any of it is waited for.
 */
#define FETCH_THINNING 8u
/* What the driver takes for ldlat. */
#define LEAST_MIN_LATENCY 128u
#define MOST_MIN_LATENCY 2048u

static int set_l3_miss_only(const struct pmu *pmu, struct perf_event_attr *attr, struct reason *reason)
{
	char path[PMU_PATH_BYTES];

	if (!pmu_has(pmu, "format/l3missonly"))
		return reason_set(reason, -EOPNOTSUPP, "--l3miss needs a CPU that filters by L3 misses (Zen 4 or later): %s is missing",
				  pmu_whole_path(pmu, "format/l3missonly", path));
	return pmu_set_field(pmu, "l3missonly", 1, attr, reason);
}

/* Latencies that are no multiple of 128 the driver filters in software. */
static int set_min_latency(const struct pmu *pmu, unsigned int cycles, struct perf_event_attr *attr, struct reason *reason)
{
	char path[PMU_PATH_BYTES];

	if (!pmu_has(pmu, "format/ldlat"))
		return reason_set(reason, -EOPNOTSUPP,
				  "--min-latency needs a CPU (Zen 5 or later) and a kernel (6.15 or later) that filter by latency: %s is missing",
				  pmu_whole_path(pmu, "format/ldlat", path));
	if (cycles < LEAST_MIN_LATENCY || cycles > MOST_MIN_LATENCY)
		return reason_set(reason, -EINVAL, "--min-latency must be %u..%u with ibs: %u", LEAST_MIN_LATENCY, MOST_MIN_LATENCY, cycles);
	return pmu_set_field(pmu, "ldlat", cycles, attr, reason);
}

/* What both PMUs have. */
static int fill(const struct source_settings *settings, const struct pmu *pmu, struct source_event *event, struct reason *reason)
{
	struct perf_event_attr *attr = &event->attr;
	int err = 0;

	attr->type = pmu->type;
	attr->sample_type = PERF_SAMPLE_RAW | PERF_SAMPLE_ADDR | PERF_SAMPLE_PHYS_ADDR;
	source_set_pace(settings, event);
	if (!settings->has_kernel && pmu_has(pmu, "format/swfilt")) {
		err = pmu_set_field(pmu, "swfilt", 1, attr, reason);
		attr->exclude_kernel = 1;
	}
	return !err && settings->is_l3_miss_only ? set_l3_miss_only(pmu, attr, reason) : err;
}

/* Counts dispatched ops where it can: counting cycles would sample what stalls, not what accesses. */
static int plan_op(const struct source_settings *settings, const struct pmu *pmu, struct source_plan *plan, struct reason *reason)
{
	struct source_event *event = source_plan_add(plan, IBS_OP, SOURCE_PROGRAM_IBS_OP);
	int err = fill(settings, pmu, event, reason);

	if (!err && pmu_has(pmu, "format/cnt_ctl"))
		err = pmu_set_field(pmu, "cnt_ctl", 1, &event->attr, reason);
	if (!err && settings->min_latency)
		err = set_min_latency(pmu, settings->min_latency, &event->attr, reason);
	return err;
}

/* The hardware draws the low bits of each period, so that fetches do not beat with the program. */
static int plan_fetch(const struct source_settings *settings, struct source_plan *plan, struct reason *reason)
{
	struct source_event *event;
	struct pmu pmu;
	int err;

	if (settings->min_latency)
		return reason_set(reason, -EOPNOTSUPP, "--min-latency is about loads");
	err = pmu_open(&pmu, settings->sysfs_root, IBS_FETCH, reason);
	if (err)
		return err;
	event = source_plan_add(plan, IBS_FETCH, SOURCE_PROGRAM_IBS_FETCH);
	event->is_optional = true;
	event->thinning = FETCH_THINNING;
	err = fill(settings, &pmu, event, reason);
	if (!err && pmu_has(&pmu, "format/rand_en"))
		err = pmu_set_field(&pmu, "rand_en", 1, &event->attr, reason);
	if (err)
		plan->count--;
	return err;
}

int ibs_plan(const struct source_settings *settings, struct source_plan *plan, struct reason *reason)
{
	struct reason inner;
	struct pmu pmu;
	int err = pmu_open(&pmu, settings->sysfs_root, IBS_OP, &inner);

	if (err == -ENOENT)
		return reason_set(reason, err, "%.400s: no AMD CPU with IBS, or the hypervisor hides it", inner.text);
	if (err)
		return reason_set(reason, err, "%.400s", inner.text);
	err = plan_op(settings, &pmu, plan, reason);
	if (err)
		return err;
	if (plan_fetch(settings, plan, &inner))
		source_plan_note(plan, IBS_FETCH " is not sampled: %.400s", inner.text);
	return 0;
}
