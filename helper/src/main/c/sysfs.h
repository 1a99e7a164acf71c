/* SPDX-License-Identifier: Apache-2.0 */
/* Small text files below a root that tests can choose. */
#ifndef SYSFS_H
#define SYSFS_H

#include <stdbool.h>
#include <stddef.h>

/* Reads the first line, without its end. Returns 0, -errno, or -EMSGSIZE when it does not fit. */
int sysfs_read(const char *root, const char *path, char *text, size_t text_bytes);
/* Returns 0, -errno, or -EINVAL when the line is not one decimal number. */
int sysfs_read_number(const char *root, const char *path, long *number);
bool sysfs_exists(const char *root, const char *path);

#endif
