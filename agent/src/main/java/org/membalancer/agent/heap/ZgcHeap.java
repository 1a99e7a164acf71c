// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.List;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.policy.AddressRange;

/**
 * Where ZGC has its heap, which {@code CollectedHeap::_reserved} does not tell: an address is a place in the heap and a
 * bit above all places. With generations the heap is mapped once. Without, as in JDK 17, it is mapped at three such bits, one for
 * each colour of a pointer: marked in this cycle or the one before, lowest first, and remapped. Stateless.
 */
final class ZgcHeap {
    static final String TYPE = "ZGlobalsForVMStructs";
    /** What JDK 21 to 23 call the globals of the ZGC without generations, which they have besides the other one. */
    static final String TYPE_WITHOUT_GENERATIONS = "XGlobalsForVMStructs";

    private static final String INSTANCE = "_instance_p";
    private static final String OFFSET_MASK = "_ZAddressOffsetMask";
    /* Only the ZGC without generations describes what else is in an address than the place in the heap. */
    private static final String METADATA_MASK = "_ZAddressMetadataMask";
    private static final String OFFSET_MASK_WITHOUT_GENERATIONS = "_XAddressOffsetMask";
    /* Three views, of which the last one is at four times this, must be addresses. */
    private static final int LEAST_ZEROS = 4;

    private ZgcHeap() {
    }

    /**
     * Where the heap is.
     *
     * @param label for its range
     * @throws VmStructsException if this JVM does not tell
     */
    static HeapGeometry read(VmStructs structs, VmReader reader, String label) throws VmStructsException {
        if (structs.has(TYPE, METADATA_MASK)) {
            return threeViews(mask(structs, reader, TYPE, OFFSET_MASK), label);
        }
        long mask = mask(structs, reader, TYPE, OFFSET_MASK);
        if (mask == 0 && structs.has(TYPE_WITHOUT_GENERATIONS, OFFSET_MASK_WITHOUT_GENERATIONS)) {
            return threeViews(
                    mask(structs, reader, TYPE_WITHOUT_GENERATIONS, OFFSET_MASK_WITHOUT_GENERATIONS), label);
        }
        long start = bytes(mask);
        return HeapGeometry.of(Collector.Z, new AddressRange(start, 2 * start, label), MemoryViews.none());
    }

    /** The one that is in use longest, between two cycles, comes first: pages count by it. */
    private static HeapGeometry threeViews(long mask, String label) throws VmStructsException {
        long bytes = bytes(mask);
        long remapped = 4 * bytes;
        return HeapGeometry.of(Collector.Z, new AddressRange(remapped, remapped + bytes, label),
                MemoryViews.of(List.of(remapped, bytes, 2 * bytes), bytes));
    }

    private static long bytes(long mask) throws VmStructsException {
        long bytes = mask + 1;
        if (mask <= 0 || (mask & bytes) != 0 || Long.numberOfLeadingZeros(bytes) < LEAST_ZEROS) {
            throw new VmStructsException("this JVM's heap has no offsets: mask 0x" + Long.toHexString(mask));
        }
        return bytes;
    }

    /** The bits of an address that say where in the heap it is; 0: this ZGC is not the one that runs. */
    private static long mask(VmStructs structs, VmReader reader, String type, String field)
            throws VmStructsException {
        long globals = reader.readLong(structs.staticAddress(type, INSTANCE));
        long offset = structs.offsetBytes(type, field);
        return globals == 0 ? 0 : reader.readLong(reader.readLong(globals + offset));
    }
}
