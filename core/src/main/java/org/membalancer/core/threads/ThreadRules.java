// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.threads;

/**
 * What decides whether a thread moves. The defaults are the rules of AMD's membalancer where it had one.
 *
 * @param minSamples weighted samples that a thread must have
 * @param minShare of its accesses that must go to one node's memory, lower confidence bound; 0 to 1
 * @param confidence how sure to be, in standard deviations of the one-sided bound
 * @param maxLoad of a node's CPUs that may take a thread, 0 to 1
 * @param maxDistanceRatio how far from its memory a thread may be put when the memory's own node has no room; below this
 *     times the distance to local memory
 * @param maxMoves threads that one round may move, unless {@code maxMovesShare} of the candidates is more
 * @param maxMovesShare of the candidates that one round may move, 0 to 1
 * @param holdNs how long a thread is left alone after a move; doubled when it moves back
 */
public record ThreadRules(
        double minSamples, double minShare, double confidence, double maxLoad, double maxDistanceRatio, int maxMoves,
        double maxMovesShare, long holdNs) {
    private static final long SECOND_NS = 1_000_000_000L;

    /** The rules of process mode. */
    public static ThreadRules process() {
        return new ThreadRules(16, 0.5, 2, 0.7, 2, 8, 0.2, 20 * SECOND_NS);
    }

    /** The rules of autotune: a thread moves only for most of its accesses. */
    public static ThreadRules autotune() {
        return new ThreadRules(16, 0.7, 1, 0.7, 2, 8, 0.5, 20 * SECOND_NS);
    }
}
