// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Waits for memory of this process, {@link ChaseBuffer#BYTES} on each node. Owned by one thread. */
final class OwnMemoryWait implements LatencyProbe.Wait {
    private static final int STEPS = 256;

    private final ProbeDoors doors;
    /** Empty: there is none on that node, and it is not tried again. */
    private final Map<Integer, Optional<ChaseBuffer>> buffers = new HashMap<>();
    private boolean hasSaid;
    private int lastLine;

    OwnMemoryWait(ProbeDoors doors) {
        this.doors = doors;
    }

    @Override
    public void prepare(int memoryNodeId) {
        buffers.computeIfAbsent(memoryNodeId, this::placed);
    }

    @Override
    public double accessNs(int memoryNodeId) {
        Optional<ChaseBuffer> buffer = buffers.getOrDefault(memoryNodeId, Optional.empty());
        if (buffer.isEmpty()) {
            return Double.NaN;
        }
        long startNs = doors.clock().nowNs();
        lastLine ^= buffer.get().chase(STEPS);
        return (double) (doors.clock().nowNs() - startNs) / STEPS;
    }

    @Override
    public void close() {
        buffers.values().forEach(buffer -> buffer.ifPresent(known -> unmap(known.mapped())));
        buffers.clear();
    }

    private Optional<ChaseBuffer> placed(int nodeId) {
        Optional<ByteBuffer> mapped = doors.memory().map().apply(ChaseBuffer.mappedBytes(ChaseBuffer.BYTES));
        if (mapped.isEmpty()) {
            sayOnce("the kernel gives no memory to measure latencies of node " + nodeId + " with: they stay unknown");
            return Optional.empty();
        }
        boolean isPlaced = false;
        try {
            ChaseBuffer buffer = new ChaseBuffer(mapped.get(), ChaseBuffer.BYTES);
            isPlaced = buffer.place(nodeId, doors.mover(), doors.memory().addressOf().applyAsLong(mapped.get()));
            return isPlaced ? Optional.of(buffer) : Optional.empty();
        } finally {
            if (!isPlaced) {
                unmap(mapped.get());
                sayOnce("memory to measure latencies with cannot be put on node " + nodeId + ": they stay unknown");
            }
        }
    }

    private void unmap(ByteBuffer mapped) {
        int result = doors.memory().unmap().applyAsInt(mapped);
        if (result != 0) {
            sayOnce("memory that latencies were measured with is not given back: errno " + -result);
        }
    }

    private void sayOnce(String trouble) {
        if (!hasSaid) {
            hasSaid = true;
            doors.trouble().accept(trouble);
        }
    }
}
