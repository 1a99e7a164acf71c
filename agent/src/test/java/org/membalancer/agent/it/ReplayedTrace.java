// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.membalancer.core.residency.MemoryRegion;
import org.membalancer.core.sample.AccessLayout;
import org.membalancer.core.sample.Sample;
import org.membalancer.core.trace.TraceReader;
import org.membalancer.jni.AbiLayout;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.MonotonicClock;

/**
 * A recorded trace as if it were of a living JVM: its anonymous memory is the start of that one's heap, and its time is
 * now.
 */
final class ReplayedTrace {
    /** Heat of a time to come does not decay: the JVM may take so long to end. */
    private static final int EPOCHS_AHEAD = 16;

    private final Path file;
    private final long heapAddress;
    private final long epochNs = 1L << AbiLayout.value("MBAL_EPOCH_SHIFT");
    private final AccessLayout layout = AccessLayout.of(AbiLayout::value);
    private final ByteBuffer accesses = ByteBuffer
            .allocateDirect(AbiLayout.value("MBAL_WIRE_ACCESSES") * layout.bytes()).order(ByteOrder.nativeOrder());

    ReplayedTrace(Path file, long heapAddress) {
        this.file = file;
        this.heapAddress = heapAddress;
    }

    /** Has the helper count all of it in the group that the agent of that process has, too. */
    void inject(Path socket, int pid) throws IOException {
        try (HelperConnection connection = HelperConnection.connect(socket);
                GroupTables group = connection.open(pid);
                TraceReader reader = TraceReader.open(file)) {
            long laterNs = epochStart(MonotonicClock.nowNs()) + EPOCHS_AHEAD * epochNs - epochStart(reader.header().startNs());
            for (Sample sample = new Sample(); reader.next(sample);) {
                long upwards = heapAddress - memory(reader, sample).startAddress();
                sample.at(sample.timeNs() + laterNs, sample.address() + upwards, sample.codeAddress()).by(0, pid, pid);
                layout.write(sample, accesses, accesses.position());
                accesses.position(accesses.position() + layout.bytes());
                if (!accesses.hasRemaining()) {
                    send(connection, group);
                }
            }
            send(connection, group);
        }
    }

    /** By whole epochs, so that what lay within one still does. */
    private long epochStart(long timeNs) {
        return timeNs & -epochNs;
    }

    private static MemoryRegion memory(TraceReader reader, Sample sample) {
        return reader.memoryMap(sample.processTag()).stream()
                .filter(r -> r.startAddress() <= sample.address() && r.path().isEmpty()).findFirst().orElseThrow();
    }

    private void send(HelperConnection connection, GroupTables group) throws IOException {
        connection.inject(group.groupId(), accesses.flip());
        accesses.clear();
    }
}
