// SPDX-License-Identifier: Apache-2.0
#include "preflight.h"

#include <errno.h>
#include <linux/capability.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "privileges.h"
#include "sysfs.h"

#define BTF "kernel/btf/vmlinux"
#define INITIAL_PID_NAMESPACE 0xeffffffcu	/* PROC_PID_INIT_INO of the kernel, unchanged since 3.8 */

int preflight_check_btf(const char *sysfs_root, struct reason *reason)
{
	if (sysfs_exists(sysfs_root, BTF))
		return 0;
	return reason_set(reason, -ENOENT, "%s/%s is missing: the kernel must be built with CONFIG_DEBUG_INFO_BTF=y",
			  sysfs_root, BTF);
}

int preflight_check_capabilities(unsigned long long held, struct reason *reason)
{
	bool bpf = held >> CAP_BPF & 1, perfmon = held >> CAP_PERFMON & 1;

	if (bpf && perfmon)
		return 0;
	return reason_set(reason, -EPERM, "not permitted: %s%s%s missing; start it as root, or with both in AmbientCapabilities=",
			  bpf ? "" : "CAP_BPF", bpf || perfmon ? "" : " and ",
			  perfmon ? " is" : bpf ? "CAP_PERFMON is" : "CAP_PERFMON are");
}

/* BPF programs see process ids of the initial namespace, and so must we. */
static int check_pid_namespace(struct reason *reason)
{
	struct stat status;

	if (stat("/proc/self/ns/pid", &status))
		return reason_set(reason, -errno, "/proc/self/ns/pid cannot be read: %s", errno_name(errno));
	if (status.st_ino == INITIAL_PID_NAMESPACE)
		return 0;
	return reason_set(reason, -EXDEV,
			  "must run in the initial pid namespace (docker run --pid=host): BPF counts processes as that one does");
}

int preflight_check(const char *sysfs_root, struct reason *reason)
{
	unsigned long long held;
	int err = privileges_held(&held);

	if (err)
		return reason_set(reason, err, "capget failed: %s", errno_name(err));
	err = preflight_check_capabilities(held, reason);
	if (!err)
		err = check_pid_namespace(reason);
	if (!err)
		err = preflight_check_btf(sysfs_root, reason);
	return err;
}

static void warn_if_writable(const char *path, struct log *log)
{
	struct stat status;

	if (stat(path, &status) || !(status.st_mode & S_IWOTH))
		return;
	log_line(log, "warning: %s is a bpffs with mode %o: a peer can pin its table there and keep the memory after its end; "
		 "mount -o remount,mode=700 %s", path, status.st_mode & 07777u, path);
}

void preflight_warn_bpffs(const char *mounts_path, struct log *log)
{
	FILE *mounts = setmntent(mounts_path, "re");
	struct mntent *mount;

	if (!mounts) {
		log_line(log, "warning: %s cannot be read (%s): no check for a world-writable bpffs", mounts_path, errno_name(errno));
		return;
	}
	while ((mount = getmntent(mounts)))
		if (!strcmp(mount->mnt_type, "bpf"))
			warn_if_writable(mount->mnt_dir, log);
	endmntent(mounts);
}
