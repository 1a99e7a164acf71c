// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

import org.membalancer.core.topology.SysfsTopology;
import org.membalancer.core.topology.Topology;

/** The nodes of the machine, which are looked at anew for each round. Owned by one thread. */
final class MachineNodes {
    private final Path sysfsRoot;
    private final LastSaid trouble;
    private Topology last;

    private MachineNodes(Path sysfsRoot, Topology first, Consumer<String> said) {
        this.sysfsRoot = sysfsRoot;
        this.last = first;
        this.trouble = new LastSaid(said);
    }

    /**
     * Looks for the first time.
     *
     * @param said told why they cannot be looked at again
     * @throws IOException naming the file that cannot be read or understood
     */
    static MachineNodes open(Path sysfsRoot, Consumer<String> said) throws IOException {
        return new MachineNodes(sysfsRoot, SysfsTopology.read(sysfsRoot), said);
    }

    /** As they were when they could be read last. */
    Topology last() {
        return last;
    }

    /** Looks again; where they cannot be read, they stay what they were, and that is said once. */
    Topology look() {
        try {
            last = SysfsTopology.read(sysfsRoot);
        } catch (IOException e) {
            trouble.say("the machine's nodes cannot be read, going on with what they were: " + e);
        }
        return last;
    }
}
