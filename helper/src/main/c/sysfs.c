// SPDX-License-Identifier: Apache-2.0
#include "sysfs.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int join(char *whole, size_t whole_bytes, const char *root, const char *path)
{
	int length = snprintf(whole, whole_bytes, "%s/%s", root, path);

	return length < 0 || (size_t)length >= whole_bytes ? -ENAMETOOLONG : 0;
}

int sysfs_read(const char *root, const char *path, char *text, size_t text_bytes)
{
	char whole[PATH_MAX];
	FILE *file;
	int err = join(whole, sizeof(whole), root, path);

	if (err)
		return err;
	file = fopen(whole, "re");
	if (!file)
		return -errno;
	errno = 0;
	if (!fgets(text, (int)text_bytes, file))
		err = errno ? -errno : -ENODATA;
	else if (!strchr(text, '\n') && !feof(file))
		err = -EMSGSIZE;
	else
		text[strcspn(text, "\n")] = '\0';
	fclose(file);
	return err;
}

int sysfs_read_number(const char *root, const char *path, long *number)
{
	char text[32], *end;
	int err = sysfs_read(root, path, text, sizeof(text));

	if (err)
		return err;
	errno = 0;
	*number = strtol(text, &end, 10);
	return errno || end == text || *end ? -EINVAL : 0;
}

bool sysfs_exists(const char *root, const char *path)
{
	char whole[PATH_MAX];

	return !join(whole, sizeof(whole), root, path) && !access(whole, F_OK);
}
