// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import org.membalancer.core.policy.AddressRange;

/**
 * Where ZGC has its heap, which {@code CollectedHeap::_reserved} does not tell: an address is a place in the heap and the
 * bit above all places. A ZGC without generations maps the heap at three such bits, one for each colour of a pointer; the kernel
 * refuses to move a page that is mapped several times. Stateless.
 */
final class ZgcHeap {
    static final String TYPE = "ZGlobalsForVMStructs";
    /** What JDK 21 to 23 call the globals of the ZGC without generations, which they have besides the other one. */
    static final String TYPE_WITHOUT_GENERATIONS = "XGlobalsForVMStructs";

    private ZgcHeap() {
    }

    /** Whether the heap is mapped several times: then addresses have the colours that this mask tells. */
    static boolean isMappedSeveralTimes(VmStructs structs, VmReader reader) throws VmStructsException {
        return structs.has(TYPE, "_ZAddressMetadataMask")
                || structs.has(TYPE_WITHOUT_GENERATIONS, "_XAddressMetadataMask") && offsetMask(structs, reader) == 0;
    }

    /** The addresses of a heap that is mapped once. */
    static AddressRange reserved(VmStructs structs, VmReader reader, String label) throws VmStructsException {
        long mask = offsetMask(structs, reader);
        long start = mask + 1;
        if (mask <= 0 || (mask & start) != 0 || Long.numberOfLeadingZeros(start) < 2) {
            throw new VmStructsException("this JVM's heap has no offsets: mask 0x" + Long.toHexString(mask));
        }
        return new AddressRange(start, 2 * start, label);
    }

    /** The bits of an address that say where in the heap it is; 0: this ZGC is not the one that runs. */
    private static long offsetMask(VmStructs structs, VmReader reader) throws VmStructsException {
        long globals = reader.readLong(structs.staticAddress(TYPE, "_instance_p"));
        long offset = structs.offsetBytes(TYPE, "_ZAddressOffsetMask");
        return globals == 0 ? 0 : reader.readLong(reader.readLong(globals + offset));
    }
}
