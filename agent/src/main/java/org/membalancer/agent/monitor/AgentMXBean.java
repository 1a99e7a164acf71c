// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.monitor;

import java.util.List;

/** The agent as {@code org.membalancer:type=Agent} in JMX: what it did since it started, as of its last round. */
public interface AgentMXBean {

    /** {@code report} or {@code balance}. */
    String getMode();

    /** Rounds with a helper. */
    long getRounds();

    /** Pages with heat in the last round. */
    long getPagesWithHeat();

    /** Pages that were asked to move. */
    long getPagesAsked();

    /** Of these, pages that moved. */
    long getPagesMoved();

    /** Bytes of the pages that moved. */
    long getMovedBytes();

    /** Time that moving took, in milliseconds. */
    long getMovingMs();

    /** Threads that were pinned, each time that one was. */
    long getThreadsPinned();

    /** What stands against moving. */
    List<String> getObstacles();
}
