// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

import org.membalancer.core.heat.HeatSnapshot;

/**
 * What is known of each thread at one instant, ascending by its key in the thread table: where its samples came from, and on which
 * node it stays since when. Arrays side by side, reused from look to look. Owned by one thread.
 */
final class ThreadStays {
    private static final int FIRST_THREADS = 64;
    private static final int NO_NODE = -1;

    private final int nodeCount;
    private int count;
    private long[] keys = {};
    private float[] samples = {}; // of a thread side by side, by node
    private int[] homes = {};
    private boolean[] wanders = {};
    private float[] staySamples = {};
    private long[] sinceNs = {};
    private long[] cameNs = {};
    private boolean[] hasChanged = {};
    private long[] mustStayNs = {};

    ThreadStays(int nodeCount) {
        this.nodeCount = nodeCount;
    }

    int nodeCount() {
        return nodeCount;
    }

    int count() {
        return count;
    }

    long key(int i) {
        return keys[i];
    }

    /** Decayed samples of a thread from a node. */
    float samples(int i, int nodeId) {
        return samples[i * nodeCount + nodeId];
    }

    /** Of a thread's decayed samples, the share from other nodes than the one it stays on. */
    float shareElsewhere(int i) {
        float all = 0;
        for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
            all += samples(i, nodeId);
        }
        return all == 0 ? 0 : 1 - samples(i, homes[i]) / all;
    }

    /** The node on which it stays, or stayed last. */
    int home(int i) {
        return homes[i];
    }

    boolean hasHome(int i) {
        return homes[i] != NO_NODE;
    }

    boolean isStaying(int i) {
        return hasHome(i) && !wanders[i];
    }

    boolean isStaying(int i, int nodeId) {
        return homes[i] == nodeId && !wanders[i];
    }

    /** Samples since it came to where it stays, not decayed. */
    float staySamples(int i) {
        return staySamples[i];
    }

    /** Since when it stays without a moment elsewhere. */
    long sinceNs(int i) {
        return sinceNs[i];
    }

    /** When it came to where it stays, from another node or as far as is known. */
    long cameNs(int i) {
        return cameNs[i];
    }

    /** Whether it was ever seen on two nodes. */
    boolean hasChanged(int i) {
        return hasChanged[i];
    }

    /** How long it must stay to have moved. */
    long mustStayNs(int i) {
        return mustStayNs[i];
    }

    /** Empties it, and makes room for so many. */
    void begin(int threads) {
        count = 0;
        if (keys.length < threads) {
            int length = Math.max(FIRST_THREADS, threads * 3 / 2);
            keys = new long[length];
            samples = new float[length * nodeCount];
            homes = new int[length];
            wanders = new boolean[length];
            staySamples = new float[length];
            sinceNs = new long[length];
            cameNs = new long[length];
            hasChanged = new boolean[length];
            mustStayNs = new long[length];
        }
    }

    /** Adds the i-th thread of a snapshot, of which nothing else is known yet. */
    void add(HeatSnapshot threads, int i) {
        keys[i] = threads.pageNumber(i);
        for (int nodeId = 0; nodeId < nodeCount; nodeId++) {
            samples[i * nodeCount + nodeId] = threads.accesses(i, nodeId);
        }
        homes[i] = NO_NODE;
        wanders[i] = false;
        hasChanged[i] = false;
        count = i + 1;
    }

    /** Takes over what was known of a thread. */
    void keep(int i, ThreadStays before, int old) {
        homes[i] = before.homes[old];
        wanders[i] = before.wanders[old];
        staySamples[i] = before.staySamples[old];
        sinceNs[i] = before.sinceNs[old];
        cameNs[i] = before.cameNs[old];
        hasChanged[i] = before.hasChanged[old];
        mustStayNs[i] = before.mustStayNs[old];
    }

    /** Notes samples from several nodes. */
    void wander(int i) {
        wanders[i] = true;
    }

    /** Notes samples from where it stays. */
    void stay(int i, float fresh) {
        staySamples[i] += fresh;
    }

    /** Notes that it stays on a node since a time. */
    void arrive(int i, int nodeId, float fresh, long since, long mustStay) {
        if (homes[i] != nodeId) {
            hasChanged[i] |= hasHome(i);
            cameNs[i] = since;
        }
        homes[i] = nodeId;
        wanders[i] = false;
        staySamples[i] = fresh;
        sinceNs[i] = since;
        mustStayNs[i] = mustStay;
    }
}
