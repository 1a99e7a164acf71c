// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "option_spec.h"

#define COLUMN 26
#define WIDTH 100
#define TEXT_BYTES 1024	/* more than any option's text and limits */

void option_range(const struct option_spec *spec, char range[OPTION_RANGE_BYTES])
{
	if (spec->max)
		snprintf(range, OPTION_RANGE_BYTES, "%lu..%lu", spec->min, spec->max);
	else
		snprintf(range, OPTION_RANGE_BYTES, "%s", spec->range ? spec->range : "");
}

static const char *fallback(const struct option_spec *spec)
{
	return spec->fallback ? spec->fallback : spec->fallback_text;
}

/* Prints words from column COLUMN on, wrapped at WIDTH. */
static void print_wrapped(FILE *out, const char *text)
{
	int at = COLUMN;

	while (*text) {
		int length = (int)strcspn(text, " ");

		if (at + length > WIDTH) {
			fprintf(out, "\n%*s", COLUMN, "");
			at = COLUMN;
		}
		at += fprintf(out, at == COLUMN ? "%.*s" : " %.*s", length, text);
		text += length;
		text += *text == ' ';
	}
	fputc('\n', out);
}

/* "; RANGE UNIT (default: FALLBACK)" as far as the option has them. */
static void append_limits(char *text, size_t text_bytes, const struct option_spec *spec)
{
	char range[OPTION_RANGE_BYTES];
	size_t used = strlen(text);

	option_range(spec, range);
	if (*range)
		used += (size_t)snprintf(text + used, text_bytes - used, "; %s", range);
	if (spec->unit)
		used += (size_t)snprintf(text + used, text_bytes - used, " %s", spec->unit);
	if (fallback(spec))
		snprintf(text + used, text_bytes - used, " (default: %s)", fallback(spec));
}

static void print_option(FILE *out, const struct option_spec *spec)
{
	char text[TEXT_BYTES], head[64];

	snprintf(text, sizeof(text), "%s", spec->text);
	append_limits(text, sizeof(text), spec);
	snprintf(head, sizeof(head), "  --%s%s%s", spec->name, spec->value ? " " : "", spec->value ? spec->value : "");
	fprintf(out, "%-*s", COLUMN, head);
	print_wrapped(out, text);
}

void options_help(FILE *out)
{
	fputs("Usage: membalancer-helper [--OPTION[=VALUE]]...\n"
	      "Samples which pages the CPUs touch, and hands every process the tables of its own, read-only.\n\n", out);
	for (const struct option_spec *spec = option_specs; spec->name; spec++)
		print_option(out, spec);
	fputs("\nExit status: 0 ended by SIGTERM or SIGINT, or (as a daemon) ready; 1 not possible here; 2 wrong usage.\n", out);
}

static void print_cell(FILE *out, const char *text)
{
	fprintf(out, " %s |", text ? text : "-");
}

void options_markdown(FILE *out)
{
	char range[OPTION_RANGE_BYTES], name[64];

	fputs("<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
	      "<!-- Written by `membalancer-helper --help-markdown`; change helper/src/main/c/options.c instead. -->\n"
	      "# Options of membalancer-helper\n\n"
	      "`--OPTION VALUE` or `--OPTION=VALUE`. A value out of range ends the helper with one line and exit status 2.\n\n"
	      "| option | default | range | unit | meaning |\n|---|---|---|---|---|\n", out);
	for (const struct option_spec *spec = option_specs; spec->name; spec++) {
		option_range(spec, range);
		snprintf(name, sizeof(name), "`--%s%s%s`", spec->name, spec->value ? " " : "", spec->value ? spec->value : "");
		fputc('|', out);
		print_cell(out, name);
		print_cell(out, fallback(spec));
		print_cell(out, *range ? range : NULL);
		print_cell(out, spec->unit);
		print_cell(out, spec->text);
		fputc('\n', out);
	}
}
