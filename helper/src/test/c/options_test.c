// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mbal_wire.h"
#include "tap.h"

#define MAX_ARGUMENTS 16

/* Splits at spaces, as no value here has any. */
static int parse(struct options *options, const char *line, struct reason *reason)
{
	static char copy[512];
	char *arguments[MAX_ARGUMENTS] = { "membalancer-helper" }, *rest = copy;
	int count = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	while (count < MAX_ARGUMENTS - 1 && (arguments[count] = strtok_r(rest, " ", &rest)))
		count++;
	reason->text[0] = '\0';
	return options_parse(options, count, arguments, reason);
}

static void refuses(const char *line, const char *expected)
{
	struct options options;
	struct reason reason;

	CHECK(parse(&options, line, &reason) < 0, "refuses %s", line);
	CHECK_TEXT(reason.text, expected, "in one line that names option, limit and value");
}

static void has_defaults(void)
{
	struct options options;
	struct reason reason;

	CHECK_EQUAL(parse(&options, "", &reason), 0, "no option is needed");
	CHECK_TEXT(options.socket_path, MBAL_DEFAULT_SOCKET, "default --socket");
	CHECK_EQUAL(options.source, MBAL_SOURCE_NONE, "default --source is auto");
	CHECK_EQUAL(options.rate_hz, 997, "default --rate");
	CHECK(options.all_cpus, "default --cpu-list is every CPU");
	CHECK_EQUAL(options.table_slots, 65536, "default --table-slots");
	CHECK_EQUAL(options.page_shift, 12, "default --page-shift");
	CHECK_EQUAL(options.node_count, 0, "default --node-count");
	CHECK_EQUAL(options.max_cpu_percent, 1, "default --max-cpu-percent");
	CHECK(!options.has_group && !options.foreground && !options.verbose, "flags are off");
	CHECK(!options.period && !options.min_latency && !options.is_l3_miss_only && !options.has_kernel, "nothing is filtered but the kernel");
	CHECK_EQUAL(options.action, OPTIONS_SERVE, "and the helper serves");
}

static void takes_values(void)
{
	struct options options;
	struct reason reason;

	CHECK_EQUAL(parse(&options, "--rate=1 --table-slots 1024 --page-shift 21 --source soft --cpu-list=1,3-4", &reason), 0,
		    "takes --x=v and --x v");
	CHECK_EQUAL(options.rate_hz, 1, "--rate=1");
	CHECK_EQUAL(options.table_slots, 1024, "--table-slots 1024");
	CHECK_EQUAL(options.page_shift, 21, "--page-shift 21");
	CHECK_EQUAL(options.source, MBAL_SOURCE_SOFT, "--source soft");
	CHECK(!options.all_cpus && cpu_list_count(&options.cpus) == 3, "--cpu-list=1,3-4 is 3 CPUs, not %u",
	      cpu_list_count(&options.cpus));
	CHECK_EQUAL(parse(&options, "--rate 20000 --table-slots=16777216 --max-cpu-percent=3 --socket a/b --foreground --verbose",
			  &reason), 0, "takes the upper limits");
	CHECK_EQUAL(options.rate_hz, 20000, "--rate 20000");
	CHECK_EQUAL(options.table_slots, 16777216, "--table-slots=16777216");
	CHECK_EQUAL(options.max_cpu_percent, 3, "--max-cpu-percent=3");
	CHECK_TEXT(options.socket_path, "a/b", "--socket a/b");
	CHECK(options.foreground && options.verbose, "--foreground and --verbose");
	CHECK_EQUAL(parse(&options, "--soft-window short", &reason), 0, "takes a short window");
	CHECK_EQUAL(options.soft_window, 32, "of 32 instructions");
	CHECK_EQUAL(parse(&options, "--soft-window=wide", &reason) != 0, 1, "but no other");
	CHECK_TEXT(reason.text, "--soft-window must be auto, short or long: --soft-window=wide", "and says which");
	CHECK_EQUAL(parse(&options, "--period 144 --l3miss --min-latency=200 --with-kernel", &reason), 0, "takes what filters samples");
	CHECK(options.period == 144 && options.min_latency == 200 && options.is_l3_miss_only && options.has_kernel,
	      "--period %u, --min-latency %u", options.period, options.min_latency);
	CHECK_EQUAL(parse(&options, "--rate=5 --rate=7", &reason), 0, "takes an option twice");
	CHECK_EQUAL(options.rate_hz, 7, "and the last one counts");
}

static void takes_sources_and_actions(void)
{
	struct options options;
	struct reason reason;

	CHECK_EQUAL(parse(&options, "--source ibs", &reason) || options.source != MBAL_SOURCE_IBS, 0, "--source ibs");
	CHECK_EQUAL(parse(&options, "--source pebs", &reason) || options.source != MBAL_SOURCE_PEBS, 0, "--source pebs");
	CHECK_EQUAL(parse(&options, "--source faults", &reason) || options.source != MBAL_SOURCE_FAULTS, 0, "--source faults");
	CHECK_EQUAL(parse(&options, "--source ibs --source auto", &reason) || options.source, 0, "--source auto");
	CHECK_EQUAL(parse(&options, "--help", &reason) || options.action != OPTIONS_SHOW_HELP, 0, "--help");
	CHECK_EQUAL(parse(&options, "--help-markdown", &reason) || options.action != OPTIONS_SHOW_MARKDOWN, 0, "--help-markdown");
	CHECK_EQUAL(parse(&options, "--version", &reason) || options.action != OPTIONS_SHOW_VERSION, 0, "--version");
}

