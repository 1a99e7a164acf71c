// SPDX-License-Identifier: Apache-2.0
#include "hot_set_options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char hot_set_usage[] =
	"usage: hot-set [options]\n"
	"Accesses a working set at random; a known part of it gets a known share of the accesses.\n"
	"  --size BYTES      of the working set; 128KiB, 256MiB, at most 16GiB (default 256MiB)\n"
	"  --hot-size BYTES  of the hot part, the last of the working set (default 16MiB)\n"
	"  --share S         of the accesses that go to the hot part, 0 to 1 (default 0.9)\n"
	"  --threads N       that access it (default 2)\n"
	"  --node LIST       makes the memory on this NUMA node, or page by page on these in turns; it may be moved afterwards\n"
	"  --cpus LIST       pins thread i to the i-th CPU of the list, in turns (0-3,7)\n"
	"  --seconds S       of accesses (default 10)\n"
	"  --progress FILE   keeps operations and CPU time of each thread in FILE while it runs\n"
	"  --jump            on each SIGUSR1 the part before the hot one becomes the hot one, and its range is printed\n"
	"  --check           verifies every cell after the run\n"
	"  --hold            keeps the memory after the run, until a line or the end of standard input\n"
	"  --help            prints this\n";

#define LIST_MAX 1024

_Static_assert(LIST_MAX == HOT_SET_MAX_CPUS && LIST_MAX == MAX_NODES, "lists of CPUs and of nodes are read alike");

enum {
	OPT_SIZE = 1, OPT_HOT_SIZE, OPT_SHARE, OPT_THREADS, OPT_NODE, OPT_CPUS, OPT_SECONDS, OPT_PROGRESS, OPT_JUMP, OPT_CHECK,
	OPT_HOLD, OPT_HELP
};

static const struct option long_options[] = {
	{ "size", required_argument, NULL, OPT_SIZE },
	{ "hot-size", required_argument, NULL, OPT_HOT_SIZE },
	{ "share", required_argument, NULL, OPT_SHARE },
	{ "threads", required_argument, NULL, OPT_THREADS },
	{ "node", required_argument, NULL, OPT_NODE },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "progress", required_argument, NULL, OPT_PROGRESS },
	{ "jump", no_argument, NULL, OPT_JUMP },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "hold", no_argument, NULL, OPT_HOLD },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

/* Reads digits up to `limit`; `*end` is the first character after them. Returns 0 or -1. */
static int read_number(const char *text, const char **end, uint64_t limit, uint64_t *value)
{
	char *stop;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	*value = strtoull(text, &stop, 10);
	*end = stop;
	return errno || *value > limit ? -1 : 0;
}

static int parse_count(const char *text, uint64_t low, uint64_t high, uint64_t *value)
{
	const char *end;

	return read_number(text, &end, high, value) || *end || *value < low ? -1 : 0;
}

static int parse_bytes(const char *text, size_t *bytes)
{
	static const struct { const char *suffix; unsigned int shift; } units[] = {
		{ "", 0 }, { "KiB", 10 }, { "MiB", 20 }, { "GiB", 30 },
	};
	const char *end;
	uint64_t value;

	if (read_number(text, &end, HOT_SET_MAX_BYTES, &value))
		return -1;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].suffix))
			continue;
		if (value > HOT_SET_MAX_BYTES >> units[i].shift)
			return -1;
		*bytes = (size_t)value << units[i].shift;
		return *bytes && *bytes % HOT_SET_BLOCK_BYTES == 0 ? 0 : -1;
	}
	return -1;
}

static int parse_real(const char *text, double low, double high, double *value)
{
	char *end;

	if (!*text)
		return -1;
	*value = strtod(text, &end);
	return *end || !isfinite(*value) || *value < low || *value > high ? -1 : 0;
}

/* CPUs or nodes, LIST_MAX at most. */
static int add_ids(int *ids, int *count, uint64_t first, uint64_t last)
{
	if (last < first || last - first >= (uint64_t)(LIST_MAX - *count))
		return -1;
	for (uint64_t id = first; id <= last; id++)
		ids[(*count)++] = (int)id;
	return 0;
}

static int parse_list(const char *text, int *ids, int *count)
{
	uint64_t first, last;

	*count = 0;
	for (;;) {
		if (read_number(text, &text, LIST_MAX - 1, &first))
			return -1;
		last = first;
		if (*text == '-' && read_number(text + 1, &text, LIST_MAX - 1, &last))
			return -1;
		if (add_ids(ids, count, first, last))
			return -1;
		if (!*text)
			return 0;
		if (*text++ != ',')
			return -1;
	}
}

/* Stores one option. Returns NULL, or what its value must be. */
static const char *store(struct hot_set_options *options, int option, const char *value)
{
	uint64_t number = 0;
	const char *must = NULL;

	switch (option) {
	case OPT_SIZE:
		return parse_bytes(value, &options->size_bytes) ? "a multiple of 64KiB up to 16GiB, as in 256MiB" : NULL;
	case OPT_HOT_SIZE:
		return parse_bytes(value, &options->hot_bytes) ? "a multiple of 64KiB up to 16GiB, as in 16MiB" : NULL;
	case OPT_SHARE:
		return parse_real(value, 0, 1, &options->share) ? "0 to 1" : NULL;
	case OPT_SECONDS:
		return parse_real(value, 0.001, 1e9, &options->seconds) ? "0.001 to 1e9" : NULL;
	case OPT_THREADS:
		must = parse_count(value, 1, HOT_SET_MAX_THREADS, &number) ? "1 to 1024" : NULL;
		options->threads = (unsigned int)number;
		return must;
	case OPT_NODE:
		return parse_list(value, options->nodes.ids, &options->nodes.count) ? "a node or a list of them, as in 0,2" : NULL;
	case OPT_CPUS:
		return parse_list(value, options->cpus, &options->cpu_count) ? "a list of CPUs, as in 0-3,7" : NULL;
	case OPT_PROGRESS:
		options->progress_path = value;
		return *value ? NULL : "a file";
	case OPT_JUMP:
		options->jump = true;
		return NULL;
	case OPT_CHECK:
		options->check = true;
		return NULL;
	case OPT_HOLD:
		options->hold = true;
		return NULL;
	default:
		options->help = true;
		return NULL;
	}
}

int hot_set_options_parse(struct hot_set_options *options, int argc, char **argv, char *error, size_t error_bytes)
{
	int option, index = 0;

	*options = (struct hot_set_options){
		.size_bytes = 256u << 20, .hot_bytes = 16u << 20, .share = 0.9, .threads = 2, .seconds = 10,
	};
	optind = 0; /* glibc: start afresh, for callers that parse twice */
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", long_options, &index)) != -1) {
		const char *must;

		if (option == '?' || option == ':') {
			snprintf(error, error_bytes, option == '?' ? "unknown option %s" : "option %s needs a value",
				 argv[optind - 1]);
			return -1;
		}
		must = store(options, option, optarg);
		if (must) {
			snprintf(error, error_bytes, "--%s must be %s: --%s=%s", long_options[index].name, must,
				 long_options[index].name, optarg);
			return -1;
		}
	}
	if (optind < argc) {
		snprintf(error, error_bytes, "unexpected argument %s", argv[optind]);
		return -1;
	}
	if (options->hot_bytes >= options->size_bytes) {
		snprintf(error, error_bytes, "--hot-size must be less than --size: --hot-size=%zu --size=%zu",
			 options->hot_bytes, options->size_bytes);
		return -1;
	}
	return 0;
}
