// SPDX-License-Identifier: Apache-2.0
/*
 * The perf events of Intel PEBS: loads with their latency, and stores. sysfs names them, per kind of core on hybrids:
 * mem-loads and mem-stores, and mem-loads-aux where loads are only sampled in a group behind it (Sapphire Rapids, the
 * performance cores of Alder Lake).
 */
#include <errno.h>
#include <stdio.h>

#include "pmu.h"
#include "source.h"
#include "sysfs.h"

#define USUAL_MIN_LATENCY 30u	/* cycles, as `perf mem` has it: every load that left the nearest caches, and most of L2 */
#define LIST_BYTES 256
#define PMUS 3u

/* One PMU, or one for each kind of core. */
static const char *const pmu_names[PMUS] = { "cpu", "cpu_core", "cpu_atom" };

static int read_cpus(const struct pmu *pmu, struct source_event *event, struct reason *reason)
{
	char path[PMU_PATH_BYTES], text[LIST_BYTES];
	int err;

	if (!pmu_has(pmu, "cpus"))
		return 0;
	err = sysfs_read(pmu->sysfs_root, pmu_path(pmu, "cpus", path), text, sizeof(text));
	if (!err)
		err = cpu_list_parse(&event->cpus, text);
	event->has_cpus = true;
	return err ? reason_set(reason, err, "%s cannot be read: %s", pmu_whole_path(pmu, "cpus", path), errno_name(err)) : 0;
}

/* A hypervisor that gives no PEBS leaves the names of the events there, and says it here. */
static int read_precision(const struct pmu *pmu, long *precision, struct reason *reason)
{
	char path[PMU_PATH_BYTES];
	int err = pmu_number(pmu, "caps/max_precise", precision, reason);

	if (!err && !*precision)
		return reason_set(reason, -EOPNOTSUPP, "%s is 0: no PEBS, or the hypervisor hides it",
				  pmu_whole_path(pmu, "caps/max_precise", path));
	return err;
}

/* Adds events/NAME of the PMU. The caller sets what a sample is to have. */
static int add_event(const struct pmu *pmu, const char *name, struct source_plan *plan, struct source_event **added,
		     struct reason *reason)
{
	char whole[SOURCE_EVENT_NAME_BYTES];
	int err;

	if (plan->count == SOURCE_EVENTS_MAX)
		return reason_set(reason, -E2BIG, "%s has more memory events than there is room for", pmu->name);
	snprintf(whole, sizeof(whole), "%s/%s", pmu->name, name);
	*added = source_plan_add(plan, whole, SOURCE_PROGRAM_NONE);
	err = pmu_set_event(pmu, name, &(*added)->attr, reason);
	return err ? err : read_cpus(pmu, *added, reason);
}

static int add_sampled(const struct source_settings *settings, const struct pmu *pmu, const char *name, struct source_plan *plan,
		       struct source_event **added, struct reason *reason)
{
	long precision;
	int err = read_precision(pmu, &precision, reason);

	if (!err)
		err = add_event(pmu, name, plan, added, reason);
	if (err)
		return err;
	(*added)->program = SOURCE_PROGRAM_PEBS;
	(*added)->attr.precise_ip = (unsigned int)(precision > 3 ? 3 : precision) & 3;
	(*added)->attr.sample_type = PERF_SAMPLE_ADDR | PERF_SAMPLE_DATA_SRC | PERF_SAMPLE_WEIGHT | PERF_SAMPLE_PHYS_ADDR;
	(*added)->attr.exclude_kernel = !settings->has_kernel;
	source_set_pace(settings, *added);
	return 0;
}

static int add_loads(const struct source_settings *settings, const struct pmu *pmu, struct source_plan *plan, struct reason *reason)
{
	unsigned int latency = settings->min_latency ? settings->min_latency : USUAL_MIN_LATENCY;
	struct source_event *loads, *leader;
	bool has_leader = pmu_has(pmu, "events/mem-loads-aux");
	int err = 0;

	if (has_leader)
		err = add_event(pmu, "mem-loads-aux", plan, &leader, reason);
	if (!err)
		err = add_sampled(settings, pmu, "mem-loads", plan, &loads, reason);
	if (err)
		return err;
	loads->is_grouped = has_leader;
	return pmu_set_field(pmu, "ldlat", latency, &loads->attr, reason);
}

/* Stores have no latency: whoever filters by it wants none. */
static int add_pmu(const struct source_settings *settings, const struct pmu *pmu, struct source_plan *plan, struct reason *reason)
{
	struct source_event *stores;
	int err = add_loads(settings, pmu, plan, reason);

	if (err || settings->min_latency || !pmu_has(pmu, "events/mem-stores"))
		return err;
	return add_sampled(settings, pmu, "mem-stores", plan, &stores, reason);
}

/* Nothing to add where there is no such PMU, or one without memory events. */
static int add_pmu_if_there(const struct source_settings *settings, const char *name, struct source_plan *plan,
			    struct reason *reason)
{
	char path[PMU_PATH_BYTES];
	struct pmu pmu;
	int err = pmu_open(&pmu, settings->sysfs_root, name, reason);

	if (err)
		return err == -ENOENT ? 0 : err;
	if (pmu_has(&pmu, "events/mem-loads"))
		return add_pmu(settings, &pmu, plan, reason);
	source_plan_note(plan, "the CPUs of %s are not sampled: %s is missing", name,
		   pmu_whole_path(&pmu, "events/mem-loads", path));
	return 0;
}

static void note_stores(const struct source_settings *settings, struct source_plan *plan)
{
	if (settings->min_latency)
		source_plan_note(plan, "mem-stores are not sampled: --min-latency is about loads");
}

int pebs_plan(const struct source_settings *settings, struct source_plan *plan, struct reason *reason)
{
	int err = 0;

	if (settings->is_l3_miss_only)
		return reason_set(reason, -EOPNOTSUPP, "it cannot filter by L3 misses: --l3miss needs ibs; --min-latency comes near");
	for (unsigned int i = 0; !err && i < PMUS; i++)
		err = add_pmu_if_there(settings, pmu_names[i], plan, reason);
	if (err)
		return err;
	if (!plan->count)
		return reason_set(reason, -ENOENT, "%s/" PMU_FOLDER "/{cpu,cpu_core}/events/mem-loads is missing: no Intel CPU with PEBS, "
				  "or the hypervisor hides it", settings->sysfs_root);
	note_stores(settings, plan);
	return 0;
}
