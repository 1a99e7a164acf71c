// SPDX-License-Identifier: Apache-2.0
#include "throttle.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define RING_PAGES 4u	/* half a thousand records of a second, and one that says how many more there were */

int throttle_open(struct throttle *throttle, int event_fd)
{
	size_t bytes = (1 + RING_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, event_fd, 0);

	*throttle = (struct throttle){ 0 };
	if (memory == MAP_FAILED)
		return -errno;
	throttle->page = memory;
	throttle->bytes = bytes;
	return 0;
}

void throttle_close(struct throttle *throttle)
{
	if (throttle->page)
		munmap(throttle->page, throttle->bytes);
	*throttle = (struct throttle){ 0 };
}

/* A record may wrap over the end of the ring. */
static void copy_out(void *to, const unsigned char *ring, uint64_t ring_bytes, uint64_t at, size_t bytes)
{
	unsigned char *place = to;

	for (size_t i = 0; i < bytes; i++)
		place[i] = ring[(at + i) & (ring_bytes - 1)];
}

/* PERF_RECORD_LOST: u64 id, u64 lost. Of what is lost every second record said that the event went on again. */
static uint64_t count_lost(const unsigned char *ring, uint64_t ring_bytes, uint64_t at)
{
	uint64_t lost;

	copy_out(&lost, ring, ring_bytes, at + sizeof(struct perf_event_header) + sizeof(uint64_t), sizeof(lost));
	return (lost + 1) / 2;
}

uint64_t throttle_count(const unsigned char *ring, uint64_t ring_bytes, uint64_t tail, uint64_t head)
{
	struct perf_event_header header;
	uint64_t count = 0;

	for (; tail + sizeof(header) <= head; tail += header.size) {
		copy_out(&header, ring, ring_bytes, tail, sizeof(header));
		if (header.size < sizeof(header))
			break;
		if (header.type == PERF_RECORD_THROTTLE)
			count++;
		else if (header.type == PERF_RECORD_LOST)
			count += count_lost(ring, ring_bytes, tail);
	}
	return count;
}

uint64_t throttle_take(struct throttle *throttle)
{
	struct perf_event_mmap_page *page = throttle->page;
	uint64_t head, count;

	if (!page)
		return 0;
	/* Pairs with the kernel's barrier between the records and data_head (perf_output_put_handle). */
	head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	if (head == page->data_tail)
		return 0;
	count = throttle_count((const unsigned char *)page + page->data_offset, page->data_size, page->data_tail, head);
	__atomic_store_n(&page->data_tail, head, __ATOMIC_RELEASE);
	return count;
}
