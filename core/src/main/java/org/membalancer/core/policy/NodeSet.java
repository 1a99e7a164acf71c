// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.policy;

/** Node ids below a limit, gone through in ascending order in time by their number. Reused, not allocated. */
final class NodeSet {
    private final long[] words;

    NodeSet(int nodeIdLimit) {
        words = new long[(nodeIdLimit + Long.SIZE - 1) / Long.SIZE];
    }

    void clear() {
        for (int word = 0; word < words.length; word++) {
            words[word] = 0;
        }
    }

    void add(int nodeId) {
        words[nodeId / Long.SIZE] |= 1L << nodeId;
    }

    /** A bit for each node id, 64 in a long; who sets one adds the node. */
    long[] words() {
        return words;
    }

    /** Adds those of another set with the same limit. */
    void addAll(NodeSet other) {
        for (int word = 0; word < words.length; word++) {
            words[word] |= other.words[word];
        }
    }

    /** The lowest; -1: there is none. */
    int first() {
        return firstFrom(0, -1L);
    }

    /** The lowest above a node id that is in the set; -1: there is none. */
    int after(int nodeId) {
        return firstFrom(nodeId / Long.SIZE, -2L << nodeId);
    }

    private int firstFrom(int word, long mask) {
        long left = words.length == 0 ? 0 : words[word] & mask;
        int at = word;
        while (left == 0 && ++at < words.length) {
            left = words[at];
        }
        return left == 0 ? -1 : at * Long.SIZE + Long.numberOfTrailingZeros(left);
    }
}
