// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.membalancer.core.residency.MemoryRegion;

class KnownProcessesTest {
    private static final int MAX_PROCESSES = 4;
    private static final int MAX_REGIONS = 10;

    private final KnownProcesses known = new KnownProcesses(MAX_PROCESSES, MAX_REGIONS);

    @Test
    void shouldForgetThoseThatEndedFirst() {
        IntStream.range(0, MAX_PROCESSES).forEach(tag -> known.put(process(tag, true)));
        known.put(process(2, false));
        known.put(process(1, false));
        known.put(process(2, false)); // is told again
        assertEquals(0, known.forgotten());
        known.put(process(4, true));
        assertEquals(Set.of(0, 1, 3, 4), known.processes().keySet());
        known.put(process(5, true));
        assertEquals(Set.of(0, 3, 4, 5), known.processes().keySet());
        known.put(process(6, true));
        assertEquals(Set.of(3, 4, 5, 6), known.processes().keySet(), "none has ended: the oldest");
        assertEquals(3, known.forgotten());
    }

    @Test
    void shouldGiveUpTheMapsOfEndedProcessesForThoseOfOthers() {
        addMap(0, 3, true);
        addMap(1, 4, true);
        known.put(process(1, false));
        addMap(2, 2, true);
        assertEquals(List.of(3, 4, 2), mapSizes());
        addMap(2, 3, false);
        assertEquals(List.of(3, 0, 5), mapSizes(), "12 regions, and 1 has ended");
        addMap(2, 1, true);
        addMap(0, 9, true);
        assertEquals(List.of(9, 0, 1), mapSizes(), "a map that is replaced makes room");
        addMap(2, 2, true);
        assertEquals(List.of(0, 0, 2), mapSizes(), "none has ended: the other one");
        addMap(2, MAX_REGIONS + 1, true);
        assertEquals(MAX_REGIONS + 1, known.memoryMap(2).size(), "the last one is kept whatever its size");
        assertEquals(2, known.forgotten());
    }

    private void addMap(int tag, int regions, boolean isNew) {
        known.putIfAbsent(process(tag, true));
        List<MemoryRegion> map = known.mapToExtend(tag, isNew);
        IntStream.range(0, regions).forEach(i ->
                map.add(new MemoryRegion(i * 2L, i * 2L + 1, true, true, false, false, "")));
        known.trim(tag);
    }

    private List<Integer> mapSizes() {
        return IntStream.range(0, 3).mapToObj(tag -> known.memoryMap(tag).size()).toList();
    }

    private static TraceProcess process(int tag, boolean isAlive) {
        return new TraceProcess(tag, 100 + tag, 1, isAlive, 0, "p" + tag);
    }
}
