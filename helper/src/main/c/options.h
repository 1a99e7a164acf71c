/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: every option is declared once, in the table of options.c. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "cpu_list.h"
#include "mbal_abi.h"
#include "reason.h"

enum options_action {
	OPTIONS_SERVE,
	OPTIONS_SHOW_HELP,
	OPTIONS_SHOW_MARKDOWN,
	OPTIONS_SHOW_VERSION,
};

struct options {
	enum options_action action;
	const char *socket_path;
	enum mbal_source source;	/* MBAL_SOURCE_NONE: the best that works */
	unsigned int rate_hz;		/* samples per second and CPU of each event */
	bool has_rate;			/* --rate was given */
	unsigned int period;		/* events from one sample to the next; 0: rate_hz counts */
	bool is_l3_miss_only;
	unsigned int min_latency;	/* CPU cycles; 0: every access */
	bool has_kernel;
	bool all_cpus;			/* no --cpu-list */
	struct cpu_list cpus;
	unsigned int soft_window;	/* instructions that the soft source walks; 0: what goes with rate and cap */
	unsigned int table_slots;
	unsigned int page_shift;
	unsigned int node_count;	/* 0: as many as the machine has */
	unsigned int max_cpu_percent;	/* of one CPU, for each sampled CPU */
	bool has_group;
	gid_t group;
	bool foreground;
	bool verbose;
};

/* Returns 0, or -EINVAL with the one line that says which option, which limit and which value. */
int options_parse(struct options *options, int argc, char *const *argv, struct reason *reason);
void options_help(FILE *out);
void options_markdown(FILE *out);

#endif
