// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tap.h"

/* Folders of any file system are walked alike: a, a/b, a/c and d below the first one. */
static int open_folders(void)
{
	const char *folder = tap_folder();

	tap_write(folder, "a/b/file", "");
	tap_write(folder, "a/c/file", "");
	tap_write(folder, "d/file", "");
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct seen {
	unsigned int visits, descriptors, inherited;
};

/* Descriptors that are open, but for those of the list itself. */
static void count_descriptors(struct seen *seen)
{
	DIR *list = opendir("/proc/self/fd");
	const struct dirent *entry;

	REQUIRE(list);
	seen->descriptors = seen->inherited = 0;
	while ((entry = readdir(list))) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] == '.' || fd <= STDERR_FILENO || fd == dirfd(list))
			continue;
		seen->descriptors++;
		seen->inherited += !(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}
	closedir(list);
}

static int visit(int folder_fd, void *context)
{
	struct seen *seen = context, now = { 0 };

	(void)folder_fd;
	seen->visits++;
	count_descriptors(&now);
	seen->inherited += now.inherited;
	return 0;
}

static int count_visit(int folder_fd, void *context)
{
	(void)folder_fd;
	++*(unsigned int *)context;
	return 0;
}

static int stop(int folder_fd, void *context)
{
	(void)folder_fd;
	return ++*(int *)context == 2 ? -EPERM : 0;
}

static void counts_what_it_cannot_open(int folder_fd)
{
	struct rlimit former, few;
	struct cgroup_missed missed;
	unsigned int visits = 0;

	REQUIRE(!getrlimit(RLIMIT_NOFILE, &former));
	few = former;
	few.rlim_cur = (rlim_t)folder_fd + 3; /* the first one's list and one folder */
	REQUIRE(!setrlimit(RLIMIT_NOFILE, &few));
	CHECK_EQUAL(cgroup_walk(folder_fd, count_visit, &visits, &missed), 0, "goes on where one cannot be opened");
	REQUIRE(!setrlimit(RLIMIT_NOFILE, &former));
	CHECK_EQUAL(visits, 3, "visits the others");
	CHECK_EQUAL(missed.count, 2, "counts those that it cannot list");
	CHECK_EQUAL(missed.err, -EMFILE, "and knows why");
}

int main(void)
{
	int inherited = close_range(STDERR_FILENO + 1, ~0u, 0); /* whoever started this may have left some */
	int folder_fd = open_folders(), count = 0;
	struct seen before = { 0 }, seen = { 0 }, after = { 0 };
	struct cgroup_missed missed;

	REQUIRE(!inherited && folder_fd >= 0);
	count_descriptors(&before);
	CHECK_EQUAL(before.inherited, 0, "a program begins with descriptors of its own");
	for (int twice = 0; twice < 2; twice++) {
		seen = (struct seen){ 0 };
		CHECK_EQUAL(cgroup_walk(folder_fd, visit, &seen, &missed), 0, "walks to the end");
		CHECK_EQUAL(seen.visits, 5, "visits a folder and all below");
		CHECK_EQUAL(seen.inherited, 0, "a program that is started meanwhile gets no descriptor");
		CHECK_EQUAL(missed.count, 0, "and misses none");
	}
	CHECK_EQUAL(cgroup_walk(folder_fd, stop, &count, &missed), -EPERM, "ends with the first result that is not 0");
	CHECK_EQUAL(count, 2, "at once");
	counts_what_it_cannot_open(folder_fd);
	count_descriptors(&after);
	CHECK_EQUAL(after.descriptors, before.descriptors, "leaves nothing open");
	missed = (struct cgroup_missed){ 0 };
	cgroup_miss(&missed, -ENOENT);
	cgroup_miss(&missed, -ENODEV);
	CHECK_EQUAL(missed.count, 0, "a cgroup that was removed is not missed");
	close(folder_fd);
	return tap_end();
}
