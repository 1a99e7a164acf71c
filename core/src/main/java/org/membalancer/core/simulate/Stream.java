// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/**
 * Accesses of some threads of one node.
 *
 * @param cpuNodeId where the threads run
 * @param accessesPerSecond of all of them together, those that miss the caches
 * @param pages which they access
 * @param crew the threads, which stay together, by a number that says who they are wherever they run
 */
record Stream(int cpuNodeId, double accessesPerSecond, PageSet pages, int crew) {

    /** Accesses of threads that never leave their node: all that run there are one crew. */
    Stream(int cpuNodeId, double accessesPerSecond, PageSet pages) {
        this(cpuNodeId, accessesPerSecond, pages, cpuNodeId);
    }
}
