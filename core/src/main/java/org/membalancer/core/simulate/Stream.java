// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

/**
 * Accesses of some threads of one node.
 *
 * @param cpuNodeId where the threads run
 * @param accessesPerSecond of all of them together, those that miss the caches
 * @param pages which they access
 */
record Stream(int cpuNodeId, double accessesPerSecond, PageSet pages) {
}
