// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

/**
 * Heat of one page, as a slot of the table holds it: for recordings and tests that fill a snapshot by hand.
 *
 * @param pageNumber address shifted right by the snapshot's page shift
 * @param ageEpochs how many epochs ago the counts were true, 0 or more
 * @param accessesByNode samples by the CPU's node, 0 to 65535 each; as many as the snapshot has nodes, or fewer
 * @param stallsByNode samples that a thread waited for, the same way
 * @param latencyCycles average miss latency in CPU cycles, 0 to 65535; 0: unknown
 * @param stores of the accesses, stores, 0 to 255
 * @param codes of the accesses, instruction fetches, 0 to 255
 */
public record PageHeat(
        long pageNumber, int ageEpochs, int[] accessesByNode, int[] stallsByNode,
        int latencyCycles, int stores, int codes) {

    /** A page with accesses of this epoch and nothing else. */
    public static PageHeat of(long pageNumber, int... accessesByNode) {
        return new PageHeat(pageNumber, 0, accessesByNode, new int[0], 0, 0, 0);
    }
}
