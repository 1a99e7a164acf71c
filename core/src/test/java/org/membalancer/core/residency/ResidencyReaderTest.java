// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.residency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.membalancer.core.heat.HeatSnapshot;
import org.membalancer.core.heat.PageHeat;
import org.membalancer.core.migrate.Errno;
import org.membalancer.core.migrate.PageMover;

class ResidencyReaderTest {
    private static final int PAGES = 2 * ResidencyReader.BATCH_PAGES + 1009;

    private final List<Integer> batches = new ArrayList<>();

    @Test
    void shouldAskForEveryPageInBatches() {
        HeatSnapshot heat = heat(PAGES);
        Residency residency = new Residency(PAGES);
        ResidencyReader reader = new ResidencyReader(answering(address -> (int) (address >>> 12) % 3), 0);
        assertEquals(0, reader.read(heat, residency));
        for (int i = 0; i < PAGES; i++) {
            assertEquals(heat.pageNumber(i) % 3, residency.nodeOf(i), "page " + i);
        }
        assertEquals(List.of(ResidencyReader.BATCH_PAGES, ResidencyReader.BATCH_PAGES, 1009), batches);
        assertEquals(PAGES, reader.pages(ResidencyOutcome.PRESENT));
    }

    @Test
    void shouldCountEachAnswerOnce() {
        int[] statuses = {0, -Errno.ENOENT, -Errno.EFAULT, -Errno.EACCES, -Errno.EBUSY, 7};
        HeatSnapshot heat = heat(statuses.length);
        Residency residency = new Residency(statuses.length);
        ResidencyReader reader = new ResidencyReader(answering(address -> statuses[(int) (address >>> 12) - 100]), 0);
        reader.read(heat, residency);
        int[] places = {0, Residency.NOT_PRESENT, Residency.NOT_PRESENT, Residency.UNKNOWN, Residency.UNKNOWN, 7};
        for (int i = 0; i < places.length; i++) {
            assertEquals(places[i], residency.nodeOf(i), "page " + i);
        }
        assertEquals(2, reader.pages(ResidencyOutcome.PRESENT));
        assertEquals(1, reader.pages(ResidencyOutcome.NOT_PRESENT));
        assertEquals(1, reader.pages(ResidencyOutcome.ZERO_OR_UNMAPPED));
        assertEquals(1, reader.pages(ResidencyOutcome.DENIED));
        assertEquals(1, reader.pages(ResidencyOutcome.OTHER));
        assertEquals(0, reader.pages(ResidencyOutcome.NOT_ASKED));
    }

    @Test
    void shouldStopAtABatchThatTheKernelRefuses() {
        HeatSnapshot heat = heat(PAGES);
        Residency residency = new Residency(PAGES);
        PageMover mover = (pid, count, addresses, targets, statuses) -> {
            batches.add(count);
            for (int i = 0; i < count; i++) {
                statuses.put(i, 1);
            }
            return batches.size() == 2 ? -Errno.ESRCH : 0;
        };
        ResidencyReader reader = new ResidencyReader(mover, 4711);
        assertEquals(-Errno.ESRCH, reader.read(heat, residency));
        assertEquals(2, batches.size());
        assertEquals(1, residency.nodeOf(ResidencyReader.BATCH_PAGES - 1));
        assertEquals(Residency.UNKNOWN, residency.nodeOf(ResidencyReader.BATCH_PAGES));
        assertEquals(Residency.UNKNOWN, residency.nodeOf(PAGES - 1));
        assertEquals(ResidencyReader.BATCH_PAGES, reader.pages(ResidencyOutcome.PRESENT));
        assertEquals(PAGES - ResidencyReader.BATCH_PAGES, reader.pages(ResidencyOutcome.NOT_ASKED));
    }

    @Test
    void shouldPassThePidOnAndOnlyAsk() {
        PageMover mover = (pid, count, addresses, targets, statuses) -> {
            assertEquals(4711, pid);
            assertEquals(null, targets);
            return 0;
        };
        assertEquals(0, new ResidencyReader(mover, 4711).read(heat(3), new Residency(3)));
    }

    @Test
    void shouldRefuseMorePagesThanFit() {
        ResidencyReader reader = new ResidencyReader(answering(address -> 0), 0);
        assertThrows(IllegalArgumentException.class, () -> reader.read(heat(3), new Residency(2)));
    }

    private interface NodeOf {
        int node(long address);
    }

    private PageMover answering(NodeOf answers) {
        return (int pid, int count, LongBuffer addresses, IntBuffer targets, IntBuffer statuses) -> {
            batches.add(count);
            for (int i = 0; i < count; i++) {
                statuses.put(i, answers.node(addresses.get(i)));
            }
            return 0;
        };
    }

    private static HeatSnapshot heat(int pages) {
        HeatSnapshot heat = new HeatSnapshot(pages, 1);
        heat.begin(0, 12, 33);
        for (int page = pages - 1; page >= 0; page--) {
            heat.add(PageHeat.of(100 + page, 1));
        }
        heat.sortByAddress();
        return heat;
    }
}
