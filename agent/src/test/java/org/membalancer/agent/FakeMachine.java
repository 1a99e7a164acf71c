// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.membalancer.agent.heap.Collector;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.core.balance.OwnMemoryDoor;
import org.membalancer.core.heat.MemoryViews;
import org.membalancer.core.migrate.HelperMoves;
import org.membalancer.core.policy.AddressRange;

/** A machine with nodes of 1 GiB, half free, one CPU each, and a process with a heap on it. */
final class FakeMachine {
    static final int EPERM = 1;
    static final int ENOMEM = 12;
    static final int ENOENT = 2;
    static final int EACCES = 13;
    static final long HEAP_START = 0xf0000000L;
    static final long HEAP_END = 0x100000000L;
    static final HeapGeometry G1 = new HeapGeometry(Collector.G1,
            Optional.of(new AddressRange(HEAP_START, HEAP_END, "G1 heap")), "");
    static final HeapGeometry UNMOVED = new HeapGeometry(Collector.EPSILON, Optional.empty(), "nothing is moved: Epsilon");

    private static final long PAGE_BYTES = 4096;
    /** Where no page of this machine lies. */
    private static final long NOWHERE = 1L << 20;

    private final Path sysfsRoot;
    private final Path procRoot;
    private final FakeThreads threads = new FakeThreads();
    private final OwnMemoryDoor memory = new OwnMemoryDoor(bytes -> Optional.of(
            ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder())), mapped -> 0, mapped -> NOWHERE);
    /** By address, in plain arrays, so that asking makes no garbage in tests that measure it. */
    private long[] pageAddresses = {};
    private int[] nodeIds = {};
    private long nowNs = 1_000_000_000_000L;
    private MemoryViews views = MemoryViews.none();
    private int refusalErrno;
    private int probeResult;
    private int callsWithTargets;
    private int callsForOwnMemory;

    FakeMachine(Path directory, int nodeCount) throws IOException {
        sysfsRoot = directory.resolve("sys");
        Path process = Files.createDirectory(directory.resolve("4711"));
        procRoot = directory;
        Files.createSymbolicLink(directory.resolve("self"), Path.of("4711"));
        Files.createSymbolicLink(directory.resolve("thread-self"), Path.of("4711/task/4712"));
        allowMemory("0-" + (nodeCount - 1));
        Files.writeString(process.resolve("maps"), String.format("%x-%x rw-p 00000000 00:00 0%n"
                + "7f0000000000-7f0000100000 rw-p 00000000 00:00 0 [stack]%n", HEAP_START, HEAP_END));
        Path nodes = Files.createDirectories(sysfsRoot.resolve("devices/system/node"));
        Files.writeString(nodes.resolve("online"), (nodeCount == 1 ? "0" : "0-" + (nodeCount - 1)) + "\n");
        for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
            addNode(nodes.resolve("node" + nodeId), nodeId, nodeCount);
        }
    }

    private static void addNode(Path directory, int nodeId, int nodeCount) throws IOException {
        StringBuilder distances = new StringBuilder();
        for (int other = 0; other < nodeCount; other++) {
            distances.append(other == nodeId ? "10 " : "21 ");
        }
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("cpulist"), nodeId + "\n");
        Files.writeString(directory.resolve("distance"), distances.toString().strip() + "\n");
        Files.writeString(directory.resolve("meminfo"), String.format(
                "Node %1$d MemTotal:  1048576 kB%nNode %1$d MemFree:  524288 kB%n", nodeId));
    }

    /** Has the process's cpuset let its memory lie on these nodes only. */
    void allowMemory(String nodeIds) throws IOException {
        Files.writeString(procRoot.resolve("4711/status"), "Name:\tjava\nMems_allowed_list:\t" + nodeIds + "\n");
    }

    Doors doors(HelperDoor helper, HeapGeometry geometry) {
        return new Doors(helper, this::move, () -> probeResult, errno -> "errno " + Math.abs(errno), () -> geometry,
                threads, memory, () -> nowNs, sysfsRoot, procRoot);
    }

    /** Puts pages on a node; ranges that are new come in ascending order. */
    void place(long startAddress, int pages, int nodeId) {
        if (Arrays.binarySearch(pageAddresses, startAddress) < 0) {
            int known = pageAddresses.length;
            pageAddresses = Arrays.copyOf(pageAddresses, known + pages);
            nodeIds = Arrays.copyOf(nodeIds, known + pages);
            Arrays.setAll(pageAddresses, i -> i < known ? pageAddresses[i] : startAddress + (i - known) * PAGE_BYTES);
        }
        int first = Arrays.binarySearch(pageAddresses, startAddress);
        Arrays.fill(nodeIds, first, first + pages, nodeId);
    }

    /** Has the process have a heap at several addresses, each page mapped where it is placed, which only the helper moves. */
    void mapSeveralTimes(MemoryViews heapViews, AddressRange mapped) throws IOException {
        views = heapViews;
        StringBuilder maps = new StringBuilder();
        for (int view = views.count() - 1; view >= 0; view--) { // any order will do
            maps.append(String.format("%x-%x rw-s 00000000 00:01 1019 /memfd:java_heap (deleted)%n",
                    views.inView(mapped.startAddress(), view), views.inView(mapped.endAddress(), view)));
        }
        Files.writeString(procRoot.resolve("4711/maps"), maps);
    }

    /** What a helper does that is asked to move pages. */
    HelperMoves.Answer moveAsHelper(int pid, int nodeId, List<AddressRange> ranges) {
        int absent = 0;
        for (AddressRange range : ranges) {
            for (long page = range.startAddress(); page < range.endAddress(); page += PAGE_BYTES) {
                int at = Arrays.binarySearch(pageAddresses, page);
                absent += at < 0 ? 1 : 0;
                if (at >= 0) {
                    nodeIds[at] = nodeId;
                }
            }
        }
        return HelperMoves.Answer.tried(absent == 0 ? Map.of() : Map.of(ENOENT, absent));
    }

    /** The threads of the process. */
    FakeThreads threads() {
        return threads;
    }

    /** How many pages of those lie on a node. */
    int pagesOn(long startAddress, int pages, int nodeId) {
        int found = 0;
        for (int i = 0; i < pages; i++) {
            found += nodeOf(startAddress + i * PAGE_BYTES) == nodeId ? 1 : 0;
        }
        return found;
    }

    long nowNs() {
        return nowNs;
    }

    void passMs(long ms) {
        nowNs += ms * 1_000_000;
    }

    /** Has move_pages refuse to move, though not to tell. */
    void refuseMoves(int errno) {
        refusalErrno = errno;
    }

    /** Has move_pages refuse everything. */
    void refuseProbe(int errno) {
        probeResult = -errno;
    }

    /** Calls that wanted the heap moved. */
    int callsWithTargets() {
        return callsWithTargets;
    }

    /** Calls that wanted other memory moved, as the agent's own to measure latencies with. */
    int callsForOwnMemory() {
        return callsForOwnMemory;
    }

    private int move(int pid, int count, LongBuffer pages, IntBuffer targets, IntBuffer statuses) {
        if (probeResult < 0) {
            return probeResult;
        }
        boolean isHeap = count > 0 && pages.get(0) >= HEAP_START;
        if (targets != null && !isHeap) {
            callsForOwnMemory++;
        }
        if (targets != null && isHeap) {
            callsWithTargets++;
            if (refusalErrno != 0) {
                return -refusalErrno;
            }
        }
        for (int i = 0; i < count; i++) {
            int at = Arrays.binarySearch(pageAddresses, pages.get(i));
            boolean isOfViews = views.isFolded(views.folded(pages.get(i)));
            if (targets != null && at >= 0 && !isOfViews) {
                nodeIds[at] = targets.get(i);
            }
            int place = at >= 0 ? nodeIds[at] : -ENOENT;
            statuses.put(i, targets != null && at >= 0 && isOfViews ? -EACCES : place);
        }
        return 0;
    }

    private int nodeOf(long pageAddress) {
        int at = Arrays.binarySearch(pageAddresses, pageAddress);
        return at >= 0 ? nodeIds[at] : -ENOENT;
    }
}
