// SPDX-License-Identifier: Apache-2.0
#include "throttle.h"

#include <string.h>

#include "tap.h"

#define RING_BYTES 256u

struct ring {
	unsigned char bytes[RING_BYTES];
	uint64_t head;
};

static void put(struct ring *ring, const void *record, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		ring->bytes[ring->head++ % RING_BYTES] = ((const unsigned char *)record)[i];
}

/* As the kernel writes it: time, id and stream id follow the header. */
static void put_record(struct ring *ring, unsigned int type)
{
	struct {
		struct perf_event_header header;
		uint64_t time, id, stream_id;
	} record = { .header = { .type = type, .size = sizeof(record) } };

	put(ring, &record, sizeof(record));
}

static void put_lost(struct ring *ring, uint64_t lost)
{
	struct {
		struct perf_event_header header;
		uint64_t id, lost;
	} record = { .header = { .type = PERF_RECORD_LOST, .size = sizeof(record) }, .lost = lost };

	put(ring, &record, sizeof(record));
}

int main(void)
{
	struct ring ring = { .head = 240 };	/* the first record wraps */
	uint64_t tail = ring.head;

	CHECK_EQUAL(throttle_count(ring.bytes, RING_BYTES, tail, tail), 0, "an empty ring");
	put_record(&ring, PERF_RECORD_THROTTLE);
	CHECK_EQUAL(throttle_count(ring.bytes, RING_BYTES, tail, ring.head), 1, "a stop, over the ring's end");
	put_record(&ring, PERF_RECORD_UNTHROTTLE);
	CHECK_EQUAL(throttle_count(ring.bytes, RING_BYTES, tail, ring.head), 1, "going on again is none");
	put_record(&ring, PERF_RECORD_THROTTLE);
	put_lost(&ring, 7);
	CHECK_EQUAL(throttle_count(ring.bytes, RING_BYTES, tail, ring.head), 6, "of seven records that were lost four stopped it");
	memset(&ring, 0, sizeof(ring));
	CHECK_EQUAL(throttle_count(ring.bytes, RING_BYTES, 0, 64), 0, "a record without a size ends it");
	return tap_end();
}
