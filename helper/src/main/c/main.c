// SPDX-License-Identifier: Apache-2.0
/* membalancer-helper: the privileged part. Loads BPF, opens perf events, hands out read-only tables. */
#include <stdio.h>
#include <stdlib.h>

#include "helper.h"
#include "options.h"

#define EXIT_USAGE 2

int main(int argc, char **argv)
{
	struct options options;
	struct reason reason;

	if (options_parse(&options, argc, argv, &reason)) {
		fprintf(stderr, "membalancer-helper: %s\n", reason.text);
		return EXIT_USAGE;
	}
	switch (options.action) {
	case OPTIONS_SHOW_HELP:
		options_help(stdout);
		return EXIT_SUCCESS;
	case OPTIONS_SHOW_MARKDOWN:
		options_markdown(stdout);
		return EXIT_SUCCESS;
	case OPTIONS_SHOW_VERSION:
		printf("membalancer-helper %s\n", MBAL_VERSION);
		return EXIT_SUCCESS;
	default:
		return helper_run(&options);
	}
}
