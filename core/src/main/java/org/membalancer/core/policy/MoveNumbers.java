// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * What a move is expected to bring and to cost.
 *
 * @param accesses decayed samples of the block
 * @param gainPerAccess expected fall of the mean distance of an access, lower confidence bound, in SLIT units; below 0
 *     where the move is made for the sake of other blocks
 * @param benefitNs thread time that is expected to be saved over the policy's horizon
 * @param costNs thread time that the move takes
 */
public record MoveNumbers(double accesses, double gainPerAccess, double benefitNs, double costNs) {
    /** Nothing is known. */
    public static final MoveNumbers NONE = new MoveNumbers(0, 0, 0, 0);
}
