// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import java.util.BitSet;

/**
 * One thread to pin to a node's CPUs. Immutable: do not change the bit set.
 *
 * @param tid the thread
 * @param fromNodeId where it ran most
 * @param toNodeId where it shall run
 * @param cpus of that node that its owner lets it use, at least one
 * @param share of its accesses that go to the memory it is moved to, 0 to 1
 * @param samples weighted, that the decision rests on
 */
public record ThreadMove(int tid, int fromNodeId, int toNodeId, BitSet cpus, double share, double samples) {
}
