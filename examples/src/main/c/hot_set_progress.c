// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "hot_set_progress.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

int progress_open(struct progress **progress, const char *path, unsigned int threads)
{
	size_t bytes = threads * sizeof(**progress);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), err = 0;
	void *memory;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)bytes))
		err = -errno;
	memory = err ? MAP_FAILED : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (!err && memory == MAP_FAILED)
		err = -errno;
	close(fd);
	if (!err)
		*progress = memory;
	return err;
}

void progress_close(struct progress *progress, unsigned int threads)
{
	if (progress)
		munmap(progress, threads * sizeof(*progress));
}

void progress_publish(struct progress *progress, uint64_t operations)
{
	struct timespec cpu;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
	__atomic_fetch_add(&progress->version, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&progress->operations, operations, __ATOMIC_RELAXED);
	__atomic_store_n(&progress->cpu_ns, (uint64_t)cpu.tv_sec * UINT64_C(1000000000) + (uint64_t)cpu.tv_nsec,
			 __ATOMIC_RELAXED);
	__atomic_fetch_add(&progress->version, 1, __ATOMIC_RELEASE);
}
