// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.balance;

import java.nio.file.Path;
import java.util.function.Consumer;

import org.membalancer.core.clock.Clock;
import org.membalancer.core.migrate.PageMover;
import org.membalancer.core.threads.AffinityDoor;

/**
 * The doors through which a {@link LatencyProbe} measures, all of them to the caller's own process.
 *
 * @param mover moves the probe's memory
 * @param threads pins the probe's thread
 * @param memory where the probe's memory comes from
 * @param clock for the waits
 * @param procRoot {@code /proc}
 * @param trouble is told, each thing once, why something cannot be measured
 */
public record ProbeDoors(PageMover mover, AffinityDoor threads, OwnMemoryDoor memory, Clock clock, Path procRoot,
        Consumer<String> trouble) {
}
