// SPDX-License-Identifier: Apache-2.0
/*
 * fill_node NODE MIB: takes memory of a NUMA node until so many MiB of it are free, prints how many pages it took, and holds
 * them until it is ended.
 *
 * What is free changes by itself for a while: the kernel frees with a delay what it has dropped, needs page tables for what is
 * taken here, and keeps some pages per CPU. So it looks again, takes more or gives back, until nothing has changed for some looks.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, SLACK_PAGES = 256, QUIET_LOOKS = 4, MOST_LOOKS = 600, LOOK_MS = 250, MPOL_BIND = 2, MAX_NODES = 64 };

/* Room for more than any node of a guest has, of which only what is held exists. */
#define MOST_PAGES ((size_t)1 << 22)

/* Free pages of the node, or -errno. */
static int64_t free_pages(unsigned int node)
{
	char path[80], line[160];
	int64_t kib = -ENODATA;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/meminfo", node);
	file = fopen(path, "r");
	if (!file)
		return -errno;
	while (kib < 0 && fgets(line, sizeof(line), file)) {
		const char *value = strstr(line, "MemFree:");

		if (value)
			kib = strtoll(value + strlen("MemFree:"), NULL, 10);
	}
	fclose(file);
	return kib < 0 ? kib : kib * 1024 / PAGE_BYTES;
}

/* Changes how many of the first pages of `memory` exist from `held` to `wanted`. Returns 0 or -errno. */
static int hold(char *memory, size_t held, size_t wanted)
{
	if (wanted < held)
		return madvise(memory + wanted * PAGE_BYTES, (held - wanted) * PAGE_BYTES, MADV_DONTNEED) ? -errno : 0;
	for (size_t page = held; page < wanted; page++)
		memory[page * PAGE_BYTES] = 1;
	return 0;
}

/* Returns how many pages are held when as many are free as wanted and stay so, or -errno. */
static int64_t settle(char *memory, unsigned int node, int64_t wanted_free)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
	int64_t held = 0;
	int quiet = 0;

	for (int look = 0; look < MOST_LOOKS && quiet < QUIET_LOOKS; look++) {
		int64_t left = free_pages(node) - wanted_free, next = held + left;
		int err;

		if (left + wanted_free < 0)
			return left + wanted_free;
		if (llabs(left) <= SLACK_PAGES) {
			quiet++;
			nanosleep(&pause, NULL);
			continue;
		}
		quiet = 0;
		if (next < 0)	/* less is free, and nothing of it is ours */
			return -ENOMEM;
		if ((size_t)next > MOST_PAGES)
			return -ERANGE;
		err = hold(memory, (size_t)held, (size_t)next);
		if (err)
			return err;
		held = next;
	}
	return quiet < QUIET_LOOKS ? -ETIMEDOUT : held;
}

int main(int argc, char **argv)
{
	unsigned long node = argc == 3 ? strtoul(argv[1], NULL, 10) : MAX_NODES, mask;
	int64_t held, mib = argc == 3 ? strtoll(argv[2], NULL, 10) : 0;
	char *memory;

	if (node >= MAX_NODES || mib <= 0) {
		fprintf(stderr, "usage: fill_node NODE MIB\n");
		return 2;
	}
	memory = mmap(NULL, MOST_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	mask = 1ul << node;
	if (memory == MAP_FAILED || syscall(SYS_mbind, memory, MOST_PAGES * PAGE_BYTES, MPOL_BIND, &mask, MAX_NODES + 1ul, 0)) {
		perror("fill_node");
		return 1;
	}
	held = settle(memory, (unsigned int)node, mib * 1024 * 1024 / PAGE_BYTES);
	if (held < 0) {
		fprintf(stderr, "fill_node: node %lu, %" PRId64 " MiB to stay free: %s\n", node, mib, strerror((int)-held));
		return 1;
	}
	printf("%" PRId64 " pages of node %lu held\n", held, node);
	fflush(stdout);
	for (;;)
		pause();
}
