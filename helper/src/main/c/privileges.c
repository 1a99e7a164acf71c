// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * What is left after the start is CAP_BPF, which makes, freezes and looks into the tables of later groups, and
 * CAP_PERFMON, which opens the events of CPUs that come online later. To move a peer's pages (move_pages(2)) it needs
 * CAP_SYS_NICE for those that are mapped more than once, and CAP_SYS_PTRACE for processes of another uid than its own.
 * Otherwise peers are looked at through pidfds and world-readable parts of /proc.
 *
 * The user id stays. Started as root the helper remains uid 0, because only that may remove its socket from a folder
 * of root's, and because any other existing uid is shared with processes that could then reach the socket's folder.
 * Whoever wants another uid starts the helper under it, with CAP_BPF and CAP_PERFMON as ambient capabilities.
 * Uid 0 is not a way back: the bounding set is empty and no_new_privs is set, so no execve gains a capability.
 */
#define KEPT \
	(UINT64_C(1) << CAP_BPF | UINT64_C(1) << CAP_PERFMON | UINT64_C(1) << CAP_SYS_NICE | UINT64_C(1) << CAP_SYS_PTRACE)

struct capabilities {
	struct __user_cap_header_struct header;
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];	/* low and high 32 bits */
};

static int get(struct capabilities *capabilities)
{
	*capabilities = (struct capabilities){ .header.version = _LINUX_CAPABILITY_VERSION_3 };
	return syscall(SYS_capget, &capabilities->header, capabilities->sets) ? -errno : 0;
}

static int keep_only(uint64_t kept)
{
	struct capabilities capabilities = { .header.version = _LINUX_CAPABILITY_VERSION_3 };

	for (unsigned int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		capabilities.sets[i].effective = (uint32_t)(kept >> 32 * i);
		capabilities.sets[i].permitted = (uint32_t)(kept >> 32 * i);
	}
	return syscall(SYS_capset, &capabilities.header, capabilities.sets) ? -errno : 0;
}

int privileges_held(unsigned long long *held)
{
	struct capabilities capabilities;
	int err = get(&capabilities);

	if (!err)
		*held = capabilities.sets[0].effective | (unsigned long long)capabilities.sets[1].effective << 32;
	return err;
}

/* Only who has CAP_SETPCAP may; without it, as under an own uid, no_new_privs alone closes the way back. */
static int empty_bounding_set(void)
{
	unsigned long long held;
	int err = privileges_held(&held);

	if (err || !(held >> CAP_SETPCAP & 1))
		return err;
	for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
			return -errno;
	return 0;
}

int privileges_drop(struct reason *reason)
{
	unsigned long long held;
	int err = privileges_held(&held);

	if (err)
		return reason_set(reason, err, "capget failed: %s", errno_name(err));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return reason_set(reason, -errno, "no_new_privs cannot be set: %s", errno_name(errno));
	err = empty_bounding_set();
	if (err)
		return reason_set(reason, err, "the capability bounding set cannot be emptied: %s", errno_name(err));
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		return reason_set(reason, -errno, "ambient capabilities cannot be cleared: %s", errno_name(errno));
	err = keep_only(KEPT & held); /* under an own uid some may be missing from the start */
	if (err)
		return reason_set(reason, err, "capset failed: %s", errno_name(err));
	return 0;
}

void privileges_raise_open_files(unsigned long needed, struct log *log)
{
	struct rlimit limit, raised;

	if (getrlimit(RLIMIT_NOFILE, &limit)) {
		log_line(log, "warning: the limit on open files cannot be read: %s", errno_name(errno));
		return;
	}
	raised.rlim_max = limit.rlim_max < needed ? needed : limit.rlim_max;
	raised.rlim_cur = raised.rlim_max;
	if (!setrlimit(RLIMIT_NOFILE, &raised))
		return;
	log_line(log, "warning: %lu open files may be needed, and the limit (ulimit -Hn) is %lu: fewer peers and processes will fit", needed,
		 (unsigned long)limit.rlim_max);
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* up to the hard limit, which is always allowed */
}
