// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.agent.heap.HeapGeometryReader;
import org.membalancer.agent.heap.Management;
import org.membalancer.agent.heap.MappedHeap;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.migrate.HelperMover;
import org.membalancer.core.migrate.HelperMoves;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.migrate.ViewMover;
import org.membalancer.core.policy.AddressRange;
import org.membalancer.core.residency.MemoryMap;
import org.membalancer.jni.AddressSpan;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.NativeLibrary;
import org.membalancer.jni.NativeSymbols;
import org.membalancer.jni.OwnMemory;
import org.membalancer.jni.PageMoves;

/**
 * Has the helper move the heap of its own JVM to node 0, page by page in whichever view each is, and prints what became of it.
 */
public final class ViewsProbe {
    private static final int PAGE_BYTES = 4096;
    private static final int BATCH = 16_384;

    private static int requests;

    private ViewsProbe() {
    }

    /** Takes the helper's socket. */
    public static void main(String[] args) throws Exception {
        NativeLibrary.load();
        HeapGeometry geometry = new HeapGeometryReader(symbol -> NativeSymbols.lookup("libjvm.so", symbol),
                OwnMemory::read, new Management.Absent()).read();
        MemoryViews views = geometry.views();
        byte[][] objects = new byte[29][];
        for (int i = 0; i < objects.length; i++) {
            objects[i] = new byte[1 << 20];
            System.gc(); // another colour, and so another view, for those before
        }
        List<Long> pages = pages(geometry);
        try (HelperConnection helper = HelperConnection.connect(Path.of(args[0]))) {
            ViewMover mover = new ViewMover(PageMoves::move, new HelperMover(
                    (process, node, ranges) -> move(helper, node, ranges), PageMoves::move, PAGE_BYTES,
                    System::nanoTime), pid -> views);
            BitSet found = new BitSet();
            for (int view = 0; view < views.count(); view++) {
                int number = view;
                found.or(on(0, PageMoves::move, pages.stream().map(page -> views.inView(page, number)).toList(), false));
            }
            System.out.println("pages found in one view after the other: " + found.cardinality());
            System.out.println("pages found: " + on(0, mover, pages, false).cardinality());
            System.out.println("moved: " + on(0, mover, pages, true).cardinality());
        }
        System.out.println("requests: " + requests + ", objects " + objects.length);
    }

    private static HelperMoves.Answer move(HelperConnection helper, int node, List<AddressRange> ranges) {
        requests++;
        try {
            return HelperMoves.Answer.tried(helper.move(0, node, ranges.stream()
                    .map(range -> new AddressSpan(range.startAddress(), range.endAddress())).toList()).pagesByErrno());
        } catch (HelperException e) {
            return HelperMoves.Answer.failed(e.errno(), e.getMessage());
        }
    }

    private static List<Long> pages(HeapGeometry geometry) throws Exception {
        List<Long> pages = new ArrayList<>();
        try (Reader maps = Files.newBufferedReader(Path.of("/proc/self/maps"))) {
            for (AddressRange range : MappedHeap.of(geometry.reserved().orElseThrow(), MemoryMap.parse(maps))) {
                for (long page = range.startAddress(); page < range.endAddress(); page += PAGE_BYTES) {
                    pages.add(page);
                }
            }
        }
        return pages;
    }

    /** Which pages answer with a node; all are moved there first, if that is wanted. */
    private static BitSet on(int nodeId, PageMover mover, List<Long> pages, boolean isMove) {
        LongBuffer addresses = direct(BATCH * Long.BYTES).asLongBuffer();
        IntBuffer targets = direct(BATCH * Integer.BYTES).asIntBuffer(); // all of them node 0
        IntBuffer statuses = direct(BATCH * Integer.BYTES).asIntBuffer();
        BitSet found = new BitSet();
        for (int first = 0; first < pages.size(); first += BATCH) {
            int count = Math.min(BATCH, pages.size() - first);
            for (int i = 0; i < count; i++) {
                addresses.put(i, pages.get(first + i));
            }
            int result = mover.move(0, count, addresses, isMove ? targets : null, statuses);
            for (int i = 0; i < count && result >= 0; i++) {
                found.set(first + i, statuses.get(i) == nodeId);
            }
        }
        return found;
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
