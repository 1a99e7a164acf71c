// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.io.IOException;
import org.membalancer.core.balance.ClaimDoor;
import org.membalancer.core.heat.HeatTable;
import org.membalancer.core.migrate.HelperMoves;
import org.membalancer.core.report.SamplingStatus;

/** One connection to one helper, with the tables of this process. One thread owns it. */
interface HelperSession extends AutoCloseable {

    /** Whether the helper still is at the other end; never waits. */
    boolean isAlive();

    /** The heat of this process; must not be read after {@link #close}, may be when the helper is gone. */
    HeatTable heat();

    /** The threads of this process; the same holds. */
    ThreadTables threads();

    /** This process as the helper counts it, in the initial pid namespace. */
    int processId();

    /**
     * Asks the helper what it does.
     *
     * @throws IOException if the helper is gone or does not answer
     */
    SamplingStatus status() throws IOException;

    /** Through which other balancers are told and heard; works while the helper is there. */
    ClaimDoor claims();

    /** Through which pages are moved that this process may not move itself; works while the helper is there. */
    HelperMoves moves();

    /** What was connected to, for one line of log. */
    String describe();

    /** Gives the tables up. */
    @Override
    void close();
}
