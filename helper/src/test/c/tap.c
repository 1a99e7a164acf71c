// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "tap.h"

#include <errno.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* One test program, one set of results. */
static int failures;
static char folder[64];
static pid_t folder_owner;

static void result(bool holds, const char *file, int line, const char *what)
{
	printf("%s %s", holds ? "ok" : "not ok", what);
	if (!holds)
		printf(" (%s:%d)", file, line);
	putchar('\n');
	failures += !holds;
}

void tap_true(bool holds, const char *file, int line, const char *what, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, what);
	vsnprintf(text, sizeof(text), what, arguments);
	va_end(arguments);
	result(holds, file, line, text);
}

void tap_equal(long long actual, long long expected, const char *file, int line, const char *what)
{
	result(actual == expected, file, line, what);
	if (actual != expected)
		printf("# is %lld, must be %lld\n", actual, expected);
}

void tap_text(const char *actual, const char *expected, const char *file, int line, const char *what)
{
	bool same = !strcmp(actual, expected);

	result(same, file, line, what);
	if (!same)
		printf("# is      <%s>\n# must be <%s>\n", actual, expected);
}

void tap_contains(const char *actual, const char *part, const char *file, int line, const char *what)
{
	bool there = strstr(actual, part) != NULL;

	result(there, file, line, what);
	if (!there)
		printf("# is           <%s>\n# must contain <%s>\n", actual, part);
}

void tap_skip(const char *what, const char *reason)
{
	printf("ok %s # SKIP %s\n", what, reason);
}

void tap_give_up(const char *file, int line, const char *what)
{
	printf("not ok %s:%d needs %s: %s\n", file, line, what, strerror(errno));
	exit(EXIT_FAILURE);
}

int tap_end(void)
{
	fflush(stdout);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

/* Not in children, which run it at their exit too. */
static void remove_folder(void)
{
	if (*folder && getpid() == folder_owner)
		nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *tap_folder(void)
{
	if (!*folder) {
		strcpy(folder, "/tmp/mbal-test-XXXXXX");
		REQUIRE(mkdtemp(folder));
		REQUIRE(!chmod(folder, 0755));
		folder_owner = getpid();
		atexit(remove_folder);
	}
	return folder;
}

void tap_write(const char *root, const char *path, const char *text)
{
	char whole[PATH_MAX];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	for (char *at = strchr(whole + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		REQUIRE(!mkdir(whole, 0755) || errno == EEXIST);
		*at = '/';
	}
	file = fopen(whole, "w");
	REQUIRE(file);
	REQUIRE(fputs(text, file) >= 0);
	REQUIRE(!fclose(file));
}

static void set_ambient(unsigned long long capabilities)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { 0 };

	for (unsigned int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		sets[i].effective = sets[i].permitted = sets[i].inheritable = (unsigned int)(capabilities >> 32 * i);
	REQUIRE(!syscall(SYS_capset, &header, sets));
	for (unsigned long capability = 0; capability < 64; capability++)
		if (capabilities >> capability & 1)
			REQUIRE(!prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0));
}

static __attribute__((noreturn)) void run_as(unsigned int uid, unsigned long long capabilities, void (*run)(void *), void *argument)
{
	failures = 0;
	*folder = '\0';
	REQUIRE(!prctl(PR_SET_KEEPCAPS, 1));
	REQUIRE(!setgroups(0, NULL) && !setresgid(uid, uid, uid) && !setresuid(uid, uid, uid));
	set_ambient(capabilities);
	/* A process that changed its uid may not be dumped; execve would have made it so again. */
	REQUIRE(!prctl(PR_SET_DUMPABLE, 1));
	run(argument);
	fflush(stdout);
	remove_folder();
	_exit(failures > 100 ? 100 : failures);
}

void tap_as_with(unsigned int uid, unsigned long long capabilities, void (*run)(void *argument), void *argument)
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	REQUIRE(child >= 0);
	if (!child)
		run_as(uid, capabilities, run, argument);
	REQUIRE(waitpid(child, &status, 0) == child);
	if (WIFEXITED(status))
		failures += WEXITSTATUS(status);
	else
		CHECK(false, "the child as uid %u ends by itself, not by signal %d", uid, WTERMSIG(status));
}

void tap_as(unsigned int uid, void (*run)(void *argument), void *argument)
{
	tap_as_with(uid, 0, run, argument);
}
