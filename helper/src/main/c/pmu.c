// SPDX-License-Identifier: Apache-2.0
#include "pmu.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sysfs.h"

#define CONFIG_BITS 64u
#define TEXT_BYTES 256u
#define FIELD_BYTES 32u

const char *pmu_path(const struct pmu *pmu, const char *file, char path[PMU_PATH_BYTES])
{
	snprintf(path, PMU_PATH_BYTES, PMU_FOLDER "/%s%s%s", pmu->name, *file ? "/" : "", file);
	return path;
}

const char *pmu_whole_path(const struct pmu *pmu, const char *file, char path[PMU_PATH_BYTES])
{
	snprintf(path, PMU_PATH_BYTES, "%s/" PMU_FOLDER "/%s%s%s", pmu->sysfs_root, pmu->name, *file ? "/" : "", file);
	return path;
}

bool pmu_has(const struct pmu *pmu, const char *file)
{
	char path[PMU_PATH_BYTES];

	return sysfs_exists(pmu->sysfs_root, pmu_path(pmu, file, path));
}

int pmu_number(const struct pmu *pmu, const char *file, long *number, struct reason *reason)
{
	char path[PMU_PATH_BYTES];
	int err = sysfs_read_number(pmu->sysfs_root, pmu_path(pmu, file, path), number);

	if (!err && *number < 0)
		err = -EPROTO;
	if (err)
		return reason_set(reason, err, "%s cannot be read as a number: %s", pmu_whole_path(pmu, file, path), errno_name(err));
	return 0;
}

int pmu_open(struct pmu *pmu, const char *sysfs_root, const char *name, struct reason *reason)
{
	char path[PMU_PATH_BYTES];
	long type;
	int err;

	*pmu = (struct pmu){ .sysfs_root = sysfs_root, .name = name };
	if (!pmu_has(pmu, ""))
		return reason_set(reason, -ENOENT, "%s is missing", pmu_whole_path(pmu, "", path));
	err = pmu_number(pmu, "type", &type, reason);
	pmu->type = (__u32)type;
	return err;
}

/* Parses "BIT" or "FIRST-LAST", adds it to the mask and moves *text behind it. */
static int parse_bits(uint64_t *mask, const char **text)
{
	char *end;
	unsigned long first = strtoul(*text, &end, 10), last = first;

	if (end == *text)
		return -EPROTO;
	if (*end == '-') {
		*text = end + 1;
		last = strtoul(*text, &end, 10);
		if (end == *text)
			return -EPROTO;
	}
	if (first > last || last >= CONFIG_BITS)
		return -EPROTO;
	for (unsigned long bit = first; bit <= last; bit++)
		*mask |= UINT64_C(1) << bit;
	*text = end;
	return 0;
}

/* Parses "config:", "config1:" or "config2:". Returns what follows, or NULL. */
static const char *parse_config(unsigned int *config, const char *text)
{
	static const char *const names[] = { "config:", "config1:", "config2:" };

	for (*config = 0; *config < sizeof(names) / sizeof(names[0]); ++*config)
		if (!strncmp(text, names[*config], strlen(names[*config])))
			return text + strlen(names[*config]);
	return NULL;
}

int pmu_parse_format(struct pmu_format *format, const char *text)
{
	int err = 0;

	*format = (struct pmu_format){ 0 };
	text = parse_config(&format->config, text);
	if (!text)
		return -EPROTO;
	for (; !err; text++) {
		err = parse_bits(&format->mask, &text);
		if (*text != ',')
			break;
	}
	return err || *text ? -EPROTO : 0;
}

int pmu_deposit(const struct pmu_format *format, uint64_t value, struct perf_event_attr *attr)
{
	__u64 *const configs[] = { &attr->config, &attr->config1, &attr->config2 };
	uint64_t placed = 0;

	for (unsigned int bit = 0; bit < CONFIG_BITS; bit++) {
		if (!(format->mask >> bit & 1))
			continue;
		placed |= (value & 1) << bit;
		value >>= 1;
	}
	if (value)
		return -ERANGE;
	*configs[format->config] = (*configs[format->config] & ~format->mask) | placed;
	return 0;
}

int pmu_set_field(const struct pmu *pmu, const char *field, uint64_t value, struct perf_event_attr *attr, struct reason *reason)
{
	char file[FIELD_BYTES + sizeof("format/")], path[PMU_PATH_BYTES], text[TEXT_BYTES];
	struct pmu_format format;
	int err;

	snprintf(file, sizeof(file), "format/%s", field);
	err = sysfs_read(pmu->sysfs_root, pmu_path(pmu, file, path), text, sizeof(text));
	if (err)
		return reason_set(reason, err, "%s cannot be read: %s", pmu_whole_path(pmu, file, path), errno_name(err));
	err = pmu_parse_format(&format, text);
	if (err)
		return reason_set(reason, err, "%s must be bits of config, config1 or config2 (config:19, config1:0-11): %s",
				  pmu_whole_path(pmu, file, path), text);
	err = pmu_deposit(&format, value, attr);
	if (err)
		return reason_set(reason, err, "%s has no room for %llu: %s", pmu_whole_path(pmu, file, path),
				  (unsigned long long)value, text);
	return 0;
}

/* One term, "FIELD=NUMBER" or "FIELD", which means 1. */
static int set_term(const struct pmu *pmu, const char *term, struct perf_event_attr *attr, struct reason *reason)
{
	size_t length = strcspn(term, "=");
	char field[FIELD_BYTES], *end;
	uint64_t value = 1;

	if (!length || length >= sizeof(field))
		return reason_set(reason, -EPROTO, "an event of %s has a term that is no field: %s", pmu->name, term);
	memcpy(field, term, length);
	field[length] = '\0';
	if (term[length]) {
		value = strtoull(term + length + 1, &end, 0);
		if (*end || end == term + length + 1)
			return reason_set(reason, -EPROTO, "an event of %s has a term without a number: %s", pmu->name, term);
	}
	return pmu_set_field(pmu, field, value, attr, reason);
}

int pmu_set_event(const struct pmu *pmu, const char *event, struct perf_event_attr *attr, struct reason *reason)
{
	char file[FIELD_BYTES + sizeof("events/")], path[PMU_PATH_BYTES], text[TEXT_BYTES], *rest = text, *term;
	int err;

	snprintf(file, sizeof(file), "events/%s", event);
	err = sysfs_read(pmu->sysfs_root, pmu_path(pmu, file, path), text, sizeof(text));
	if (err)
		return reason_set(reason, err, "%s cannot be read: %s", pmu_whole_path(pmu, file, path), errno_name(err));
	attr->type = pmu->type;
	while (!err && (term = strtok_r(rest, ",", &rest)))
		err = set_term(pmu, term, attr, reason);
	return err;
}
