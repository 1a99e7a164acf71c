// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * A move that is worth its cost, before room, budget and holds.
 *
 * @param move what would be done
 * @param mostBytes that it can move: the block without the pages known to be there already
 * @param benefitPerByte in which order to plan
 */
record Candidate(BlockMove move, long mostBytes, double benefitPerByte) {
}
