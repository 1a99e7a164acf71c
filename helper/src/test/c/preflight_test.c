// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "preflight.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

#define BPF (1ull << CAP_BPF)
#define PERFMON (1ull << CAP_PERFMON)

static void finds_btf(void)
{
	struct reason reason;
	char expected[512];

	CHECK_EQUAL(preflight_check_btf(tap_folder(), &reason), -ENOENT, "a kernel without BTF is refused");
	snprintf(expected, sizeof(expected),
		 "%s/kernel/btf/vmlinux is missing: the kernel must be built with CONFIG_DEBUG_INFO_BTF=y", tap_folder());
	CHECK_TEXT(reason.text, expected, "in one line");
	tap_write(tap_folder(), "kernel/btf/vmlinux", "btf");
	CHECK_EQUAL(preflight_check_btf(tap_folder(), &reason), 0, "one with BTF is not");
}

static void names_capabilities(void)
{
	struct reason reason;

	CHECK_EQUAL(preflight_check_capabilities(BPF | PERFMON, &reason), 0, "both capabilities suffice");
	CHECK_EQUAL(preflight_check_capabilities(~0ull & ~BPF, &reason), -EPERM, "CAP_BPF is needed");
	CHECK_TEXT(reason.text, "not permitted: CAP_BPF is missing; start it as root, or with both in AmbientCapabilities=", "and named");
	CHECK_EQUAL(preflight_check_capabilities(BPF, &reason), -EPERM, "CAP_PERFMON is needed");
	CHECK_CONTAINS(reason.text, "not permitted: CAP_PERFMON is missing;", "and named");
	CHECK_EQUAL(preflight_check_capabilities(0, &reason), -EPERM, "with neither");
	CHECK_CONTAINS(reason.text, "not permitted: CAP_BPF and CAP_PERFMON are missing;", "both are named");
}

/* What the warning writes to stderr, for a list of mounts. */
static const char *warning_for(const char *mounts)
{
	static char text[2048];
	char path[256], mounts_path[256];
	struct log log;
	ssize_t bytes;
	int file, saved = dup(STDERR_FILENO);

	tap_write(tap_folder(), "mounts", mounts);
	snprintf(mounts_path, sizeof(mounts_path), "%s/mounts", tap_folder());
	snprintf(path, sizeof(path), "%s/stderr", tap_folder());
	file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	REQUIRE(file >= 0 && saved >= 0 && dup2(file, STDERR_FILENO) >= 0);
	log_open(&log, false);
	preflight_warn_bpffs(mounts_path, &log);
	REQUIRE(dup2(saved, STDERR_FILENO) >= 0);
	bytes = pread(file, text, sizeof(text) - 1, 0);
	REQUIRE(bytes >= 0);
	text[bytes] = '\0';
	close(saved);
	close(file);
	return text;
}

static void warns_of_open_bpffs(void)
{
	char mounts[2048], expected[1024], folder[256];

	snprintf(folder, sizeof(folder), "%s/bpf", tap_folder());
	tap_write(folder, "x", "");
	snprintf(mounts, sizeof(mounts), "none %s bpf rw 0 0\nnone /tmp tmpfs rw 0 0\n", folder);
	REQUIRE(!chmod(folder, 0700));
	CHECK_TEXT(warning_for(mounts), "", "a bpffs of mode 700, and a tmpfs that everybody may write to, are no hole");
	REQUIRE(!chmod(folder, 01777));
	snprintf(expected, sizeof(expected),
		 "membalancer-helper: warning: %s is a bpffs with mode 1777: a peer can pin its table there and keep the memory after its end; "
		 "mount -o remount,mode=700 %s\n", folder, folder);
	CHECK_TEXT(warning_for(mounts), expected, "one of mode 1777 is, and the line says what to do");
}

int main(void)
{
	finds_btf();
	names_capabilities();
	warns_of_open_bpffs();
	return tap_end();
}
