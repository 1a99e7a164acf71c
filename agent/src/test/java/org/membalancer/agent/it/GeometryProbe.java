// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.agent.heap.HeapGeometryReader;
import org.membalancer.agent.heap.Management;
import org.membalancer.agent.heap.MappedHeap;
import org.membalancer.agent.heap.VmSymbols;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.residency.MemoryMap;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.jni.NativeLibrary;
import org.membalancer.jni.NativeSymbols;
import org.membalancer.jni.OwnMemory;

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
        MemoryViews views = new HeapGeometryReader(symbols, OwnMemory::read, beans).read().views();
        System.out.println("views: " + views.count() + ", object by the first one: "
                + Long.toHexString(views.folded(addressOf(new Object()))));
        System.out.println("mapped: " + (mappedBytes(symbols, beans) >> 20) + " MiB");
    }

    private static long mappedBytes(VmSymbols symbols, Management beans) throws IOException {
        HeapGeometry geometry = new HeapGeometryReader(symbols, OwnMemory::read, beans).read();
        try (Reader maps = Files.newBufferedReader(Path.of("/proc/self/maps"))) {
            List<MemoryRegion> regions = MemoryMap.parse(maps);
            return geometry.reserved().stream().flatMap(reserved -> MappedHeap.of(reserved, regions).stream())
                    .mapToLong(AddressRange::bytes).sum();
        }
    }

    private static void print(String way, VmSymbols symbols, Management management) {
        HeapGeometry geometry = new HeapGeometryReader(symbols, OwnMemory::read, management).read();
        List<String> ends = geometry.reserved()
                .map(r -> List.of(Long.toHexString(r.startAddress()), Long.toHexString(r.endAddress())))
                .orElse(List.of());
        System.out.println(way + ": " + geometry.collector() + " " + ends);
    }

    /** By reflection, because the compiler warns of the class, for which there is no replacement here. */
    private static long addressOf(Object object) throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field field = type.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Object unsafe = field.get(null);
        int base = (int) type.getMethod("arrayBaseOffset", Class.class).invoke(unsafe, Object[].class);
        return (long) type.getMethod("getLong", Object.class, long.class)
                .invoke(unsafe, new Object[] {object}, (long) base);
    }
}
