// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "mbal_soft.h"
#include "mbal_wire.h"
#include "option_spec.h"

static int set_number(struct options *options, const struct option_spec *spec, const char *value)
{
	unsigned long number;

	if (!*value || strspn(value, "0123456789") != strlen(value))
		return -EINVAL;
	errno = 0;
	number = strtoul(value, NULL, 10);
	if (errno || number < spec->min || number > spec->max)
		return -EINVAL;
	*(unsigned int *)((char *)options + spec->offset) = (unsigned int)number;
	return 0;
}

static int set_rate(struct options *options, const struct option_spec *spec, const char *value)
{
	options->has_rate = true;
	return set_number(options, spec, value);
}

static int set_flag(struct options *options, const struct option_spec *spec, const char *value)
{
	(void)value;
	*(bool *)((char *)options + spec->offset) = true;
	return 0;
}

/* An action's number is in `offset`: it is what the option stores. */
static int set_action(struct options *options, const struct option_spec *spec, const char *value)
{
	(void)value;
	options->action = (enum options_action)spec->offset;
	return 0;
}

static int set_socket(struct options *options, const struct option_spec *spec, const char *value)
{
	size_t length = strlen(value);

	(void)spec;
	if (!length || length >= sizeof(((struct sockaddr_un *)NULL)->sun_path) || value[length - 1] == '/')
		return -EINVAL;
	options->socket_path = value;
	return 0;
}

static int set_source(struct options *options, const struct option_spec *spec, const char *value)
{
	static const struct {
		const char *name;
		enum mbal_source source;
	} names[] = {
		{ "auto", MBAL_SOURCE_NONE },
		{ "ibs", MBAL_SOURCE_IBS },
		{ "pebs", MBAL_SOURCE_PEBS },
		{ "soft", MBAL_SOURCE_SOFT },
		{ "faults", MBAL_SOURCE_FAULTS },
		{ "replay", MBAL_SOURCE_REPLAY },
	};

	(void)spec;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i].name))
			continue;
		options->source = names[i].source;
		return 0;
	}
	return -EINVAL;
}

static int set_soft_window(struct options *options, const struct option_spec *spec, const char *value)
{
	(void)spec;
	if (!strcmp(value, "auto"))
		options->soft_window = 0;
	else if (!strcmp(value, "short"))
		options->soft_window = MBAL_SOFT_SHORT_WINDOW;
	else if (!strcmp(value, "long"))
		options->soft_window = MBAL_SOFT_LONG_WINDOW;
	else
		return -EINVAL;
	return 0;
}

static int set_cpus(struct options *options, const struct option_spec *spec, const char *value)
{
	(void)spec;
	options->all_cpus = false;
	return cpu_list_parse(&options->cpus, value);
}

static int set_group(struct options *options, const struct option_spec *spec, const char *value)
{
	const struct group *group = getgrnam(value);

	(void)spec;
	if (!group)
		return -EINVAL;
	options->has_group = true;
	options->group = group->gr_gid;
	return 0;
}

#define MEMBER(name) .offset = offsetof(struct options, name)

