// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.Optional;
import java.util.Set;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.policy.AddressRange;

/**
 * Finds out which collector this JVM runs and which addresses its heap has reserved: first from HotSpot's
 * description of itself, then from management beans and the text of GC.heap_info. What is missing degrades to a
 * geometry that moves nothing and says why; nothing here fails. Called once, at start.
 */
public final class HeapGeometryReader {
    private static final Set<String> TYPES = Set.of("Universe", "CollectedHeap", "MemRegion", VmFlags.TYPE, ZgcHeap.TYPE,
            ZgcHeap.TYPE_WITHOUT_GENERATIONS);
    private static final int HEAP_WORD_BYTES = Long.BYTES;

    private final VmSymbols symbols;
    private final VmReader reader;
    private final Management management;

    /** Reads through these doors. */
    public HeapGeometryReader(VmSymbols symbols, VmMemory memory, Management management) {
        this.symbols = symbols;
        this.reader = new VmReader(memory);
        this.management = management;
    }

    /** Reads the geometry. */
    public HeapGeometry read() {
        try {
            return read(VmStructs.read(symbols, reader, TYPES));
        } catch (VmStructsException e) {
            return withoutStructs(Collector.ofBeanNames(management.collectorNames()), e);
        }
    }

    private HeapGeometry read(VmStructs structs) {
        Collector collector = collector(structs);
        try {
            if (!collector.isMovable()) {
                return notMoved(collector);
            }
            return collector == Collector.Z ? ZgcHeap.read(structs, reader, label(collector))
                    : HeapGeometry.of(collector, reserved(structs, collector), MemoryViews.none());
        } catch (VmStructsException e) {
            return withoutStructs(collector, e);
        }
    }

    /** Not from the beans, where it can be helped: the first use of java.management loads much, JFR's part included. */
    private Collector collector(VmStructs structs) {
        try {
            return Collector.ofFlags(VmFlags.on(structs, reader, Collector.flags()));
        } catch (VmStructsException e) { // the beans are the other way to the same answer
            return Collector.ofBeanNames(management.collectorNames());
        }
    }

    private AddressRange reserved(VmStructs structs, Collector collector) throws VmStructsException {
        long heap = reader.readLong(structs.staticAddress("Universe", "_collectedHeap"));
        long region = heap + structs.offsetBytes("CollectedHeap", "_reserved");
        long start = reader.readLong(region + structs.offsetBytes("MemRegion", "_start"));
        long words = reader.readLong(region + structs.offsetBytes("MemRegion", "_word_size"));
        if (heap == 0 || start <= 0 || words <= 0) {
            throw new VmStructsException("this JVM's reserved heap is empty");
        }
        return new AddressRange(start, start + words * HEAP_WORD_BYTES, label(collector));
    }

    private HeapGeometry withoutStructs(Collector collector, VmStructsException why) {
        if (!collector.isMovable()) {
            return collector == Collector.UNKNOWN ? nothing(collector, why.getMessage()) : notMoved(collector);
        }
        try {
            Optional<AddressRange> range = HeapInfoText.envelope(management.heapInfo(), label(collector));
            return range.isPresent()
                    ? new HeapGeometry(collector, range, "heap range from GC.heap_info, because " + why.getMessage())
                    : nothing(collector, why.getMessage() + " and GC.heap_info names no addresses");
        } catch (VmStructsException e) {
            return nothing(collector, why.getMessage() + "; " + e.getMessage());
        }
    }

    private static HeapGeometry notMoved(Collector collector) {
        return nothing(collector, collector == Collector.UNKNOWN
                ? "the garbage collector is none that membalancer knows"
                : "moving a heap of " + collector.title() + " is not supported");
    }

    private static HeapGeometry nothing(Collector collector, String why) {
        return new HeapGeometry(collector, Optional.empty(),
                "all anonymous memory is reported, nothing is moved: " + why);
    }

    private static String label(Collector collector) {
        return collector.title() + " heap";
    }
}
