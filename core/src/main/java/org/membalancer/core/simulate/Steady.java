// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.simulate;

import static org.membalancer.core.simulate.Ground.PAGES;
import static org.membalancer.core.simulate.Ground.STEPS;
import static org.membalancer.core.simulate.Ground.STREAMING_RATE;
import static org.membalancer.core.simulate.Ground.THREADS;
import static org.membalancer.core.simulate.Ground.THREAD_RATE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Scenarios that do the same from beginning to end. */
final class Steady {
    /** Of all pages, those of a hot set. */
    static final int HOT_PAGES = PAGES / 10;
    /** Of all accesses, those to a hot set. */
    static final double HOT_SHARE = 0.9;
    /** Of the threads of one node together. */
    static final double NODE_RATE = THREADS * THREAD_RATE;

    private static final PageSet ALL = UniformPages.of(0, PAGES);
    private static final long SHUFFLE_SEED = 7;
    private static final double SATURATING_RATE = 140e6;

    private Steady() {
    }

    static Setup uniform(Ground ground) {
        return oneSided(ground, List.of(new Stream(ground.away(), NODE_RATE, ALL)));
    }

    static Setup zipf(Ground ground) {
        PageSet zipf = new ZipfPages(0, PAGES, SHUFFLE_SEED);
        return oneSided(ground, List.of(new Stream(ground.away(), NODE_RATE, zipf)));
    }

    static Setup hotSet(Ground ground) {
        return oneSided(ground, hot(ground.away(), PAGES / 3));
    }

    static Setup privateParts(Ground ground) {
        List<Stream> streams = new ArrayList<>();
        int parts = 2 * THREADS;
        for (int part = 0; part < parts; part++) {
            int nodeId = part % 2 == 0 ? ground.home() : ground.away();
            streams.add(new Stream(nodeId, THREAD_RATE, UniformPages.of(part * (PAGES / parts), PAGES / parts)));
        }
        return twoSided(ground, Ground.allOn(ground.home()), streams);
    }

    static Setup shared(Ground ground) {
        double rate = THREADS * STREAMING_RATE;
        return twoSided(ground, Ground.allOn(ground.home()),
                List.of(new Stream(ground.home(), rate, ALL), new Stream(ground.away(), rate, ALL)));
    }

    static Setup sharedUneven(Ground ground) {
        return shared(ground.withHalfBandwidthAway());
    }

    static Setup producerConsumer(Ground ground) {
        PageSet ring = UniformPages.of(0, PAGES / 2);
        double half = NODE_RATE / 2;
        return twoSided(ground, Ground.allOn(ground.home()), List.of(
                new Stream(ground.home(), half, ring),
                new Stream(ground.away(), half, ring),
                new Stream(ground.home(), half, UniformPages.of(PAGES / 2, PAGES / 4)),
                new Stream(ground.away(), half, UniformPages.of(PAGES / 4 * 3, PAGES / 4))));
    }

    static Setup smallFastTier(Ground ground) {
        int hotPages = PAGES / 4;
        int fastPages = hotPages / 2;
        int[] places = Ground.allOn(ground.slow());
        Arrays.fill(places, 0, fastPages, ground.home());
        List<Stream> streams = List.of(
                new Stream(ground.home(), NODE_RATE * HOT_SHARE, new ZipfPages(PAGES / 2, hotPages, SHUFFLE_SEED)),
                new Stream(ground.home(), NODE_RATE * (1 - HOT_SHARE), ALL));
        return ground.setup(fastPages, THREADS, places, forever(streams));
    }

    static Setup saturated(Ground ground) {
        ground.slow();
        return ground.setup(THREADS, Ground.allOn(ground.home()),
                forever(List.of(new Stream(ground.home(), SATURATING_RATE, ALL))));
    }

    static Setup unfixable(Ground ground) {
        int[] places = Ground.allOn(ground.home());
        Arrays.fill(places, PAGES / 2, PAGES, ground.away());
        return twoSided(ground, places,
                List.of(new Stream(ground.home(), NODE_RATE, ALL), new Stream(ground.away(), NODE_RATE, ALL)));
    }

    /** A hot set from this page on, and all pages besides, from the threads of one node. */
    static List<Stream> hot(int cpuNodeId, int firstPage) {
        return List.of(
                new Stream(cpuNodeId, NODE_RATE * HOT_SHARE, new UniformPages(firstPage, HOT_PAGES, PAGES)),
                new Stream(cpuNodeId, NODE_RATE * (1 - HOT_SHARE), ALL));
    }

    private static Setup oneSided(Ground ground, List<Stream> streams) {
        return ground.setup(THREADS, Ground.allOn(ground.home()), forever(streams));
    }

    private static Setup twoSided(Ground ground, int[] places, List<Stream> streams) {
        return ground.setup(2 * THREADS, places, forever(streams));
    }

    private static List<Phase> forever(List<Stream> streams) {
        return List.of(new Phase(STEPS, streams));
    }
}