const struct option_spec option_specs[] = {
	{ .name = "socket", .value = "PATH", .fallback = MBAL_DEFAULT_SOCKET, .set = set_socket,
	  .range = "the path of a file, 1..107 bytes",
	  .text = "where to listen; its folder is made if it is missing" },
	{ .name = "source", .value = "NAME", .fallback = "auto", .set = set_source,
	  .range = "auto, ibs, pebs, soft, faults or replay",
	  .text = "where samples come from: AMD Instruction Based Sampling, Intel's precise memory events, a timer and a walk over "
		  "the interrupted instructions (x86-64), page faults, or by itself the first of these that works; replay samples nothing: peers bring recorded samples" },
	{ .name = "rate", .value = "HZ", .unit = "samples a second on each CPU", .fallback = "997", .min = 1, .max = 20000,
	  .set = set_rate, MEMBER(rate_hz),
	  .text = "how often to sample (ibs: ops, and an eighth as often fetches; pebs: loads, and as often stores); a prime avoids "
		  "beating with the program; faults takes every page fault" },
	{ .name = "period", .value = "N", .unit = "events", .fallback_text = "as --rate says", .min = 144, .max = 2000000000,
	  .set = set_number, MEMBER(period),
	  .text = "instead of a rate: one sample every N ops and every 8 N fetches (ibs), or every N loads and N stores (pebs); IBS counts "
		  "in steps of 16" },
	{ .name = "l3miss", .set = set_flag, MEMBER(is_l3_miss_only), .fallback_text = "every access",
	  .text = "only accesses that missed the L3 cache; ibs on Zen 4 or later" },
	{ .name = "min-latency", .value = "CYCLES", .unit = "CPU cycles", .fallback_text = "ibs: every access; pebs: loads of 30",
	  .min = 1, .max = 65535, .set = set_number, MEMBER(min_latency),
	  .text = "only loads that took at least so long, and no stores; ibs on Zen 5 or later (128..2048), and pebs" },
	{ .name = "soft-window", .value = "NAME", .fallback = "auto", .set = set_soft_window,
	  .range = "auto, short or long",
	  .text = "how far soft walks from each tick: 32 instructions, or 128, which cost more and meet more of a program "
		  "(docs/soft-sampling.md); or by itself what goes with the rate and the cap on the cost" },
	{ .name = "with-kernel", .set = set_flag, MEMBER(has_kernel), .fallback_text = "user code only",
	  .text = "also what the kernel accesses in a process's memory on its behalf; not with soft" },
	{ .name = "cpu-list", .value = "LIST", .fallback_text = "all that are online", .set = set_cpus,
	  .range = "CPU numbers and ranges, such as 0-3,7",
	  .text = "the CPUs to sample" },
	{ .name = "table-slots", .value = "N", .unit = "pages", .fallback = "65536", .min = MBAL_MIN_SLOTS, .max = MBAL_MAX_SLOTS,
	  .set = set_number, MEMBER(table_slots),
	  .text = "pages that the heat table of one process can hold; 32 bytes each on up to 4 nodes" },
	{ .name = "page-shift", .value = "N", .unit = "bits", .fallback = "12", .min = MBAL_PAGE_SHIFT, .max = 21,
	  .set = set_number, MEMBER(page_shift),
	  .text = "what a heat table calls a page: 12 for 4 KiB, 21 for 2 MiB" },
	{ .name = "node-count", .value = "N", .unit = "nodes", .fallback_text = "up to the highest id of this machine", .min = 1,
	  .max = MBAL_MAX_NODES, .set = set_number, MEMBER(node_count),
	  .text = "tables have counters for at least so many nodes; replayed samples of a larger machine need it" },
	{ .name = "max-cpu-percent", .value = "P", .unit = "% of one CPU, for each sampled CPU", .fallback = "1", .min = 1, .max = 3,
	  .set = set_number, MEMBER(max_cpu_percent),
	  .text = "above this cost (time in BPF and of the helper itself over one second) the rate is lowered until it is below" },
	{ .name = "group", .value = "NAME", .fallback_text = "everybody may connect", .set = set_group,
	  .range = "the name of a group on this machine",
	  .text = "only this group (and root) may connect: the socket becomes root:NAME 0660 instead of 0666" },
	{ .name = "foreground", .set = set_flag, MEMBER(foreground), .fallback_text = "become a daemon once ready",
	  .text = "stay in the foreground and log to stderr, not to syslog" },
	{ .name = "verbose", .set = set_flag, MEMBER(verbose),
	  .text = "also log each peer and group, each change of rate, and what libbpf says" },
	{ .name = "version", .set = set_action, .offset = OPTIONS_SHOW_VERSION, .text = "print the version and end" },
	{ .name = "help", .set = set_action, .offset = OPTIONS_SHOW_HELP, .text = "print this and end" },
	{ .name = "help-markdown", .set = set_action, .offset = OPTIONS_SHOW_MARKDOWN,
	  .text = "print this as a Markdown page and end" },
	{ 0 },
};

static void set_defaults(struct options *options)
{
	*options = (struct options){ .action = OPTIONS_SERVE, .all_cpus = true };
	for (const struct option_spec *spec = option_specs; spec->name; spec++)
		if (spec->fallback)
			(void)spec->set(options, spec, spec->fallback);
	options->has_rate = false;
}

static const struct option_spec *find(const char *name, size_t length)
{
	for (const struct option_spec *spec = option_specs; spec->name; spec++)
		if (strlen(spec->name) == length && !strncmp(spec->name, name, length))
			return spec;
	return NULL;
}

static int set_value(struct options *options, const struct option_spec *spec, const char *value, struct reason *reason)
{
	char range[OPTION_RANGE_BYTES];

	if (!value && spec->value)
		return reason_set(reason, -EINVAL, "--%s needs a value: --%s %s", spec->name, spec->name, spec->value);
	if (value && !spec->value)
		return reason_set(reason, -EINVAL, "--%s takes no value: --%s=%s", spec->name, spec->name, value);
	if (!spec->set(options, spec, value ? value : ""))
		return 0;
	option_range(spec, range);
	return reason_set(reason, -EINVAL, "--%s must be %s: --%s=%s", spec->name, range, spec->name, value);
}

/* Parses the option at *at and moves *at to its last argument. */
static int parse_one(struct options *options, char *const *argv, int *at, struct reason *reason)
{
	const char *argument = argv[*at], *value;
	const struct option_spec *spec;

	if (strncmp(argument, "--", 2) || !argument[2])
		return reason_set(reason, -EINVAL, "unexpected argument (see --help): %s", argument);
	value = strchr(argument, '=');
	spec = find(argument + 2, value ? (size_t)(value - argument) - 2 : strlen(argument + 2));
	if (!spec)
		return reason_set(reason, -EINVAL, "unknown option (see --help): %s", argument);
	if (value)
		value++;
	else if (spec->value && argv[*at + 1])
		value = argv[++*at];
	return set_value(options, spec, value, reason);
}

int options_parse(struct options *options, int argc, char *const *argv, struct reason *reason)
{
	int err;

	set_defaults(options);
	for (int at = 1; at < argc; at++) {
		err = parse_one(options, argv, &at, reason);
		if (err)
			return err;
	}
	if (options->has_rate && options->period)
		return reason_set(reason, -EINVAL, "--rate and --period cannot both be given: --rate=%u --period=%u", options->rate_hz,
				  options->period);
	return 0;
}
