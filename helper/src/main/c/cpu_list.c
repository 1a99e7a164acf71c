// SPDX-License-Identifier: Apache-2.0
#include "cpu_list.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

static void add(struct cpu_list *list, unsigned int first, unsigned int last)
{
	for (unsigned int cpu = first; cpu <= last; cpu++)
		list->bits[cpu / 64] |= UINT64_C(1) << (cpu % 64);
}

/* Reads a decimal number below CPU_LIST_MAX and moves *text behind it. */
static int parse_number(const char **text, unsigned int *number)
{
	const char *at = *text;
	unsigned int value = 0;

	if (!isdigit((unsigned char)*at))
		return -EINVAL;
	for (; isdigit((unsigned char)*at); at++) {
		value = value * 10 + (unsigned int)(*at - '0');
		if (value >= CPU_LIST_MAX)
			return -EINVAL;
	}
	*text = at;
	*number = value;
	return 0;
}

static int parse_range(struct cpu_list *list, const char **text)
{
	unsigned int first, last;
	int err = parse_number(text, &first);

	if (err)
		return err;
	last = first;
	if (**text == '-') {
		++*text;
		err = parse_number(text, &last);
	}
	if (err || last < first)
		return -EINVAL;
	add(list, first, last);
	return 0;
}

int cpu_list_parse(struct cpu_list *list, const char *text)
{
	int err;

	memset(list, 0, sizeof(*list));
	for (;; text++) {
		err = parse_range(list, &text);
		if (err)
			return err;
		if (*text == '\0')
			return 0;
		if (*text != ',')
			return -EINVAL;
	}
}

void cpu_list_add(struct cpu_list *list, unsigned int cpu)
{
	if (cpu < CPU_LIST_MAX)
		add(list, cpu, cpu);
}

void cpu_list_remove(struct cpu_list *list, unsigned int cpu)
{
	if (cpu < CPU_LIST_MAX)
		list->bits[cpu / 64] &= ~(UINT64_C(1) << (cpu % 64));
}

bool cpu_list_has(const struct cpu_list *list, unsigned int cpu)
{
	return cpu < CPU_LIST_MAX && (list->bits[cpu / 64] >> (cpu % 64) & 1);
}

unsigned int cpu_list_count(const struct cpu_list *list)
{
	unsigned int count = 0;

	for (size_t i = 0; i < CPU_LIST_MAX / 64; i++)
		count += (unsigned int)__builtin_popcountll(list->bits[i]);
	return count;
}

unsigned int cpu_list_next(const struct cpu_list *list, unsigned int from)
{
	while (from < CPU_LIST_MAX && !cpu_list_has(list, from))
		from++;
	return from;
}

unsigned int cpu_list_last(const struct cpu_list *list)
{
	unsigned int cpu = CPU_LIST_MAX - 1;

	while (cpu && !cpu_list_has(list, cpu))
		cpu--;
	return cpu;
}
