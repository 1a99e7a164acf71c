// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

import java.util.List;

/**
 * A move that is worth its cost, before room, budget and holds.
 *
 * @param move what would be done
 * @param mostBytes that it can move: the block without the pages known to be there already
 * @param benefitPerByte in which order to plan
 * @param samplesByNode for those who ask why; empty where nobody does
 */
record Candidate(BlockMove move, long mostBytes, double benefitPerByte, List<Double> samplesByNode) {
}
