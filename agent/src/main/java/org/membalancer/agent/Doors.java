// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.membalancer.agent.heap.HeapGeometry;
import org.membalancer.core.balance.OwnMemoryDoor;
import org.membalancer.core.clock.Clock;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.threads.ThreadDoor;

/**
 * Everything through which the agent touches the world, so that a test can give it another one.
 *
 * @param helper connects to the helper
 * @param mover moves pages of this process
 * @param moverProbe 0 if {@code mover} may be used at all, else -errno
 * @param errnoText describes an errno or -errno
 * @param geometry reads where this JVM's heap lies
 * @param threads of this process
 * @param memory that is not the application's, to measure latencies with
 * @param clock CLOCK_MONOTONIC
 * @param sysfsRoot {@code /sys}
 * @param procRoot {@code /proc}; {@code self} in it is a link to the directory of this process
 */
record Doors(
        HelperDoor helper, PageMover mover, IntSupplier moverProbe, IntFunction<String> errnoText,
        Supplier<HeapGeometry> geometry, ThreadDoor threads, OwnMemoryDoor memory, Clock clock,
        Path sysfsRoot, Path procRoot) {

    /** The link to the directory of this process. */
    Path ownProcess() {
        return procRoot.resolve("self");
    }

    /** Opens the doors; called once, on the agent's thread. */
    @FunctionalInterface
    interface Source {

        /**
         * Opens them.
         *
         * @throws AgentException if this machine or JVM cannot have them
         */
        Doors open() throws AgentException;
    }
}
