// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.monitor;

/** Is told of each round. Called by the duty thread. */
public interface RoundMonitor {

    /** A round begins. */
    void begin();

    /** It ended. */
    void end(RoundFigures figures);

    /** There will be no more. */
    void close();
}
