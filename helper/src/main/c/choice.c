// SPDX-License-Identifier: Apache-2.0
#include "choice.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 2, 3))) static void add_line(struct choice *choice, const char *format, ...)
{
	size_t room = sizeof(choice->why) - choice->why_bytes;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(choice->why + choice->why_bytes, room, format, arguments);
	va_end(arguments);
	if (length > 0)
		choice->why_bytes += (size_t)length < room ? (size_t)length : room - 1;
}

/* What the source does without. */
static void add_notes(struct choice *choice, const struct sampler *sampler)
{
	const struct reason *notes[] = { &sampler->events.plan.note, &sampler->note };

	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (*notes[i]->text)
			add_line(choice, "%s: %.300s\n", source_name(sampler->source->id), notes[i]->text);
}

static int open_asked(struct choice *choice, struct sampler *sampler, const struct source *source,
		      const struct sampler_settings *settings, struct reason *reason)
{
	struct reason inner;
	int err = sampler_open(sampler, source, settings, &inner);

	if (err)
		return reason_set(reason, err, "source %s is not available: %.400s", source_name(source->id), inner.text);
	add_line(choice, "%s: asked for: %s\n", source_name(source->id), source_text(source->id));
	add_notes(choice, sampler);
	return 0;
}

static int none_works(const struct choice *choice, int err, struct reason *reason)
{
	reason_set(reason, err, "no source is available: %.*s", (int)choice->why_bytes - 1, choice->why);
	for (char *at = reason->text; *at; at++)
		if (*at == '\n')
			*at = ';';
	return err;
}

static int open_best(struct choice *choice, struct sampler *sampler, const struct sampler_settings *settings,
		     struct reason *reason)
{
	int err = -ENODEV;

	for (const struct source *source = source_next_best(MBAL_SOURCE_MAX); source; source = source_next_best(source->id)) {
		err = sampler_open(sampler, source, settings, reason);
		if (!err) {
			add_line(choice, "%s: chosen, the best that works: %s\n", source_name(source->id), source_text(source->id));
			add_notes(choice, sampler);
			return 0;
		}
		add_line(choice, "%s: not available: %.300s\n", source_name(source->id), reason->text);
	}
	return none_works(choice, err, reason);
}

int choice_open(struct choice *choice, struct sampler *sampler, enum mbal_source asked,
		const struct sampler_settings *settings, struct reason *reason)
{
	*choice = (struct choice){ .why_bytes = 0 };
	if (asked == MBAL_SOURCE_NONE)
		return open_best(choice, sampler, settings, reason);
	return open_asked(choice, sampler, source_find(asked), settings, reason);
}
