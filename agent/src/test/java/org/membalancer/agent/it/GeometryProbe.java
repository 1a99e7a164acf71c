// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.lang.reflect.Field;
import java.util.List;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.agent.heap.HeapGeometryReader;
import org.membalancer.agent.heap.Management;
import org.membalancer.agent.heap.VmSymbols;
import org.membalancer.jni.NativeLibrary;
import org.membalancer.jni.NativeSymbols;
import org.membalancer.jni.OwnMemory;
import sun.misc.Unsafe;

/**
 * Prints where the heap of its own JVM lies, found in every way there is, and where one object lies. Needs
 * {@code -XX:-UseCompressedOops}, so that a reference is an address.
 */
public final class GeometryProbe {
    private GeometryProbe() {
    }

    /** Takes no arguments. */
    public static void main(String[] args) throws Exception {
        NativeLibrary.load();
        VmSymbols symbols = symbol -> NativeSymbols.lookup("libjvm.so", symbol);
        Management beans = Management.ofThisJvm();
        print("beans and vmStructs", symbols, beans);
        print("vmStructs alone", symbols, new Management.Absent());
        print("heap_info", symbol -> 0, beans);
        System.out.println("object: " + Long.toHexString(addressOf(new Object())));
    }

    private static void print(String way, VmSymbols symbols, Management management) {
        HeapGeometry geometry = new HeapGeometryReader(symbols, OwnMemory::read, management).read();
        System.out.println(way + ": " + geometry.collector() + " " + geometry.reserved()
                .map(r -> List.of(Long.toHexString(r.startAddress()), Long.toHexString(r.endAddress()))).orElse(List.of()));
    }

    @SuppressWarnings("removal") // no replacement tells an address
    private static long addressOf(Object object) throws ReflectiveOperationException {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        return unsafe.getLong(new Object[] {object}, (long) unsafe.arrayBaseOffset(Object[].class));
    }
}
