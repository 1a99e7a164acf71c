/* SPDX-License-Identifier: Apache-2.0 */
/* A set of small numbers as the kernel writes them: "0-3,7". CPUs, and nodes too. */
#ifndef CPU_LIST_H
#define CPU_LIST_H

#include <stdbool.h>
#include <stdint.h>

#define CPU_LIST_MAX 8192u	/* the largest NR_CPUS that x86-64 can be built with */

struct cpu_list {
	uint64_t bits[CPU_LIST_MAX / 64];
};

/* Returns 0, or -EINVAL for a text that is no list, is empty, counts down or goes beyond CPU_LIST_MAX - 1. */
int cpu_list_parse(struct cpu_list *list, const char *text);
void cpu_list_add(struct cpu_list *list, unsigned int cpu);
void cpu_list_remove(struct cpu_list *list, unsigned int cpu);
bool cpu_list_has(const struct cpu_list *list, unsigned int cpu);
unsigned int cpu_list_count(const struct cpu_list *list);
/* The first member that is not below `from`; CPU_LIST_MAX when there is none. */
unsigned int cpu_list_next(const struct cpu_list *list, unsigned int from);
/* The highest member; the list must not be empty. */
unsigned int cpu_list_last(const struct cpu_list *list);

#endif
