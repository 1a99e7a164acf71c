// SPDX-License-Identifier: Apache-2.0
/*
 * access-pattern: workloads with a known answer, as hot-set, but not at random: a chase of pointers, a histogram, a
 * stream of vectors. With --share 0 or 1 it does one half alone, so that the time each takes can be measured.
 */
#include "access_patterns.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SIZE_BYTES (128u << 20)
#define HOT_BYTES (16u << 20)

static const char usage[] =
	"usage: access-pattern [options] PATTERN\n"
	"Accesses 128 MiB of memory; a known part of it, 16 MiB, gets a known share of the accesses. Patterns:\n"
	"  chase        follows pointers in a random order, 9 of 10 to hot cells\n"
	"  histogram    reads numbers in order and counts them in the hot part, an access each (share 0, 0.5 or 1)\n"
	"  stream       computes in place with AVX, pass by pass, 9 of 10 over the hot part\n"
	"options:\n"
	"  --share S    of the accesses that go to the hot part, 0 to 1 (default as above)\n"
	"  --seconds S  of accesses (default 10)\n"
	"  --hold       keeps the memory after the run, until a line or the end of standard input\n"
	"  --help       prints this\n";

struct options {
	const struct pattern *pattern;
	double share, seconds;
	bool hold, help;
};

static int usage_error(const char *what, const char *value, const char *must)
{
	fprintf(stderr, "access-pattern: %s must be %s: %s=%s\n", what, must, what, value);
	return -1;
}

static int parse_real(const char *name, const char *text, double low, double high, double *value)
{
	char must[64], *end;

	*value = strtod(text, &end);
	if (*text && !*end && *value >= low && *value <= high)
		return 0;
	snprintf(must, sizeof(must), "%g to %g", low, high);
	return usage_error(name, text, must);
}

static int parse_option(struct options *options, int option)
{
	switch (option) {
	case 's':
		return parse_real("--share", optarg, 0, 1, &options->share);
	case 't':
		return parse_real("--seconds", optarg, 0.001, 1e9, &options->seconds);
	case 'o':
		options->hold = true;
		return 0;
	case 'h':
		options->help = true;
		return 0;
	default:
		return -1;
	}
}

static int parse_pattern(struct options *options, char **words)
{
	if (!*words || words[1]) {
		fputs("access-pattern: one pattern is needed: chase, histogram or stream\n", stderr);
		return -1;
	}
	options->pattern = pattern_find(*words);
	if (!options->pattern)
		return usage_error("PATTERN", *words, "chase, histogram or stream");
	if (options->share < 0)
		options->share = options->pattern->default_share;
	if (options->pattern->allows(options->share))
		return 0;
	fprintf(stderr, "access-pattern: --share must be 0, 0.5 or 1 for histogram: --share=%g\n", options->share);
	return -1;
}

static int parse(struct options *options, int argc, char **argv)
{
	static const struct option names[] = {
		{ "share", required_argument, NULL, 's' },
		{ "seconds", required_argument, NULL, 't' },
		{ "hold", no_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	*options = (struct options){ .share = -1, .seconds = 10 };
	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (parse_option(options, option))
			return -1;
	}
	return options->help ? 0 : parse_pattern(options, argv + optind);
}

static double now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void hold(void)
{
	int character;

	do
		character = getchar();
	while (character != EOF && character != '\n');
}

static void run_and_print(struct pattern_run *run, const struct options *options)
{
	double end;

	printf("access-pattern: pid %d ", (int)getpid());
	working_set_print_ranges(&run->set, "");
	end = now_seconds() + options->seconds;
	do
		options->pattern->round(run);
	while (now_seconds() < end);
	printf("access-pattern: operations %" PRIu64 ", hot share %.4f (true), ", run->operations,
	       (double)run->hot_operations / (double)run->operations);
	working_set_print_ranges(&run->set, ",");
	if (options->hold)
		hold();
}

int main(int argc, char **argv)
{
	static const struct node_list anywhere;
	struct pattern_run run = { 0 };
	struct options options;
	int err;

	if (parse(&options, argc, argv))
		return 2;
	if (options.help) {
		fputs(usage, stdout);
		return EXIT_SUCCESS;
	}
	run.share = options.share;
	err = working_set_open(&run.set, SIZE_BYTES, HOT_BYTES, &anywhere);
	if (!err)
		err = options.pattern->prepare(&run);
	if (err)
		fprintf(stderr, "access-pattern: cannot prepare %s: %s\n", options.pattern->name,
			err == -EOPNOTSUPP ? "this processor has no AVX" : strerror(-err));
	else
		run_and_print(&run, &options);
	working_set_close(&run.set);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
