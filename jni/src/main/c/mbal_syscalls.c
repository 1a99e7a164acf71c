/* SPDX-License-Identifier: Apache-2.0 */
#include "mbal_syscalls.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/mempolicy.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

long mbal_pages_move(pid_t pid, unsigned long count, void *const *pages, const int *node_ids, int *statuses)
{
	long result = syscall(SYS_move_pages, pid, count, pages, node_ids, statuses, MPOL_MF_MOVE);

	return result < 0 ? -errno : result;
}

int mbal_pages_probe(void)
{
	long page_bytes = sysconf(_SC_PAGESIZE);
	int status = 0;
	void *page = (void *)((uintptr_t)&status & ~((uintptr_t)page_bytes - 1));
	long result = mbal_pages_move(0, 1, &page, NULL, &status);

	if (result < 0)
		return (int)result;
	return status < 0 ? status : 0;
}

int mbal_affinity_get(pid_t tid, unsigned char *mask, size_t mask_bytes)
{
	long filled = syscall(SYS_sched_getaffinity, tid, mask_bytes, mask);

	if (filled < 0)
		return -errno;
	memset(mask + filled, 0, mask_bytes - (size_t)filled);
	return 0;
}

int mbal_affinity_set(pid_t tid, const unsigned char *mask, size_t mask_bytes)
{
	return syscall(SYS_sched_setaffinity, tid, mask_bytes, mask) ? -errno : 0;
}

ssize_t mbal_memory_read(unsigned long address, void *into, size_t bytes)
{
	struct iovec local = { .iov_base = into, .iov_len = bytes };
	struct iovec remote = { .iov_base = (void *)address, .iov_len = bytes };
	ssize_t copied = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);

	return copied < 0 ? -errno : copied;
}

long mbal_memory_map(size_t bytes)
{
	void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mapped == MAP_FAILED ? -errno : (long)mapped;
}

int mbal_memory_unmap(void *address, size_t bytes)
{
	return munmap(address, bytes) ? -errno : 0;
}

unsigned long mbal_symbol_lookup(const char *library, const char *symbol)
{
	void *handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
	unsigned long address;

	if (!handle)
		return 0;
	address = (unsigned long)dlsym(handle, symbol);
	dlclose(handle); /* our reference only: the library stays loaded */
	return address;
}

long long mbal_monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}
