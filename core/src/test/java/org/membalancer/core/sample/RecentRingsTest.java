// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentRingsTest {
    private final List<RingMemory> memories = List.of(new RingMemory(), new RingMemory(), new RingMemory());
    private final List<String> read = new ArrayList<>();

    @Test
    void shouldMergeRingsByTime() {
        RecentRings rings = open();
        write(0, 10, 40, 50);
        write(1, 20, 30, 60);
        write(2, 35);
        drain(rings, 100);
        assertEquals(List.of(), read, "may not be written yet");
        drain(rings, 200);
        assertEquals(List.of("0:10", "1:20", "1:30", "2:35", "0:40", "0:50", "1:60"), read);
    }

    /** The second ring is looked at later than the first, which had nothing yet from before the instant 55. */
    @Test
    void shouldKeepWhatIsNewerThanTheLastDrainForTheNext() {
        RecentRings rings = open();
        write(0, 10);
        write(1, 20, 55, 58);
        drain(rings, 50);
        write(0, 52, 54, 59);
        drain(rings, 100);
        assertEquals(List.of("0:10", "1:20"), read);
        drain(rings, 150);
        assertEquals(List.of("0:10", "1:20", "0:52", "0:54", "1:55", "1:58", "0:59"), read);
    }

    @Test
    void shouldHandOverTheRestWhateverItsTime() {
        RecentRings rings = open();
        write(0, 10, 900);
        write(2, 800);
        drain(rings, 50);
        write(1, 5);
        rings.drainRest(this::note);
        assertEquals(List.of("0:10", "2:800", "0:900"), read, "what came after the last drain is not written yet");
    }

    @Test
    void shouldTakeAnAccessThatIsOlderThanTheOneBeforeInItsRing() {
        RecentRings rings = open();
        write(0, 30, 20, 40);
        write(1, 25);
        drain(rings, 100);
        drain(rings, 200);
        assertEquals(List.of("1:25", "0:30", "0:20", "0:40"), read);
    }

    @Test
    void shouldAddUpWhatWasOverwritten() {
        RecentRings rings = open();
        memories.get(0).writeNumbered(RingMemory.SLOTS * 2 + 3);
        memories.get(2).writeNumbered(RingMemory.SLOTS * 3 + 5);
        write(1, 7);
        drain(rings, 1000);
        drain(rings, 2000);
        assertEquals(RingMemory.SLOTS * 5 + 9, read.size() + rings.lost());
    }

    private RecentRings open() {
        return new RecentRings(memories.stream().map(RingMemory::open).toList());
    }

    private void write(int ring, long... timesNs) {
        for (long timeNs : timesNs) {
            memories.get(ring).write(new Sample().at(timeNs, 1, 1));
        }
    }

    private void drain(RecentRings rings, long nowNs) {
        rings.drain(nowNs, this::note);
    }

    private void note(int ring, Sample sample) {
        read.add(ring + ":" + sample.timeNs());
    }
}
