// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A ring that this test writes as BPF does: first the number, then the access. */
class RecentRingTest {
    private static final int SLOTS = RingMemory.SLOTS;

    private final RingMemory memory = new RingMemory();
    private final List<Long> read = new ArrayList<>();

    @Test
    void shouldHandOverEachAccessOnceAndOneDrainLate() throws IOException {
        record(3);
        RecentRing ring = open();
        record(5);
        drain(ring);
        assertEquals(List.of(), read, "may not be written yet");
        record(2);
        drain(ring);
        assertEquals(List.of(3L, 4L, 5L, 6L, 7L), read);
        drain(ring);
        drain(ring);
        assertEquals(List.of(3L, 4L, 5L, 6L, 7L, 8L, 9L), read);
        assertEquals(7, ring.read());
        assertEquals(0, ring.lost());
    }

    @Test
    void shouldHandOverWhatIsThereWhenToldTo() {
        record(3);
        RecentRing ring = open();
        record(5);
        ring.drainNow(sample -> read.add(sample.timeNs()));
        ring.drainNow(sample -> read.add(sample.timeNs()));
        assertEquals(List.of(3L, 4L, 5L, 6L, 7L), read);
        record(SLOTS + 3);
        ring.drainNow(sample -> read.add(sample.timeNs()));
        assertEquals(SLOTS + 3, ring.read() - 5 + ring.lost());
        assertEquals(SLOTS + 10L, read.get(read.size() - 1), "up to the newest: " + read);
    }

    @Test
    void shouldCountWhatWasOverwritten() throws IOException {
        RecentRing ring = open();
        record(SLOTS * 3 + 5);
        drain(ring);
        drain(ring);
        assertEquals(SLOTS * 3 + 5, ring.read() + ring.lost());
        assertTrue(ring.read() >= SLOTS / 2, "read=" + ring.read());
        assertEquals(SLOTS * 3 + 4L, read.get(read.size() - 1));
        for (int i = 1; i < read.size(); i++) {
            assertEquals(read.get(i - 1) + 1, read.get(i));
        }
    }

    @Test
    void shouldNoticeWhatIsOverwrittenBetweenTwoReads() throws IOException {
        RecentRing ring = open();
        record(4);
        drain(ring);
        ring.drain(sample -> {
            read.add(sample.timeNs());
            if (sample.timeNs() == 1) {
                record(SLOTS - 1); // the next to be read, number 2, is overwritten by number 18
            }
        });
        assertEquals(List.of(0L, 1L), read, "number 3 is left out too: it would be the next one to be overwritten");
        assertEquals(4, ring.read() + ring.lost());
    }

    @Test
    void shouldKeepReadAndLostExactAgainstAWriter() throws Exception {
        RecentRing ring = open();
        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            record(300_007);
            isDone.set(true);
        });
        writer.start();
        while (!isDone.get()) {
            drain(ring);
        }
        writer.join();
        drain(ring);
        drain(ring);
        assertEquals(300_007, ring.read() + ring.lost());
        assertEquals(ring.read(), read.size());
    }

    @Test
    void shouldReadEveryField() throws IOException {
        RecentRing ring = open();
        Sample wanted = new Sample().at(1L << 60, -5, 7).by(9, 11, 13).nodes(65535, 65534).kind(0xffff, 255, 65533)
                .miss(Integer.MAX_VALUE, 65532, 254, 253);
        memory.write(wanted);
        ring.drain(sample -> { });
        ring.drain(sample -> Samples.assertSame(wanted, sample, 0));
        assertEquals(1, ring.read());
    }

    @Test
    void shouldRefuseWhatIsNoRing() {
        memory.claimKind(true);
        assertRefused("not a ring of recent accesses: kind must be 3: kind=1");
        memory.claimKind(false);
        memory.claimSlots(SLOTS + 1);
        assertRefused("slotCount must be 1 or more and fit into the mapping: slotCount=17 bytes=1280");
    }

    private void assertRefused(String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, this::open).getMessage());
    }

    private RecentRing open() {
        return memory.open();
    }

    private void drain(RecentRing ring) throws IOException {
        ring.drain(sample -> read.add(sample.timeNs()));
    }

    private void record(int count) {
        memory.writeNumbered(count);
    }
}
