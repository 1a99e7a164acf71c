// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** A garbage collector of HotSpot, how to recognise it, and whether its heap is one that the agent moves. */
public enum Collector {
    /** One thread, generations in address order. */
    SERIAL("Serial", "UseSerialGC", Set.of("Copy", "MarkSweepCompact"), true),
    /** Many threads, generations in address order. */
    PARALLEL("Parallel", "UseParallelGC", Set.of("PS Scavenge", "PS MarkSweep"), true),
    /** Regions. */
    G1("G1", "UseG1GC", Set.of("G1 Young Generation", "G1 Old Generation", "G1 Concurrent GC"), true),
    /** Coloured pointers over a shared memory file. */
    Z("ZGC", "UseZGC",
            Set.of("ZGC", "ZGC Cycles", "ZGC Pauses", "ZGC Minor Cycles", "ZGC Minor Pauses", "ZGC Major Cycles",
                    "ZGC Major Pauses"), true),
    /** Regions, evacuated concurrently. */
    SHENANDOAH("Shenandoah", "UseShenandoahGC",
            Set.of("Shenandoah Cycles", "Shenandoah Pauses", "Shenandoah Young Cycles", "Shenandoah Young Pauses"),
            true),
    /** Never collects. */
    EPSILON("Epsilon", "UseEpsilonGC", Set.of("Epsilon Heap"), false),
    /** None of these. */
    UNKNOWN("unknown", "", Set.of(), false);

    private final String title;
    private final String flag;
    private final Set<String> beanNames;
    private final boolean movable;

    Collector(String title, String flag, Set<String> beanNames, boolean movable) {
        this.title = title;
        this.flag = flag;
        this.beanNames = beanNames;
        this.movable = movable;
    }

    /** What people call it. */
    public String title() {
        return title;
    }

    /** Whether the agent moves the heap of this collector; that of another is only reported. */
    public boolean isMovable() {
        return movable;
    }

    /** The collector whose beans have these names; {@link #UNKNOWN} when none or several fit. */
    static Collector ofBeanNames(Collection<String> names) {
        return single(Arrays.stream(values()).filter(c -> names.stream().anyMatch(c.beanNames::contains)).toList());
    }

    /** The collector that these flags choose; {@link #UNKNOWN} when none or several do. */
    static Collector ofFlags(Set<String> flagsOn) {
        return single(Arrays.stream(values()).filter(c -> flagsOn.contains(c.flag)).toList());
    }

    /** The flags that choose a collector. */
    static Set<String> flags() {
        return Arrays.stream(values()).map(c -> c.flag).filter(f -> !f.isEmpty()).collect(Collectors.toSet());
    }

    private static Collector single(java.util.List<Collector> found) {
        return found.size() == 1 ? found.get(0) : UNKNOWN;
    }
}
