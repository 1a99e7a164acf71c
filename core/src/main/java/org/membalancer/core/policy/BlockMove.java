// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * One block of adjacent pages to move as a whole, with the reason and the numbers behind the decision.
 *
 * @param startAddress of the block, page-aligned
 * @param bytes length, a multiple of the page size
 * @param fromNodeId node on which most of the block's pages lie
 * @param toNodeId node to move it to
 * @param reason why
 * @param numbers that it rests on
 */
public record BlockMove(
        long startAddress, long bytes, int fromNodeId, int toNodeId, MoveReason reason, MoveNumbers numbers) {

    /** Decayed samples of the block that the decision rests on. */
    public double accesses() {
        return numbers.accesses();
    }

    /** Expected fall of the mean distance of an access, lower confidence bound, in SLIT units. */
    public double gainPerAccess() {
        return numbers.gainPerAccess();
    }
}
