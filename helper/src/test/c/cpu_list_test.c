// SPDX-License-Identifier: Apache-2.0
#include "cpu_list.h"

#include <errno.h>

#include "tap.h"

static void refuses(const char *text)
{
	struct cpu_list list;

	CHECK(cpu_list_parse(&list, text) == -EINVAL, "refuses <%s>", text);
}

int main(void)
{
	struct cpu_list list;
	unsigned int cpu, seen = 0;

	CHECK_EQUAL(cpu_list_parse(&list, "0-2,7,64,8191"), 0, "parses ranges and numbers");
	CHECK_EQUAL(cpu_list_count(&list), 6, "counts its members");
	CHECK(cpu_list_has(&list, 0) && cpu_list_has(&list, 2) && cpu_list_has(&list, 64), "has its members");
	CHECK(!cpu_list_has(&list, 3) && !cpu_list_has(&list, 63) && !cpu_list_has(&list, 8192), "and no others");
	CHECK_EQUAL(cpu_list_last(&list), 8191, "knows the highest");
	for (cpu = cpu_list_next(&list, 0); cpu < CPU_LIST_MAX; cpu = cpu_list_next(&list, cpu + 1))
		seen++;
	CHECK_EQUAL(seen, 6, "walks over each member once");
	CHECK_EQUAL(cpu_list_next(&list, 3), 7, "walks on to the next member");
	CHECK_EQUAL(cpu_list_parse(&list, "3-3,1-4"), 0, "ranges may overlap");
	CHECK_EQUAL(cpu_list_count(&list), 4, "and a member counts once");
	CHECK(!cpu_list_parse(&list, "1,2,3") && cpu_list_count(&list) == 3 && cpu_list_has(&list, 1), "1,2,3 is three CPUs, the first included");
	CHECK(!cpu_list_parse(&list, "10-20") && cpu_list_count(&list) == 11 && cpu_list_has(&list, 10) && cpu_list_has(&list, 20),
	      "10-20 is eleven, both ends included");
	refuses("");
	refuses(",");
	refuses("1,");
	refuses("1,,2");
	refuses("1-");
	refuses("-1");
	refuses("2-1");
	refuses("1 ");
	refuses("0x1");
	refuses("a");
	refuses("8192");
	refuses("0-8192");
	refuses("99999999999999999999");
	return tap_end();
}
