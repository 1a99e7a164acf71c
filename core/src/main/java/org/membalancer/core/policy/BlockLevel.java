// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/**
 * One size of blocks in the walk, with the block that is looked at now.
 *
 * @param blockBytes its size, a power of two
 * @param tally its samples
 * @param around what its neighbours say
 * @param verdict what should become of it
 */
record BlockLevel(long blockBytes, BlockTally tally, Belief around, Verdict verdict) {

    /** A level that has not looked at anything. */
    BlockLevel(long blockBytes, NodeTable nodes) {
        this(blockBytes, new BlockTally(nodes.limit()), new Belief(nodes), new Verdict());
    }
}
