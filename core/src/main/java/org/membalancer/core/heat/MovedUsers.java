// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.heat;

import java.util.Arrays;
import java.util.StringJoiner;

/**
 * Nodes that the threads whose samples came from there have left for good, and the node that these samples count for now.
 * Immutable.
 *
 * <p>A page has no thread ids, only counts by node. They are given to another node, rather than forgotten, where all threads
 * went to one: whoever of them used a page uses it from there, and how hot it is stays known. Where they went to several
 * nodes, nobody knows which of them uses a page: only what comes in from now on tells, and the old counts say nothing about
 * nodes any more.
 */
public final class MovedUsers {
    /** Instead of a node: the samples count for none. */
    public static final int NO_NODE = -1;

    private static final MovedUsers NONE = new MovedUsers(new int[0]);

    private final int[] nodesNow;

    private MovedUsers(int[] nodesNow) {
        this.nodesNow = nodesNow;
    }

    /** Every sample counts for the node that it came from. */
    public static MovedUsers none() {
        return NONE;
    }

    /**
     * By node, the node that its samples count for: itself, another one, or {@link #NO_NODE}.
     *
     * @param nodesNow as many as the heat has nodes
     */
    public static MovedUsers of(int... nodesNow) {
        for (int nodeId = 0; nodeId < nodesNow.length; nodeId++) {
            if (nodesNow[nodeId] < NO_NODE || nodesNow[nodeId] >= nodesNow.length) {
                throw new IllegalArgumentException("nodes must be " + NO_NODE + ".." + (nodesNow.length - 1) + ": "
                        + Arrays.toString(nodesNow));
            }
            if (nodesNow[nodeId] != nodeId) {
                return new MovedUsers(nodesNow.clone());
            }
        }
        return NONE;
    }

    /** Whether every sample counts for the node that it came from. */
    public boolean isNone() {
        return this == NONE;
    }

    /** The node that samples from a node count for, or {@link #NO_NODE}. */
    public int nodeNow(int nodeId) {
        return nodeId < nodesNow.length ? nodesNow[nodeId] : nodeId;
    }

    /** Whether this is what {@link #of} would return for these. */
    public boolean isSame(int[] others) {
        for (int nodeId = 0; nodeId < Math.max(others.length, nodesNow.length); nodeId++) {
            if (nodeNow(nodeId) != (nodeId < others.length ? others[nodeId] : nodeId)) {
                return false;
            }
        }
        return true;
    }

    /** For people; empty: none. */
    public String text() {
        StringJoiner text = new StringJoiner("; ");
        for (int nodeId = 0; nodeId < nodesNow.length; nodeId++) {
            if (nodesNow[nodeId] == NO_NODE) {
                text.add("samples from node " + nodeId
                        + " count for no node: the threads that they came from run on several other nodes now");
            } else if (nodesNow[nodeId] != nodeId) {
                text.add("samples from node " + nodeId + " count for node " + nodesNow[nodeId]
                        + ", where the threads that they came from run now");
            }
        }
        return text.toString();
    }

    /** Moves counts of nodes, ascending, to where they count; returns how many nodes have some then, ascending again. */
    int apply(int found, int[] nodeIds, float[] counts) {
        int kept = 0;
        for (int i = 0; i < found; i++) {
            int nodeId = nodeNow(nodeIds[i]);
            if (nodeId != NO_NODE) {
                kept = add(nodeId, counts[i], kept, nodeIds, counts);
            }
        }
        return kept;
    }

    /** Adds to those that are kept, which are few; what it overwrites has been read. */
    private static int add(int nodeId, float count, int kept, int[] nodeIds, float[] counts) {
        int at = kept;
        while (at > 0 && nodeIds[at - 1] > nodeId) {
            at--;
        }
        if (at > 0 && nodeIds[at - 1] == nodeId) {
            counts[at - 1] += count;
            return kept;
        }
        System.arraycopy(nodeIds, at, nodeIds, at + 1, kept - at);
        System.arraycopy(counts, at, counts, at + 1, kept - at);
        nodeIds[at] = nodeId;
        counts[at] = count;
        return kept + 1;
    }
}
