// SPDX-License-Identifier: Apache-2.0
/*
 * page_nodes PID START END: asks the kernel on which node each page of [START, END) of a process lies, and prints
 * `node0 N node1 N node2 N other N`. `other` counts pages that are not present or that the kernel refused to tell.
 *
 * The witness of the end-to-end cases: it shares no code with membalancer.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BATCH_PAGES = 4096, SHOWN_NODES = 3, MAX_NODES = 1024 };

struct tally {
	uint64_t pages[MAX_NODES];
	uint64_t other;
	int highest_node;
};

static bool parse_number(const char *text, int base, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, base);
	return !errno && end != text && !*end && *text != '-';
}

static void count_page(struct tally *tally, int status)
{
	if (status < 0 || status >= MAX_NODES) {
		tally->other++;
		return;
	}
	tally->pages[status]++;
	if (status > tally->highest_node)
		tally->highest_node = status;
}

/* Asks for one batch; returns 0 or -errno. */
static int count_batch(struct tally *tally, pid_t pid, uint64_t address, uint64_t page_bytes, unsigned long count)
{
	void *pages[BATCH_PAGES];
	int status[BATCH_PAGES];

	for (unsigned long i = 0; i < count; i++) {
		pages[i] = (void *)(uintptr_t)(address + i * page_bytes);
		status[i] = -1;
	}
	if (syscall(SYS_move_pages, (long)pid, count, pages, NULL, status, 0) < 0)
		return -errno;
	for (unsigned long i = 0; i < count; i++)
		count_page(tally, status[i]);
	return 0;
}

static int count_range(struct tally *tally, pid_t pid, uint64_t start, uint64_t end)
{
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t left = (end - start + page_bytes - 1) / page_bytes;

	while (left) {
		unsigned long count = left < BATCH_PAGES ? (unsigned long)left : BATCH_PAGES;
		int err = count_batch(tally, pid, start, page_bytes, count);

		if (err)
			return err;
		start += count * page_bytes;
		left -= count;
	}
	return 0;
}

static void print_tally(const struct tally *tally)
{
	for (int node = 0; node < SHOWN_NODES || node <= tally->highest_node; node++)
		printf("node%d %" PRIu64 " ", node, tally->pages[node]);
	printf("other %" PRIu64 "\n", tally->other);
}

int main(int argc, char **argv)
{
	static struct tally tally;
	uint64_t pid, start, end;
	int err;

	if (argc != 4 || !parse_number(argv[1], 10, &pid) || !parse_number(argv[2], 16, &start) ||
	    !parse_number(argv[3], 16, &end) || pid > INT32_MAX || end < start) {
		fprintf(stderr, "usage: page_nodes PID START END (addresses in hex)\n");
		return 2;
	}
	start &= ~((uint64_t)sysconf(_SC_PAGESIZE) - 1);
	err = count_range(&tally, (pid_t)pid, start, end);
	if (err) {
		fprintf(stderr, "page_nodes: pid %" PRIu64 ": %s\n", pid, strerror(-err));
		return 1;
	}
	print_tally(&tally);
	return 0;
}