static void takes_a_group(void)
{
	const struct group *root = getgrgid(0);
	struct options options;
	struct reason reason;
	char line[128];

	if (!root) {
		tap_skip("--group", "gid 0 has no name here");
		return;
	}
	snprintf(line, sizeof(line), "--group %s", root->gr_name);
	CHECK_EQUAL(parse(&options, line, &reason), 0, "--group takes a group that exists");
	CHECK(options.has_group && options.group == 0, "and finds its number");
}

static void refuses_bad_values(void)
{
	refuses("--rate=0", "--rate must be 1..20000: --rate=0");
	refuses("--rate 20001", "--rate must be 1..20000: --rate=20001");
	refuses("--rate=-1", "--rate must be 1..20000: --rate=-1");
	refuses("--rate=+1", "--rate must be 1..20000: --rate=+1");
	refuses("--rate=1k", "--rate must be 1..20000: --rate=1k");
	refuses("--rate=", "--rate must be 1..20000: --rate=");
	refuses("--rate=18446744073709551617", "--rate must be 1..20000: --rate=18446744073709551617");
	refuses("--table-slots=1023", "--table-slots must be 1024..16777216: --table-slots=1023");
	refuses("--page-shift=11", "--page-shift must be 12..21: --page-shift=11");
	refuses("--max-cpu-percent=4", "--max-cpu-percent must be 1..3: --max-cpu-percent=4");
	refuses("--source=lbr", "--source must be auto, ibs, pebs, soft, faults or replay: --source=lbr");
	refuses("--period=143", "--period must be 144..2000000000: --period=143");
	refuses("--min-latency=0", "--min-latency must be 1..65535: --min-latency=0");
	refuses("--cpu-list=2-1", "--cpu-list must be CPU numbers and ranges, such as 0-3,7: --cpu-list=2-1");
	refuses("--socket=", "--socket must be the path of a file, 1..107 bytes: --socket=");
	refuses("--socket=/run/", "--socket must be the path of a file, 1..107 bytes: --socket=/run/");
	refuses("--group=no-such-group", "--group must be the name of a group on this machine: --group=no-such-group");
}

static void refuses_bad_usage(void)
{
	refuses("--rates=1", "unknown option (see --help): --rates=1");
	refuses("--rat=1", "unknown option (see --help): --rat=1");
	refuses("-v", "unexpected argument (see --help): -v");
	refuses("--", "unexpected argument (see --help): --");
	refuses("soft", "unexpected argument (see --help): soft");
	refuses("--rate", "--rate needs a value: --rate HZ");
	refuses("--verbose=yes", "--verbose takes no value: --verbose=yes");
	refuses("--rate=997 --period=4000", "--rate and --period cannot both be given: --rate=997 --period=4000");
}

static void bounds_the_socket_path(void)
{
	char line[256] = "--socket=";
	struct options options;
	struct reason reason;

	memset(line + 9, 'a', 107);
	CHECK_EQUAL(parse(&options, line, &reason), 0, "a path of 107 bytes fits");
	strcat(line, "a");
	CHECK(parse(&options, line, &reason) < 0, "one of 108 bytes does not");
}

static void documents_every_option(void)
{
	static const char *const names[] = { "socket", "source", "rate", "period", "l3miss", "min-latency", "soft-window", "with-kernel", "cpu-list", "table-slots", "page-shift", "max-cpu-percent",
					     "group", "foreground", "verbose", "version", "help", "help-markdown" };
	char *help, *page, name[64];
	size_t help_bytes, page_bytes;
	FILE *help_out = open_memstream(&help, &help_bytes), *page_out = open_memstream(&page, &page_bytes);

	options_help(help_out);
	options_markdown(page_out);
	fclose(help_out);
	fclose(page_out);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "\n  --%s ", names[i]);
		CHECK_CONTAINS(help, name, "--help has the option");
		snprintf(name, sizeof(name), "\n| `--%s", names[i]);
		CHECK_CONTAINS(page, name, "--help-markdown has the option");
	}
	for (char *rest = help, *line; (line = strsep(&rest, "\n"));)
		if (strlen(line) > 105 || (*line && line[strlen(line) - 1] == ' '))
			CHECK(false, "a line of --help is short and ends with a word: <%s>", line);
	free(help);
	free(page);
}

int main(void)
{
	has_defaults();
	takes_values();
	takes_sources_and_actions();
	takes_a_group();
	refuses_bad_values();
	refuses_bad_usage();
	bounds_the_socket_path();
	documents_every_option();
	return tap_end();
}
