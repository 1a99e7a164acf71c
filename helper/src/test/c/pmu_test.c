// SPDX-License-Identifier: Apache-2.0
#include "pmu.h"

#include <errno.h>
#include <stdio.h>

#include "tap.h"

static void parses(const char *text, unsigned int config, uint64_t mask)
{
	struct pmu_format format;

	CHECK_EQUAL(pmu_parse_format(&format, text), 0, text);
	CHECK(format.config == config && format.mask == mask, "%s is bits %llx of config %u, expected %llx of %u", text,
	      (unsigned long long)format.mask, format.config, (unsigned long long)mask, config);
}

static void refuses(const char *text)
{
	struct pmu_format format;

	CHECK(pmu_parse_format(&format, text) == -EPROTO, "refuses <%s>", text);
}

static void parses_formats(void)
{
	parses("config:19", 0, 1ull << 19);
	parses("config:0", 0, 1);
	parses("config:63", 0, 1ull << 63);
	parses("config1:0-11", 1, 0xfff);
	parses("config2:0", 2, 1);
	parses("config1:0-63", 1, ~0ull);
	parses("config:0-7,32-35", 0, 0xf000000ffull);
	parses("config:8-15,40,42", 0, 0x5000000ff00ull);
}

static void refuses_what_is_none(void)
{
	static const char *const texts[] = { "", "config", "config:", "config:a", "config:64", "config:7-3", "config:0-64", "config3:1",
					     "config0:1", "configs:1", "event:1", "config:1,", "config:1 ", "config:1-", "config:1;2",
					     "config12:1" };

	for (unsigned int i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refuses(texts[i]);
}

static void deposits_values(void)
{
	struct pmu_format format = { .config = 0, .mask = 0xf000000ffull };
	struct perf_event_attr attr = { .config = 1ull << 60, .config1 = 5 };

	CHECK_EQUAL(pmu_deposit(&format, 0xabc, &attr), 0, "a value over two ranges");
	CHECK(attr.config == (1ull << 60 | 0xa000000bcull), "has its low bits in the low one: %llx", attr.config);
	CHECK_EQUAL(attr.config1, 5, "and touches nothing else");
	CHECK_EQUAL(pmu_deposit(&format, 0x1000, &attr), -ERANGE, "a value of more bits is refused");
	CHECK(attr.config == (1ull << 60 | 0xa000000bcull), "and changes nothing: %llx", attr.config);
	CHECK_EQUAL(pmu_deposit(&format, 1, &attr), 0, "a second value");
	CHECK(attr.config == (1ull << 60 | 1), "replaces the first: %llx", attr.config);
}

#define CPU "bus/event_source/devices/cpu/"

static void sets_events(void)
{
	struct perf_event_attr attr = { .config = 0 };
	struct reason reason;
	struct pmu pmu;
	const char *root = tap_folder();

	tap_write(root, CPU "type", "4\n");
	tap_write(root, CPU "format/event", "config:0-7\n");
	tap_write(root, CPU "format/umask", "config:8-15\n");
	tap_write(root, CPU "format/edge", "config:18\n");
	tap_write(root, CPU "events/good", "event=0xcd,umask=1,edge\n");
	tap_write(root, CPU "events/odd", "event=0xcd,umask=\n");
	tap_write(root, CPU "events/unknown", "event=0xcd,period=3\n");
	tap_write(root, CPU "events/wide", "event=0x1cd\n");
	CHECK_EQUAL(pmu_open(&pmu, root, "cpu", &reason), 0, "a PMU");
	CHECK_EQUAL(pmu_set_event(&pmu, "good", &attr, &reason), 0, "an event of three terms");
	CHECK(attr.type == 4 && attr.config == 0x401cd, "is type %u, config %llx", attr.type, attr.config);
	CHECK_EQUAL(pmu_set_event(&pmu, "odd", &attr, &reason), -EPROTO, "a term without its number");
	CHECK_TEXT(reason.text, "an event of cpu has a term without a number: umask=", "is said");
	CHECK_EQUAL(pmu_set_event(&pmu, "unknown", &attr, &reason), -ENOENT, "a term that no format explains");
	CHECK_CONTAINS(reason.text, "/devices/cpu/format/period cannot be read: ENOENT", "is said");
	CHECK_EQUAL(pmu_set_event(&pmu, "wide", &attr, &reason), -ERANGE, "a value too large for its field");
	CHECK_CONTAINS(reason.text, "/devices/cpu/format/event has no room for 461: config:0-7", "is said");
	CHECK_EQUAL(pmu_set_event(&pmu, "none", &attr, &reason), -ENOENT, "an event that is not there");
	CHECK_CONTAINS(reason.text, "/devices/cpu/events/none cannot be read: ENOENT", "is said");
	CHECK_EQUAL(pmu_open(&pmu, root, "gpu", &reason), -ENOENT, "a PMU that is not there");
}

int main(void)
{
	parses_formats();
	refuses_what_is_none();
	deposits_values();
	sets_events();
	return tap_end();
}
