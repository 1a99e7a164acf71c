/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the shared layouts, for readers that are not C: every number and text has its one source here. */
#ifndef MBAL_ABI_NAMES_H
#define MBAL_ABI_NAMES_H

#include <stddef.h>

struct mbal_abi_value {
	const char *name;	/* "mbal_slot.epoch", "sizeof(mbal_slot)", "MBAL_ABI_VERSION", "EPERM" */
	long long value;	/* an offset in bytes, bytes, or the constant */
};

/* Each answers NULL for an index past the end. */
const struct mbal_abi_value *mbal_abi_value_at(size_t index);
const char *mbal_counter_name(size_t counter);
const char *mbal_counter_text(size_t counter);
const char *mbal_source_name(size_t source);

/* Where a helper listens unless told otherwise. */
const char *mbal_default_socket(void);

#endif
