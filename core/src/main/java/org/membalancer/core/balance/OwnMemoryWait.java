// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import org.membalancer.core.clock.Clock;
import org.membalancer.core.migrate.PageMover;

/** Waits for memory of this process, {@link ChaseBuffer#BYTES} on each node. Owned by one thread. */
final class OwnMemoryWait implements LatencyProbe.Wait {
    private static final int STEPS = 256;
    private static final int PAGE_BYTES = 4096;

    private final PageMover mover;
    private final ToLongFunction<ByteBuffer> addressOf;
    private final Clock clock;
    private final Map<Integer, Optional<ChaseBuffer>> buffers = new HashMap<>();
    private int lastLine;

    OwnMemoryWait(PageMover mover, ToLongFunction<ByteBuffer> addressOf, Clock clock) {
        this.mover = mover;
        this.addressOf = addressOf;
        this.clock = clock;
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
        long startNs = clock.nowNs();
        lastLine ^= buffer.get().chase(STEPS);
        return (double) (clock.nowNs() - startNs) / STEPS;
    }

    private Optional<ChaseBuffer> placed(int nodeId) {
        ChaseBuffer buffer = new ChaseBuffer(ChaseBuffer.BYTES);
        return buffer.place(nodeId, mover, addressOf, PAGE_BYTES) ? Optional.of(buffer) : Optional.empty();
    }
}
