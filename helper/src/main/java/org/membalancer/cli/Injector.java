// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.membalancer.core.sample.AccessLayout;
import org.membalancer.core.sample.Sample;
import org.membalancer.jni.AbiLayout;
import org.membalancer.jni.HelperConnection;

/** Has the helper count the samples of a trace as if a source delivered them now. Owned by one thread. */
final class Injector {
    private static final int BATCHES = 16;

    private final HelperConnection connection;
    private final long groupId;
    private final AccessLayout layout = AccessLayout.of(AbiLayout::value);
    private final Sample tagged = new Sample();
    private final ByteBuffer accesses;
    private final int source = AbiLayout.value("MBAL_SOURCE_REPLAY");
    private final int sourceOffset = AbiLayout.value("mbal_access.source");
    private long injected;

    Injector(HelperConnection connection, long groupId) {
        this.connection = connection;
        this.groupId = groupId;
        accesses = ByteBuffer.allocateDirect(BATCHES * AbiLayout.value("MBAL_WIRE_ACCESSES") * layout.bytes())
                .order(ByteOrder.nativeOrder());
    }

    /** Takes one sample under the tag that its process has in the group. */
    void inject(Sample sample, int processTag) throws IOException {
        tagged.set(sample).by(processTag, sample.tgid(), sample.tid());
        layout.write(tagged, accesses, accesses.position());
        accesses.put(accesses.position() + sourceOffset, (byte) source);
        accesses.position(accesses.position() + layout.bytes());
        injected++;
        if (!accesses.hasRemaining()) {
            flush();
        }
    }

    /** Sends what was taken. */
    void flush() throws IOException {
        accesses.flip();
        connection.inject(groupId, accesses);
        accesses.clear();
    }

    /** Samples taken. */
    long injected() {
        return injected;
    }
}
