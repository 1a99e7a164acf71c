// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pmu.h"
#include "ring.h"

#define PAGE_BYTES	4096
#define DATA_PAGES	64
#define RECORD_MAX	512

#define SAMPLE_TYPE	(PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_ADDR | PERF_SAMPLE_CPU | \
			 PERF_SAMPLE_PERIOD | PERF_SAMPLE_RAW | PERF_SAMPLE_WEIGHT | \
			 PERF_SAMPLE_DATA_SRC | PERF_SAMPLE_PHYS_ADDR)

struct reader {
	const uint8_t *at;
	const uint8_t *end;
};

static uint64_t take_bytes(struct reader *reader, size_t bytes)
{
	uint64_t value = 0;

	if ((size_t)(reader->end - reader->at) >= bytes)
		memcpy(&value, reader->at, bytes);
	reader->at += bytes;
	return value;
}

/* u32 size, then u32 caps and unaligned registers */
static void parse_raw(struct reader *reader, struct ibs_sample *sample)
{
	size_t registers;

	sample->raw_bytes = (uint32_t)take_bytes(reader, 4);
	if (sample->raw_bytes < 4 || sample->raw_bytes > (size_t)(reader->end - reader->at))
		return;
	registers = sample->raw_bytes - 4;
	memcpy(&sample->caps, reader->at, 4);
	if (registers > sizeof(sample->registers))
		registers = sizeof(sample->registers);
	memcpy(sample->registers, reader->at + 4, registers);
	reader->at += sample->raw_bytes;
}

/* In the order in which perf writes what SAMPLE_TYPE asks for. */
static void parse_sample(const struct perf_event_header *header, struct ibs_sample *sample)
{
	struct reader reader = {
		.at = (const uint8_t *)(header + 1),
		.end = (const uint8_t *)header + header->size,
	};

	memset(sample, 0, sizeof(*sample));
	sample->user = (header->misc & PERF_RECORD_MISC_CPUMODE_MASK) == PERF_RECORD_MISC_USER;
	sample->exact = header->misc & PERF_RECORD_MISC_EXACT_IP;
	sample->ip = take_bytes(&reader, 8);
	sample->pid = (pid_t)take_bytes(&reader, 4);
	take_bytes(&reader, 4);
	sample->address = take_bytes(&reader, 8);
	sample->cpu = (uint32_t)take_bytes(&reader, 4);
	take_bytes(&reader, 4);
	sample->period = take_bytes(&reader, 8);
	parse_raw(&reader, sample);
	sample->weight = take_bytes(&reader, 8);
	sample->data_src = take_bytes(&reader, 8);
	sample->physical = take_bytes(&reader, 8);
}

static int ring_open(struct ring *ring, struct perf_event_attr *attr, int cpu)
{
	ring->fd = event_open(attr, -1, cpu, -1);
	if (ring->fd < 0)
		return ring->fd;
	ring->page = mmap(NULL, (DATA_PAGES + 1) * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			  ring->fd, 0);
	if (ring->page != MAP_FAILED)
		return 0;
	close(ring->fd);
	return -errno;
}

int rings_open(struct rings *rings, struct perf_event_attr *attr)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int err;

	memset(rings, 0, sizeof(*rings));
	attr->sample_type = SAMPLE_TYPE;
	attr->watermark = 1;
	attr->wakeup_watermark = DATA_PAGES * PAGE_BYTES / 4;
	for (rings->count = 0; rings->count < cpus && rings->count < RING_CPUS_MAX; rings->count++) {
		err = ring_open(&rings->ring[rings->count], attr, rings->count);
		if (err) {
			rings_close(rings);
			return err;
		}
	}
	return 0;
}

void rings_close(struct rings *rings)
{
	int i;

	for (i = 0; i < rings->count; i++) {
		munmap(rings->ring[i].page, (DATA_PAGES + 1) * PAGE_BYTES);
		close(rings->ring[i].fd);
	}
	rings->count = 0;
}

/* Copies a record out, as it may wrap around. */
static void copy_record(const struct ring *ring, uint64_t tail, void *to, size_t bytes)
{
	const uint8_t *data = (const uint8_t *)ring->page + PAGE_BYTES;
	size_t size = DATA_PAGES * PAGE_BYTES, at = tail % size;
	size_t first = bytes < size - at ? bytes : size - at;

	memcpy(to, data + at, first);
	memcpy((uint8_t *)to + first, data, bytes - first);
}

static int ring_drain(struct ring *ring, void (*take)(void *, const struct ibs_sample *),
		      void *context)
{
	/* pairs with perf's release of data_head */
	uint64_t head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->page->data_tail, lost[2];
	union {
		struct perf_event_header header;
		uint8_t bytes[RECORD_MAX];
	} record;
	struct ibs_sample sample;
	int taken = 0;

	while (tail < head) {
		copy_record(ring, tail, &record.header, sizeof(record.header));
		if (record.header.size <= sizeof(record))
			copy_record(ring, tail, &record, record.header.size);
		if (record.header.type == PERF_RECORD_SAMPLE) {
			parse_sample(&record.header, &sample);
			take(context, &sample);
			taken++;
		} else if (record.header.type == PERF_RECORD_LOST) {
			memcpy(lost, &record.header + 1, sizeof(lost));
			ring->lost += lost[1];
		}
		tail += record.header.size;
	}
	/* pairs with perf's look at data_tail before it writes */
	__atomic_store_n(&ring->page->data_tail, tail, __ATOMIC_RELEASE);
	return taken;
}

int rings_drain(struct rings *rings, void (*take)(void *context, const struct ibs_sample *sample),
		void *context)
{
	int i, taken = 0;

	for (i = 0; i < rings->count; i++)
		taken += ring_drain(&rings->ring[i], take, context);
	return taken;
}

uint64_t rings_lost(const struct rings *rings)
{
	uint64_t lost = 0;
	int i;

	for (i = 0; i < rings->count; i++)
		lost += rings->ring[i].lost;
	return lost;
}
