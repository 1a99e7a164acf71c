// SPDX-License-Identifier: Apache-2.0
package org.membalancer.bench;

import java.io.IOException;
import java.util.Optional;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperStatus;

/**
 * Turns the sampling of one process on and off, as a peer of a helper does: by opening and closing its group. While
 * there is no group the helper's events are off. One thread owns it.
 */
final class SamplingSwitch implements AutoCloseable {
    private final HelperConnection connection;
    private final int pid;
    private Optional<GroupTables> tables = Optional.empty();

    SamplingSwitch(RunningHelper helper, int pid) throws IOException {
        this.connection = HelperConnection.connect(helper.socket());
        this.pid = pid;
    }

    void turn(boolean on) throws IOException {
        if (on && tables.isEmpty()) {
            tables = Optional.of(connection.open(pid));
        }
        if (!on) {
            tables.ifPresent(GroupTables::close);
            tables = Optional.empty();
        }
    }

    HelperStatus status() throws IOException {
        return connection.status();
    }

    @Override
    public void close() throws IOException {
        turn(false);
        connection.close();
    }
}
