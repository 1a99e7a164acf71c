// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.trace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.membalancer.core.residency.MemoryRegion;

/**
 * The processes and memory maps that a reader has seen, as far as there is room: those that ended first are forgotten
 * first, so that memory does not grow with the number of processes that a trace has. Owned by one thread.
 */
final class KnownProcesses {
    private final int maxProcesses;
    private final int maxRegions;
    private final Map<Integer, TraceProcess> processes = new TreeMap<>();
    private final Map<Integer, List<MemoryRegion>> maps = new LinkedHashMap<>();
    private final Deque<Integer> ended = new ArrayDeque<>();
    private long regions;
    private long forgotten;

    /** Keeps so many processes, and regions of all their maps together. */
    KnownProcesses(int maxProcesses, int maxRegions) {
        this.maxProcesses = maxProcesses;
        this.maxRegions = maxRegions;
    }

    Map<Integer, TraceProcess> processes() {
        return Collections.unmodifiableMap(processes);
    }

    List<MemoryRegion> memoryMap(int tag) {
        return Collections.unmodifiableList(maps.getOrDefault(tag, List.of()));
    }

    /** Processes and maps that had to make room. */
    long forgotten() {
        return forgotten;
    }

    void put(TraceProcess process) {
        TraceProcess before = processes.put(process.tag(), process);
        if (!process.isAlive() && (before == null || before.isAlive())) {
            ended.add(process.tag());
        }
        if (processes.size() > maxProcesses) {
            forget(Optional.ofNullable(ended.poll()).orElseGet(() -> processes.keySet().iterator().next()));
        }
    }

    void putIfAbsent(TraceProcess process) {
        if (!processes.containsKey(process.tag())) {
            put(process);
        }
    }

    /** The map of a process, to which regions are added; {@link #trim} comes after that. */
    List<MemoryRegion> mapToExtend(int tag, boolean isNew) {
        if (isNew) {
            dropMap(tag);
        }
        List<MemoryRegion> map = maps.computeIfAbsent(tag, any -> new ArrayList<>());
        regions -= map.size();
        return map;
    }

    /** Makes room, but not at the cost of the process whose map was just extended. */
    void trim(int tag) {
        regions += maps.get(tag).size();
        while (regions > maxRegions && maps.size() > 1) {
            dropMap(victimBeside(tag));
            forgotten++;
        }
    }

    private int victimBeside(int tag) {
        for (int candidate : ended) {
            if (candidate != tag && maps.containsKey(candidate)) {
                return candidate;
            }
        }
        for (int candidate : maps.keySet()) {
            if (candidate != tag) {
                return candidate;
            }
        }
        throw new IllegalStateException("no map but that of tag " + tag);
    }

    private void forget(int tag) {
        processes.remove(tag);
        dropMap(tag);
        forgotten++;
    }

    private void dropMap(int tag) {
        List<MemoryRegion> map = maps.remove(tag);
        regions -= map == null ? 0 : map.size();
    }
}
